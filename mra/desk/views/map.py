"""The map of a support: where people ask from, where the cars stand and where they go."""

from collections.abc import Iterator

from flask import abort, current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from mra.core import current
from mra.core.access import COORDINATORS, READERS, staff
from mra.core.geo import coordinates
from mra.core.maps import Drawing, Ground, Sign, draw, steps_for
from mra.disasters import queries as disasters
from mra.disasters.models import Activation

from ..queries.map import BaseOnMap, SupportMap, is_affected, support_map
from .blueprint import blueprint


@blueprint.get("/activations/<int:activation_id>/map")
@staff(READERS)
def support_on_map(activation_id: int) -> ResponseReturnValue:
    """The affected municipalities with the number of applications, the bases, and the cars on their way to them."""
    activation = disasters.activation_with_settings(activation_id) or abort(404)
    shown = support_map(activation)
    here = disasters.current_activation()
    at_work = here is not None and here.id == activation.id
    return render_template(
        "desk/map.html",
        activation=activation,
        towns=shown.towns,
        bases=[(one, _base_url(one, at_work)) for one in shown.bases],
        total=sum(town.applications for town in shown.towns),
        drawing=_drawing(activation, shown, at_work),
        is_approximate=shown.is_approximate,
        municipality_url=_municipality_url,
        may_change=current.role() in COORDINATORS,
    )


def _drawing(activation: Activation, shown: SupportMap, at_work: bool) -> Drawing | None:
    if shown.frame is None or not shown.areas:
        return None
    counts = {town.municipality.code: town.applications for town in shown.towns}
    return draw(
        list(_grounds(activation, shown, counts)),
        shown.frame,
        signs=list(_signs(shown.bases, at_work)),
        steps=steps_for(counts.values()),
        has_tiles=current_app.extensions["mra"].map_tiles == "gsi",
    )


def _grounds(activation: Activation, shown: SupportMap, counts: dict[str, int]) -> Iterator[Ground]:
    affected = {one.code for one in activation.municipalities}
    for area in shown.areas:
        one = area.municipality
        count = counts.get(one.code, 0)
        marked = is_affected(one, affected)
        words = [one.name, f"申込 {count}件"] + (["対象の市区町村"] if marked else [])
        yield Ground(one.name, area.shape, "、".join(words), _municipality_url(one.code), count, marked)


def _signs(bases: list[BaseOnMap], at_work: bool) -> Iterator[Sign]:
    """Each base with the number of cars on their way to it."""
    for one in bases:
        place = coordinates(one.base.place)
        if place is None:
            continue
        title = f"拠点{one.number} {one.base.name}、使用可 {one.ready}台、回送中 {one.in_transit}台"
        yield Sign(str(one.number), place, title, _base_url(one, at_work), one.in_transit)


def _municipality_url(code: str) -> str | None:
    """The page of a municipality, where the house has one."""
    endpoint = "alliance.municipality"
    return url_for(endpoint, code=code) if endpoint in current_app.view_functions else None


def _base_url(one: BaseOnMap, is_at_work: bool) -> str:
    """Today's list of the base; the settings where this is not the support that the person works on."""
    if is_at_work:
        return url_for("desk.today", base=one.base.id)
    return url_for("disasters.settings", activation_id=one.base.activation_id, _anchor="bases")
