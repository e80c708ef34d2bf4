"""The register of leases: the list, one lease, a new one, its changes, renewal and end."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.accounts.queries import timeline_lines
from mra.core import clock, current
from mra.core.access import COORDINATORS, DESK_STAFF, READERS, staff
from mra.core.db import db
from mra.vehicles import queries as vehicles_queries
from mra.vehicles import services as vehicles
from mra.vehicles.forms import ArrivalForm
from mra.vehicles.leasing import ENDING_DAYS, LEASE, LESSEE_WORDS, LeaseStatus
from mra.vehicles.models import Lease, Vehicle
from mra.vehicles.queries import Filters

from .. import queries
from ..forms import LeaseForm, RenewalForm
from ..queries import LeaseFilter
from .blueprint import blueprint, load_lease, tabs, to_lease

KIND_OPTIONS = [(kind.value, word) for kind, word in LESSEE_WORDS.items()]
CARS_FOUND = 20


@blueprint.get("/leases")
@staff(READERS)
def leases() -> ResponseReturnValue:
    """Which cars are out on lease; what ends soon stands on top."""
    wanted = _filter()
    page = queries.lease_page(wanted, clock.today(), request.args.get("after", type=int))
    after = page.next_after
    return render_template(
        "recalls/leases/index.html",
        leases=page.leases,
        wanted=wanted,
        filters=_links(wanted),
        tabs=tabs("leases"),
        next_url=url_for("recalls.leases", **_args(wanted), after=after) if after else None,
        ending_days=ENDING_DAYS,
        may_change=current.role() in COORDINATORS,
    )


def _filter() -> LeaseFilter:
    shown = request.args.get("show", "")
    status = next((one for one in LeaseStatus if one.value == shown), None)
    return LeaseFilter(status, shown == "ending", request.args.get("search", "").strip()[:60])


def _args(wanted: LeaseFilter) -> dict[str, Any]:
    show = "ending" if wanted.only_ending else wanted.status.value if wanted.status else None
    return {"show": show, "search": wanted.search or None}


def _links(wanted: LeaseFilter) -> list[dict[str, Any]]:
    counts, ending = queries.lease_counts(clock.today())

    def link(label: str, show: str | None, number: int) -> dict[str, Any]:
        url = url_for("recalls.leases", show=show, search=wanted.search or None)
        return {"label": label, "url": url, "count": number, "current": _args(wanted)["show"] == show}

    running = sum(number for status, number in counts.items() if status is not LeaseStatus.ENDED)
    shelves = [link(LEASE.words[one].label, one.value, counts.get(one, 0)) for one in LeaseStatus]
    return [link("継続中すべて", None, running), link("まもなく終わる", "ending", ending), *shelves]


@blueprint.get("/leases/new")
@staff(COORDINATORS)
def new_lease() -> ResponseReturnValue:
    """First the car, found by its plate; then the contract."""
    vehicle = db.session.get(Vehicle, request.args.get("vehicle", 0, type=int))
    if vehicle is not None:
        return _edit(LeaseForm.new(vehicle), vehicle)
    search = request.args.get("search", "").strip()[:60]
    found = vehicles_queries.vehicle_page(Filters(search=search)).vehicles[:CARS_FOUND] if search else []
    uses = vehicles.uses_of([vehicle.id for vehicle in found])
    return render_template("recalls/leases/choose.html", search=search, found=found, uses=uses)


@blueprint.post("/leases")
@staff(COORDINATORS)
def create_lease() -> ResponseReturnValue:
    """The car goes to its lessee."""
    vehicle = db.get_or_404(Vehicle, request.form.get("vehicle", 0, type=int))
    form = LeaseForm(request.form)
    if not form.check():
        return _edit(form, vehicle), 422
    lease = vehicles.lease_out(vehicle, form.clean["facts"], by=current.actor())
    flash("リースを登録しました。この車両は案内・貸出の対象から外れます。", "success")
    return to_lease(lease)


def _edit(form: LeaseForm, vehicle: Vehicle, lease: Lease | None = None, *, is_overtaken: bool = False) -> str:
    return render_template(
        "recalls/leases/edit.html",
        form=form,
        vehicle=vehicle,
        journey=None if lease else vehicles.journeys_of([vehicle.id]).get(vehicle.id),
        lease=lease,
        kinds=KIND_OPTIONS,
        is_overtaken=is_overtaken,
    )


@blueprint.get("/leases/<int:lease_id>")
@staff(READERS)
def show_lease(lease_id: int) -> ResponseReturnValue:
    """One contract: who has the car, until when, and what happened."""
    lease = load_lease(lease_id)
    asked = queries.returns_of_lease(lease.id)
    role = current.role()
    moves = {move.action for move in LEASE.actions(lease.status, role)}
    return render_template(
        "recalls/leases/show.html",
        lease=lease,
        asked=asked,
        open_return=next((one for one in asked if one.is_open), None),
        may_end="end" in moves,
        may_change=role in COORDINATORS and "end" in moves,
        ends_soon=_ends_soon(lease),
        events=timeline_lines(("lease", [lease.id])),
    )


def _ends_soon(lease: Lease) -> list[str]:
    """What of a lease ends soon, in words."""
    if not LEASE.allows("end", lease.status):
        return []
    left = (lease.ends_on - clock.today()).days
    told = []
    if left <= ENDING_DAYS:
        told.append("契約の期間が終わっています。" if left < 0 else f"契約があと{left}日で終わります。")
    if lease.insured_until is None:
        told.append("借り手の任意保険の満了日が登録されていません。")
    elif (left := (lease.insured_until - clock.today()).days) <= ENDING_DAYS:
        told.append("借り手の任意保険が切れています。" if left < 0 else f"借り手の任意保険があと{left}日で切れます。")
    return told


@blueprint.get("/leases/<int:lease_id>/edit")
@staff(COORDINATORS)
def edit_lease(lease_id: int) -> ResponseReturnValue:
    """The contract as it stands."""
    lease = load_lease(lease_id)
    return _edit(LeaseForm.of(lease), lease.vehicle, lease)


@blueprint.post("/leases/<int:lease_id>")
@staff(COORDINATORS)
def update_lease(lease_id: int) -> ResponseReturnValue:
    """Write down other facts; who was overtaken sees what stands there now, and decides."""
    lease = load_lease(lease_id)
    form = LeaseForm(request.form, lease=lease)
    if form.is_outdated:
        form.values["version"] = str(lease.version)
        return _edit(form, lease.vehicle, lease, is_overtaken=True), 409
    if not form.check():
        return _edit(form, lease.vehicle, lease), 422
    vehicles.change_lease(lease, form.clean["facts"], version=form.version, by=current.actor())
    flash("リースの内容を変更しました。", "success")
    return to_lease(lease)


@blueprint.get("/leases/<int:lease_id>/renewal")
@staff(COORDINATORS)
def new_renewal(lease_id: int) -> ResponseReturnValue:
    """Until when it goes on."""
    lease = load_lease(lease_id)
    return render_template("recalls/leases/renewal.html", lease=lease, form=RenewalForm.of(lease))


@blueprint.post("/leases/<int:lease_id>/renewal")
@staff(COORDINATORS)
def renew_lease(lease_id: int) -> ResponseReturnValue:
    """The contract goes on."""
    lease = load_lease(lease_id)
    form = RenewalForm(request.form, lease)
    if not form.check():
        return render_template("recalls/leases/renewal.html", lease=lease, form=form), 422
    vehicles.renew(lease, by=current.actor(), **form.clean)
    flash("契約の更新を記録しました。", "success")
    return to_lease(lease)


@blueprint.get("/leases/<int:lease_id>/ending")
@staff(DESK_STAFF)
def new_ending(lease_id: int) -> ResponseReturnValue:
    """The car is back, or sold."""
    lease = load_lease(lease_id)
    return _ending(lease, arrival_form({}, lease))


def arrival_form(posted: Any, lease: Lease) -> ArrivalForm:
    """Where the car has arrived, and what its odometer shows."""
    return ArrivalForm(posted, bases=vehicles_queries.bases_in_use(), last_km=lease.vehicle.odometer_km)


def _ending(lease: Lease, form: ArrivalForm) -> str:
    return render_template(
        "recalls/leases/ending.html", lease=lease, form=form, may_sell=current.role() in COORDINATORS
    )


@blueprint.post("/leases/<int:lease_id>/ending")
@staff(DESK_STAFF)
def end_lease(lease_id: int) -> ResponseReturnValue:
    """The car stands at a base again."""
    lease = load_lease(lease_id)
    form = arrival_form(request.form, lease)
    if not form.check():
        return _ending(lease, form), 422
    vehicles.hand_back(lease, by=current.actor(), **form.clean)
    flash("車の到着を記録し、リースを終えました。貸出に必要な書類を確認してください。", "success")
    return to_lease(lease)


@blueprint.post("/leases/<int:lease_id>/sale")
@staff(COORDINATORS)
def sell_leased(lease_id: int) -> ResponseReturnValue:
    """The lessee keeps the car."""
    lease = load_lease(lease_id)
    vehicles.sell(lease, by=current.actor())
    flash("借り手に譲ったことを記録しました。引渡しの証明を登録し、済んだ手続きに印を付けてください。", "success")
    return redirect(url_for("vehicles.show_retirement", vehicle_id=lease.vehicle_id), 303)
