"""Members, whom to reach there, and who belongs to whom."""

from sqlalchemy import select

from mra.core.db import db

from ..models import MemberPerson


def member_id_of_person(staff_id: int) -> int | None:
    """The member that an account belongs to; None for staff."""
    return db.session.scalar(select(MemberPerson.member_id).where(MemberPerson.staff_id == staff_id))
