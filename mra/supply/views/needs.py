"""The table of needs: read by all staff, changed as a whole by coordinators."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.core import current
from mra.core.access import COORDINATORS, READERS, staff
from mra.disasters.models import Activation

from .. import queries, services
from ..forms import NEW_LINES, NeedsForm
from ..rules.needs import ITEMS
from .blueprint import blueprint, load_activation, may_decide


@blueprint.get("/activations/<int:activation_id>/needs")
@staff(READERS)
def needs(activation_id: int) -> ResponseReturnValue:
    """What is needed, where, and who said so last."""
    activation = load_activation(activation_id)
    held = queries.needs_of(activation.id)
    return _page(activation, NeedsForm.of(held, {base.id for base in activation.bases}))


@blueprint.post("/activations/<int:activation_id>/needs")
@staff(COORDINATORS)
def change_needs(activation_id: int) -> ResponseReturnValue:
    """Write the whole table down; lines that somebody else changed meanwhile are shown and nothing is written."""
    activation = load_activation(activation_id)
    held = queries.needs_of(activation.id)
    form = NeedsForm(request.form, held, {base.id for base in activation.bases})
    if not form.check():
        return _page(activation, form), 422
    conflicts = services.change_needs(activation, form.clean["entries"], by=current.actor())
    if conflicts:
        for conflict in conflicts:
            form.values[f"version_{conflict.need.id}"] = str(conflict.need.version)
        return _page(activation, form, conflicts), 409
    flash("必要な物資を保存しました。過不足を確認してください。", "success")
    return redirect(url_for("supply.needs", activation_id=activation.id), 303)


def _page(activation: Activation, form: NeedsForm, conflicts: list[services.Conflict] | None = None) -> str:
    return render_template(
        "supply/needs.html",
        activation=activation,
        form=form,
        needs=form.needs,
        bases=activation.bases,
        base_names={base.id: base.name for base in activation.bases},
        item_options=[(item.code, f"{item.word}（{item.unit}）") for item in ITEMS],
        new_lines=range(1, NEW_LINES + 1),
        changes=queries.last_changes(activation.id, [need.id for need in form.needs]),
        conflicts=conflicts or [],
        may_change=may_decide(activation),
    )
