"""An agreement from the first draft to its end: written down, changed, signed, renewed, ended."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import update

from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import begin, lock, move, note
from mra.core.db import db
from mra.core.editions import changed_fields
from mra.core.errors import Refused

from .. import queries
from ..models import Agreement, AgreementParty, AgreementReminder
from ..rules import agreements as rules
from ..rules.agreements import AgreementDetails, AgreementStatus, Dates, Party

PARTS = frozenset({"parties", "area"})


def register_agreement(details: AgreementDetails, *, by: Actor) -> Agreement:
    """Write down an agreement that is being negotiated, or one that was signed before we kept a register."""
    _refuse_unknown_places(details)
    _refuse_reversed(details.dates)
    agreement = Agreement(created_at=clock.now(), version=1, area=list(details.area), **_plain_values(details))
    agreement.parties = _party_rows(details.parties)
    return begin(agreement, by=by)


def change_agreement(agreement: Agreement, details: AgreementDetails, *, version: int, by: Actor) -> None:
    """Write down other facts; refused if somebody else changed the agreement since the form was opened."""
    lock_for_change(agreement)
    _refuse_old_version(agreement, version)
    before = agreement.details
    changed = changed_fields(before, details)
    if not changed:
        return
    _refuse_unknown_places(details)
    _refuse_reversed(details.dates)
    if agreement.status is AgreementStatus.IN_FORCE and details.signed_on is None:
        raise Refused("signing_day_missing")
    for name, value in _plain_values(details).items():
        setattr(agreement, name, value)
    agreement.area = list(details.area)
    if "parties" in changed:
        agreement.parties[:] = _party_rows(details.parties)
    if "review_on" in changed:
        _close_reminders(agreement)
    _tell_new_version(agreement, "change", by=by, fields=changed)


def sign_agreement(agreement: Agreement, *, signed_on: date, effective_on: date | None, by: Actor) -> None:
    """The paper has been signed: from now on (or from the day agreed) one may stand on it. The PDF may come later."""
    move(agreement, "sign", by=by, signed_on=signed_on)
    agreement.signed_on, agreement.effective_on = signed_on, effective_on or signed_on
    if signed_on > clock.today():
        raise Refused("signing_ahead")
    _refuse_reversed(_dates(agreement))
    agreement.version += 1
    db.session.flush()


def renew_agreement(
    agreement: Agreement,
    *,
    effective_on: date,
    expires_on: date | None,
    review_on: date | None,
    version: int,
    by: Actor,
) -> None:
    """Both sides go on: a new term, a new day to look at it again; reminders of the old one are settled.

    Renewed ahead of time, it counts all the while: between the terms somebody may need it.
    """
    lock_for_change(agreement)
    _refuse_old_version(agreement, version)
    if agreement.status is not AgreementStatus.IN_FORCE:
        raise Refused("agreement_not_in_force")
    if review_on is not None and review_on <= clock.today():
        raise Refused("review_not_ahead")
    today = clock.today()
    last_day = agreement.runs_until(today)
    agreement.effective_on = rules.in_effect_since(agreement.effective_on, last_day, effective_on, today)
    agreement.expires_on, agreement.review_on = expires_on, review_on
    if expires_on and expires_on < effective_on:
        raise Refused("expiry_before_effect")
    _refuse_reversed(_dates(agreement))
    _close_reminders(agreement)
    _tell_new_version(agreement, "renew", by=by, effective_on=effective_on, expires_on=expires_on, review_on=review_on)


def end_agreement(agreement: Agreement, *, ended_on: date, by: Actor) -> None:
    """Nobody stands on it any more; nothing more is reminded."""
    move(agreement, "end", by=by, ended_on=ended_on)
    if ended_on > clock.today():
        raise Refused("ending_ahead")
    if agreement.signed_on and ended_on < agreement.signed_on:
        raise Refused("ending_before_signing")
    agreement.ended_on = ended_on
    agreement.version += 1
    _close_reminders(agreement)
    db.session.flush()


def lock_for_change(agreement: Agreement) -> None:
    """The row is ours until the end of the transaction; an agreement that has ended stays as it is."""
    lock(agreement)
    if agreement.status is AgreementStatus.ENDED:
        raise Refused("agreement_ended")


def _tell_new_version(agreement: Agreement, action: str, *, by: Actor, **facts: Any) -> None:
    agreement.version += 1
    note(agreement, action, by=by, **facts)
    db.session.flush()


def _close_reminders(agreement: Agreement) -> None:
    open_ones = (AgreementReminder.agreement_id == agreement.id) & AgreementReminder.closed_at.is_(None)
    db.session.execute(update(AgreementReminder).where(open_ones).values(closed_at=clock.now()))


def _refuse_old_version(agreement: Agreement, seen: int) -> None:
    if agreement.version != seen:
        raise Refused("agreement_changed")


def _refuse_reversed(days: Dates) -> None:
    if fault := rules.date_fault(days):
        raise Refused(fault[1])


def _refuse_unknown_places(details: AgreementDetails) -> None:
    wanted = {*details.area, *(party.area_key for party in details.parties if party.area_key)}
    unknown = wanted - queries.names_of_keys(wanted).keys()
    if unknown:
        raise Refused("unknown_place", place=min(unknown))


def _dates(agreement: Agreement) -> Dates:
    return Dates(
        agreement.signed_on,
        agreement.effective_on,
        agreement.expires_on,
        agreement.review_on,
        agreement.renews_automatically,
    )


def _plain_values(details: AgreementDetails) -> dict[str, Any]:
    return {field.name: getattr(details, field.name) for field in fields(details) if field.name not in PARTS}


def _party_rows(parties: Iterable[Party]) -> list[AgreementParty]:
    return [
        AgreementParty(position=position, name=party.name, area_key=party.area_key)
        for position, party in enumerate(parties, start=1)
    ]
