"""Reminding the secretariat before an agreement has to be looked at again."""

from datetime import date

from flask import current_app
from sqlalchemy.dialects.postgresql import insert

from mra.accounts.models import Staff
from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.audit import note
from mra.core.db import db
from mra.messaging import services as messaging

from .. import queries
from ..models import Agreement, AgreementReminder
from ..rules import agreements as rules


def remind_reviews() -> int:
    """Tell coordinators and admins about coming reviews: in the daytime, once per agreement, review date and threshold.

    An agreement seen for the first time close to its day gets the nearest reminder only. Returns how many were made.
    """
    if not rules.is_time_to_remind(clock.now()):
        return 0
    today, people = clock.today(), queries.people_to_remind()
    return sum(_remind(agreement, today, people) for agreement in queries.agreements_to_remind(today))


def _remind(agreement: Agreement, today: date, people: list[Staff]) -> bool:
    review_on = agreement.review_on
    threshold = rules.reminder_due(review_on, today) if review_on else None
    if review_on is None or threshold is None or not _is_first(agreement, review_on, threshold):
        return False
    note(agreement, "remind", by=SYSTEM, review_on=review_on, threshold_days=threshold)
    for person in people:
        _write_to(person, agreement, review_on, threshold, days_left=(review_on - today).days)
    return True


def _is_first(agreement: Agreement, review_on: date, threshold: int) -> bool:
    """Whether this reminder is made here and now: the table takes each one once, whoever comes at the same time."""
    made = db.session.scalar(
        insert(AgreementReminder)
        .values(agreement_id=agreement.id, review_on=review_on, threshold_days=threshold, created_at=clock.now())
        .on_conflict_do_nothing(constraint="uq_agreement_reminders_threshold")
        .returning(AgreementReminder.id)
    )
    return made is not None


def _write_to(person: Staff, agreement: Agreement, review_on: date, threshold: int, *, days_left: int) -> None:
    messaging.promise_email(
        "agreement_review",
        email=person.email,
        subject_kind="agreement",
        subject_id=agreement.id,
        activation_id=None,
        key=f"agreement-{agreement.id}-review-{review_on}-{threshold}-to-{person.id}",
        agreement_name=agreement.name,
        partner=agreement.partner,
        review_on=review_on,
        days_left=days_left,
        address=f"{current_app.extensions['mra'].public_url}/alliance/agreements/{agreement.id}",
    )
