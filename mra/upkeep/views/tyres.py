"""The sets of tyres of a car: added, changed with the season, measured, thrown away."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from mra.core import clock, current
from mra.core.access import DESK_STAFF, staff
from mra.core.db import db
from mra.upkeep import queries, services
from mra.upkeep.forms import ChangeForm, TreadForm, TyreForm, choices
from mra.upkeep.models import TyreSet
from mra.upkeep.rules import SEASON_WORDS, TyreStatus
from mra.vehicles.models import Vehicle

from .blueprint import blueprint
from .car import to_car
from .words import tyre_line

PLACE_CHOICES = [("mounted", "車両に装着している"), ("stored", "保管している")]


@blueprint.get("/vehicles/<int:vehicle_id>/upkeep/tyres/new")
@staff(DESK_STAFF)
def new_tyres(vehicle_id: int) -> ResponseReturnValue:
    """Ask for a set of tyres."""
    form = TyreForm({"tyre_count": "4", "on": clock.today().isoformat()})
    return _tyre_page(db.get_or_404(Vehicle, vehicle_id), form)


@blueprint.post("/vehicles/<int:vehicle_id>/upkeep/tyres")
@staff(DESK_STAFF)
def create_tyres(vehicle_id: int) -> ResponseReturnValue:
    """A set of tyres belongs to this car."""
    vehicle = db.get_or_404(Vehicle, vehicle_id)
    form = TyreForm(request.form)
    if _mounted(vehicle_id) and form.text("place") == "mounted":
        form.wrong("place", "別の組が装着されています。保管中として登録してから、履き替えてください。")
    if not form.check():
        return _tyre_page(vehicle, form), 422
    services.add_tyres(vehicle, by=current.actor(), **form.clean)
    return to_car(vehicle_id, "タイヤを登録しました。")


def _tyre_page(vehicle: Vehicle, form: TyreForm) -> str:
    return render_template(
        "upkeep/tyres/new.html",
        vehicle=vehicle,
        form=form,
        season_choices=choices(SEASON_WORDS),
        place_choices=PLACE_CHOICES,
    )


def _mounted(vehicle_id: int) -> TyreSet | None:
    return next((one for one in queries.tyre_sets_of(vehicle_id) if one.status is TyreStatus.MOUNTED), None)


@blueprint.get("/upkeep/tyres/<int:tyre_set_id>/mounting")
@staff(DESK_STAFF)
def show_mounting(tyre_set_id: int) -> ResponseReturnValue:
    """Ask when the tyres were changed, and where the others are kept."""
    tyre_set = db.get_or_404(TyreSet, tyre_set_id)
    mounted = _mounted(tyre_set.vehicle_id)
    form = ChangeForm(
        {"on": clock.today().isoformat(), "stored_at": tyre_set.stored_at}, has_mounted=mounted is not None
    )
    return _mounting_page(tyre_set, mounted, form)


@blueprint.post("/upkeep/tyres/<int:tyre_set_id>/mounting")
@staff(DESK_STAFF)
def mount(tyre_set_id: int) -> ResponseReturnValue:
    """This set goes on the car, the other one into store."""
    tyre_set = db.get_or_404(TyreSet, tyre_set_id)
    mounted = _mounted(tyre_set.vehicle_id)
    form = ChangeForm(request.form, has_mounted=mounted is not None)
    if not form.check():
        return _mounting_page(tyre_set, mounted, form), 422
    services.change_tyres(tyre_set, by=current.actor(), **form.clean)
    return to_car(tyre_set.vehicle_id, f"{SEASON_WORDS[tyre_set.season]}に履き替えました。")


def _mounting_page(tyre_set: TyreSet, mounted: TyreSet | None, form: ChangeForm) -> str:
    return render_template(
        "upkeep/tyres/mounting.html",
        vehicle=tyre_set.vehicle,
        tyre_set=tyre_set,
        line=tyre_line(tyre_set),
        mounted=mounted,
        mounted_line=tyre_line(mounted) if mounted else None,
        form=form,
    )


@blueprint.get("/upkeep/tyres/<int:tyre_set_id>/tread")
@staff(DESK_STAFF)
def show_tread(tyre_set_id: int) -> ResponseReturnValue:
    """Ask how deep the tread is."""
    tyre_set = db.get_or_404(TyreSet, tyre_set_id)
    return _tread_page(tyre_set, TreadForm({"on": clock.today().isoformat()}))


@blueprint.post("/upkeep/tyres/<int:tyre_set_id>/tread")
@staff(DESK_STAFF)
def measure(tyre_set_id: int) -> ResponseReturnValue:
    """Write down how deep the tread is."""
    tyre_set = db.get_or_404(TyreSet, tyre_set_id)
    form = TreadForm(request.form)
    if not form.check():
        return _tread_page(tyre_set, form), 422
    services.measure(tyre_set, by=current.actor(), **form.clean)
    return to_car(tyre_set.vehicle_id, "溝の深さを記録しました。")


def _tread_page(tyre_set: TyreSet, form: TreadForm) -> str:
    return render_template(
        "upkeep/tyres/tread.html", vehicle=tyre_set.vehicle, tyre_set=tyre_set, line=tyre_line(tyre_set), form=form
    )


@blueprint.post("/upkeep/tyres/<int:tyre_set_id>/disposal")
@staff(DESK_STAFF)
def discard_tyres(tyre_set_id: int) -> ResponseReturnValue:
    """The set is thrown away."""
    tyre_set = db.get_or_404(TyreSet, tyre_set_id)
    services.discard(tyre_set, by=current.actor())
    return to_car(tyre_set.vehicle_id, "タイヤを廃棄にしました。")
