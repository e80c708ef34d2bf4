"""The list of disasters and supports; recording a disaster and preparing a support."""

from flask import abort, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from mra.core import current
from mra.core.access import COORDINATORS, READERS, staff
from mra.core.db import db

from .. import queries, rules, services
from ..forms import ActivationForm, DisasterForm
from ..models import Activation, Disaster
from .blueprint import blueprint, load_activation, settings_back, to_settings


@blueprint.get("/disasters")
@staff(READERS)
def index() -> ResponseReturnValue:
    """All disasters with their supports, the last recorded first."""
    lines, next_id = queries.disasters_page(request.args.get("before", type=int))
    return render_template(
        "disasters/index.html",
        lines=lines,
        next_id=next_id,
        kinds=rules.DISASTER_KIND_WORDS,
        may_record=current.role() in COORDINATORS,
    )


@blueprint.get("/disasters/new")
@staff(COORDINATORS)
def new() -> ResponseReturnValue:
    """The form that records a disaster."""
    return _disaster_page(DisasterForm({}), None)


@blueprint.post("/disasters")
@staff(COORDINATORS)
def create() -> ResponseReturnValue:
    """Record a disaster and go on to the support that answers it."""
    form = DisasterForm(request.form)
    if not form.check():
        return _disaster_page(form, None), 422
    disaster = services.record_disaster(**form.clean)
    flash("災害を登録しました。続けて、支援の基本情報を入力してください。", "success")
    return redirect(url_for("disasters.new_activation", disaster_id=disaster.id), 303)


@blueprint.get("/disasters/<int:disaster_id>")
@staff(COORDINATORS)
def edit(disaster_id: int) -> ResponseReturnValue:
    """The form that corrects a disaster."""
    disaster = db.session.get(Disaster, disaster_id) or abort(404)
    return _disaster_page(DisasterForm.of(disaster), disaster)


@blueprint.post("/disasters/<int:disaster_id>")
@staff(COORDINATORS)
def update(disaster_id: int) -> ResponseReturnValue:
    """Correct a disaster."""
    disaster = db.session.get(Disaster, disaster_id) or abort(404)
    form = DisasterForm(request.form)
    if not form.check():
        return _disaster_page(form, disaster), 422
    services.change_disaster(disaster, by=current.actor(), **form.clean)
    flash("災害の情報を変更しました。", "success")
    return redirect(url_for("disasters.index"), 303)


@blueprint.get("/disasters/<int:disaster_id>/activations/new")
@staff(COORDINATORS)
def new_activation(disaster_id: int) -> ResponseReturnValue:
    """The form that prepares a support."""
    disaster = db.session.get(Disaster, disaster_id) or abort(404)
    return _activation_page(ActivationForm.new(disaster, current_app.extensions["mra"].help_phone), disaster)


@blueprint.post("/disasters/<int:disaster_id>/activations")
@staff(COORDINATORS)
def create_activation(disaster_id: int) -> ResponseReturnValue:
    """Prepare a support and go on to its settings."""
    disaster = db.session.get(Disaster, disaster_id) or abort(404)
    form = ActivationForm(request.form)
    if not form.check():
        return _activation_page(form, disaster), 422
    activation = services.prepare(disaster, details=form.clean["details"], by=current.actor())
    # Who prepares a support works on it from now on: the menu must not lead to the gap board of another one.
    session["activation_id"] = activation.id
    flash("支援を登録しました。まだ公開されていません。メニューもこの支援に切り替わりました。", "success")
    return to_settings(activation)


@blueprint.get("/activations/<int:activation_id>/settings/details")
@staff(COORDINATORS)
def edit_details(activation_id: int) -> ResponseReturnValue:
    """The form that changes name, period and phone."""
    activation = load_activation(activation_id)
    return _activation_page(ActivationForm.of(activation, _fixed_slug(activation)), activation.disaster, activation)


@blueprint.post("/activations/<int:activation_id>/settings/details")
@staff(COORDINATORS)
def update_details(activation_id: int) -> ResponseReturnValue:
    """Change name, period and phone."""
    activation = load_activation(activation_id)
    form = ActivationForm(request.form, _fixed_slug(activation))
    if not form.check():
        return _activation_page(form, activation.disaster, activation), 422
    services.change_details(activation, details=form.clean["details"], edition=form.text("edition"), by=current.actor())
    flash("基本情報を変更しました。", "success")
    return to_settings(activation)


def _fixed_slug(activation: Activation) -> str | None:
    return None if activation.status is rules.ActivationStatus.PREPARING else activation.slug


def _disaster_page(form: DisasterForm, disaster: Disaster | None) -> str:
    return render_template(
        "disasters/edit.html", form=form, disaster=disaster, kinds=list(rules.DISASTER_KIND_WORDS.items())
    )


def _activation_page(form: ActivationForm, disaster: Disaster, activation: Activation | None = None) -> str:
    back = settings_back(activation) if activation else {"url": url_for("disasters.index"), "label": "災害と支援"}
    return render_template(
        "disasters/settings/details.html", form=form, disaster=disaster, activation=activation, back=back
    )
