"""What staff decide about an application, and what applicants withdraw."""

from collections.abc import Iterable

from mra.accounts.services import make_link, newest_link, revoke_links
from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import lock, move, note
from mra.core.db import db
from mra.core.errors import Refused

from .. import rules
from ..models import Application, CarRequest
from ..rules import RequestStatus
from .submission import tell

IN_USE = frozenset({RequestStatus.RESERVED, RequestStatus.SERVED})


def admit(application: Application, *, by: Actor, reason: str = "") -> Application:
    """Accept an application: its cars wait for their turn. Without any proof of damage, staff must say why."""
    move(application, "admit", by=by)
    if rules.is_exception(application.kind, application.evidence) and not reason:
        raise Refused("exception_needs_reason")
    _decide(application, reason)
    _promise(application, "admitted")
    return application


def ask_back(application: Application, *, by: Actor, reason: str) -> Application:
    """Ask the applicant about something that is missing or unclear; the SMS asks for a call and names no details."""
    _need(reason)
    move(application, "ask_back", by=by)
    _decide(application, reason)
    _promise(application, "asked_back")
    return application


def answer(application: Application, *, by: Actor) -> Application:
    """The applicant has answered: the application goes back to the pile, at its old place."""
    return move(application, "answer", by=by)


def turn_down(application: Application, *, by: Actor, reason: str) -> Application:
    """The conditions are not met: nothing of it waits any longer. Refused while a car is reserved or out."""
    _need(reason)
    move(application, "turn_down", by=by)
    _decide(application, reason)
    _withdraw_waiting(application.requests, by)
    _promise(application, "turned_down")
    return application


def withdraw(application: Application, *, by: Actor, reason: str = "") -> Application:
    """The applicant needs no car any more. Refused while a car is reserved or out."""
    move(application, "withdraw", by=by)
    _decide(application, reason)
    _withdraw_waiting(application.requests, by)
    return application


def withdraw_request(car_request: CarRequest, *, by: Actor) -> CarRequest:
    """One car of several is not needed any more; the others go on waiting. A reserved one is cancelled first."""
    lock(car_request)
    if car_request.status in IN_USE:
        raise Refused("request_in_use")
    return move(car_request, "withdraw", by=by)


def renew_link(application: Application, *, by: Actor) -> None:
    """The private link was lost, or came into other hands: it works no longer, and a new one goes to the applicant."""
    lock(application)
    revoke_links("application", application.id)
    link = make_link("application", application.id)
    note(application, "renew_link", by=by)
    db.session.flush()
    key = f"application-{application.id}-link-{link.id}"
    tell(application, "your_page", key=key, help_phone=application.activation.help_phone, link=link)


def _need(reason: str) -> None:
    if not reason.strip():
        raise Refused("reason_missing")


def _decide(application: Application, reason: str) -> None:
    # The reason is about a person: it stands on the application, where it can be erased, and in no audit event.
    application.decision_reason = reason.strip()
    application.decided_at = clock.now()


def _withdraw_waiting(car_requests: Iterable[CarRequest], by: Actor) -> None:
    for car_request in car_requests:
        if car_request.status is not RequestStatus.WITHDRAWN:
            withdraw_request(car_request, by=by)


def _promise(application: Application, template: str) -> None:
    """Tell the applicant; an application can be asked back more than once, so the moment is part of the key."""
    tell(
        application,
        template,
        key=f"application-{application.id}-{template}-{application.decided_at:%Y%m%d%H%M%S}",
        help_phone=application.activation.help_phone,
        link=newest_link("application", application.id),
    )
