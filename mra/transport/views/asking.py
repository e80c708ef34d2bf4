"""Whom to ask for a job, and what they say on the phone."""

from flask import abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from mra.alliance.models import Member
from mra.core import current
from mra.core.access import DESK_STAFF, staff
from mra.core.db import db

from .. import queries, services
from ..forms import AskForm, ReasonForm, RefusalForm
from ..models import TransportDriver, TransportJob
from .blueprint import blueprint, load_job, load_offer, to_job
from .cases import page


@blueprint.get("/transport/jobs/<int:job_id>/offers/new")
@staff(DESK_STAFF)
def new_offers(job_id: int) -> ResponseReturnValue:
    """Everybody who could drive, who fits best first, and firms that carry cars."""
    job = load_job(job_id)
    return _candidates(job, AskForm.of(job))


def _candidates(job: TransportJob, form: AskForm) -> str:
    return render_template(
        "transport/offers/new.html",
        job=job,
        form=form,
        drivers=queries.suitable_drivers(job),
        carriers=queries.carriers_for(job),
    )


@blueprint.post("/transport/jobs/<int:job_id>/offers")
@staff(DESK_STAFF)
def ask(job_id: int) -> ResponseReturnValue:
    """Ask those who are ticked."""
    job = load_job(job_id)
    form = AskForm(request.form, job)
    if not form.check():
        return _candidates(job, form), 422
    people: list[TransportDriver | Member] = [
        *db.session.scalars(select(TransportDriver).where(TransportDriver.id.in_(form.clean["drivers"]))),
        *db.session.scalars(select(Member).where(Member.id.in_(form.clean["members"]))),
    ]
    asked = services.ask(job, people, deadline_at=form.clean["deadline_at"], by=current.actor())
    untold = [offer.asked_name for offer, messages in asked if not messages]
    flash(f"{len(asked)}人に打診しました。先に引き受けた方に決まります。", "success")
    if untold:
        flash(f"SMSもメールも届かない方がいます：{'、'.join(untold)}。電話で確認してください。", "warning")
    return to_job(job)


@blueprint.post("/transport/jobs/<int:job_id>/assignment")
@staff(DESK_STAFF)
def assign(job_id: int) -> ResponseReturnValue:
    """Somebody said yes on the phone."""
    job = load_job(job_id)
    person = db.session.get(TransportDriver, request.form.get("driver", type=int) or 0) or db.session.get(
        Member, request.form.get("member", type=int) or 0
    )
    if person is None:
        abort(404)
    services.assign(job, person, by=current.actor())
    flash("引き受けを記録し、手順と連絡先のリンクを送りました。", "success")
    return to_job(job)


@blueprint.post("/transport/offers/<int:offer_id>/refusal")
@staff(DESK_STAFF)
def record_refusal(offer_id: int) -> ResponseReturnValue:
    """Somebody said no on the phone."""
    offer = load_offer(offer_id)
    form = RefusalForm(request.form)
    form.check()
    services.refuse(offer, why=form.clean["why"], reason=form.clean["reason"], by=current.actor())
    flash("お断りを記録しました。", "success")
    return to_job(offer.job)


@blueprint.post("/transport/offers/<int:offer_id>/closing")
@staff(DESK_STAFF)
def take_back(offer_id: int) -> ResponseReturnValue:
    """No answer is needed any more."""
    offer = load_offer(offer_id)
    services.take_back(offer, by=current.actor())
    flash("打診を取り下げ、お知らせしました。", "success")
    return to_job(offer.job)


@blueprint.post("/transport/offers/<int:offer_id>/link")
@staff(DESK_STAFF)
def send_offer_again(offer_id: int) -> ResponseReturnValue:
    """The link was lost."""
    offer = load_offer(offer_id)
    if services.send_again(offer, by=current.actor()):
        flash("新しいリンクを送りました。前のリンクは使えなくなりました。", "success")
    else:
        flash("SMSもメールも届く連絡先がありません。電話で伝えてください。", "warning")
    return to_job(offer.job)


@blueprint.post("/transport/jobs/<int:job_id>/handback")
@staff(DESK_STAFF)
def hand_back(job_id: int) -> ResponseReturnValue:
    """Whoever took it rang and cannot drive after all."""
    job = load_job(job_id)
    form = ReasonForm(request.form)
    if not form.check():
        return page(job, reason=form), 422
    services.give_back(job, by=current.actor(), reason=form.clean["reason"])
    flash("引き受けを取り消しました。運転する方を決め直してください。", "success")
    return to_job(job)
