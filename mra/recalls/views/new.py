"""A new campaign: which leases, where and when, a last look, and the asking itself."""

from typing import Any

from flask import abort, flash, render_template, request
from flask.typing import ResponseReturnValue

from mra.core import clock, current
from mra.core.access import COORDINATORS, staff
from mra.core.text import whole_number
from mra.core.vehicle_classes import VEHICLE_CLASS_WORDS, VehicleClass
from mra.disasters import queries as disasters
from mra.disasters.models import Activation

from .. import queries, services
from ..forms import CampaignForm
from ..forms.campaigns import HOUR_OPTIONS
from ..queries import Candidate
from .blueprint import blueprint, to_campaign

CLASS_OPTIONS = [(kind.value, word) for kind, word in VEHICLE_CLASS_WORDS.items()]


@blueprint.get("/recalls/new")
@staff(COORDINATORS)
def new() -> ResponseReturnValue:
    """Which leases, the nearest first, and the hours in which the bases take the cars."""
    activation = _activation(request.args)
    if activation is None:
        return render_template("recalls/no_activation.html")
    candidates = _candidates(activation, request.args)
    form = CampaignForm.of(activation, candidates, whole_number(request.args.get("number", "")))
    return _choose(activation, form, request.args)


def _activation(asked: Any) -> Activation | None:
    """The support that is asked for, otherwise the one that people work on."""
    open_ones = queries.recent_activations()
    wanted = asked.get("activation", type=int)
    if wanted is None:
        chosen = disasters.current_activation()
        wanted = chosen.id if chosen else None
    found = next((one for one in open_ones if one.id == wanted), None)
    if found is None and asked.get("activation"):
        abort(404)
    return found or (open_ones[0] if open_ones else None)


def _candidates(activation: Activation, asked: Any) -> list[Candidate]:
    """The leases that the filters leave."""
    vehicle_class = next((one for one in VehicleClass if one.value == asked.get("class")), None)
    struck = {town.code for town in activation.municipalities}
    return queries.candidates_for(
        activation.bases, struck, vehicle_class=vehicle_class, prefecture=asked.get("prefecture", "").strip()[:10]
    )


def _choose(activation: Activation, form: CampaignForm, asked: Any) -> str:
    return render_template(
        "recalls/new/choose.html",
        activation=activation,
        activations=[(str(one.id), one.name) for one in queries.recent_activations()],
        form=form,
        candidates=list(form.candidates.values()),
        class_options=CLASS_OPTIONS,
        hour_options=HOUR_OPTIONS,
        asked={name: asked.get(name, "") for name in ("class", "prefecture", "number")},
        today=clock.today(),
    )


def _posted() -> tuple[Activation, CampaignForm]:
    activation = _activation(request.form) or abort(404)
    return activation, CampaignForm(request.form, activation, _candidates(activation, request.form))


@blueprint.post("/recalls/preview")
@staff(COORDINATORS)
def preview() -> ResponseReturnValue:
    """How many lessees, by which ways, at what cost, until when, before anybody is told."""
    activation, form = _posted()
    if not form.check():
        return _choose(activation, form, request.form), 422
    chosen: list[Candidate] = form.clean["chosen"]
    last = max(one.due_on(clock.today()) for one in chosen)
    by_text = sum(1 for one in chosen if one.has_sms)
    slots = form.clean["slots"]
    return render_template(
        "recalls/new/preview.html",
        activation=activation,
        form=form,
        chosen=chosen,
        places=form.clean["places"],
        slots=slots,
        room=len(slots) * form.clean["places"].capacity,
        by_text=by_text,
        by_mail=sum(1 for one in chosen if one.lease.lessee_email),
        only_phone=[one for one in chosen if not one.is_told],
        yen=services.text_yen(activation, last) * by_text,
        last=last,
        today=clock.today(),
    )


@blueprint.post("/recalls")
@staff(COORDINATORS)
def create() -> ResponseReturnValue:
    """Ask them."""
    activation, form = _posted()
    if not form.check() or "change" in request.form:
        return _choose(activation, form, request.form), 422
    leases = queries.leases_for_recall([one.lease.id for one in form.clean["chosen"]])
    asked = services.start(activation, leases, form.clean["places"], message=form.clean["message"], by=current.actor())
    flash(f"{len(asked)}件の返却を要請しました。回答が届くと、ここに表示されます。", "success")
    untold = sum(1 for _, messages in asked if not messages)
    if untold:
        flash(f"SMSもメールも届かない方が{untold}件あります。「電話する」から電話をかけてください。", "warning")
    return to_campaign(asked[0][0].campaign)
