"""The rule of order of an activation, and the tier of one request."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.core import current
from mra.core.access import COORDINATORS, READERS, staff
from mra.core.application_number import format_number
from mra.core.circumstances import CIRCUMSTANCE_WORDS, Circumstance
from mra.core.db import db
from mra.disasters import queries as disasters
from mra.disasters.models import Activation
from mra.disasters.priorities import ARRIVAL_WORDING, MOST_CRITERIA, last_tier, usual_wording, wording_of
from mra.disasters.rules import may_change

from .. import queries, services
from ..forms import PrioritiesForm, TierForm
from ..models import CarRequest
from .blueprint import blueprint


@blueprint.get("/activations/<int:activation_id>/settings/priorities")
@staff(READERS)
def priorities(activation_id: int) -> ResponseReturnValue:
    """The rule in force, ready to be changed, and all versions before it."""
    activation = _activation(activation_id)
    version = disasters.priorities_in_force(activation.id)
    return _form_page(PrioritiesForm.of(version.priorities, version.number), activation)


@blueprint.post("/activations/<int:activation_id>/settings/priorities/preview")
@staff(COORDINATORS)
def preview_priorities(activation_id: int) -> ResponseReturnValue:
    """Who would move, before anything is changed; or back to the form with what was typed."""
    activation = _activation(activation_id)
    version = disasters.priorities_in_force(activation.id)
    form = PrioritiesForm(request.form, version.priorities)
    if request.form.get("go") == "back":
        return _form_page(form, activation)
    if not form.check():
        return _form_page(form, activation), 422
    return render_template(
        "applications/priorities/preview.html",
        form=form,
        activation=activation,
        version=version,
        priorities=form.clean["priorities"],
        effect=queries.effect_of(activation.id, form.clean["priorities"]),
        wording_of=wording_of,
        arrival=ARRIVAL_WORDING,
        back=_to_settings(activation),
    )


@blueprint.post("/activations/<int:activation_id>/settings/priorities")
@staff(COORDINATORS)
def change_priorities(activation_id: int) -> ResponseReturnValue:
    """Write a new version and apply it to all who wait."""
    activation = _activation(activation_id)
    form = PrioritiesForm(request.form, disasters.priorities_in_force(activation.id).priorities)
    if not form.check():
        return _form_page(form, activation), 422
    version = services.change_priorities(activation, **form.clean, by=current.actor())
    flash(f"優先順位の規則（第{version.number}版）を登録し、順番待ちの希望すべてに当てはめました。", "success")
    return redirect(url_for("applications.priorities", activation_id=activation_id), 303)


@blueprint.get("/applications/<int:application_id>/requests/<int:request_id>/tier/new")
@staff(COORDINATORS)
def new_tier(application_id: int, request_id: int) -> ResponseReturnValue:
    """Into which tier, and why."""
    car_request = _car_request(application_id, request_id)
    return _tier_page(TierForm({"edition": car_request.tier_edition}), car_request)


@blueprint.post("/applications/<int:application_id>/requests/<int:request_id>/tier")
@staff(COORDINATORS)
def set_tier(application_id: int, request_id: int) -> ResponseReturnValue:
    """Put one request into another tier than the rule does."""
    car_request = _car_request(application_id, request_id)
    form = TierForm(request.form)
    if not form.check():
        return _tier_page(form, car_request), 422
    services.set_tier(car_request, **form.clean, by=current.actor())
    return _to_case(car_request, f"優先順位を第{car_request.tier}順位に変更しました。")


@blueprint.post("/applications/<int:application_id>/requests/<int:request_id>/tier/restoration")
@staff(COORDINATORS)
def restore_tier(application_id: int, request_id: int) -> ResponseReturnValue:
    """Back to what the rule says."""
    car_request = _car_request(application_id, request_id)
    services.restore_tier(car_request, edition=request.form.get("edition", ""), by=current.actor())
    return _to_case(car_request, f"優先順位を規則どおり（第{car_request.tier}順位）に戻しました。")


def _activation(activation_id: int) -> Activation:
    return disasters.activation_with_settings(activation_id) or abort(404)


def _car_request(application_id: int, request_id: int) -> CarRequest:
    found: CarRequest = db.first_or_404(db.select(CarRequest).filter_by(id=request_id, application_id=application_id))
    return found


def _to_settings(activation: Activation) -> dict[str, str]:
    return {"url": url_for("disasters.settings", activation_id=activation.id), "label": activation.name}


def _form_page(form: PrioritiesForm, activation: Activation) -> str:
    return render_template(
        "applications/priorities/edit.html",
        form=form,
        activation=activation,
        circumstances=CIRCUMSTANCE_WORDS,
        tiers=[(str(tier), f"第{tier}順位") for tier in range(1, MOST_CRITERIA + 1)],
        usual_wordings={tier: _usual_wording(form, tier) for tier in form.shown_tiers()},
        history=disasters.priorities_history(activation),
        arrival=ARRIVAL_WORDING,
        may_change=may_change(activation.status, current.role()),
        back=_to_settings(activation),
    )


def _usual_wording(form: PrioritiesForm, tier: int) -> str:
    return usual_wording([one for one in Circumstance if form.text(f"tier_{one.value}") == str(tier)])


def _tier_page(form: TierForm, car_request: CarRequest) -> str:
    order = disasters.priorities_in_force(car_request.activation_id).priorities
    tiers = range(1, last_tier(order) + 1)
    return render_template(
        "applications/priorities/tier.html",
        form=form,
        car_request=car_request,
        application=car_request.application,
        tiers=[(str(tier), f"第{tier}順位：{wording_of(order, tier)}") for tier in tiers if tier != car_request.tier],
    )


def _to_case(car_request: CarRequest, sentence: str) -> ResponseReturnValue:
    flash(f"{format_number(car_request.application.serial)}：{sentence}", "success")
    # The case page belongs to the desk, which stands above; only its address is known here.
    return redirect(f"/applications/{car_request.application_id}", 303)
