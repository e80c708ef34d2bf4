"""The lending terms: what is in force, all versions, and writing a new one."""

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from mra.core import current
from mra.core.access import COORDINATORS, READERS, staff
from mra.core.vehicle_classes import VehicleClass

from .. import queries, rules, services
from ..forms import TermsForm
from ..models import Activation
from .blueprint import blueprint, load_activation, rights, settings_back, to_settings


@blueprint.get("/activations/<int:activation_id>/settings/terms")
@staff(READERS)
def terms(activation_id: int) -> ResponseReturnValue:
    """The terms in force, ready to be changed; the usual ones before the first version."""
    activation = load_activation(activation_id)
    newest = queries.terms_in_force_or_none(activation)
    form = TermsForm.of(newest.terms, newest.number) if newest else TermsForm.of(rules.usual_terms(), 0)
    return _page(form, activation)


@blueprint.post("/activations/<int:activation_id>/settings/terms")
@staff(COORDINATORS)
def change_terms(activation_id: int) -> ResponseReturnValue:
    """Write a new version."""
    activation = load_activation(activation_id)
    form = TermsForm(request.form)
    if not form.check():
        return _page(form, activation), 422
    version = services.change_terms(activation, **form.clean, by=current.actor())
    flash(f"貸出条件（第{version.number}版）を登録しました。これからの予約に使われます。", "success")
    return to_settings(activation, "terms")


def _page(form: TermsForm, activation: Activation) -> str:
    return render_template(
        "disasters/settings/terms.html",
        form=form,
        activation=activation,
        classes=list(VehicleClass),
        history=queries.terms_history(activation),
        back=settings_back(activation),
        **rights(activation),
    )
