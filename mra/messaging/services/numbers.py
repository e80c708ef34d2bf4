"""What we know of phone numbers that get no SMS."""

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from mra.core import clock
from mra.core.db import db

from ..models import NumberMark
from ..next_steps import Mark


def mark(phone: str, mark: Mark, code: str) -> None:
    """Keep that a number gets no SMS, and by which code we know."""
    facts = {"mark": mark, "code": code, "marked_at": clock.now()}
    db.session.execute(
        insert(NumberMark).values(phone=phone, **facts).on_conflict_do_update(index_elements=["phone"], set_=facts)
    )


def unmark(phone: str) -> None:
    """Forget it: something arrived, or a person decided to try."""
    db.session.execute(delete(NumberMark).where(NumberMark.phone == phone))


def mark_of(phone: str) -> Mark | None:
    """What we know against a number; None where SMS are worth trying."""
    return db.session.scalar(select(NumberMark.mark).where(NumberMark.phone == phone))


def marked_among(phones: Collection[str]) -> set[str]:
    """Those of these numbers that SMS do not reach, in one statement."""
    return set(db.session.scalars(select(NumberMark.phone).where(NumberMark.phone.in_(phones)))) if phones else set()
