"""The page behind the link of an offer: take it or not; then how to drive, departure, arrival, expenses."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.core import clock, current
from mra.core.access import link

from .. import queries, services
from ..forms import ExpenseForm, OdometerForm, ReasonForm, RefusalForm
from ..models import TransportOffer
from ..rules.drives import INSURANCE_WORDS, MEANS_WORDS, WAY_HOME_WORDS
from ..rules.offers import OF_DRIVER
from .blueprint import blueprint
from .cases import place_rows, window_words


@blueprint.get("/transport/<token>")
@link("transport")
def job_by_link(token: str) -> ResponseReturnValue:
    """Where the offer stands for the one who was asked."""
    return _page(_offer(), token)


def _offer() -> TransportOffer:
    return queries.offer_in_full(current.link_subject_id()) or abort(404)


def _page(
    offer: TransportOffer,
    token: str,
    *,
    refusal: RefusalForm | None = None,
    odometer: OdometerForm | None = None,
    expense: ExpenseForm | None = None,
    reason: ReasonForm | None = None,
) -> str:
    job = offer.job
    stands = offer.standing(clock.now())
    is_mine = stands in OF_DRIVER
    return render_template(
        "transport/link/show.html",
        offer=offer,
        job=job,
        token=token,
        stands=stands.value,
        is_mine=is_mine,
        window=window_words(job),
        means=MEANS_WORDS[job.means],
        insurance=INSURANCE_WORDS[job.insurance],
        way_home=WAY_HOME_WORDS[job.way_home],
        # Address and phone of the pick-up are for whoever drives, and for nobody else who was asked.
        start=place_rows(job, "from") if is_mine else [],
        goal=place_rows(job, "to") if is_mine else [],
        is_the_day=clock.today() >= job.starts_on,
        refusal=refusal or RefusalForm({}),
        odometer=odometer or OdometerForm({}, job.odometer_out_km or job.vehicle.odometer_km),
        expense=expense or ExpenseForm({}),
        reason=reason or ReasonForm({}),
        help_phone=services.help_phone(job),
    )


def _back(token: str, sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for("transport.job_by_link", token=token), 303)


@blueprint.post("/transport/<token>/acceptance")
@link("transport")
def accept(token: str) -> ResponseReturnValue:
    """I drive."""
    services.take(_offer(), by=current.actor())
    return _back(token, "引き受けてくださり、ありがとうございます。場所と手順をこの画面でご確認ください。")


@blueprint.post("/transport/<token>/refusal")
@link("transport")
def refuse(token: str) -> ResponseReturnValue:
    """Not this time."""
    offer = _offer()
    form = RefusalForm(request.form)
    if not form.check():
        return _page(offer, token, refusal=form), 422
    services.refuse(offer, by=current.actor(), **form.clean)
    return _back(token, "お知らせいただき、ありがとうございます。またの機会によろしくお願いします。")


@blueprint.post("/transport/<token>/handback")
@link("transport")
def give_back(token: str) -> ResponseReturnValue:
    """I cannot drive after all."""
    offer = services.driven_by(_offer())
    form = ReasonForm(request.form)
    if not form.check():
        return _page(offer, token, reason=form), 422
    services.give_back(offer.job, by=current.actor(), reason=form.clean["reason"])
    return _back(token, "お知らせいただき、ありがとうございます。事務局が別の方を探します。")


@blueprint.post("/transport/<token>/departure")
@link("transport")
def leave(token: str) -> ResponseReturnValue:
    """I leave now."""
    offer = services.driven_by(_offer())
    form = OdometerForm(request.form, offer.job.vehicle.odometer_km)
    if not form.check():
        return _page(offer, token, odometer=form), 422
    services.depart(
        offer.job,
        by=current.actor(),
        odometer_km=form.clean["odometer_km"],
        accept_lower_odometer=form.clean["accept_lower_odometer"],
    )
    return _back(token, "出発を記録しました。どうぞお気をつけて。到着したら、この画面で到着を記録してください。")


@blueprint.post("/transport/<token>/arrival")
@link("transport")
def reach(token: str) -> ResponseReturnValue:
    """I am there."""
    offer = services.driven_by(_offer())
    form = OdometerForm(request.form, offer.job.odometer_out_km or 0)
    if not form.check():
        return _page(offer, token, odometer=form), 422
    services.arrive(offer.job, by=current.actor(), **form.clean)
    return _back(token, "到着を記録しました。お疲れさまでした。立て替えた費用があれば、届け出てください。")


@blueprint.post("/transport/<token>/expenses")
@link("transport")
def claim_by_link(token: str) -> ResponseReturnValue:
    """What I paid."""
    offer = services.driven_by(_offer())
    form = ExpenseForm(request.form)
    if not form.check():
        return _page(offer, token, expense=form), 422
    services.claim(offer.job, by=current.actor(), **form.clean)
    return _back(token, "費用を受け付けました。領収書は、拠点にお渡しいただくか、事務局へお送りください。")
