"""Planning a job, changing it, calling it off."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.alliance.queries import municipality_by_code
from mra.core import current
from mra.core.access import DESK_STAFF, READERS, staff
from mra.core.db import db
from mra.vehicles import queries as vehicles
from mra.vehicles.models import Vehicle

from .. import services
from ..forms import JobForm, ReasonForm
from ..models import TransportJob
from .blueprint import blueprint, load_job, load_offer, to_job
from .cases import page


@blueprint.get("/transport/jobs/new")
@staff(DESK_STAFF)
def new() -> ResponseReturnValue:
    """A car is to be moved: the form is filled from what is known of the car. Without a car, the list of cars."""
    number = request.args.get("vehicle", type=int)
    if number is None:
        flash("回送する車両を選び、車両の画面の「回送を手配する」を押してください。", "info")
        return redirect(url_for("vehicles.index"), 303)
    vehicle = _vehicle(number)
    origin = services.origin_of(vehicle.id)
    town = municipality_by_code(origin.municipality_code) if origin and origin.municipality_code else None
    form = JobForm.new(vehicle, vehicles.bases_in_use(), origin, town.full_name if town else "")
    return _form_page(vehicle, form)


def _vehicle(number: int) -> Vehicle:
    found: Vehicle = db.get_or_404(Vehicle, number)
    return found


def _form_page(vehicle: Vehicle, form: JobForm, job: TransportJob | None = None) -> str:
    return render_template(
        "transport/edit.html",
        vehicle=vehicle,
        form=form,
        job=job,
        base_options=[(str(base.id), f"{base.name}（{base.activation.name}）") for base in form.bases.values()],
    )


@blueprint.post("/transport/jobs")
@staff(DESK_STAFF)
def create() -> ResponseReturnValue:
    """Keep the plan; the next page asks whom to ask."""
    vehicle = _vehicle(request.form.get("vehicle", type=int) or 0)
    origin = services.origin_of(vehicle.id)
    form = JobForm(request.form, vehicles.bases_in_use(), vehicle, [origin.phone if origin else None])
    if not form.check():
        return _form_page(vehicle, form), 422
    job = services.plan_job(vehicle, form.clean["plan"], by=current.actor(), submission_key=form.submission_key)
    flash("回送を手配しました。運転する方を探してください。", "success")
    return to_job(job)


@blueprint.get("/transport/jobs/<int:job_id>")
@staff(READERS)
def show(job_id: int) -> ResponseReturnValue:
    """One job."""
    return page(load_job(job_id))


@blueprint.get("/transport/offers/<int:offer_id>")
@staff(READERS)
def show_offer(offer_id: int) -> ResponseReturnValue:
    """What a message was about: the job."""
    return to_job(load_offer(offer_id).job)


@blueprint.get("/transport/jobs/<int:job_id>/edit")
@staff(DESK_STAFF)
def edit(job_id: int) -> ResponseReturnValue:
    """The form as it stands."""
    job = load_job(job_id)
    return _form_page(job.vehicle, JobForm.of(job, vehicles.bases_in_use(job.to_base_id)), job)


@blueprint.post("/transport/jobs/<int:job_id>/edit")
@staff(DESK_STAFF)
def change(job_id: int) -> ResponseReturnValue:
    """Settle something else; whoever drives is told."""
    job = load_job(job_id)
    form = JobForm(request.form, vehicles.bases_in_use(job.to_base_id), job.vehicle, [job.from_phone, job.to_phone])
    if not form.check():
        return _form_page(job.vehicle, form, job), 422
    told = services.change_job(job, form.clean["plan"], version=form.version, by=current.actor())
    flash("内容を変更し、運転する方にお知らせしました。" if told else "内容を変更しました。", "success")
    return to_job(job)


@blueprint.post("/transport/jobs/<int:job_id>/cancellation")
@staff(DESK_STAFF)
def cancel(job_id: int) -> ResponseReturnValue:
    """The car is not moved, or turns back."""
    job = load_job(job_id)
    form = ReasonForm(request.form)
    if not form.check():
        return page(job, reason=form), 422
    services.cancel_job(job, by=current.actor(), reason=form.clean["reason"])
    flash("回送を取りやめ、打診した方と運転する方にお知らせしました。", "success")
    return to_job(job)
