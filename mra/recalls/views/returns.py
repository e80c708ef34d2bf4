"""One return for staff: where it stands, what to do next, the telephone, and answers written down for the lessee."""

from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from mra.accounts.queries import staff_names, timeline_lines
from mra.core import clock, current
from mra.core.access import COORDINATORS, DESK_STAFF, READERS, staff
from mra.core.dates import short_moment
from mra.vehicles import services as vehicles
from mra.vehicles.rules import DOCUMENT_WORDS

from .. import queries, services
from ..forms import CollectionForm, ProblemForm, RingForm, SlotForm
from ..models import LeaseReturn
from ..rules import LEASE_RETURN, PROBLEM_WORDS, RING_WORDS, ways_word
from .blueprint import blueprint, load_return, to_return, transport_url

PROBLEM_OPTIONS = [(one.value, word) for one, word in PROBLEM_WORDS.items()]
RING_OPTIONS = [(one.value, word) for one, word in RING_WORDS.items()]


@blueprint.get("/recalls/returns/<int:return_id>")
@staff(READERS)
def show_return(return_id: int) -> ResponseReturnValue:
    """Where one car stands on its way back."""
    return _page(load_return(return_id))


def _page(one: LeaseReturn, **forms: Any) -> str:
    lease = one.lease
    slots = queries.free_slots(one.campaign_id, clock.now(), keep=one.slot_id) if one.is_open else []
    return render_template(
        "recalls/returns/show.html",
        one=one,
        lease=lease,
        moves={move.action: move for move in LEASE_RETURN.actions(one.status, current.role())},
        may_act=current.role() in DESK_STAFF and one.is_open,
        ways=ways_word(lease.lessee_phone, lease.lessee_can_sms, lease.lessee_email),
        slots=slots,
        slot_options=[(str(free.slot.id), slot_words(free)) for free in slots],
        missing=queries.missing_to_lend(lease.vehicle, clock.today()),
        document_words=DOCUMENT_WORDS,
        problem_words=PROBLEM_WORDS,
        problem_options=PROBLEM_OPTIONS,
        ring_words=RING_WORDS,
        ring_options=RING_OPTIONS,
        callers=staff_names(attempt.staff_id for attempt in one.attempts),
        transport_url=transport_url(lease.vehicle_id),
        journey=vehicles.journeys_of([lease.vehicle_id]).get(lease.vehicle_id) if one.is_open else None,
        today=clock.today(),
        events=timeline_lines(("lease_return", [one.id])),
        **_forms(one) | forms,
    )


def _forms(one: LeaseReturn) -> dict[str, Any]:
    collection = {"address": one.collection_address, "collection_note": one.note}
    return {
        "slot_form": SlotForm({"slot": str(one.slot_id or "")}, []),
        "collection_form": CollectionForm(collection if one.collection_address else {}),
        "problem_form": ProblemForm({"problem": one.problem.value, "problem_note": one.note} if one.problem else {}),
        "ring_form": RingForm({}),
    }


def slot_words(free: queries.FreeSlot) -> str:
    """A slot with its place and what is left: 8/20(木) 10:00　天草拠点（残り2）."""
    return f"{short_moment(free.slot.starts_at)}　{free.slot.base.name}（残り{free.left}）"


@blueprint.post("/recalls/returns/<int:return_id>/slot")
@staff(DESK_STAFF)
def record_slot(return_id: int) -> ResponseReturnValue:
    """Write down when and where the lessee comes, as said on the phone."""
    one = load_return(return_id)
    form = SlotForm(request.form, queries.free_slots(one.campaign_id, clock.now(), keep=one.slot_id))
    if not form.check():
        return _page(one, slot_form=form), 422
    services.choose_slot(one, form.clean["slot"], by=current.actor())
    flash("持込みの日時を記録し、借り手に知らせました。", "success")
    return to_return(one)


@blueprint.post("/recalls/returns/<int:return_id>/collection")
@staff(DESK_STAFF)
def record_collection(return_id: int) -> ResponseReturnValue:
    """Write down where the car is to be fetched."""
    one = load_return(return_id)
    form = CollectionForm(request.form)
    if not form.check():
        return _page(one, collection_form=form), 422
    services.ask_collection(one, by=current.actor(), **form.clean)
    flash("引取りの希望を記録しました。回送を手配してください。", "success")
    return to_return(one)


@blueprint.post("/recalls/returns/<int:return_id>/problem")
@staff(DESK_STAFF)
def record_problem(return_id: int) -> ResponseReturnValue:
    """Write down why the car cannot come."""
    one = load_return(return_id)
    form = ProblemForm(request.form)
    if not form.check():
        return _page(one, problem_form=form), 422
    services.tell_problem(one, by=current.actor(), **form.clean)
    flash("返却できない理由を記録しました。", "success")
    return to_return(one)


@blueprint.post("/recalls/returns/<int:return_id>/attempts")
@staff(DESK_STAFF)
def record_ring(return_id: int) -> ResponseReturnValue:
    """Write down what came of ringing."""
    one = load_return(return_id)
    form = RingForm(request.form)
    if not form.check():
        return _page(one, ring_form=form), 422
    services.ring(one, staff_id=current.staff_id(), by=current.actor(), **form.clean)
    flash("電話の結果を記録しました。", "success")
    return to_return(one)


@blueprint.post("/recalls/returns/<int:return_id>/link")
@staff(DESK_STAFF)
def send_return_link(return_id: int) -> ResponseReturnValue:
    """The lessee lost the link, or gave another number: a new one is sent, the old one works no more."""
    one = load_return(return_id)
    if services.send_again(one, by=current.actor()):
        flash("新しいリンクを送りました。前のリンクは使えなくなりました。", "success")
    else:
        flash("SMSもメールも届く連絡先がありません。電話で確認してください。", "warning")
    return to_return(one)


@blueprint.post("/recalls/returns/<int:return_id>/sparing")
@staff(COORDINATORS)
def spare_return(return_id: int) -> ResponseReturnValue:
    """This car is not needed, or cannot come: its lease goes on."""
    one = load_return(return_id)
    told = services.spare(one, by=current.actor())
    flash("要請を取り消しました。リースはこれまでどおり続きます。", "success")
    if not told:
        flash("SMSもメールも届かない方です。電話で取消を知らせてください。", "warning")
    return to_return(one)
