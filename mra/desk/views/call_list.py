"""The call list: whom to ring, one screen per call, and what it came to."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.core import clock, current
from mra.core.access import DESK_STAFF, READERS, staff
from mra.core.db import db
from mra.disasters import queries as disasters
from mra.disasters.models import Activation
from mra.messaging.inbound.queries import answers_to
from mra.messaging.texts import without_link

from .. import call_rules as rules
from .. import services
from ..call_rules import CallResult, CallState, Matter
from ..forms import CallForm
from ..models import CallClaim
from ..queries import call_list
from ..queries.call_list import Key, Person, Row
from .blueprint import blueprint

NOBODY_LEFT = "いま電話をかける方はいません。新しい用件は、この一覧に自動で並びます。"


@blueprint.get("/call-list")
@staff(READERS)
def calls() -> ResponseReturnValue:
    """Everybody whom messages do not reach, the nearest deadline first."""
    activation = disasters.current_activation()
    if activation is None:
        return render_template("desk/no_activation.html")
    state = _state_named(request.args.get("state", ""))
    counts = call_list.counts(activation.id)
    return render_template(
        "desk/calls/index.html",
        activation=activation,
        page=call_list.page(activation.id, state, Key.read(request.args.get("after", ""))),
        state=state,
        counts=counts,
        to_call=counts[CallState.NOW],
        may_call=current.role() in DESK_STAFF,
        staff_id=current.staff_id(),
        words=rules,
    )


def _state_named(slug: str) -> CallState:
    return next((state for state in CallState if state.value == slug), CallState.NOW)


@blueprint.post("/call-list/claims")
@staff(DESK_STAFF)
def claim_call() -> ResponseReturnValue:
    """Take the next person, or the one of a row."""
    activation_id, code = _activation().id, request.form.get("matter", "")
    if code:
        claim = services.claim_one(activation_id, code, staff_id=current.staff_id())
        return redirect(url_for("desk.call", claim_id=claim.id), 303)
    next_one = services.claim_next(activation_id, staff_id=current.staff_id())
    if next_one is None:
        flash(NOBODY_LEFT, "info")
        return redirect(url_for("desk.calls"), 303)
    return redirect(url_for("desk.call", claim_id=next_one.id), 303)


@blueprint.get("/call-list/claims/<int:claim_id>")
@staff(DESK_STAFF)
def call(claim_id: int) -> ResponseReturnValue:
    """One call: whom, why, what to say, what it came to."""
    claim, person = _own(claim_id)
    if person is None:
        flash("この方への電話は、すでに終わっているか、ほかの担当者が受け持っています。", "info")
        return redirect(url_for("desk.calls"), 303)
    return _screen(claim, person, CallForm({}))


@blueprint.post("/call-list/claims/<int:claim_id>/result")
@staff(DESK_STAFF)
def record_call(claim_id: int) -> ResponseReturnValue:
    """What the call came to; then the next one."""
    claim, person = _own(claim_id)
    if person is None:
        flash(
            "記録できませんでした。受け持ちの時間が過ぎたか、用件がすでに解決しています。一覧を確認してください。",
            "warning",
        )
        return redirect(url_for("desk.calls"), 303)
    form = CallForm(request.form)
    if not form.check():
        return _screen(claim, person, form), 422
    services.record_call(claim, person, by=current.actor(), **form.clean)
    flash(f"「{rules.RESULT_WORDS[form.clean['result']]}」と記録しました。", "success")
    return redirect(url_for("desk.calls"), 303)


@blueprint.post("/call-list/claims/<int:claim_id>/release")
@staff(DESK_STAFF)
def release_call(claim_id: int) -> ResponseReturnValue:
    """Not rung after all."""
    services.give_back(db.get_or_404(CallClaim, claim_id), staff_id=current.staff_id())
    flash("電話をかけずに、一覧に戻しました。", "info")
    return redirect(url_for("desk.calls"), 303)


def _activation() -> Activation:
    return disasters.current_activation() or abort(404)


def _own(claim_id: int) -> tuple[CallClaim, Person | None]:
    """A claim and its person, None where it is not mine any more or nothing is left to ring about."""
    claim = db.get_or_404(CallClaim, claim_id)
    is_mine = claim.staff_id == current.staff_id() and claim.until_at > clock.now()
    return claim, call_list.person(_activation().id, claim.phone) if is_mine else None


def _screen(claim: CallClaim, person: Person, form: CallForm) -> str:
    replies = call_list.replies_of(person)
    return render_template(
        "desk/calls/show.html",
        claim=claim,
        person=person,
        form=form,
        offers=call_list.offers_of(person),
        messages=call_list.messages_of(person),
        replies=replies,
        answers=answers_to(replies),
        pages={row.code: _page_of(row) for row in person.rows},
        results=[(code.value, rules.RESULT_WORDS[code], rules.RESULT_MEANINGS[code]) for code in CallResult],
        without_link=without_link,
        words=rules,
    )


def _page_of(row: Row) -> tuple[str, str] | None:
    """The page on which what was said is recorded: its address and the words of the link."""
    if row.matter in (Matter.OFFER_UNTOLD, Matter.OFFER_ANSWER):
        return url_for("allocation.show_offer", offer_id=row.subject_id), "承諾か辞退を記録する"
    if row.matter in (Matter.OVERDUE, Matter.DUE_SOON):
        return url_for("loans.show", loan_id=row.subject_id), "貸出を開く（延長・返却）"
    if row.application_id:
        return url_for("desk.case", application_id=row.application_id), "申込を開く"
    return None
