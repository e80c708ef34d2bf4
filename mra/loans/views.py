"""Reservation, handover, extension, return."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.accounts.queries import timeline_lines
from mra.allocation.models import Offer
from mra.core import clock, current
from mra.core.access import DESK_STAFF, READERS, staff
from mra.core.dates import japanese_date
from mra.core.db import db
from mra.disasters.queries import current_activation
from mra.vehicles.rules import DOCUMENT_WORDS, OUT_REASON_WORDS

from . import queries, rules, services
from .forms import FIT, CancellationForm, ExtensionForm, HandoverForm, ReservationForm, ReturnForm, slot_code
from .models import Loan
from .queries import Shelf
from .rules import CANCEL_REASON_WORDS, LICENCE_METHOD_WORDS, LOAN

FreeTimes = list[tuple[date, list[datetime]]]

blueprint = Blueprint("loans", __name__)

SHELF_WORDS = {
    Shelf.OVERDUE: "返却期限超過",
    Shelf.HANDOVERS_TODAY: "本日の引渡し",
    Shelf.RESERVED: "引渡し待ち",
    Shelf.ON_LOAN: "貸出中",
    Shelf.RETURNED: "返却済",
    Shelf.CANCELLED: "取消",
}
EMPTY_WORDS = {
    Shelf.OVERDUE: "返却期限を過ぎた貸出はありません。",
    Shelf.HANDOVERS_TODAY: "本日の引渡しはありません。申込者が案内を承諾すると、ここに予約が並びます。",
    Shelf.RESERVED: "引渡しを待つ予約はありません。申込者が案内を承諾すると、ここに並びます。",
    Shelf.ON_LOAN: "貸出中の車はありません。引渡しを記録すると、ここに並びます。",
    Shelf.RETURNED: "返却された車はまだありません。返却を記録すると、ここに並びます。",
    Shelf.CANCELLED: "取り消された予約はありません。",
}
# The page on which a move is made.
MOVE_PAGES = {"hand_over": "loans.show_handover", "take_back": "loans.show_return"}


@blueprint.context_processor
def words() -> dict[str, Any]:
    """What the pages of loans print besides the filters of the house."""
    return {
        "fuel_word": rules.fuel_word,
        "document_words": DOCUMENT_WORDS,
        "licence_method_words": LICENCE_METHOD_WORDS,
    }


# The list


@blueprint.get("/loans")
@staff(READERS)
def index() -> ResponseReturnValue:
    """All loans of the present activation, or those that a search finds."""
    wanted = request.args.get("q", "").strip()[:40]
    if wanted:
        return render_template("loans/search.html", wanted=wanted, loans=queries.search(wanted))
    activation = current_activation()
    if activation is None:
        return render_template("loans/no_activation.html")
    base_id = request.args.get("base", type=int)
    numbers = queries.counts(activation.id, base_id)
    shelf = _shelf(request.args.get("shelf"), numbers)
    after = request.args.get("after", type=int)
    loans, next_after = queries.page_of(shelf, activation_id=activation.id, base_id=base_id, after=after)
    return render_template(
        "loans/index.html",
        shelf=shelf,
        loans=loans,
        empty=EMPTY_WORDS[shelf],
        shelves=_shelf_links(shelf, numbers, base_id),
        bases=_base_links(queries.bases_of(activation.id), shelf, base_id),
        total=numbers[shelf],
        next_url=url_for("loans.index", shelf=shelf, base=base_id, after=next_after) if next_after else None,
    )


def _shelf(wanted: str | None, numbers: Mapping[Shelf, int]) -> Shelf:
    """The shelf asked for; without a wish the late cars, or today's handovers if none is late."""
    if wanted in set(Shelf):
        return Shelf(wanted)
    return Shelf.OVERDUE if numbers[Shelf.OVERDUE] else Shelf.HANDOVERS_TODAY


def _shelf_links(here: Shelf, numbers: Mapping[Shelf, int], base_id: int | None) -> list[dict[str, object]]:
    return [
        {
            "label": label,
            "url": url_for("loans.index", shelf=shelf, base=base_id),
            "count": numbers[shelf],
            "current": shelf is here,
        }
        for shelf, label in SHELF_WORDS.items()
    ]


