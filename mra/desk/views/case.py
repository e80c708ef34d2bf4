"""One applicant's case."""

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue

from mra.applications import queries as application_queries
from mra.applications import rules as application_rules
from mra.applications.models import Application
from mra.core import clock, current
from mra.core.access import COORDINATORS, DESK_STAFF, READERS, staff
from mra.core.circumstances import CIRCUMSTANCE_WORDS
from mra.core.dates import age_on
from mra.core.lifecycle import Move
from mra.messaging.inbound import suppression
from mra.messaging.inbound.rules import REASON_WORDS
from mra.messaging.next_steps import reason
from mra.messaging.replies import REPLY_WORDS
from mra.messaging.texts import without_link

from .. import rules
from ..queries import case as cases
from .blueprint import LOAN_PAGES, blueprint

# The moves of an application: those that ask for a reason on a page, and those that need none.
DECISION_PAGES = {
    "admit": "applications.new_admission",
    "ask_back": "applications.new_question",
    "turn_down": "applications.new_rejection",
    "withdraw": "applications.new_withdrawal",
}
POSTED_AT_ONCE = {"admit": "applications.admit", "answer": "applications.answer"}


@blueprint.get("/applications/<int:application_id>")
@staff(READERS)
def case(application_id: int) -> ResponseReturnValue:
    """One applicant's case: facts, what to do next, cars, messages, what happened."""
    application = cases.application(application_id) or abort(404)
    wishes = cases.wishes(application)
    return render_template(
        "desk/case.html",
        application=application,
        wishes=wishes,
        next_step=rules.NEXT_FOR_STAFF[rules.most_pressing({wish.standing for wish in wishes})],
        actions=[action for wish in wishes for action in _car_actions(wish, len(wishes))] + _actions(application),
        duplicates=application_queries.possible_duplicates(application),
        may_withdraw_one=current.role() in DESK_STAFF and len(wishes) > 1,
        may_renew_link=current.role() in DESK_STAFF,
        messages=cases.messages(application, wishes),
        reply_words=REPLY_WORDS,
        without_link=without_link,
        reason=reason,
        timeline=cases.timeline(application, wishes),
        words=application_rules,
        circumstances=CIRCUMSTANCE_WORDS,
        may_set_tier=current.role() in COORDINATORS,
        suppression=suppression.suppression_of(application.phone),
        suppression_words=REASON_WORDS,
        may_stop_sms=current.role() in DESK_STAFF and application.can_sms,
        age=age_on(application.born_on, clock.today()),
    )


def _actions(application: Application) -> list[dict[str, str]]:
    """The buttons of the case: what the table allows this role. What needs a reason is asked on a page of its own."""
    moves = application.lifecycle.actions(application.status, current.role())
    return [_action(move, application) for move in moves]


def _car_actions(wish: cases.Wish, total: int) -> list[dict[str, str]]:
    """The pages on which an answer, a handover or a return of this car is recorded, for those who may."""
    role, which = current.role(), f"（{wish.car_request.position}台目）" if total > 1 else ""
    found = []
    if wish.open_offer and role in DESK_STAFF:
        url = url_for("allocation.show_offer", offer_id=wish.open_offer.id)
        found.append({"label": "案内への回答を記録する" + which, "url": url, "method": "get", "tone": "primary"})
    if wish.loan:
        for move in wish.loan.lifecycle.actions(wish.loan.status, role):
            if endpoint := LOAN_PAGES.get(move.action):
                url = url_for(endpoint, loan_id=wish.loan.id)
                found.append({"label": move.label + which, "url": url, "method": "get", "tone": "primary"})
    return found


def _action(move: Move, application: Application) -> dict[str, str]:
    asks = application_rules.is_exception(application.kind, application.evidence) or move.action not in POSTED_AT_ONCE
    endpoint = DECISION_PAGES[move.action] if asks and move.action in DECISION_PAGES else POSTED_AT_ONCE[move.action]
    return {
        "label": move.label,
        "url": url_for(endpoint, application_id=application.id),
        "method": "get" if endpoint in DECISION_PAGES.values() else "post",
        "tone": "primary" if move.action in POSTED_AT_ONCE else "secondary",
    }
