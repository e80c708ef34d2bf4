"""Staff, their sessions, and private links."""

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import CITEXT
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mra.core.access import Role
from mra.core.actor import Actor, ActorKind
from mra.core.db import Base, Id, Moment, words_of


class Staff(UserMixin, Base):  # type: ignore[misc]
    """A person of the secretariat or a base who signs in."""

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("email", name="uq_staff_email"),)

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(CITEXT)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[Role] = mapped_column(words_of(Role, "role"))
    password_hash: Mapped[str] = mapped_column(String(200))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Moment]
    _session_token = ""

    def with_session(self, token: str) -> "Staff":
        """This person as signed in by one session."""
        self._session_token = token
        return self

    def get_id(self) -> str:
        """What Flask-Login keeps in the cookie: the token of the session, so that a session can be revoked."""
        return self._session_token

    @property
    def actor(self) -> Actor:
        """This person as the one who did something."""
        return Actor(ActorKind.STAFF, self.id)


class StaffSession(Base):
    """One sign-in on one device; survives the loss of Redis, ends by time or by revocation."""

    __tablename__ = "staff_sessions"

    id: Mapped[Id]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    revoked_at: Mapped[Moment | None]
    staff: Mapped[Staff] = relationship(lazy="joined", innerjoin=True)

    def is_valid(self, moment: datetime) -> bool:
        """Whether this sign-in still counts."""
        return self.revoked_at is None and moment < self.expires_at and self.staff.is_active


class AccessLink(Base):
    """A private link to one subject (an application). The token is never stored, only its hash and a nonce."""

    __tablename__ = "access_links"
    __table_args__ = (Index("ix_access_links_subject", "subject_kind", "subject_id"),)

    id: Mapped[Id]
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    nonce: Mapped[bytes] = mapped_column(LargeBinary)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[Moment]
    revoked_at: Mapped[Moment | None]
