"""The list of cars, one car, and the form of its facts."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.core import clock, current
from mra.core.access import COORDINATORS, DESK_STAFF, READERS, staff
from mra.core.db import db
from mra.vehicles import queries, services
from mra.vehicles.forms import CLASS_CHOICES, FEATURE_CHOICES, DocumentForm, VehicleForm, base_choices, choices
from mra.vehicles.models import Vehicle
from mra.vehicles.rules import DOCUMENT_WORDS, DRIVE_WORDS, DRIVER_SCOPE_WORDS, TRANSMISSION_WORDS

from .blueprint import blueprint
from .case import case_of
from .listing import Listing
from .paper_words import paper_summary

FORM_CHOICES = {
    "class_choices": CLASS_CHOICES,
    "feature_choices": FEATURE_CHOICES,
    "transmission_choices": choices(TRANSMISSION_WORDS),
    "drive_choices": choices(DRIVE_WORDS),
    "scope_choices": choices(DRIVER_SCOPE_WORDS),
}


@blueprint.get("/vehicles")
@staff(READERS)
def index() -> ResponseReturnValue:
    """The fleet, cars with a problem in their papers on top."""
    listing = Listing.asked(request.args)
    page = queries.vehicle_page(listing.filters, after=listing.after, before=listing.before)
    rows = [(vehicle, paper_summary(vehicle)) for vehicle in page.vehicles]
    return render_template(
        "vehicles/index.html",
        listing=listing,
        page=page,
        rows=rows,
        counts=queries.vehicle_counts(listing.filters),
        uses=services.uses_of([vehicle.id for vehicle in page.vehicles]),
        base_choices=base_choices(queries.bases_in_use(keep=listing.filters.base_id)),
        class_choices=CLASS_CHOICES,
        may_register=current.role() in DESK_STAFF,
        may_import=current.role() in COORDINATORS,
    )


@blueprint.get("/vehicles/new")
@staff(DESK_STAFF)
def new() -> ResponseReturnValue:
    """The form for a car that is not in the register yet."""
    form = VehicleForm({}, bases=queries.bases_in_use(), today=clock.today())
    return render_template("vehicles/new.html", form=form, **FORM_CHOICES)


@blueprint.post("/vehicles")
@staff(DESK_STAFF)
def create() -> ResponseReturnValue:
    """Take a car into the register."""
    form = VehicleForm(request.form, bases=queries.bases_in_use(), today=clock.today())
    if not form.check():
        return render_template("vehicles/new.html", form=form, **FORM_CHOICES), 422
    vehicle = services.register(form.registration, by=current.actor())
    flash(f"{vehicle.name}({vehicle.plate or vehicle.chassis_number})を登録しました。", "success")
    return redirect(url_for("vehicles.show", vehicle_id=vehicle.id), 303)


@blueprint.get("/vehicles/<int:vehicle_id>")
@staff(READERS)
def show(vehicle_id: int) -> ResponseReturnValue:
    """One car: what to do next, its facts, its papers, what happened."""
    return show_case(db.get_or_404(Vehicle, vehicle_id), DocumentForm({}))


def show_case(vehicle: Vehicle, form: DocumentForm, status: int = 200) -> ResponseReturnValue:
    """The page of one car, with the form for a further paper as it stands."""
    return render_template(
        "vehicles/show.html",
        case=case_of(vehicle, current.role()),
        form=form,
        kind_choices=choices(DOCUMENT_WORDS),
        scope_choices=FORM_CHOICES["scope_choices"],
        may_change=current.role() in DESK_STAFF,
    ), status


@blueprint.get("/vehicles/<int:vehicle_id>/edit")
@staff(DESK_STAFF)
def edit(vehicle_id: int) -> ResponseReturnValue:
    """The form with the facts of a registered car."""
    vehicle = db.get_or_404(Vehicle, vehicle_id)
    form = VehicleForm.of(vehicle, bases=queries.bases_in_use(keep=vehicle.base_id), today=clock.today())
    return render_template("vehicles/edit.html", form=form, vehicle=vehicle, conflicts=[], **FORM_CHOICES)


@blueprint.post("/vehicles/<int:vehicle_id>")
@staff(DESK_STAFF)
def update(vehicle_id: int) -> ResponseReturnValue:
    """Write down other facts; who was overtaken sees what stands there now, beside what was typed."""
    vehicle = db.get_or_404(Vehicle, vehicle_id)
    bases = queries.bases_in_use(keep=vehicle.base_id)
    form = VehicleForm(request.form, bases=bases, today=clock.today(), vehicle=vehicle)
    conflicts = form.take_newer_version() if form.is_outdated else []
    if conflicts:
        return render_template(
            "vehicles/edit.html", form=form, vehicle=vehicle, conflicts=conflicts, **FORM_CHOICES
        ), 409
    if not form.check():
        return render_template("vehicles/edit.html", form=form, vehicle=vehicle, conflicts=[], **FORM_CHOICES), 422
    services.change(vehicle, form.facts, version=form.version, by=current.actor())
    flash("車両の内容を変更しました。", "success")
    return redirect(url_for("vehicles.show", vehicle_id=vehicle.id), 303)
