"""Who may: roles, and the marks that views carry. Only the shell enforces them; a view without a mark is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

View = TypeVar("View", bound=Callable[..., object])


class Role(StrEnum):
    """What an account may do. An admin may do everything that staff do; a member's person sees the own organisation only."""

    ADMIN = "admin"
    COORDINATOR = "coordinator"
    DESK = "desk"
    VIEWER = "viewer"
    MEMBER = "member"


ROLE_WORDS = {
    Role.ADMIN: "管理者",
    Role.COORDINATOR: "調整担当",
    Role.DESK: "窓口担当",
    Role.VIEWER: "閲覧のみ",
    Role.MEMBER: "加盟団体",
}

READERS = frozenset(Role) - {Role.MEMBER}
DESK_STAFF = frozenset({Role.ADMIN, Role.COORDINATOR, Role.DESK})
COORDINATORS = frozenset({Role.ADMIN, Role.COORDINATOR})
ADMINS = frozenset({Role.ADMIN})


@dataclass(frozen=True)
class Mark:
    """Who may call an endpoint: everyone, staff of some roles, people of a member, or the holder of a private link."""

    kind: str
    roles: frozenset[Role] = frozenset()
    link: str | None = None


def _marked(mark: Mark) -> Callable[[View], View]:
    def keep(view: View) -> View:
        view.access_mark = mark  # type: ignore[attr-defined]
        return view

    return keep


def public(view: View) -> View:
    """Everyone may call this view."""
    return _marked(Mark("public"))(view)


def staff(*roles: Role | frozenset[Role]) -> Callable[[View], View]:
    """Signed-in staff of these roles may call this view; an admin always may. Takes roles or sets of roles."""
    allowed: set[Role] = {Role.ADMIN}
    for role in roles:
        allowed |= {role} if isinstance(role, Role) else role
    return _marked(Mark("staff", frozenset(allowed)))


def member(view: View) -> View:
    """Signed-in people of a member (加盟団体) may call this view; `current.member_id()` is their organisation."""
    return _marked(Mark("member", frozenset({Role.MEMBER})))(view)


def link(subject: str) -> Callable[[View], View]:
    """The holder of a private link to this kind of subject may call the view; the route has a `<token>`."""
    return _marked(Mark("link", link=subject))


def webhook(view: View) -> View:
    """An outside service calls this view; the view itself checks the signature before it reads anything else."""
    return _marked(Mark("webhook"))(view)


def mark_of(view: object) -> Mark | None:
    """The mark a view carries, or None where it carries none (and so is refused)."""
    return getattr(view, "access_mark", None)
