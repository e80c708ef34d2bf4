"""Signing in and out, keeping accounts, making private links."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask import current_app
from sqlalchemy import func, select, update

from mra.core import clock
from mra.core.access import Role
from mra.core.db import db
from mra.core.errors import Refused
from mra.messaging import services as messaging

from . import rules
from .models import AccessLink, Staff, StaffSession

# OWASP's argon2id setting: 0.04 s on two cores, so that a morning of sign-ins does not stall the desks.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Verified when nobody has the address, so that a wrong address takes as long as a wrong password.
NOBODYS_HASH = HASHER.hash("nobody has this password")


def create_staff(*, email: str, name: str, role: Role, password: str) -> Staff:
    """Give a person an account."""
    if not rules.PASSWORD_MIN_LENGTH <= len(password) <= rules.PASSWORD_MAX_LENGTH:
        raise Refused("weak_password")
    if db.session.scalar(select(Staff.id).where(Staff.email == email)):
        raise Refused("email_taken")
    person = Staff(
        email=email, name=name, role=role, password_hash=HASHER.hash(password), created_at=clock.now(), is_active=True
    )
    db.session.add(person)
    db.session.flush()
    return person


def change_role(person: Staff, *, role: Role) -> None:
    """Give a person other work; the last admin stays."""
    _keep_one_admin(person, still_admin=role is Role.ADMIN)
    person.role = role


def deactivate(person: Staff) -> None:
    """Close an account and end its sign-ins."""
    _keep_one_admin(person, still_admin=False)
    person.is_active = False
    _revoke(StaffSession.staff_id == person.id)


def reactivate(person: Staff) -> None:
    """Open a closed account again; the person signs in with the password they had."""
    person.is_active = True


def _keep_one_admin(person: Staff, *, still_admin: bool) -> None:
    others = select(func.count()).where(Staff.role == Role.ADMIN, Staff.is_active, Staff.id != person.id)
    if person.role is Role.ADMIN and not still_admin and not db.session.scalar(others):
        raise Refused("last_admin")


def sign_in(*, email: str, password: str) -> Staff | None:
    """Open a session for the right pair of address and password; the person as signed in, None for a wrong pair."""
    person = db.session.scalar(select(Staff).where(Staff.email == email, Staff.is_active))
    try:
        HASHER.verify(person.password_hash if person else NOBODYS_HASH, password)
    except (VerifyMismatchError, InvalidHashError):
        return None
    if person is None:
        return None
    token = secrets.token_urlsafe(32)
    moment = clock.now()
    db.session.add(
        StaffSession(
            staff_id=person.id,
            token_hash=rules.token_hash(token),
            created_at=moment,
            expires_at=moment + rules.SESSION_LASTS,
        )
    )
    signed_in: Staff = person.with_session(token)
    return signed_in


def session_of(token: str) -> StaffSession | None:
    """The valid session that a cookie's token opens, or None."""
    found = db.session.scalar(select(StaffSession).where(StaffSession.token_hash == rules.token_hash(token)))
    return found if found and found.is_valid(clock.now()) else None


def sign_out(token: str) -> None:
    """End a session."""
    _revoke(StaffSession.token_hash == rules.token_hash(token))


def _revoke(which: object) -> None:
    db.session.execute(
        update(StaffSession).where(which, StaffSession.revoked_at.is_(None)).values(revoked_at=clock.now())  # type: ignore[arg-type]
    )


def make_link(subject_kind: str, subject_id: int) -> AccessLink:
    """A new private link to a subject; earlier ones go on working until they are revoked."""
    nonce = secrets.token_bytes(16)
    made = AccessLink(
        subject_kind=subject_kind,
        subject_id=subject_id,
        nonce=nonce,
        token_hash=rules.token_hash(rules.link_token(_secret(), nonce)),
        created_at=clock.now(),
    )
    db.session.add(made)
    return made


def revoke_links(subject_kind: str, subject_id: int) -> None:
    """From now on no link to this subject works."""
    db.session.execute(
        update(AccessLink)
        .where(AccessLink.subject_kind == subject_kind, AccessLink.subject_id == subject_id)
        .values(revoked_at=clock.now())
    )


def token_of(link: AccessLink) -> str:
    """The token of a link, for the text of a message at the moment of sending. Never shown to staff."""
    return rules.link_token(_secret(), link.nonce)


def link_address(link_id: int) -> str | None:
    """The full address of a private link, for the text of a message; None if the link was revoked."""
    works = select(AccessLink).where(AccessLink.id == link_id, AccessLink.revoked_at.is_(None))
    found = db.session.scalar(works)
    if found is None:
        return None
    site: str = current_app.extensions["mra"].public_url
    return site + rules.LINK_PATHS[found.subject_kind] + token_of(found)


messaging.on_link(link_address)


def newest_link(subject_kind: str, subject_id: int) -> AccessLink | None:
    """The newest link to a subject that still works."""
    return db.session.scalar(
        select(AccessLink)
        .where(
            AccessLink.subject_kind == subject_kind,
            AccessLink.subject_id == subject_id,
            AccessLink.revoked_at.is_(None),
        )
        .order_by(AccessLink.id.desc())
        .limit(1)
    )


def subject_of_token(subject_kind: str, token: str) -> int | None:
    """The id of the subject that a token opens; None if nobody made it or it was revoked."""
    return db.session.scalar(
        select(AccessLink.subject_id).where(
            AccessLink.token_hash == rules.token_hash(token),
            AccessLink.subject_kind == subject_kind,
            AccessLink.revoked_at.is_(None),
        )
    )


def _secret() -> str:
    secret: str = current_app.extensions["mra"].secret_key
    return secret
