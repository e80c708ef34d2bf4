"""What staff order against the plain order of the queue: the list, a new one, one of them."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from mra.accounts.queries import timeline_lines
from mra.allocation import queries, rules, services
from mra.allocation.forms import LiftForm, OverrideForm
from mra.allocation.models import Override
from mra.allocation.rules import OverrideKind
from mra.applications.models import CarRequest
from mra.core import current
from mra.core.access import COORDINATORS, READERS, staff
from mra.core.db import db
from mra.disasters.models import Activation
from mra.disasters.queries import current_activation
from mra.vehicles.models import Vehicle

from .blueprint import blueprint

KIND_CHOICES = [(kind.value, rules.OVERRIDE_CHOICES[kind], rules.OVERRIDE_MEANINGS[kind]) for kind in OverrideKind]


@blueprint.get("/allocation/overrides")
@staff(READERS)
def overrides() -> ResponseReturnValue:
    """What is pinned, forbidden and held back now, and what was before."""
    activation = current_activation()
    if activation is None:
        return render_template("allocation/no_activation.html")
    ended, next_id = queries.ended_overrides(activation.id, before=request.args.get("before", type=int))
    return render_template(
        "allocation/overrides/index.html",
        activation=activation,
        in_force=queries.overrides_in_force(activation.id),
        ended=ended,
        next_url=url_for("allocation.overrides", before=next_id) if next_id else None,
        kinds=rules.OVERRIDE_WORDS,
    )


@blueprint.get("/allocation/overrides/new")
@staff(COORDINATORS)
def new_override() -> ResponseReturnValue:
    """Order something, perhaps about a pair that a run proposed."""
    activation = current_activation() or abort(404)
    return _new_page(activation, OverrideForm(request.args))


def _new_page(activation: Activation, form: OverrideForm) -> str:
    car_request = _request(activation, form)
    vehicle = queries.car_to_order_about(activation.id, form.number("vehicle"))
    look = queries.look_at(activation, car_request.id, vehicle.id) if car_request and vehicle else None
    return render_template(
        "allocation/overrides/new.html",
        form=form,
        car_request=car_request,
        vehicle=vehicle,
        cars=[] if vehicle else queries.cars_to_order_about(activation.id),
        kinds=KIND_CHOICES,
        run_id=form.number("run"),
        distance_km=look.distance_km if look else None,
        refusal=rules.REFUSALS[look.refusal] if look and look.refusal else None,
        concerns=[rules.CONCERN_SENTENCES[concern] for concern in look.concerns] if look else [],
    )


def _request(activation: Activation, form: OverrideForm) -> CarRequest | None:
    """The person meant: by the id that a run's page gave, or by the number that was typed."""
    request_id = form.number("request")
    if request_id:
        return queries.requests_with_applicants([request_id]).get(request_id)
    return queries.waiting_request_of(activation.id, form.serial) if form.serial else None


@blueprint.post("/allocation/overrides")
@staff(COORDINATORS)
def make_override() -> ResponseReturnValue:
    """Pin a pair, forbid one, or hold a car back."""
    activation, form = current_activation() or abort(404), OverrideForm(request.form)
    if not form.check():
        return _new_page(activation, form), 422
    kind, car_request = form.clean["kind"], _request(activation, form)
    vehicle = db.get_or_404(Vehicle, form.clean["vehicle_id"])
    if kind is not OverrideKind.HOLD and car_request is None:
        form.wrong("number", "この番号で順番を待っている申込がありません。番号を確かめてください。")
        return _new_page(activation, form), 422
    made = services.order(activation, kind, vehicle, car_request, reason=form.clean["reason"], by=current.actor())
    _tell(activation, made)
    run_id = form.number("run")
    address = url_for("allocation.show_run", run_id=run_id) if run_id else url_for("allocation.overrides")
    return redirect(address, 303)


def _tell(activation: Activation, made: Override) -> None:
    flash(f"「{rules.OVERRIDE_CHOICES[made.kind]}」を記録しました。次に作る割当案から働きます。", "success")
    if made.kind is OverrideKind.PIN and made.request_id:
        for concern in queries.look_at(activation, made.request_id, made.vehicle_id).concerns:
            flash(f"希望と違う点があります。{rules.CONCERN_SENTENCES[concern]}", "warning")


@blueprint.get("/allocation/overrides/<int:override_id>")
@staff(READERS)
def show_override(override_id: int) -> ResponseReturnValue:
    """One order: about whom and which car, why, by whom, and what ends it."""
    return _page(override_id, LiftForm(MultiDict()))


def _page(override_id: int, form: LiftForm) -> str:
    override = queries.override_for_page(override_id) or abort(404)
    return render_template(
        "allocation/overrides/show.html",
        override=override,
        kind=rules.OVERRIDE_WORDS[override.kind],
        meaning=rules.OVERRIDE_MEANINGS[override.kind],
        word=rules.OVERRIDE.word(override.status),
        moves=rules.OVERRIDE.actions(override.status, current.role()),
        timeline=timeline_lines(("override", [override_id])),
        form=form,
    )


@blueprint.post("/allocation/overrides/<int:override_id>/lifting")
@staff(COORDINATORS)
def lift(override_id: int) -> ResponseReturnValue:
    """The order counts no more."""
    override, form = db.get_or_404(Override, override_id), LiftForm(request.form)
    if not form.check():
        return _page(override_id, form), 422
    services.lift(override, reason=form.clean["reason"], by=current.actor())
    flash("指定を解除しました。次に作る割当案から、元の順番どおりに割り当てます。", "success")
    return redirect(url_for("allocation.overrides"), 303)
