"""Who acts in this request, for views: filled by the shell before the view is called."""

from flask import g, has_app_context

from .access import Role
from .actor import PUBLIC, Actor


def actor() -> Actor:
    """The person (or the unnamed public) on whose behalf this request acts."""
    acting: Actor = g.get("actor", PUBLIC)
    return acting


def role() -> Role | None:
    """The role of the signed-in person, None for everybody else."""
    signed_in_as: Role | None = g.get("role")
    return signed_in_as


def link_subject_id() -> int:
    """The id of the subject that the private link of this request opens."""
    subject_id: int = g.link_subject_id
    return subject_id


def member_id() -> int:
    """The organisation of the signed-in person; only in views marked for members."""
    own: int = g.member_id
    return own


def chosen_activation_id() -> int | None:
    """The activation that the signed-in person chose to work on, if any; outside a request nobody chose."""
    chosen: int | None = g.get("chosen_activation_id") if has_app_context() else None
    return chosen


def staff_id() -> int:
    """The account of the signed-in person; only in views marked for staff."""
    person = actor()
    if person.id is None:
        raise RuntimeError("no staff in this request")
    return person.id
