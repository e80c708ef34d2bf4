"""Today at the desk, one applicant's case, and the page behind a resident's private link."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.allocation import services as allocation
from mra.allocation.models import Offer
from mra.allocation.rules import tier_word
from mra.applications import queries as application_queries
from mra.applications import rules as application_rules
from mra.applications import services as applications
from mra.applications.models import Application
from mra.core import clock, current
from mra.core.access import DESK_STAFF, READERS, link, staff
from mra.core.dates import age_on
from mra.core.lifecycle import Move
from mra.disasters import queries as disasters
from mra.loans import queries as loan_queries
from mra.loans import services as loans
from mra.loans.rules import LOAN

from . import rules
from .forms import HandoverForm, slot_code
from .queries import case as cases
from .queries import today as days

blueprint = Blueprint("desk", __name__)

# The pages of loans on which these moves are made.
LOAN_PAGES = {"hand_over": "loans.show_handover", "take_back": "loans.show_return"}
# The moves of an application: those that ask for a reason on a page, and those that need none.
DECISION_PAGES = {
    "admit": "applications.new_admission",
    "ask_back": "applications.new_question",
    "turn_down": "applications.new_rejection",
    "withdraw": "applications.new_withdrawal",
}
POSTED_AT_ONCE = {"admit": "applications.admit", "answer": "applications.answer"}


@blueprint.get("/desk")
@staff(READERS)
def today() -> ResponseReturnValue:
    """Today's handovers, returns, late cars and open questions."""
    activation = disasters.current_activation()
    if activation is None:
        return render_template("desk/no_activation.html")
    bases = days.work_of_bases(activation)
    chosen = request.args.get("base", type=int)
    base_ids = [one.base.id for one in bases if chosen in (None, one.base.id)]
    if chosen is not None and not base_ids:
        abort(404)
    work = days.todays_work(activation, base_ids, chosen)
    return render_template(
        "desk/today.html",
        activation=activation,
        bases=bases,
        chosen=chosen,
        work=work,
        buttons=_loan_buttons(),
        lateness=rules.lateness,
    )


def _loan_buttons() -> dict[str, dict[str, str]]:
    """The moves of a loan that this role may make, each with the page on which it is made."""
    return {
        move.action: {"label": move.label, "endpoint": LOAN_PAGES[move.action]}
        for move in LOAN.moves
        if move.action in LOAN_PAGES and current.role() in move.roles
    }


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
        actions=_actions(application),
        duplicates=application_queries.possible_duplicates(application),
        may_withdraw_one=current.role() in DESK_STAFF and len(wishes) > 1,
        messages=cases.messages(application, wishes),
        timeline=cases.timeline(application, wishes),
        words=application_rules,
        tier_word=tier_word,
        age=age_on(application.born_on, clock.today()),
    )


def _actions(application: Application) -> list[dict[str, str]]:
    """The buttons of the case: what the table allows this role. What needs a reason is asked on a page of its own."""
    moves = application.lifecycle.actions(application.status, current.role())
    return [_action(move, application) for move in moves]


def _action(move: Move, application: Application) -> dict[str, str]:
    asks = application_rules.is_exception(application.kind, application.evidence) or move.action not in POSTED_AT_ONCE
    endpoint = DECISION_PAGES[move.action] if asks and move.action in DECISION_PAGES else POSTED_AT_ONCE[move.action]
    return {
        "label": move.label,
        "url": url_for(endpoint, application_id=application.id),
        "method": "get" if endpoint in DECISION_PAGES.values() else "post",
        "tone": "primary" if move.action in POSTED_AT_ONCE else "secondary",
    }


@blueprint.get("/a/<token>")
@link("application")
def resident(token: str) -> ResponseReturnValue:
    """Where my application stands and what I do next."""
    application = cases.application(current.link_subject_id()) or abort(404)
    wishes = cases.wishes(application)
    return render_template(
        "desk/resident/show.html",
        application=application,
        wishes=wishes,
        token=token,
        steps=rules.STEPS,
        step_of=rules.step_of,
        ended=rules.offer_ended_in,
        can_withdraw=rules.can_withdraw(application.status, [wish.car_request.status for wish in wishes]),
    )


