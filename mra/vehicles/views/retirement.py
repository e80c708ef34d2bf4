"""A car leaves for good: where to, with which proof, and what of its papers is still to be done."""

from io import BytesIO

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from mra.core import clock, current
from mra.core.access import DESK_STAFF, READERS, staff
from mra.core.db import db
from mra.core.files import takes_file
from mra.core.proofs import MOST_BYTES
from mra.vehicles import queries, services
from mra.vehicles.forms import choices
from mra.vehicles.models import Retirement, Vehicle
from mra.vehicles.retirement_form import STEP_CHOICES, RetirementForm, StepsForm
from mra.vehicles.retiring import RETIREMENT_WORDS, STEP_WORDS, YEN_WORDS, steps_of

from .blueprint import blueprint


@blueprint.get("/vehicles/<int:vehicle_id>/retirement")
@staff(READERS)
def show_retirement(vehicle_id: int) -> ResponseReturnValue:
    """How a car left; for a car that is here, the form by which it leaves."""
    vehicle = db.get_or_404(Vehicle, vehicle_id)
    retirement = queries.retirement_of(vehicle_id)
    if retirement:
        return _record(vehicle, retirement, StepsForm({"steps": retirement.done_steps}))
    return _form(vehicle, RetirementForm({"retired_on": clock.today().isoformat()}))


@blueprint.post("/vehicles/<int:vehicle_id>/retirement")
@staff(DESK_STAFF)
@takes_file(MOST_BYTES)
def retire(vehicle_id: int) -> ResponseReturnValue:
    """The car leaves the alliance's hands."""
    vehicle = db.get_or_404(Vehicle, vehicle_id)
    form = RetirementForm(request.form, request.files.get("file"))
    if not form.check():
        return _form(vehicle, form), 422
    services.retire(vehicle, form.leaving, by=current.actor())
    flash("運用の終了を記録しました。残っている手続きがあれば、済んだときに印を付けてください。", "success")
    return redirect(url_for("vehicles.show_retirement", vehicle_id=vehicle_id), 303)


@blueprint.post("/vehicles/<int:vehicle_id>/retirement/steps")
@staff(DESK_STAFF)
@takes_file(MOST_BYTES)
def note_retirement_steps(vehicle_id: int) -> ResponseReturnValue:
    """What of the papers has been done since."""
    vehicle = db.get_or_404(Vehicle, vehicle_id)
    retirement = queries.retirement_of(vehicle_id) or abort(404)
    form = StepsForm(request.form, request.files.get("file"))
    if not form.check():
        return _record(vehicle, retirement, form), 422
    services.note_steps(retirement, form.clean["steps"], proof=form.clean["proof"], by=current.actor())
    flash("手続きの状況を記録しました。", "success")
    return redirect(url_for("vehicles.show_retirement", vehicle_id=vehicle_id), 303)


@blueprint.get("/vehicles/<int:vehicle_id>/retirement/proof")
@staff(READERS)
def retirement_proof(vehicle_id: int) -> ResponseReturnValue:
    """The proof as it was handed in, to be saved and never shown inside our pages."""
    retirement = queries.retirement_of(vehicle_id) or abort(404)
    stored = retirement.stored_file or abort(404)
    answer = send_file(
        BytesIO(stored.content),
        stored.content_type,
        as_attachment=True,
        download_name=retirement.file_name,
        etag=stored.sha256.hex(),
    )
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _form(vehicle: Vehicle, form: RetirementForm) -> str:
    use = services.uses_of([vehicle.id]).get(vehicle.id)
    may_leave = vehicle.lifecycle.allows("release", vehicle.status) and current.role() in DESK_STAFF
    return render_template(
        "vehicles/retirement/new.html",
        vehicle=vehicle,
        form=form,
        use=use,
        journey=services.journeys_of([vehicle.id]).get(vehicle.id),
        bookings=services.bookings_of(vehicle.id) if use else [],
        may_leave=may_leave,
        kind_choices=choices(RETIREMENT_WORDS),
        step_choices=STEP_CHOICES,
    )


def _record(vehicle: Vehicle, retirement: Retirement, form: StepsForm) -> str:
    steps = [(step.value, STEP_WORDS[step]) for step in steps_of(retirement.kind)]
    return render_template(
        "vehicles/retirement/show.html",
        vehicle=vehicle,
        retirement=retirement,
        form=form,
        kind_word=RETIREMENT_WORDS[retirement.kind],
        yen_word=YEN_WORDS[retirement.kind],
        step_choices=steps,
        open_steps=[word for value, word in steps if value not in retirement.done_steps],
        may_change=current.role() in DESK_STAFF,
    )
