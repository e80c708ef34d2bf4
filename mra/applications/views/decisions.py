"""What staff decide about one application; each decision is a thing that is posted."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from mra.core import current
from mra.core.access import COORDINATORS, DESK_STAFF, staff
from mra.core.application_number import format_number
from mra.core.db import db

from .. import rules, services
from ..forms import DecisionForm
from ..models import Application, CarRequest
from .blueprint import blueprint

KEPT = "職員の記録に残ります。SMSや申込者のページには書かれません。"

# decision → what its page says: heading, what happens, label of the reason, who reads it, button
PAGES = {
    "admission": (
        "証明のない申込を受理する",
        "被災の証明がない申込です。話を聞いたうえで受理する場合は、その理由を記録してください。受理すると順番待ちに入り、申込者にSMSで知らせます。",
        "受理する理由",
        KEPT,
        "受理する",
    ),
    "questions": (
        "申込者に確認の連絡をする",
        "申込者に「お電話ください」とSMSで知らせます。何を確認するかは、SMSには書かれません。",
        "確認したいこと",
        KEPT,
        "確認の連絡をする",
    ),
    "rejection": (
        "対象外とする",
        "この申込の希望はすべて順番待ちから外れ、申込者に電話での案内をSMSで知らせます。",
        "対象外とする理由",
        KEPT,
        "対象外とする",
    ),
    "withdrawal": (
        "申込を取り下げる",
        "この申込の希望はすべて順番待ちから外れます。元には戻せません。",
        "取下げの理由（申込者から聞いたこと）",
        KEPT,
        "取り下げる",
    ),
}


@blueprint.get("/applications/<int:application_id>/admission/new")
@staff(DESK_STAFF)
def new_admission(application_id: int) -> ResponseReturnValue:
    """Why an application without proof is admitted."""
    return _page("admission", db.get_or_404(Application, application_id), DecisionForm({}))


@blueprint.post("/applications/<int:application_id>/admission")
@staff(DESK_STAFF)
def admit(application_id: int) -> ResponseReturnValue:
    """Let its cars wait; where nothing proves the damage, a reason is asked for."""
    application = db.get_or_404(Application, application_id)
    form = DecisionForm(request.form)
    if rules.is_exception(application.kind, application.evidence) and not form.check():
        return _page("admission", application, form), 422
    services.admit(application, by=current.actor(), reason=form.clean.get("reason", ""))
    return _done(application, "受理しました。順番待ちに入りました。")


@blueprint.get("/applications/<int:application_id>/questions/new")
@staff(DESK_STAFF)
def new_question(application_id: int) -> ResponseReturnValue:
    """What the applicant is to be asked."""
    return _page("questions", db.get_or_404(Application, application_id), DecisionForm({}))


@blueprint.post("/applications/<int:application_id>/questions")
@staff(DESK_STAFF)
def ask_back(application_id: int) -> ResponseReturnValue:
    """Ask the applicant to ring."""
    application = db.get_or_404(Application, application_id)
    form = DecisionForm(request.form)
    if not form.check():
        return _page("questions", application, form), 422
    services.ask_back(application, by=current.actor(), reason=form.clean["reason"])
    return _done(application, "確認中にしました。")


@blueprint.post("/applications/<int:application_id>/answers")
@staff(DESK_STAFF)
def answer(application_id: int) -> ResponseReturnValue:
    """The applicant answered."""
    application = services.answer(db.get_or_404(Application, application_id), by=current.actor())
    return _done(application, "回答を受け、受付済に戻しました。")


@blueprint.get("/applications/<int:application_id>/rejection/new")
@staff(COORDINATORS)
def new_rejection(application_id: int) -> ResponseReturnValue:
    """Why the conditions are not met."""
    return _page("rejection", db.get_or_404(Application, application_id), DecisionForm({}))


@blueprint.post("/applications/<int:application_id>/rejection")
@staff(COORDINATORS)
def turn_down(application_id: int) -> ResponseReturnValue:
    """Turn it down, with the reason."""
    application = db.get_or_404(Application, application_id)
    form = DecisionForm(request.form)
    if not form.check():
        return _page("rejection", application, form), 422
    services.turn_down(application, by=current.actor(), reason=form.clean["reason"])
    return _done(application, "対象外としました。")


@blueprint.get("/applications/<int:application_id>/withdrawal/new")
@staff(DESK_STAFF)
def new_withdrawal(application_id: int) -> ResponseReturnValue:
    """Why the applicant needs no car any more."""
    return _page("withdrawal", db.get_or_404(Application, application_id), DecisionForm({}))


@blueprint.post("/applications/<int:application_id>/withdrawal")
@staff(DESK_STAFF)
def withdraw(application_id: int) -> ResponseReturnValue:
    """Withdraw the whole application."""
    application = db.get_or_404(Application, application_id)
    form = DecisionForm(request.form)
    if not form.check():
        return _page("withdrawal", application, form), 422
    services.withdraw(application, by=current.actor(), reason=form.clean["reason"])
    return _done(application, "取り下げました。")


@blueprint.post("/applications/<int:application_id>/requests/<int:request_id>/withdrawal")
@staff(DESK_STAFF)
def withdraw_request(application_id: int, request_id: int) -> ResponseReturnValue:
    """Withdraw one car of several."""
    car_request = db.first_or_404(db.select(CarRequest).filter_by(id=request_id, application_id=application_id))
    services.withdraw_request(car_request, by=current.actor())
    return _done(car_request.application, f"{car_request.position}台目の希望を取り下げました。")


def _page(decision: str, application: Application, form: DecisionForm) -> str:
    heading, consequence, label, readers, button = PAGES[decision]
    return render_template(
        "applications/decision.html",
        application=application,
        form=form,
        action=f"/applications/{application.id}/{decision}",
        heading=heading,
        consequence=consequence,
        label=label,
        readers=readers,
        button=button,
        tone="danger" if decision in ("rejection", "withdrawal") else "primary",
    )


def _done(application: Application, sentence: str) -> ResponseReturnValue:
    flash(f"{format_number(application.serial)}：{sentence}", "success")
    # The case page belongs to the desk, which stands above; only its address is known here.
    return redirect(f"/applications/{application.id}", 303)


@blueprint.post("/applications/<int:application_id>/links")
@staff(DESK_STAFF)
def renew_link(application_id: int) -> ResponseReturnValue:
    """Make the private link invalid and send a new one; nobody of the staff sees either."""
    application = db.get_or_404(Application, application_id)
    services.renew_link(application, by=current.actor())
    sent = "新しいリンクをSMSで送ります。" if application.can_sms else "SMSが届かない方のため、リンクは送っていません。"
    return _done(application, f"これまでの本人用リンクを無効にしました。{sent}")
