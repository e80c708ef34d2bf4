"""The drive as staff write it down: departure, arrival, expenses. The same could be done by the driver's link."""

from flask import abort, flash, request
from flask.typing import ResponseReturnValue

from mra.core import current
from mra.core.access import DESK_STAFF, staff

from .. import queries, services
from ..forms import ExpenseForm, OdometerForm
from .blueprint import blueprint, load_job, to_job
from .cases import page


@blueprint.post("/transport/jobs/<int:job_id>/departure")
@staff(DESK_STAFF)
def depart(job_id: int) -> ResponseReturnValue:
    """The car left."""
    job = load_job(job_id)
    form = OdometerForm(request.form, job.vehicle.odometer_km)
    if not form.check():
        return page(job, departure=form), 422
    services.depart(
        job,
        by=current.actor(),
        odometer_km=form.clean["odometer_km"],
        accept_lower_odometer=form.clean["accept_lower_odometer"],
    )
    flash("出発を記録しました。", "success")
    return to_job(job)


@blueprint.post("/transport/jobs/<int:job_id>/arrival")
@staff(DESK_STAFF)
def arrive(job_id: int) -> ResponseReturnValue:
    """The car is there."""
    job = load_job(job_id)
    form = OdometerForm(request.form, job.odometer_out_km or 0)
    if not form.check():
        return page(job, arrival=form), 422
    services.arrive(job, by=current.actor(), **form.clean)
    flash("到着を記録しました。車両の場所と走行距離も更新しました。", "success")
    return to_job(job)


@blueprint.post("/transport/jobs/<int:job_id>/expenses")
@staff(DESK_STAFF)
def claim(job_id: int) -> ResponseReturnValue:
    """What the driver told on the phone or handed in; more than the limit is agreed by writing it down."""
    job = load_job(job_id)
    form = ExpenseForm(request.form)
    if not form.check():
        return page(job, expense=form), 422
    services.claim(job, by=current.actor(), is_agreed=True, **form.clean)
    flash("費用を記録しました。", "success")
    return to_job(job)


@blueprint.post("/transport/jobs/<int:job_id>/expenses/<int:expense_id>/settlement")
@staff(DESK_STAFF)
def settle(job_id: int, expense_id: int) -> ResponseReturnValue:
    """The money was paid back."""
    expense = queries.expense_of(job_id, expense_id) or abort(404)
    services.settle(expense, by=current.actor())
    flash("精算を記録しました。", "success")
    return to_job(expense.job)


@blueprint.post("/transport/jobs/<int:job_id>/expenses/<int:expense_id>/rejection")
@staff(DESK_STAFF)
def turn_down(job_id: int, expense_id: int) -> ResponseReturnValue:
    """It is not paid back."""
    expense = queries.expense_of(job_id, expense_id) or abort(404)
    services.turn_down(expense, by=current.actor())
    flash("対象外として記録しました。", "success")
    return to_job(expense.job)
