"""Registering and changing bases."""

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.alliance import queries as alliance
from mra.alliance.models import BaseCandidate
from mra.core import current
from mra.core.access import COORDINATORS, staff

from .. import queries, rules, services
from ..forms import BaseForm
from ..models import Activation
from .blueprint import blueprint, load_activation, settings_back, to_settings


@blueprint.get("/activations/<int:activation_id>/settings/bases/new")
@staff(COORDINATORS)
def new_base(activation_id: int) -> ResponseReturnValue:
    """The form of a new base; with `?candidate=` it says already what an agreement knows of the place."""
    activation, candidate = load_activation(activation_id), _candidate(request.args.get("candidate", type=int))
    return _page(BaseForm.new(activation, candidate), activation, candidate=candidate)


def _candidate(candidate_id: int | None) -> BaseCandidate | None:
    return None if candidate_id is None else alliance.usable_candidate(candidate_id) or abort(404)


@blueprint.post("/activations/<int:activation_id>/settings/bases")
@staff(COORDINATORS)
def create_base(activation_id: int) -> ResponseReturnValue:
    """Register a base."""
    activation = load_activation(activation_id)
    form = BaseForm(request.form, activation.intake_from)
    if not form.check():
        return _page(form, activation), 422
    base = services.add_base(activation, details=form.clean["details"], by=current.actor())
    flash(f"拠点「{base.name}」を登録しました。", "success")
    return to_settings(activation, "bases")


@blueprint.get("/activations/<int:activation_id>/settings/bases/<int:base_id>")
@staff(COORDINATORS)
def edit_base(activation_id: int, base_id: int) -> ResponseReturnValue:
    """The form of a base."""
    base = queries.base_of(activation_id, base_id) or abort(404)
    return _page(BaseForm.of(base, base.activation.intake_from), base.activation, base_id)


@blueprint.post("/activations/<int:activation_id>/settings/bases/<int:base_id>")
@staff(COORDINATORS)
def update_base(activation_id: int, base_id: int) -> ResponseReturnValue:
    """Change a base."""
    base = queries.base_of(activation_id, base_id) or abort(404)
    form = BaseForm(request.form, base.activation.intake_from)
    if not form.check():
        return _page(form, base.activation, base_id), 422
    services.change_base(base, details=form.clean["details"], edition=form.text("edition"), by=current.actor())
    flash(f"拠点「{base.name}」の情報を変更しました。", "success")
    return to_settings(base.activation, "bases")


def _page(
    form: BaseForm, activation: Activation, base_id: int | None = None, candidate: BaseCandidate | None = None
) -> str:
    create = url_for("disasters.create_base", activation_id=activation.id)
    url = url_for("disasters.update_base", activation_id=activation.id, base_id=base_id) if base_id else create
    return render_template(
        "disasters/settings/base.html",
        form=form,
        activation=activation,
        is_new=base_id is None,
        candidate=candidate,
        url=url,
        places=_places(activation),
        weekdays=list(enumerate(rules.WEEKDAY_WORDS)),
        back=settings_back(activation),
    )


def _places(activation: Activation) -> list[tuple[str, list[tuple[str, str]]]]:
    """All municipalities, the affected ones first."""
    near = [(one.code, one.full_name) for one in activation.municipalities]
    near_codes = {code for code, _ in near}
    others = [
        (prefecture, [(code, name) for code, name in options if code not in near_codes])
        for prefecture, options in alliance.municipality_choices()
    ]
    return [("対象の市区町村", near), *others] if near else others
