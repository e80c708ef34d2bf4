"""Deliveries: what left, what arrived, what was recorded by mistake."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.core import clock, current
from mra.core.access import DESK_STAFF, staff

from .. import queries, services
from ..forms import ArrivalForm, DepartureForm
from ..models import Call, Delivery
from ..rules.deliveries import difference
from .blueprint import blueprint, load_activation, load_call, to_case


@blueprint.get("/supply/calls/<int:call_id>/deliveries/new")
@staff(DESK_STAFF)
def new_delivery(call_id: int) -> ResponseReturnValue:
    """Ask what leaves, and where it goes."""
    call = load_call(call_id)
    return _departure(call, DepartureForm.of(call, load_activation(call.activation_id).bases))


@blueprint.post("/supply/calls/<int:call_id>/deliveries")
@staff(DESK_STAFF)
def create_delivery(call_id: int) -> ResponseReturnValue:
    """It has left."""
    call = load_call(call_id)
    form = DepartureForm(request.form, load_activation(call.activation_id).bases)
    if not form.check():
        return _departure(call, form), 422
    expected = call.still_to_come
    services.depart(call, by=current.actor(), **form.clean)
    flash("出発を記録しました。届いたら、到着を記録してください。", "success")
    if form.clean["quantity"] > expected:
        words = f"これから出発する予定の{expected:,}{call.unit}より多く記録しました。"
        flash(f"{words}数が違うときは、取り消して記録し直してください。", "warning")
    return to_case(call)


@blueprint.get("/supply/deliveries/<int:delivery_id>/arrival")
@staff(DESK_STAFF)
def show_delivery_arrival(delivery_id: int) -> ResponseReturnValue:
    """Ask what arrived."""
    delivery = _delivery(delivery_id)
    return _arrival(delivery, ArrivalForm.of(delivery))


@blueprint.post("/supply/deliveries/<int:delivery_id>/arrival")
@staff(DESK_STAFF)
def record_delivery_arrival(delivery_id: int) -> ResponseReturnValue:
    """It has arrived."""
    delivery = _delivery(delivery_id)
    form = ArrivalForm(request.form, delivery.vehicles)
    if not form.check():
        return _arrival(delivery, form), 422
    expected = delivery.quantity
    services.deliver(delivery, at=clock.now(), by=current.actor(), **form.clean)
    flash(f"到着を記録しました。{difference(expected, delivery.quantity, delivery.call.unit)}", "success")
    return redirect(url_for("supply.show_call", call_id=delivery.call_id), 303)


@blueprint.post("/supply/deliveries/<int:delivery_id>/cancellation")
@staff(DESK_STAFF)
def cancel_delivery(delivery_id: int) -> ResponseReturnValue:
    """It did not leave after all."""
    delivery = _delivery(delivery_id)
    services.cancel_delivery(delivery, by=current.actor())
    flash("納入の記録を取り消しました。", "success")
    return redirect(url_for("supply.show_call", call_id=delivery.call_id), 303)


def _delivery(delivery_id: int) -> Delivery:
    return queries.delivery_in_full(delivery_id) or abort(404)


def _arrival(delivery: Delivery, form: ArrivalForm) -> str:
    return render_template(
        "supply/deliveries/arrival.html",
        delivery=delivery,
        form=form,
        missing_options=[(car.id, car.plate_text) for car in delivery.vehicles],
    )


def _departure(call: Call, form: DepartureForm) -> str:
    return render_template(
        "supply/deliveries/new.html",
        call=call,
        form=form,
        base_options=[(base.id, base.name) for base in form.bases.values()],
        is_cars=call.need.vehicle_class is not None,
    )
