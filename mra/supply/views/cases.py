"""The page of one call for staff: what was asked, what was said, what came, and what to do next."""

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from mra.accounts.queries import staff_names, timeline_lines
from mra.core import clock, current
from mra.core.access import COORDINATORS, DESK_STAFF, READERS, staff

from .. import queries, services
from ..forms import AnswerForm, AttemptForm, ReasonForm
from ..models import Call
from ..rules.calls import ANSWER_WORDS, ATTEMPT_WORDS, CALL
from .blueprint import blueprint, load_call, to_case


@blueprint.get("/supply/calls/<int:call_id>")
@staff(READERS)
def show_call(call_id: int) -> ResponseReturnValue:
    """Where one call stands."""
    return _page(load_call(call_id))


@blueprint.post("/supply/calls/<int:call_id>/answer")
@staff(DESK_STAFF)
def record_answer(call_id: int) -> ResponseReturnValue:
    """Write down what the member said on the phone; this is possible after the deadline too."""
    call = load_call(call_id)
    form = AnswerForm(request.form, call.quantity)
    if not form.check():
        return _page(call, answer=form), 422
    services.agree_or_refuse(call, by=current.actor(), **form.clean)
    flash("回答を記録しました。", "success")
    return to_case(call)


@blueprint.post("/supply/calls/<int:call_id>/attempts")
@staff(DESK_STAFF)
def record_attempt(call_id: int) -> ResponseReturnValue:
    """Write down what came of ringing."""
    call = load_call(call_id)
    form = AttemptForm(request.form)
    if not form.check():
        return _page(call, attempt=form), 422
    services.ring(
        call,
        result=form.clean["result"],
        note_text=form.clean["note"],
        staff_id=current.staff_id(),
        by=current.actor(),
    )
    flash("電話の結果を記録しました。", "success")
    return to_case(call)


@blueprint.post("/supply/calls/<int:call_id>/link")
@staff(DESK_STAFF)
def send_call_again(call_id: int) -> ResponseReturnValue:
    """The member lost the link, or gave another number: a new one is sent, the old one works no more."""
    call = load_call(call_id)
    if services.send_again(call, by=current.actor()):
        flash("新しいリンクを送りました。前のリンクは使えなくなりました。", "success")
    else:
        flash("SMSもメールも届く連絡先がありません。電話で確認してください。", "warning")
    return to_case(call)


@blueprint.post("/supply/calls/<int:call_id>/cancellation")
@staff(COORDINATORS)
def cancel_call(call_id: int) -> ResponseReturnValue:
    """It is needed no longer."""
    call = load_call(call_id)
    form = ReasonForm(request.form)
    if not form.check():
        return _page(call, reason=form), 422
    services.cancel(call, by=current.actor(), reason=form.clean["reason"])
    flash("要請を取り消し、相手にお知らせしました。", "success")
    return to_case(call)


@blueprint.post("/supply/calls/<int:call_id>/completion")
@staff(COORDINATORS)
def complete_call(call_id: int) -> ResponseReturnValue:
    """What came is enough."""
    call = load_call(call_id)
    form = ReasonForm(request.form)
    if not form.check():
        return _page(call, reason=form), 422
    services.meet(call, by=current.actor(), reason=form.clean["reason"])
    flash("納入を終えました。", "success")
    return to_case(call)


def _page(
    call: Call,
    *,
    answer: AnswerForm | None = None,
    attempt: AttemptForm | None = None,
    reason: ReasonForm | None = None,
) -> str:
    role = current.role()
    moves = {move.action for move in CALL.actions(call.status, role)}
    parts = queries.parts_in_full([call.id]) if call.is_passed_on else []
    is_open = CALL.allows("agree", call.status)
    return render_template(
        "supply/calls/show.html",
        call=call,
        place=queries.place_word(call.need),
        parts=parts,
        channels=queries.channels_of_call(call, clock.now()),
        waits_for_firms=is_open and call.is_passed_on,
        is_overdue=is_open and call.deadline_at <= clock.now(),
        answer_form=answer or AnswerForm.of(call),
        attempt_form=attempt or AttemptForm({}),
        reason_form=reason or ReasonForm({}),
        answers=[(kind.value, word) for kind, word in ANSWER_WORDS.items()],
        attempt_words=ATTEMPT_WORDS,
        attempt_options=[(result.value, word) for result, word in ATTEMPT_WORDS.items()],
        callers=staff_names({attempt.staff_id for attempt in call.attempts}),
        may_answer="agree" in moves and not call.is_passed_on,
        may_deliver=CALL.allows("meet", call.status) and role in DESK_STAFF and not call.is_passed_on,
        may_cancel="cancel" in moves,
        may_meet="meet" in moves and not call.is_passed_on,
        events=timeline_lines(("call", [call.id]), ("delivery", [one.id for one in call.deliveries])),
    )
