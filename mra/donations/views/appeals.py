"""Calls for cars: the list, one with its limits in versions, making, changing, closing."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.core import audit, current, timeline
from mra.core.access import COORDINATORS, READERS, staff
from mra.core.actor import ActorKind
from mra.core.db import db
from mra.core.vehicle_classes import VEHICLE_CLASS_WORDS
from mra.disasters.queries import running_activations
from mra.vehicles import queries as vehicles

from .. import queries, services
from ..forms import AppealForm, LimitsForm
from ..models import Appeal
from ..rules import APPEAL, judging
from .blueprint import blueprint

CLASS_CHOICES = list(VEHICLE_CLASS_WORDS.items())


@blueprint.get("/donations/appeals")
@staff(READERS)
def appeals() -> ResponseReturnValue:
    """All calls, the standing one first."""
    services.standing_appeal()
    return render_template(
        "donations/appeals/index.html",
        appeals=queries.all_appeals(),
        conditions=judging.conditions,
        may_change=current.role() in COORDINATORS,
    )


@blueprint.get("/donations/appeals/new")
@staff(COORDINATORS)
def new_appeal() -> ResponseReturnValue:
    """An emergency call."""
    return _edit(AppealForm.empty(running_activations()))


@blueprint.post("/donations/appeals")
@staff(COORDINATORS)
def create_appeal() -> ResponseReturnValue:
    """Call for cars."""
    form = AppealForm(request.form, activations=running_activations())
    if not form.check():
        return _edit(form), 422
    appeal = services.make_appeal(form.clean["details"], form.clean["limits"], by=current.actor())
    flash("呼びかけを作成しました。公開の申込画面で選べるようになりました。", "success")
    return _to(appeal)


@blueprint.get("/donations/appeals/<int:appeal_id>")
@staff(READERS)
def show_appeal(appeal_id: int) -> ResponseReturnValue:
    """Words, days, limits now and before."""
    appeal = _appeal(appeal_id)
    events = audit.timeline((APPEAL.subject, [appeal.id]))
    people = vehicles.staff_names({e.actor_id for e in events if e.actor_kind is ActorKind.STAFF and e.actor_id})
    moves = () if appeal.is_standing else APPEAL.actions(appeal.status, current.role())
    return render_template(
        "donations/appeals/show.html",
        appeal=appeal,
        conditions=judging.conditions,
        actions=[
            {"label": move.label, "url": url_for(f"donations.{move.action}_appeal", appeal_id=appeal.id)}
            for move in moves
        ],
        may_change=current.role() in COORDINATORS,
        events=timeline.lines(events, people),
    )


@blueprint.get("/donations/appeals/<int:appeal_id>/edit")
@staff(COORDINATORS)
def edit_appeal(appeal_id: int) -> ResponseReturnValue:
    """Its words and days."""
    return _edit(AppealForm.details_of(_appeal(appeal_id), running_activations()))


@blueprint.post("/donations/appeals/<int:appeal_id>")
@staff(COORDINATORS)
def change_appeal(appeal_id: int) -> ResponseReturnValue:
    """Write them down."""
    appeal = _appeal(appeal_id)
    form = AppealForm(request.form, activations=running_activations(), appeal=appeal)
    if not form.check():
        return _edit(form), 422
    services.change_appeal(appeal, form.clean["details"], by=current.actor())
    flash("呼びかけの内容を変更しました。", "success")
    return _to(appeal)


@blueprint.get("/donations/appeals/<int:appeal_id>/limits/new")
@staff(COORDINATORS)
def new_limits(appeal_id: int) -> ResponseReturnValue:
    """Other limits, from the ones in force."""
    appeal = _appeal(appeal_id)
    return _limits(appeal, LimitsForm.of(appeal))


@blueprint.post("/donations/appeals/<int:appeal_id>/limits")
@staff(COORDINATORS)
def change_limits(appeal_id: int) -> ResponseReturnValue:
    """From now on cars are judged by these."""
    appeal, form = _appeal(appeal_id), LimitsForm(request.form)
    if not form.check():
        return _limits(appeal, form), 422
    services.change_limits(appeal, by=current.actor(), **form.clean)
    flash("条件を変更しました。これから届く申込に使います。", "success")
    return _to(appeal)


@blueprint.post("/donations/appeals/<int:appeal_id>/closing")
@staff(COORDINATORS)
def close_appeal(appeal_id: int) -> ResponseReturnValue:
    """No further cars by this call."""
    appeal = _appeal(appeal_id)
    services.close_appeal(appeal, by=current.actor())
    flash("受付を終えました。受け付け済みの寄付の手続きは続きます。", "success")
    return _to(appeal)


@blueprint.post("/donations/appeals/<int:appeal_id>/reopening")
@staff(COORDINATORS)
def reopen_appeal(appeal_id: int) -> ResponseReturnValue:
    """Take cars again."""
    appeal = _appeal(appeal_id)
    services.reopen_appeal(appeal, by=current.actor())
    flash("受付を再開しました。", "success")
    return _to(appeal)


def _appeal(appeal_id: int) -> Appeal:
    return db.session.get(Appeal, appeal_id) or abort(404)


def _to(appeal: Appeal) -> ResponseReturnValue:
    return redirect(url_for("donations.show_appeal", appeal_id=appeal.id), 303)


def _edit(form: AppealForm) -> str:
    return render_template("donations/appeals/edit.html", form=form, appeal=form.appeal, classes=CLASS_CHOICES)


def _limits(appeal: Appeal, form: LimitsForm) -> str:
    return render_template("donations/appeals/limits.html", form=form, appeal=appeal, classes=CLASS_CHOICES)
