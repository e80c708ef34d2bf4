"""Moves of a car: on its way, arrived, out of service, back, released, taken in again."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.core import current
from mra.core.access import DESK_STAFF, staff
from mra.core.db import db
from mra.vehicles import queries, services
from mra.vehicles.forms import ArrivalForm, SuspensionForm, choices
from mra.vehicles.models import Vehicle
from mra.vehicles.rules import OUT_REASON_WORDS

from .blueprint import blueprint

REASON_CHOICES = choices(OUT_REASON_WORDS)


def _back_to(vehicle: Vehicle, sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for("vehicles.show", vehicle_id=vehicle.id), 303)


@blueprint.post("/vehicles/<int:vehicle_id>/departure")
@staff(DESK_STAFF)
def depart(vehicle_id: int) -> ResponseReturnValue:
    """The car has left for its base."""
    vehicle = db.get_or_404(Vehicle, vehicle_id)
    services.dispatch(vehicle, by=current.actor())
    return _back_to(vehicle, "回送の開始を記録しました。拠点に届いたら、到着を記録してください。")


@blueprint.post("/vehicles/<int:vehicle_id>/turnaround")
@staff(DESK_STAFF)
def turn_back(vehicle_id: int) -> ResponseReturnValue:
    """The car did not leave after all."""
    vehicle = db.get_or_404(Vehicle, vehicle_id)
    services.turn_back(vehicle, by=current.actor())
    return _back_to(vehicle, "回送を取りやめ、「提供予定」に戻しました。")


@blueprint.post("/vehicles/<int:vehicle_id>/name-change")
@staff(DESK_STAFF)
def finish_name_change(vehicle_id: int) -> ResponseReturnValue:
    """The car is in the lender's name from now on."""
    vehicle = db.get_or_404(Vehicle, vehicle_id)
    services.finish_name_change(vehicle, by=current.actor())
    return _back_to(vehicle, "名義変更の完了を記録しました。新しい車検証の内容(ナンバー・満了日)も確認してください。")


@blueprint.get("/vehicles/<int:vehicle_id>/arrival")
@staff(DESK_STAFF)
def show_arrival(vehicle_id: int) -> ResponseReturnValue:
    """Ask where the car has arrived."""
    vehicle = db.get_or_404(Vehicle, vehicle_id)
    form = ArrivalForm({"base": str(vehicle.base_id or "")}, bases=queries.bases_in_use(), last_km=vehicle.odometer_km)
    return render_template("vehicles/arrival/new.html", vehicle=vehicle, form=form)


@blueprint.post("/vehicles/<int:vehicle_id>/arrival")
@staff(DESK_STAFF)
def arrive(vehicle_id: int) -> ResponseReturnValue:
    """The car stands at its base."""
    vehicle = db.get_or_404(Vehicle, vehicle_id)
    form = ArrivalForm(request.form, bases=queries.bases_in_use(), last_km=vehicle.odometer_km)
    if not form.check():
        return render_template("vehicles/arrival/new.html", vehicle=vehicle, form=form), 422
    services.arrive(
        vehicle,
        form.clean["base"],
        by=current.actor(),
        odometer_km=form.clean["odometer_km"],
        accept_lower_odometer=form.clean["accept_lower_odometer"],
    )
    return _back_to(vehicle, "到着を記録しました。書類の満了日を確認してください。")


@blueprint.get("/vehicles/<int:vehicle_id>/suspension")
@staff(DESK_STAFF)
def show_suspension(vehicle_id: int) -> ResponseReturnValue:
    """Ask why the car may not be lent."""
    vehicle = db.get_or_404(Vehicle, vehicle_id)
    return render_template(
        "vehicles/suspension/new.html", vehicle=vehicle, form=SuspensionForm({}), reason_choices=REASON_CHOICES
    )


@blueprint.post("/vehicles/<int:vehicle_id>/suspension")
@staff(DESK_STAFF)
def suspend(vehicle_id: int) -> ResponseReturnValue:
    """The car may not be lent for now."""
    vehicle = db.get_or_404(Vehicle, vehicle_id)
    form = SuspensionForm(request.form)
    if not form.check():
        return render_template(
            "vehicles/suspension/new.html", vehicle=vehicle, form=form, reason_choices=REASON_CHOICES
        ), 422
    services.take_out(vehicle, by=current.actor(), reason=form.clean["reason"], note=form.clean["note"])
    return _back_to(vehicle, "使用停止にしました。解消したら、使用可に戻してください。")


@blueprint.post("/vehicles/<int:vehicle_id>/reinstatement")
@staff(DESK_STAFF)
def reinstate(vehicle_id: int) -> ResponseReturnValue:
    """The car may be lent again."""
    vehicle = db.get_or_404(Vehicle, vehicle_id)
    services.put_back(vehicle, by=current.actor())
    return _back_to(vehicle, "使用可に戻しました。")


@blueprint.post("/vehicles/<int:vehicle_id>/release")
@staff(DESK_STAFF)
def release(vehicle_id: int) -> ResponseReturnValue:
    """The car leaves the alliance's hands."""
    vehicle = db.get_or_404(Vehicle, vehicle_id)
    services.release(vehicle, by=current.actor())
    return _back_to(vehicle, "運用の終了を記録しました。")


@blueprint.post("/vehicles/<int:vehicle_id>/readmission")
@staff(DESK_STAFF)
def readmit(vehicle_id: int) -> ResponseReturnValue:
    """A car that left comes back."""
    vehicle = db.get_or_404(Vehicle, vehicle_id)
    services.readmit(vehicle, by=current.actor())
    return _back_to(vehicle, "受け入れを記録しました。ナンバーと書類が変わっていないか、確認してください。")