def _base_links(bases: list[Any], shelf: Shelf, base_id: int | None) -> list[dict[str, object]]:
    choices = [(None, "すべての拠点"), *((base.id, base.name) for base in bases)]
    return [
        {"label": label, "url": url_for("loans.index", shelf=shelf, base=one), "current": one == base_id}
        for one, label in choices
    ]


# One loan


@blueprint.get("/loans/<int:loan_id>")
@staff(READERS)
def show(loan_id: int) -> ResponseReturnValue:
    """One loan: its facts, what to do next, what has happened."""
    return _case(_loan(loan_id))


def _case(loan: Loan, extension: ExtensionForm | None = None, cancellation: CancellationForm | None = None) -> str:
    role = current.role()
    moves = LOAN.actions(loan.status, role)
    is_desk = role in DESK_STAFF
    until = services.longest_extension(loan) if loan.is_out and is_desk else None
    return render_template(
        "loans/show.html",
        loan=loan,
        application=loan.car_request.application,
        next_step=_next_step(loan),
        actions=_actions(loan, moves),
        gate=services.papers_gate(loan, from_on=clock.today(), until=_last_day(loan)) if loan.is_open else [],
        cancellation=(cancellation or CancellationForm({})) if any(m.action == "cancel" for m in moves) else None,
        cancel_reasons=list(CANCEL_REASON_WORDS.items()),
        extension=extension or (ExtensionForm({"due_on": f"{until:%Y/%m/%d}"}, loan) if until else None),
        extension_until=until,
        events=timeline_lines(("loan", [loan.id])),
    )


def _last_day(loan: Loan) -> date:
    return clock.in_japan(loan.due_at).date()


def _actions(loan: Loan, moves: tuple[Any, ...]) -> list[dict[str, object]]:
    """The moves that have a page of their own; the first is what comes next."""
    return [
        {
            "label": move.label,
            "url": url_for(MOVE_PAGES[move.action], loan_id=loan.id),
            "method": "get",
            "tone": "primary",
        }
        for move in moves
        if move.action in MOVE_PAGES
    ]


def _next_step(loan: Loan) -> tuple[str, str] | None:
    """What the desk does next, and how pressing it is; nothing for a loan that has ended."""
    if loan.is_overdue(clock.now()):
        return "返却期限を過ぎています。申込者に電話し、返却か延長かを確認してください。", "danger"
    if not loan.is_open:
        return None
    if loan.is_out:
        return f"{japanese_date(_last_day(loan))}までに返却を受けます。車が戻ったら、返却を記録してください。", "info"
    return "来所されたら、運転する方全員の免許証を確認して、引渡しを記録してください。", "info"


def _loan(loan_id: int) -> Loan:
    loan = queries.loan_with_everything(loan_id)
    if loan is None:
        abort(404)
    return loan


# Handover and return


@blueprint.get("/loans/<int:loan_id>/handover")
@staff(DESK_STAFF)
def show_handover(loan_id: int) -> ResponseReturnValue:
    """The checklist of a handover."""
    loan = _loan(loan_id)
    LOAN.move("hand_over", loan.status)
    return _handover_page(HandoverForm({}, loan, clock.now()).fill_in())


@blueprint.post("/loans/<int:loan_id>/handover")
@staff(DESK_STAFF)
def hand_over(loan_id: int) -> ResponseReturnValue:
    """The keys have changed hands."""
    loan = _loan(loan_id)
    LOAN.move("hand_over", loan.status)
    form = HandoverForm(request.form, loan, clock.now())
    if not form.check():
        return _handover_page(form), 422
    services.hand_over(loan, by=current.actor(), at=clock.now(), **form.clean)
    flash(f"引渡しを記録しました。返却予定日は{japanese_date(_last_day(loan))}です。", "success")
    return redirect(url_for("loans.show", loan_id=loan.id), 303)


def _handover_page(form: HandoverForm) -> str:
    return render_template(
        "loans/handover.html", form=form, loan=form.loan, application=form.loan.car_request.application
    )


