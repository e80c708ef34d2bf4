"""Work on a car: planned, finished, written down afterwards, cancelled."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from mra.core import clock, current
from mra.core.access import DESK_STAFF, staff
from mra.core.db import db
from mra.upkeep import queries, services
from mra.upkeep.forms import PlanForm, WorkForm, choices
from mra.upkeep.models import UpkeepTask
from mra.upkeep.rules import PLACE_WORDS, TASK_WORDS, MarkStatus, TaskKind, comes_again
from mra.vehicles.models import Vehicle
from mra.vehicles.services import bookings_of, uses_of

from .blueprint import blueprint
from .car import to_car

KIND_CHOICES = choices(TASK_WORDS)


@blueprint.get("/vehicles/<int:vehicle_id>/upkeep/tasks/new")
@staff(DESK_STAFF)
def new_task(vehicle_id: int) -> ResponseReturnValue:
    """Ask what is to be done, and by when."""
    return _plan_page(db.get_or_404(Vehicle, vehicle_id), PlanForm({"kind": request.args.get("kind", "")}))


@blueprint.post("/vehicles/<int:vehicle_id>/upkeep/tasks")
@staff(DESK_STAFF)
def create_task(vehicle_id: int) -> ResponseReturnValue:
    """Plan work, and take the car off the road for it if need be."""
    vehicle = db.get_or_404(Vehicle, vehicle_id)
    form = PlanForm(request.form)
    if not form.check():
        return _plan_page(vehicle, form), 422
    task = services.plan(vehicle, form.plan, by=current.actor())
    return to_car(
        vehicle_id,
        "整備の予定を入れ、使用停止にしました。" if task.keeps_off_road else "整備の予定を入れました。",
    )


def _plan_page(vehicle: Vehicle, form: PlanForm) -> str:
    use = uses_of([vehicle.id]).get(vehicle.id)
    return render_template(
        "upkeep/tasks/new.html",
        vehicle=vehicle,
        form=form,
        kind_choices=KIND_CHOICES,
        use=use,
        bookings=bookings_of(vehicle.id) if use else [],
        may_take_out=use is None and vehicle.lifecycle.allows("take_out", vehicle.status),
    )


@blueprint.get("/upkeep/tasks/<int:task_id>/completion")
@staff(DESK_STAFF)
def show_completion(task_id: int) -> ResponseReturnValue:
    """Ask what was done; when it usually comes again is filled in."""
    task = db.get_or_404(UpkeepTask, task_id)
    return _work_page(task.vehicle, WorkForm(_suggested(task.vehicle, task)), task)


@blueprint.post("/upkeep/tasks/<int:task_id>/completion")
@staff(DESK_STAFF)
def finish_task(task_id: int) -> ResponseReturnValue:
    """The work is done."""
    task = db.get_or_404(UpkeepTask, task_id)
    form = _work_form(task.vehicle)
    if not form.check():
        return _work_page(task.vehicle, form, task), 422
    services.finish(task, form.work, by=current.actor())
    return to_car(task.vehicle_id, f"{TASK_WORDS[task.kind]}を済みにしました。")


@blueprint.get("/vehicles/<int:vehicle_id>/upkeep/records/new")
@staff(DESK_STAFF)
def new_record(vehicle_id: int) -> ResponseReturnValue:
    """Ask for work that nobody had planned."""
    vehicle = db.get_or_404(Vehicle, vehicle_id)
    return _work_page(vehicle, WorkForm(_suggested(vehicle, None), asks_kind=True))


@blueprint.post("/vehicles/<int:vehicle_id>/upkeep/records")
@staff(DESK_STAFF)
def create_record(vehicle_id: int) -> ResponseReturnValue:
    """Write down work that is done already."""
    vehicle = db.get_or_404(Vehicle, vehicle_id)
    form = _work_form(vehicle, asks_kind=True)
    if not form.check():
        return _work_page(vehicle, form), 422
    task = services.record(vehicle, TaskKind(form.text("kind")), form.work, by=current.actor())
    return to_car(vehicle_id, f"{TASK_WORDS[task.kind]}を記録しました。")


@blueprint.post("/upkeep/tasks/<int:task_id>/cancellation")
@staff(DESK_STAFF)
def cancel_task(task_id: int) -> ResponseReturnValue:
    """The work is no longer needed."""
    task = db.get_or_404(UpkeepTask, task_id)
    services.cancel(task, by=current.actor(), puts_back=task.keeps_off_road)
    return to_car(task.vehicle_id, "整備の予定を取り消しました。")


def _suggested(vehicle: Vehicle, task: UpkeepTask | None) -> dict[str, Any]:
    """What is most likely: done today, the car back on the road, the same work again in its time."""
    today = clock.today()
    values: dict[str, Any] = {"done_on": today.isoformat(), "note": task.note if task else ""}
    if task is None:
        return values
    next_on, next_km = comes_again(task.kind, today, vehicle.odometer_km)
    values |= {"next_on": next_on.isoformat() if next_on else "", "next_km": str(next_km or "")}
    return values | {"puts_back": "yes" if task.keeps_off_road else ""}


def _work_form(vehicle: Vehicle, *, asks_kind: bool = False) -> WorkForm:
    return WorkForm(request.form, services.all_readings(vehicle), queries.marks_of(vehicle.id), asks_kind=asks_kind)


def _work_page(vehicle: Vehicle, form: WorkForm, task: UpkeepTask | None = None) -> str:
    marks = [mark for mark in queries.marks_of(vehicle.id) if mark.status is MarkStatus.PRESENT]
    return render_template(
        "upkeep/tasks/done.html",
        vehicle=vehicle,
        form=form,
        task=task,
        kind_word=TASK_WORDS[task.kind] if task else "",
        kind_choices=KIND_CHOICES,
        mark_choices=[(str(mark.id), f"{PLACE_WORDS[mark.place]}：{mark.note}") for mark in marks],
        may_put_back=vehicle.lifecycle.allows("put_back", vehicle.status),
    )
