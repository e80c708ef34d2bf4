"""A leased car stands at a base: stock in one step, with what is missing before it can be lent."""

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from mra.core import clock, current
from mra.core.access import DESK_STAFF, staff
from mra.vehicles.forms import ArrivalForm
from mra.vehicles.rules import DOCUMENT_WORDS

from .. import queries, services
from ..models import LeaseReturn
from .blueprint import blueprint, load_return, to_return
from .leases import arrival_form


@blueprint.get("/recalls/returns/<int:return_id>/arrival")
@staff(DESK_STAFF)
def new_arrival(return_id: int) -> ResponseReturnValue:
    """Where the car stands, and what its odometer shows; the base of its slot is filled in."""
    lease_return = load_return(return_id)
    slot = lease_return.slot
    return _page(lease_return, arrival_form({"base": str(slot.base_id) if slot else ""}, lease_return.lease))


def _page(lease_return: LeaseReturn, form: ArrivalForm) -> str:
    return render_template(
        "recalls/returns/arrival.html",
        lease_return=lease_return,
        form=form,
        missing=queries.missing_to_lend(lease_return.lease.vehicle, clock.today()),
        covers=lease_return.lease.vehicle.covers(clock.today()),
        document_words=DOCUMENT_WORDS,
        today=clock.today(),
    )


@blueprint.post("/recalls/returns/<int:return_id>/arrival")
@staff(DESK_STAFF)
def take_back(return_id: int) -> ResponseReturnValue:
    """The lease is over, and the car can be lent as soon as its papers allow."""
    lease_return = load_return(return_id)
    form = arrival_form(request.form, lease_return.lease)
    if not form.check():
        return _page(lease_return, form), 422
    services.take_back(lease_return, by=current.actor(), **form.clean)
    flash("到着を記録しました。リースは終わり、車両は拠点の在庫になりました。", "success")
    return to_return(lease_return)
