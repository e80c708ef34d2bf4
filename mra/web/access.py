"""Deny by default: a view without a mark is refused; a mark is enforced before the view is called."""

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from mra.accounts import services as accounts
from mra.alliance import queries as alliance
from mra.core.access import Mark, mark_of
from mra.core.actor import Actor, ActorKind


def init_app(app: Flask) -> None:
    """Check every request against the mark of its endpoint."""
    app.before_request(enforce)


def mark_of_endpoint(app: Flask, endpoint: str) -> Mark | None:
    """The mark of an endpoint; static files are public."""
    if endpoint == "static":
        return Mark("public")
    return mark_of(app.view_functions[endpoint])


def enforce() -> ResponseReturnValue | None:
    """Let a request pass, send it to the sign-in page, or refuse it."""
    if request.endpoint is None:
        return None
    mark = mark_of_endpoint(current_app, request.endpoint)
    if mark is None:
        abort(403)
    if mark.kind == "staff":
        return _enforce_staff(mark)
    if mark.kind == "member":
        return _enforce_member(mark)
    if mark.kind == "link":
        _enforce_link(mark)
    return None


def _enforce_staff(mark: Mark) -> ResponseReturnValue | None:
    if not current_user.is_authenticated:
        wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
        return redirect(url_for("accounts.show_sign_in", next=wanted or None), 303)
    g.actor, g.role = current_user.actor, current_user.role
    g.chosen_activation_id = session.get("activation_id")
    if current_user.role not in mark.roles:
        abort(403)
    return None


def _enforce_member(mark: Mark) -> ResponseReturnValue | None:
    elsewhere = _enforce_staff(mark)
    if elsewhere is None:
        g.member_id = alliance.member_id_of_person(current_user.id) or abort(403)
    return elsewhere


# Who holds the link to a subject, where it is not an applicant.
LINK_HOLDERS = {
    "call": ActorKind.MEMBER,
    "pledge": ActorKind.MEMBER,
    "member_invitation": ActorKind.MEMBER,
    "donation": ActorKind.DONOR,
    "driver": ActorKind.DRIVER,
    "transport": ActorKind.DRIVER,
    "recall": ActorKind.LESSEE,
}


def _enforce_link(mark: Mark) -> None:
    token = (request.view_args or {}).get("token", "")
    subject_id = accounts.subject_of_token(mark.link or "", token)
    if subject_id is None:
        abort(404, description=f"link {mark.link}")
    g.link_subject_id = subject_id
    g.actor = Actor(LINK_HOLDERS.get(mark.link or "", ActorKind.APPLICANT), subject_id)
