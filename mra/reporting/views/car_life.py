"""A car's life on one page."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.core.access import READERS, staff
from mra.core.db import db
from mra.vehicles.models import Vehicle
from mra.vehicles.services import LifeKind

from ..queries.car_life import KIND_WORDS, CarLife, RailStop, car_life
from .blueprint import blueprint

TONES = {LifeKind.LOAN: "success", LifeKind.DAMAGE: "warning", LifeKind.END: "danger", LifeKind.ORIGIN: "info"}


@blueprint.get("/vehicles/<int:vehicle_id>/life", endpoint="car_life")
@staff(READERS)
def car_life_page(vehicle_id: int) -> ResponseReturnValue:
    """Where a car came from, where it stood, who had it, what it cost, and where it went."""
    vehicle = db.get_or_404(Vehicle, vehicle_id)
    asked = request.args.get("kind", "")
    kind = LifeKind(asked) if asked in set(LifeKind) else None
    page = request.args.get("page", "1")
    life = car_life(vehicle, kind=kind, page=int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1)
    return render_template(
        "reporting/car_life.html",
        vehicle=vehicle,
        life=life,
        words=KIND_WORDS,
        tones=TONES,
        links=_links(vehicle, life, kind),
        rail=[(stop, _rail_url(vehicle, life, kind, stop)) for stop in life.rail],
        next_url=_url(vehicle, kind, life.page + 1) if life.page < life.pages else None,
        previous_url=_url(vehicle, kind, life.page - 1) if life.page > 1 else None,
    )


def _url(vehicle: Vehicle, kind: LifeKind | None, page: int = 1, anchor: str | None = None) -> str:
    asked: dict[str, Any] = ({"kind": kind.value} if kind else {}) | ({"page": page} if page > 1 else {})
    return url_for("reporting.car_life", vehicle_id=vehicle.id, _anchor=anchor, **asked)


def _rail_url(vehicle: Vehicle, life: CarLife, kind: LifeKind | None, stop: RailStop) -> str:
    anchor = f"year-{stop.number}"
    return f"#{anchor}" if stop.page == life.page else _url(vehicle, kind, stop.page, anchor)


def _links(vehicle: Vehicle, life: CarLife, kind: LifeKind | None) -> list[dict[str, Any]]:
    """The kinds of entries that this car has, each with their number."""
    everything = {
        "label": "すべて",
        "count": sum(life.counts.values()),
        "url": _url(vehicle, None),
        "current": kind is None,
    }
    kinds = [
        {"label": KIND_WORDS[one], "count": count, "url": _url(vehicle, one), "current": kind is one}
        for one, count in life.counts.items()
        if count
    ]
    return [everything, *kinds]
