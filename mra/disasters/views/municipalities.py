"""Choosing the affected municipalities: look up by prefecture or text, tick, save. No JavaScript needed."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.alliance import queries as alliance
from mra.alliance.models import Municipality
from mra.alliance.municipality_codes import PREFECTURES
from mra.core import current
from mra.core.access import COORDINATORS, staff

from .. import services
from ..forms import MunicipalitiesForm
from ..models import Activation
from .blueprint import blueprint, load_activation, settings_back, to_settings

MOST_FOUND = 100


@blueprint.get("/activations/<int:activation_id>/settings/municipalities")
@staff(COORDINATORS)
def municipalities(activation_id: int) -> ResponseReturnValue:
    """What is ticked, and below it what the search found. Ticks travel in the address until they are saved."""
    activation = load_activation(activation_id)
    held = [one.code for one in activation.municipalities]
    ticked = request.args.getlist("code") if "code" in request.args else held
    chosen = alliance.municipalities_of(sorted(set(ticked) | set(held)))
    prefecture = _prefecture(chosen)
    text = request.args.get("q", "")
    shown = {one.code for one in chosen}
    found = _found(prefecture, text)
    return render_template(
        "disasters/settings/municipalities.html",
        activation=activation,
        held=held,
        ticked=ticked,
        chosen=chosen,
        candidates=[one for one in found if one.code not in shown],
        prefectures=list(PREFECTURES.items()),
        form=MunicipalitiesForm({"prefecture": prefecture, "q": text}),
        has_found=bool(found),
        back=settings_back(activation),
    )


@blueprint.post("/activations/<int:activation_id>/settings/municipalities")
@staff(COORDINATORS)
def change_municipalities(activation_id: int) -> ResponseReturnValue:
    """Look up more, or save what is ticked."""
    activation = load_activation(activation_id)
    form = MunicipalitiesForm(request.form)
    if form.text("look_up"):
        return redirect(_search_address(activation, form), 303)
    form.check()
    services.change_municipalities(activation, **form.clean, by=current.actor())
    flash("対象の市区町村を保存しました。", "success")
    return to_settings(activation, "municipalities")


def _prefecture(chosen: list[Municipality]) -> str:
    """The prefecture that was asked for; at first that of the first town, so that its neighbours are at hand."""
    usual = chosen[0].code[:2] if chosen else ""
    asked = request.args.get("prefecture", "" if request.args.get("q") else usual)
    return asked if asked in PREFECTURES else ""


def _found(prefecture: str, text: str) -> list[Municipality]:
    if not text.strip():
        return alliance.municipalities_in(prefecture) if prefecture else []
    found = alliance.municipalities_matching(text, limit=MOST_FOUND)
    return [one for one in found if one.code.startswith(prefecture)]


def _search_address(activation: Activation, form: MunicipalitiesForm) -> str:
    search = form.search()
    if form.text("look_up") == "all":
        search["code"] = [*search["code"], *form.many("candidate")]
    return url_for("disasters.municipalities", activation_id=activation.id, **search)
