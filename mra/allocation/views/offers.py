"""The offers and their answers."""

from enum import StrEnum
from typing import Any, TypeVar

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.accounts.queries import timeline_lines
from mra.allocation import queries, rules, services
from mra.allocation.forms import AfterIntakeForm, FreedCarsForm, RetractionForm
from mra.allocation.models import Offer
from mra.allocation.queries import PAGE_LENGTH, OfferList
from mra.core import clock, current
from mra.core.access import COORDINATORS, DESK_STAFF, READERS, staff
from mra.core.db import db
from mra.disasters.queries import current_activation

from .blueprint import blueprint

Choice = TypeVar("Choice", bound=StrEnum)

LIST_WORDS = {
    OfferList.OPEN: "回答待ち",
    OfferList.CALL: "電話で知らせる",
    OfferList.ACCEPTED: "承諾",
    OfferList.DECLINED: "辞退",
    OfferList.EXPIRED: "期限切れ",
    OfferList.RETRACTED: "案内取消",
}
EMPTY_WORDS = {
    OfferList.OPEN: "回答を待っている案内はありません。割当案を確認して案内すると、ここに並びます。",
    OfferList.CALL: "電話で知らせる方はいません。SMSが届かない方に案内すると、ここに並びます。",
    OfferList.ACCEPTED: "承諾された案内はまだありません。",
    OfferList.DECLINED: "辞退された案内はまだありません。",
    OfferList.EXPIRED: "回答のないまま期限が過ぎた案内はありません。",
    OfferList.RETRACTED: "取り消した案内はありません。",
}


@blueprint.get("/offers")
@staff(READERS)
def offers() -> ResponseReturnValue:
    """The offers, those that run out first on top."""
    activation = current_activation()
    if activation is None:
        return render_template("allocation/no_activation.html")
    which = _list(request.args.get("list", ""))
    found = queries.offers_page(activation.id, which, after=request.args.get("after", type=int))
    counts = queries.offer_counts(activation.id)
    shown, decided = found[:PAGE_LENGTH], queries.decided(activation.id)
    return render_template(
        "allocation/offers/index.html",
        offers=shown,
        empty=EMPTY_WORDS[which],
        total=counts[which],
        lists=[
            {"label": word, "count": counts[one], "url": _list_url(one), "current": one is which}
            for one, word in LIST_WORDS.items()
        ],
        next_url=_list_url(which, after=shown[-1].offer.id) if len(found) > PAGE_LENGTH else None,
        freed_cars=_choice(decided.freed_cars, rules.FREED_CARS_WORDS, rules.FREED_CARS_MEANINGS),
        after_intake=_choice(decided.after_intake, rules.AFTER_INTAKE_WORDS, rules.AFTER_INTAKE_MEANINGS),
    )


def _choice(chosen: Choice, words: dict[Choice, str], meanings: dict[Choice, str]) -> dict[str, str]:
    """What was decided, in words, and the other possibility."""
    other = next(one for one in words if one is not chosen)
    return {
        "word": words[chosen],
        "meaning": meanings[chosen],
        "other": other.value,
        "other_word": words[other],
        "other_meaning": meanings[other],
    }


@blueprint.post("/offers/freed-cars")
@staff(COORDINATORS)
def choose_freed_cars() -> ResponseReturnValue:
    """Decide what becomes of cars that are declined or not answered for."""
    activation, form = current_activation() or abort(404), FreedCarsForm(request.form)
    if not form.check():
        abort(400)
    services.choose_freed_cars(activation, form.clean["freed_cars"], by=current.actor())
    flash(f"「{rules.FREED_CARS_WORDS[form.clean['freed_cars']]}」に変えました。", "success")
    return redirect(url_for("allocation.offers"), 303)


@blueprint.post("/offers/after-intake")
@staff(COORDINATORS)
def choose_after_intake() -> ResponseReturnValue:
    """Decide whether those who still wait are offered cars once the intake is over."""
    activation, form = current_activation() or abort(404), AfterIntakeForm(request.form)
    if not form.check():
        abort(400)
    services.choose_after_intake(activation, form.clean["after_intake"], by=current.actor())
    flash(f"受付の終了後は「{rules.AFTER_INTAKE_WORDS[form.clean['after_intake']]}」に変えました。", "success")
    return redirect(url_for("allocation.offers"), 303)


def _list(name: str) -> OfferList:
    return OfferList(name) if name in set(OfferList) else OfferList.OPEN


def _list_url(which: OfferList, **values: Any) -> str:
    return url_for("allocation.offers", list=which.value, **values)


@blueprint.get("/offers/<int:offer_id>")
@staff(READERS)
def show_offer(offer_id: int) -> ResponseReturnValue:
    """One offer: to whom, which car, until when, and what can be done now."""
    return _offer_page(offer_id, RetractionForm({}))


def _offer_page(offer_id: int, form: RetractionForm) -> str:
    listed = queries.offer_for_page(offer_id) or abort(404)
    status = listed.offer.status_at(clock.now())
    return render_template(
        "allocation/offers/show.html",
        offer=listed.offer,
        needs_call=listed.needs_call,
        status=status,
        word=rules.OFFER.word(status),
        moves=rules.OFFER.actions(status, current.role()),
        has_successor=status in rules.GIVES_WAY,
        has_stopped=queries.has_stopped_offering(listed.offer.base.activation),
        timeline=timeline_lines(("offer", [offer_id])),
        form=form,
    )


@blueprint.post("/offers/<int:offer_id>/decline")
@staff(DESK_STAFF)
def decline(offer_id: int) -> ResponseReturnValue:
    """The applicant said no on the phone."""
    offer = services.decline(db.get_or_404(Offer, offer_id), by=current.actor())
    flash("辞退を記録しました。" + _what_then(offer), "success")
    return redirect(url_for("allocation.show_offer", offer_id=offer_id), 303)


def _what_then(offer: Offer) -> str:
    """What becomes of a declined car."""
    if queries.passes_cars_on(offer.activation_id):
        return "車両は、希望に合う次の方へ自動で案内されます。"
    has_stopped = queries.has_stopped_offering(offer.base.activation)
    return "受付が終わったため、車両は次の方に案内されません。" if has_stopped else "車両は次の方に案内できます。"


@blueprint.post("/offers/<int:offer_id>/retraction")
@staff(COORDINATORS)
def retract(offer_id: int) -> ResponseReturnValue:
    """The offer is taken back."""
    offer, form = db.get_or_404(Offer, offer_id), RetractionForm(request.form)
    if not form.check():
        return _offer_page(offer_id, form), 422
    services.retract(offer, by=current.actor(), reason=form.clean["reason"])
    flash("案内を取り消しました。申込者は順番待ちに戻ります。", "success")
    return redirect(url_for("allocation.show_offer", offer_id=offer_id), 303)


@blueprint.post("/offers/<int:offer_id>/successor")
@staff(COORDINATORS)
def offer_next(offer_id: int) -> ResponseReturnValue:
    """The same car for the next person."""
    successor = services.offer_next(db.get_or_404(Offer, offer_id), by=current.actor())
    flash("次の方に案内しました。", "success")
    return redirect(url_for("allocation.show_offer", offer_id=successor.id), 303)
