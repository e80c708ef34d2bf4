"""What borrowers are told by SMS."""

from typing import Any

from mra.accounts import services as accounts
from mra.accounts.models import AccessLink
from mra.core import clock
from mra.core.db import db
from mra.loans import queries, rules
from mra.loans.models import Loan
from mra.loans.services.replies import ask_about_due
from mra.messaging import services as messaging


def remind_due() -> int:
    """Tell borrowers that their car is due soon, or late: in the daytime, once each per loan and due date; returns how many."""
    hour = clock.in_japan(clock.now()).hour
    if not rules.REMIND_FROM_HOUR <= hour < rules.REMIND_UNTIL_HOUR:
        return 0
    reminded = list(queries.soon_due())
    for loan in reminded:
        due_on = clock.in_japan(loan.due_at).date()
        promise_text_about(loan, "due_soon", f"due-soon-{due_on}", due=loan.due_at)
        ask_about_due(loan)
    late = list(queries.newly_late())
    for loan in late:
        promise_text_about(loan, "overdue", f"overdue-{clock.in_japan(loan.due_at).date()}")
    return len(reminded) + len(late)


def promise_text_about(loan: Loan, template: str, occasion: str, **values: Any) -> None:
    """Promise an SMS to the applicant, with the private link to their application and the activation's phone number."""
    application = loan.car_request.application
    link = accounts.newest_link("application", application.id) or _new_link(application.id)
    messaging.promise_text(
        template,
        phone=application.phone,
        can_sms=application.can_sms,
        subject_kind="application",
        subject_id=application.id,
        activation_id=loan.activation_id,
        key=f"loan-{loan.id}-{occasion}",
        link_id=link.id if link else None,
        cause=("loan", loan.id),
        help_phone=application.activation.help_phone,
        **values,
    )


def _new_link(application_id: int) -> AccessLink:
    link = accounts.make_link("application", application_id)
    db.session.flush()
    return link


def still_holds(template: str, loan_id: int) -> bool:
    """Whether a text about a loan is still true when it goes out: no reminder for a car that is back or has more time."""
    loan = db.session.get(Loan, loan_id)
    return loan is not None and rules.text_holds(template, loan.status, loan.due_at, clock.now())