@blueprint.get("/a/<token>/offers/<int:offer_id>")
@link("application")
def offer(token: str, offer_id: int) -> ResponseReturnValue:
    """When can I fetch the car?"""
    answerable = _open_offer(offer_id)
    return _choose_time(token, answerable) if answerable else _back(token, "このご案内は終了しました。")


@blueprint.get("/a/<token>/offers/<int:offer_id>/acceptance")
@link("application")
def show_acceptance(token: str, offer_id: int) -> ResponseReturnValue:
    """The last look before a reservation is made."""
    answerable = _open_offer(offer_id)
    if answerable is None:
        return _back(token, "このご案内は終了しました。")
    form = HandoverForm(request.args)
    if not form.check():
        return _choose_time(token, answerable, form.errors["handover_at"]), 422
    handover_at = form.clean["handover_at"]
    return render_template(
        "desk/resident/acceptance.html",
        token=token,
        offer=answerable,
        handover_at=handover_at,
        code=slot_code(handover_at),
    )


@blueprint.post("/a/<token>/offers/<int:offer_id>/acceptance")
@link("application")
def accept(token: str, offer_id: int) -> ResponseReturnValue:
    """Take the car at the chosen time."""
    answered = _offer(offer_id)
    form = HandoverForm(request.form)
    if not form.check():
        return _choose_time(token, answered, form.errors["handover_at"]), 422
    loans.accept_offer(answered, handover_at=form.clean["handover_at"], by=current.actor())
    return _back(token, "予約しました。受け取りの日時と場所を確認してください。", "success")


@blueprint.get("/a/<token>/offers/<int:offer_id>/refusal")
@link("application")
def show_refusal(token: str, offer_id: int) -> ResponseReturnValue:
    """Is it really no?"""
    answerable = _open_offer(offer_id)
    if answerable is None:
        return _back(token, "このご案内は終了しました。")
    return render_template(
        "desk/resident/confirm.html",
        title="今回は辞退しますか",
        text="この車は、次の方にご案内します。",
        items=rules.DECLINING_MEANS,
        action=url_for("desk.refuse", token=token, offer_id=offer_id),
        label="今回は辞退する",
        back_url=url_for("desk.resident", token=token),
        back_label="辞退せずに戻る",
    )


@blueprint.post("/a/<token>/offers/<int:offer_id>/refusal")
@link("application")
def refuse(token: str, offer_id: int) -> ResponseReturnValue:
    """No to this car; the waiting goes on."""
    allocation.decline(_offer(offer_id), by=current.actor())
    return _back(token, "辞退を承りました。", "success")


@blueprint.get("/a/<token>/withdrawal")
@link("application")
def show_withdrawal(token: str) -> ResponseReturnValue:
    """Is the car really not needed any more?"""
    return render_template(
        "desk/resident/confirm.html",
        title="申し込みを取り下げますか",
        text="取り下げたあとで、元に戻すことはできません。",
        items=rules.WITHDRAWING_MEANS,
        action=url_for("desk.withdraw", token=token),
        label="申し込みを取り下げる",
        back_url=url_for("desk.resident", token=token),
        back_label="取り下げずに戻る",
    )


@blueprint.post("/a/<token>/withdrawal")
@link("application")
def withdraw(token: str) -> ResponseReturnValue:
    """The car is not needed any more."""
    application = cases.application(current.link_subject_id()) or abort(404)
    applications.withdraw(application, by=current.actor(), reason=rules.WITHDRAWN_BY_LINK)
    return _back(token, "申し込みを取り下げました。", "success")


def _offer(offer_id: int) -> Offer:
    """An offer made to the holder of the private link; anybody else's is not found."""
    return cases.offer_of(current.link_subject_id(), offer_id) or abort(404)


def _open_offer(offer_id: int) -> Offer | None:
    """The same, if it can still be answered."""
    found = _offer(offer_id)
    return found if cases.is_answerable(found) else None


def _choose_time(token: str, of: Offer, fault: str | None = None) -> str:
    slots = loan_queries.handover_slots(of.base, from_day=clock.today())
    free = [(day, moments) for day, moments in slots if moments]
    return render_template(
        "desk/resident/offer.html", token=token, offer=of, slots=free, fault=fault, slot_code=slot_code
    )


def _back(token: str, sentence: str, tone: str = "info") -> ResponseReturnValue:
    flash(sentence, tone)
    return redirect(url_for("desk.resident", token=token), 303)