@blueprint.get("/loans/<int:loan_id>/return")
@staff(DESK_STAFF)
def show_return(loan_id: int) -> ResponseReturnValue:
    """What to look at when a car comes back."""
    loan = _loan(loan_id)
    LOAN.move("take_back", loan.status)
    return _return_page(ReturnForm({}, loan))


@blueprint.post("/loans/<int:loan_id>/return")
@staff(DESK_STAFF)
def take_back(loan_id: int) -> ResponseReturnValue:
    """The car is back."""
    loan = _loan(loan_id)
    LOAN.move("take_back", loan.status)
    form = ReturnForm(request.form, loan)
    if not form.check():
        return _return_page(form), 422
    services.take_back(loan, by=current.actor(), at=clock.now(), **form.clean)
    flash("返却を記録しました。", "success")
    return redirect(url_for("loans.show", loan_id=loan.id), 303)


def _return_page(form: ReturnForm) -> str:
    unfit = [(reason.value, f"貸し出せない：{word}") for reason, word in OUT_REASON_WORDS.items()]
    return render_template("loans/return.html", form=form, loan=form.loan, fitness=[(FIT, "貸し出せる"), *unfit])


@blueprint.post("/loans/<int:loan_id>/extensions")
@staff(DESK_STAFF)
def extend(loan_id: int) -> ResponseReturnValue:
    """The loan gets a new due date."""
    loan = _loan(loan_id)
    form = ExtensionForm(request.form, loan)
    if not form.check():
        return _case(loan, extension=form), 422
    services.extend(loan, by=current.actor(), **form.clean)
    flash(f"返却予定日を{japanese_date(_last_day(loan))}に延長しました。", "success")
    return redirect(url_for("loans.show", loan_id=loan.id), 303)


@blueprint.post("/loans/<int:loan_id>/cancellation")
@staff(DESK_STAFF)
def cancel(loan_id: int) -> ResponseReturnValue:
    """The reservation comes to nothing."""
    loan = _loan(loan_id)
    form = CancellationForm(request.form)
    if not form.check():
        return _case(loan, cancellation=form), 422
    services.cancel(loan, by=current.actor(), **form.clean)
    flash("予約を取り消しました。申込は元の順番で順番待ちに戻りました。", "success")
    return redirect(url_for("loans.show", loan_id=loan.id), 303)


@blueprint.get("/loans/<int:loan_id>/slip")
@staff(READERS)
def slip(loan_id: int) -> ResponseReturnValue:
    """貸渡証, the paper that is kept in the car."""
    loan = _loan(loan_id)
    application = loan.car_request.application
    return render_template(
        "loans/slip.html",
        loan=loan,
        application=application,
        back_url=url_for("loans.show", loan_id=loan.id),
    )


# An acceptance by phone


@blueprint.get("/offers/<int:offer_id>/reservation/new")
@staff(DESK_STAFF)
def new_reservation(offer_id: int) -> ResponseReturnValue:
    """Which handover time did they choose?"""
    offer = db.get_or_404(Offer, offer_id)
    return _reservation_page(offer, ReservationForm({}, []), _free_times(offer))


@blueprint.post("/offers/<int:offer_id>/reservation/new")
@staff(DESK_STAFF)
def reserve(offer_id: int) -> ResponseReturnValue:
    """The applicant accepted on the phone."""
    offer = db.get_or_404(Offer, offer_id)
    days = _free_times(offer)
    form = ReservationForm(request.form, [at for _, times in days for at in times])
    if not form.check():
        return _reservation_page(offer, form, days), 422
    loan = services.accept_offer(offer, by=current.actor(), **form.clean)
    flash("予約を登録しました。", "success")
    return redirect(url_for("loans.show", loan_id=loan.id), 303)


def _free_times(offer: Offer) -> FreeTimes:
    return queries.handover_slots(offer.base, from_day=clock.today(), days=rules.HANDOVER_WITHIN_DAYS)


def _reservation_page(offer: Offer, form: ReservationForm, days: FreeTimes) -> str:
    return render_template(
        "loans/reservation.html",
        form=form,
        offer=offer,
        application=offer.car_request.application,
        is_open=offer.is_open(clock.now()),
        days=[(day, [(slot_code(at), f"{clock.in_japan(at):%H:%M}") for at in times]) for day, times in days],
    )
