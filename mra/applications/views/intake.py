"""Staff enter what came by phone or on paper: one page, the same rules, the same queue."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.alliance.forms.address import prefectures
from mra.core import clock, current
from mra.core.access import DESK_STAFF, staff
from mra.core.application_number import format_number
from mra.disasters.models import Activation
from mra.disasters.queries import current_activation

from .. import queries, services
from ..forms import IntakeForm
from ..models import Application
from ..rules import USUAL_DISTANCE_KM, Channel
from .blueprint import OFFERED, blueprint
from .filling import assist, key_of, new_key

CHANNELS = [(Channel.PHONE.value, "電話"), (Channel.PAPER.value, "紙（窓口・郵送）")]


@blueprint.get("/applications/new")
@staff(DESK_STAFF)
def new_intake() -> ResponseReturnValue:
    """An empty form, received now."""
    activation = current_activation()
    if activation is None:
        return render_template("applications/no_activation.html")
    moment = clock.in_japan(clock.now())
    channel = request.args.get("channel", Channel.PHONE.value)
    form = IntakeForm(
        {
            "submission_key": new_key(),
            "channel": channel,
            "received_on": f"{moment:%Y/%m/%d}",
            "received_time": f"{moment:%H:%M}",
            "kind": "person",
            "needed_from": f"{moment:%Y/%m/%d}",
            "max_distance_km": str(USUAL_DISTANCE_KM),
        },
        activation=activation,
    )
    return _page(form, activation)


@blueprint.post("/applications")
@staff(DESK_STAFF)
def create_intake() -> ResponseReturnValue:
    """Register it, say the number, and tell of other applications of probably the same person."""
    activation = current_activation()
    if activation is None:
        return redirect(url_for("applications.new_intake"), 303)
    form = IntakeForm(request.form, activation=activation)
    if assist(form, request.form):
        return _page(form, activation)
    if not form.check():
        return _page(form, activation), 422
    application = services.submit(
        form.submission(),
        activation=activation,
        channel=form.clean["channel"],
        by=current.actor(),
        received_at=form.clean["received_at"],
        submission_key=key_of(form),
        entered_by_staff_id=current.staff_id(),
    )
    _tell(application)
    if request.form.get("then") == "again":
        return redirect(url_for("applications.new_intake", channel=application.channel.value), 303)
    # The case page belongs to the desk, which stands above; only its address is known here.
    return redirect(f"/applications/{application.id}", 303)


def _tell(application: Application) -> None:
    flash(f"{format_number(application.serial)} で受け付けました。番号を申込者に伝えてください。", "success")
    others = [format_number(other.serial) for other in queries.possible_duplicates(application)]
    if others:
        flash(
            f"同じ電話番号・生年月日・ふりがなの申込があります（{'、'.join(others)}）。内容を確認してください。",
            "warning",
        )


def _page(form: IntakeForm, activation: Activation) -> str:
    usual = activation.municipalities[0].code[:2] if activation.municipalities else ""
    return render_template(
        "applications/intake.html",
        form=form,
        activation=activation,
        channels=CHANNELS,
        offered=OFFERED,
        prefectures=prefectures(),
        municipalities=form.municipality_options(usual),
    )
