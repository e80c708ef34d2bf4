"""Calls for cars: the standing one, others for an emergency, and their limits in versions."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.exc import IntegrityError

from mra.core import clock
from mra.core.actor import SYSTEM, Actor
from mra.core.audit import begin, lock, move, note
from mra.core.db import db
from mra.core.errors import Refused

from .. import queries, rules
from ..models import Appeal, LimitsVersion
from ..rules import Limits

FIRST_REASON = "呼びかけの作成"


@dataclass(frozen=True)
class AppealDetails:
    """What staff decide about a call, apart from its limits."""

    name: str
    description: str
    opens_on: date
    closes_on: date | None = None
    activation_id: int | None = None


def standing_appeal() -> Appeal:
    """The call that is always open; made where there is none yet, once however many ask at the same moment."""
    found = queries.standing_appeal()
    if found:
        return found
    try:
        with db.session.begin_nested():
            details = AppealDetails(rules.STANDING_APPEAL_NAME, "", clock.today())
            return _make(details, Limits(), is_standing=True, by=SYSTEM)
    except IntegrityError:
        return queries.standing_appeal() or standing_appeal()


def make_appeal(details: AppealDetails, limits: Limits, *, by: Actor) -> Appeal:
    """Call for cars, besides the standing call."""
    return _make(details, limits, is_standing=False, by=by)


def _make(details: AppealDetails, limits: Limits, *, is_standing: bool, by: Actor) -> Appeal:
    appeal = Appeal(created_at=clock.now(), is_standing=is_standing)
    _write(appeal, details)
    begin(appeal, by=by)
    _add_version(appeal, limits, 1, FIRST_REASON)
    return appeal


def _write(appeal: Appeal, details: AppealDetails) -> None:
    appeal.name, appeal.description = details.name, details.description
    appeal.opens_on, appeal.closes_on = details.opens_on, details.closes_on
    appeal.activation_id = details.activation_id


def _add_version(appeal: Appeal, limits: Limits, number: int, reason: str) -> None:
    version = LimitsVersion(
        appeal_id=appeal.id,
        number=number,
        least_inspection_months=limits.least_inspection_months,
        most_age_years=limits.most_age_years,
        most_km=limits.most_km,
        classes=sorted(kind.value for kind in limits.classes),
        area_note=limits.area_note,
        reason=reason,
        created_at=clock.now(),
    )
    db.session.add(version)
    db.session.flush()
    db.session.expire(appeal, ["versions"])


def change_appeal(appeal: Appeal, details: AppealDetails, *, by: Actor) -> None:
    """Other words or days; the standing call keeps its name and has no end."""
    lock(appeal)
    if appeal.is_standing and details.closes_on is not None:
        raise Refused("appeal_is_standing")
    _write(appeal, details)
    note(appeal, "change", by=by)


def change_limits(appeal: Appeal, limits: Limits, *, reason: str, number: int, by: Actor) -> None:
    """From now on cars are judged by these; donations keep the version by which they were.

    `number` is the version that the person saw: whoever comes second looks again.
    """
    lock(appeal)
    db.session.expire(appeal, ["versions"])
    if appeal.version.number != number:
        raise Refused("appeal_changed")
    if appeal.version.limits == limits:
        return
    _add_version(appeal, limits, number + 1, reason)
    note(appeal, "change_limits", by=by, number=number + 1)


def close_appeal(appeal: Appeal, *, by: Actor) -> None:
    """No further cars are taken by this call; those offered go on their way."""
    if appeal.is_standing:
        raise Refused("appeal_is_standing")
    move(appeal, "close", by=by)


def reopen_appeal(appeal: Appeal, *, by: Actor) -> None:
    """Take cars again."""
    move(appeal, "reopen", by=by)
