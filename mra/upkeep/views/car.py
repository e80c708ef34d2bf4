"""The upkeep of one car: what is due, tyres, damage, kilometres, what was done and what it cost."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.core import clock, current
from mra.core.access import DESK_STAFF, READERS, staff
from mra.core.db import db
from mra.upkeep import queries, services
from mra.upkeep.forms import MarkForm, OdometerForm, choices
from mra.upkeep.models import DamageMark, UpkeepTask
from mra.upkeep.rules import PLACE_WORDS, TASK_WORDS, TaskKind, TaskStatus
from mra.vehicles.models import Vehicle
from mra.vehicles.services import LifeKind, life_of

from .blueprint import blueprint
from .words import task_line, tyre_line

READINGS_SHOWN = 20


def to_car(vehicle_id: int, sentence: str) -> ResponseReturnValue:
    """Back to the car, with what was done."""
    flash(sentence, "success")
    return redirect(url_for("upkeep.car", vehicle_id=vehicle_id), 303)


@blueprint.get("/vehicles/<int:vehicle_id>/upkeep")
@staff(READERS)
def car(vehicle_id: int) -> ResponseReturnValue:
    """The upkeep of one car."""
    vehicle = db.get_or_404(Vehicle, vehicle_id)
    tasks = queries.tasks_of(vehicle_id)
    planned = [(task, task_line(task, vehicle)) for task in tasks if task.status is TaskStatus.PLANNED]
    told = life_of(vehicle_id)
    return render_template(
        "upkeep/car.html",
        vehicle=vehicle,
        planned=sorted(planned, key=lambda row: not row[1]["is_late"]),
        past=[task for task in tasks if task.status is not TaskStatus.PLANNED],
        kinds=TASK_WORDS,
        cost_yen=queries.cost_of(vehicle_id),
        oil=_last(tasks, TaskKind.OIL),
        tyres=[(one, tyre_line(one)) for one in queries.tyre_sets_of(vehicle_id)],
        marks=queries.marks_of(vehicle_id),
        places=PLACE_WORDS,
        told_damage=[one for one in reversed(told) if one.kind is LifeKind.DAMAGE and "/loans/" in (one.path or "")],
        readings=[one for one in reversed(told) if one.odometer_km is not None][:READINGS_SHOWN],
        may_change=current.role() in DESK_STAFF,
        role=current.role(),
    )


def _last(tasks: list[UpkeepTask], kind: TaskKind) -> UpkeepTask | None:
    return next((task for task in tasks if task.kind is kind and task.status is TaskStatus.DONE), None)


@blueprint.get("/vehicles/<int:vehicle_id>/upkeep/odometer")
@staff(DESK_STAFF)
def show_odometer(vehicle_id: int) -> ResponseReturnValue:
    """Ask what the odometer shows."""
    vehicle = db.get_or_404(Vehicle, vehicle_id)
    return _odometer_page(vehicle, OdometerForm({"read_on": clock.today().isoformat()}))


@blueprint.post("/vehicles/<int:vehicle_id>/upkeep/odometer")
@staff(DESK_STAFF)
def record_odometer(vehicle_id: int) -> ResponseReturnValue:
    """Write down what the odometer showed."""
    vehicle = db.get_or_404(Vehicle, vehicle_id)
    form = OdometerForm(request.form, services.all_readings(vehicle))
    if not form.check():
        return _odometer_page(vehicle, form), 422
    services.record_odometer(vehicle, by=current.actor(), **form.clean)
    return to_car(vehicle_id, "走行距離を記録しました。")


def _odometer_page(vehicle: Vehicle, form: OdometerForm) -> str:
    return render_template("upkeep/odometer.html", vehicle=vehicle, form=form)


@blueprint.get("/vehicles/<int:vehicle_id>/upkeep/damage/new")
@staff(DESK_STAFF)
def new_mark(vehicle_id: int) -> ResponseReturnValue:
    """Ask what was noticed on the car."""
    return _mark_page(db.get_or_404(Vehicle, vehicle_id), MarkForm({"noticed_on": clock.today().isoformat()}))


@blueprint.post("/vehicles/<int:vehicle_id>/upkeep/damage")
@staff(DESK_STAFF)
def create_mark(vehicle_id: int) -> ResponseReturnValue:
    """Write down a damage."""
    vehicle = db.get_or_404(Vehicle, vehicle_id)
    form = MarkForm(request.form)
    if not form.check():
        return _mark_page(vehicle, form), 422
    services.note_mark(vehicle, by=current.actor(), **form.clean)
    return to_car(vehicle_id, "傷・不具合を記録しました。")


def _mark_page(vehicle: Vehicle, form: MarkForm) -> str:
    facts: dict[str, Any] = {"vehicle": vehicle, "form": form, "place_choices": choices(PLACE_WORDS)}
    return render_template("upkeep/damage.html", **facts)


@blueprint.post("/upkeep/damage/<int:mark_id>/repair")
@staff(DESK_STAFF)
def repair_mark(mark_id: int) -> ResponseReturnValue:
    """The damage is mended."""
    mark = db.get_or_404(DamageMark, mark_id)
    services.repair(mark, by=current.actor(), on=clock.today())
    return to_car(mark.vehicle_id, "修理済みにしました。")


@blueprint.post("/upkeep/damage/<int:mark_id>/cancellation")
@staff(DESK_STAFF)
def strike_mark(mark_id: int) -> ResponseReturnValue:
    """It was written down by mistake."""
    mark = db.get_or_404(DamageMark, mark_id)
    services.strike(mark, by=current.actor())
    return to_car(mark.vehicle_id, "傷の記録を取り消しました。")
