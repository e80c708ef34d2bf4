"""The page behind a resident's private link, and the answers given there."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.allocation import services as allocation
from mra.allocation.models import Offer
from mra.allocation.rules import OfferStatus
from mra.applications import services as applications
from mra.applications.rules import ApplicationStatus
from mra.core import clock, current
from mra.core.access import link
from mra.core.phone import grouped
from mra.loans import queries as loan_queries
from mra.loans import services as loans
from mra.messaging.inbound import suppression

from .. import rules
from ..forms import HandoverForm, slot_code
from ..queries import case as cases
from .blueprint import blueprint


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
        is_stopped=suppression.suppression_of(application.phone) is not None,
        can_withdraw=rules.can_withdraw(application.status, [wish.car_request.status for wish in wishes]),
    )


@blueprint.get("/a/<token>/offers/<int:offer_id>")
@link("application")
def offer(token: str, offer_id: int) -> ResponseReturnValue:
    """When can I fetch the car?"""
    answerable = _open_offer(offer_id)
    return _choose_time(token, answerable) if answerable else _over(token, offer_id)


@blueprint.get("/a/<token>/offers/<int:offer_id>/acceptance")
@link("application")
def show_acceptance(token: str, offer_id: int) -> ResponseReturnValue:
    """The last look before a reservation is made."""
    answerable = _open_offer(offer_id)
    if answerable is None:
        return _over(token, offer_id)
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
        return _over(token, offer_id)
    return render_template(
        "desk/resident/confirm.html",
        title="今回は辞退しますか",
        text="この車は、次の方にご案内します。",
        items=rules.DECLINING_MEANS,
        action=url_for("desk.refuse", token=token, offer_id=offer_id),
        label="今回は辞退する",
        help_phone=grouped(answerable.base.phone),
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
    application = cases.application(current.link_subject_id()) or abort(404)
    if not rules.can_withdraw(application.status, [one.status for one in application.requests]):
        return _back(token, "いまは、この画面から取り下げることができません。下の状況を確認してください。")
    return render_template(
        "desk/resident/confirm.html",
        title="申し込みを取り下げますか",
        text="取り下げたあとで、元に戻すことはできません。",
        items=rules.WITHDRAWING_MEANS,
        action=url_for("desk.withdraw", token=token),
        label="申し込みを取り下げる",
        help_phone=grouped(application.activation.help_phone),
        back_url=url_for("desk.resident", token=token),
        back_label="取り下げずに戻る",
    )


@blueprint.post("/a/<token>/withdrawal")
@link("application")
def withdraw(token: str) -> ResponseReturnValue:
    """The car is not needed any more."""
    application = cases.application(current.link_subject_id()) or abort(404)
    if application.status is ApplicationStatus.WITHDRAWN:
        return _back(token, "申し込みを取り下げました。", "success")
    applications.withdraw(application, by=current.actor(), reason=rules.WITHDRAWN_BY_LINK)
    return _back(token, "申し込みを取り下げました。", "success")


def _offer(offer_id: int) -> Offer:
    """An offer made to the holder of the private link; anybody else's is not found."""
    return cases.offer_of(current.link_subject_id(), offer_id) or abort(404)


def _open_offer(offer_id: int) -> Offer | None:
    """The same, if it can still be answered."""
    found = _offer(offer_id)
    return found if cases.is_answerable(found) else None


def _over(token: str, offer_id: int) -> ResponseReturnValue:
    """Back to the standing; whoever went back to an offer they took must not think that it is lost."""
    if _offer(offer_id).status is OfferStatus.ACCEPTED:
        return _back(token, "このご案内は、ご予約いただいています。", "success")
    return _back(token, "このご案内は終了しました。")


def _choose_time(token: str, of: Offer, fault: str | None = None) -> str:
    slots = loan_queries.handover_slots(of.base, from_day=clock.today())
    free = [(day, moments) for day, moments in slots if moments]
    return render_template(
        "desk/resident/offer.html", token=token, offer=of, slots=free, fault=fault, slot_code=slot_code
    )


def _back(token: str, sentence: str, tone: str = "info") -> ResponseReturnValue:
    flash(sentence, tone)
    return redirect(url_for("desk.resident", token=token), 303)
