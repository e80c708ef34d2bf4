"""Members of the alliance, whom to reach there, and their people who sign in."""

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import CITEXT
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mra.accounts.models import Staff
from mra.core.db import Base, Id, Moment, words_of
from mra.core.lifecycle import Lifecycle

from ..rules import members as rules
from ..rules.members import ContactDetails, ContactHours, InvitationStatus, MemberDetails, MemberStatus
from .municipalities import Municipality


class Member(Base):
    """A company or group in the alliance; a local firm has its umbrella body as parent."""

    __tablename__ = "members"
    __table_args__ = (
        UniqueConstraint("name", name="uq_members_name"),
        CheckConstraint("parent_id <> id", name="parent_is_another"),
        CheckConstraint("left_on IS NULL OR left_on >= joined_on", name="leaves_after_joining"),
        CheckConstraint("(status = 'left') = (left_on IS NOT NULL)", name="left_with_a_day"),
        Index("ix_members_parent", "parent_id"),
    )
    lifecycle: ClassVar[Lifecycle] = rules.MEMBER

    id: Mapped[Id]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    name: Mapped[str] = mapped_column(String(120))
    kana: Mapped[str] = mapped_column(String(200), default="")
    municipality_code: Mapped[str | None] = mapped_column(ForeignKey("municipalities.code"))
    address: Mapped[str] = mapped_column(String(200), default="")
    joined_on: Mapped[date]
    status: Mapped[MemberStatus] = mapped_column(
        words_of(MemberStatus, "status"), default=MemberStatus.CURRENT, server_default=MemberStatus.CURRENT.value
    )
    left_on: Mapped[date | None]
    remarks: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[Moment]
    parent: Mapped["Member | None"] = relationship(remote_side="Member.id", back_populates="firms")
    firms: Mapped[list["Member"]] = relationship(back_populates="parent", order_by="(Member.kana, Member.id)")
    contacts: Mapped[list["MemberContact"]] = relationship(
        back_populates="member", order_by="(MemberContact.position, MemberContact.id)", cascade="all, delete-orphan"
    )
    municipality: Mapped[Municipality | None] = relationship()

    @property
    def details(self) -> MemberDetails:
        """What the form of a member shows."""
        return MemberDetails(
            self.name,
            self.kana,
            self.parent_id,
            self.municipality_code,
            self.address,
            self.joined_on,
            self.remarks,
        )


class MemberContact(Base):
    """Whom to reach at a member, and when; the first of the day and the first of the night are called first."""

    __tablename__ = "member_contacts"
    __table_args__ = (
        CheckConstraint("phone IS NOT NULL OR email IS NOT NULL", name="can_be_reached"),
        Index("ix_member_contacts_member", "member_id"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    position: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(String(80))
    department: Mapped[str] = mapped_column(String(80), default="")
    hours: Mapped[ContactHours] = mapped_column(words_of(ContactHours, "hours"))
    phone: Mapped[str | None] = mapped_column(String(20))
    can_sms: Mapped[bool] = mapped_column(default=False)
    email: Mapped[str | None] = mapped_column(String(254))
    member: Mapped[Member] = relationship(back_populates="contacts")

    @property
    def details(self) -> ContactDetails:
        """What the form of a contact shows."""
        return ContactDetails(self.name, self.department, self.hours, self.phone, self.can_sms, self.email)


class MemberPerson(Base):
    """An account that belongs to a member: sees this organisation and those under it."""

    __tablename__ = "member_people"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    staff: Mapped[Staff] = relationship(lazy="joined", innerjoin=True)
    member: Mapped[Member] = relationship()


class MemberInvitation(Base):
    """An invitation to sign in for a member, sent by a private link (`member_invitation`)."""

    __tablename__ = "member_invitations"
    __table_args__ = (
        CheckConstraint("(status = 'accepted') = (accepted_at IS NOT NULL)", name="accepted_at"),
        Index("ix_member_invitations_member", "member_id"),
        Index("uq_member_invitations_open", "email", unique=True, postgresql_where="status = 'invited'"),
    )
    lifecycle: ClassVar[Lifecycle] = rules.INVITATION

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(CITEXT)
    invited_by_staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[Moment]
    status: Mapped[InvitationStatus] = mapped_column(words_of(InvitationStatus, "status"))
    accepted_at: Mapped[Moment | None]
    member: Mapped[Member] = relationship()
