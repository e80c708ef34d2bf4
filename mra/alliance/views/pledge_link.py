"""The yearly question, answered by a link without signing in. The link's subject is the member: one page for all."""

from datetime import timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.core import clock, current
from mra.core.access import link

from .. import services
from ..forms.pledges import LapseForm, PledgeForm
from ..models import Pledge
from ..queries.pledges import pledge_with_member, pledges_of
from ..rules import pledges as rules
from .blueprint import blueprint
from .members import load_member
from .pledge_forms import RESIDENT, form_page, lapse_page
from .pledge_rows import PledgeRow, rows

# What was ended stays in sight for as long as the answer may be doubted.
LAPSED_SHOWN_FOR = timedelta(days=30)


@blueprint.get("/pledges/<token>")
@link("pledge")
def pledge_link(token: str) -> ResponseReturnValue:
    """Does what you promised still stand?"""
    member = load_member(current.link_subject_id())
    shown = [row for row in rows(pledges_of([member.id], with_lapsed=True)) if _is_shown(row)]
    return render_template(
        "alliance/pledge_link/show.html",
        member=member,
        token=token,
        rows=shown,
        unanswered=sum(row.is_open for row in shown),
    )


def _is_shown(row: PledgeRow) -> bool:
    """What still counts or will count, and what was ended lately."""
    today, pledge = clock.today(), row.pledge
    if pledge.lapsed_on:
        return pledge.lapsed_on >= today - LAPSED_SHOWN_FOR
    return rules.is_valid_on(min(pledge.valid_from, today), pledge.valid_until, today)


def _pledge(number: int) -> Pledge:
    pledge = pledge_with_member(number)
    return pledge if pledge and pledge.member_id == current.link_subject_id() else abort(404)


def _thanks(token: str, sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for("alliance.pledge_link", token=token), 303)


def _back(token: str) -> dict[str, str]:
    return {"label": "提供表明の確認", "url": url_for("alliance.pledge_link", token=token)}


@blueprint.post("/pledges/<token>/confirmation")
@link("pledge")
def confirm_all_by_link(token: str) -> ResponseReturnValue:
    """Everything that was asked still stands; what was answered already stays as it was answered."""
    for row in rows(pledges_of([current.link_subject_id()])):
        if row.is_open and _is_shown(row):
            services.pledges.confirm(row.pledge, by=current.actor())
    return _thanks(token, "確認を受け付けました。ご協力ありがとうございます。")


@blueprint.post("/pledges/<token>/<int:number>/confirmation")
@link("pledge")
def confirm_by_link(token: str, number: int) -> ResponseReturnValue:
    """This one still stands."""
    services.pledges.confirm(_pledge(number), by=current.actor())
    return _thanks(token, "確認を受け付けました。ありがとうございます。")


@blueprint.get("/pledges/<token>/<int:number>/change")
@link("pledge")
def edit_by_link(token: str, number: int) -> ResponseReturnValue:
    """What is different now?"""
    pledge = _pledge(number)
    url = url_for("alliance.change_by_link", token=token, number=pledge.id)
    return form_page(PledgeForm.of(pledge), url, _back(token), layout=RESIDENT, is_new=False)


@blueprint.post("/pledges/<token>/<int:number>/change")
@link("pledge")
def change_by_link(token: str, number: int) -> ResponseReturnValue:
    """Promise it with another quantity or other conditions."""
    pledge = _pledge(number)
    form = PledgeForm(request.form, pledge.kind)
    if not form.check():
        url = url_for("alliance.change_by_link", token=token, number=pledge.id)
        return form_page(form, url, _back(token), layout=RESIDENT, is_new=False), 422
    values = form.clean | {"is_confirmed": True}
    services.pledges.change(pledge, edition_seen=form.text("edition"), by=current.actor(), **values)
    return _thanks(token, "変更を受け付けました。ありがとうございます。")


@blueprint.get("/pledges/<token>/<int:number>/lapse")
@link("pledge")
def new_lapse_by_link(token: str, number: int) -> ResponseReturnValue:
    """Why does it end?"""
    pledge = _pledge(number)
    url = url_for("alliance.lapse_by_link", token=token, number=pledge.id)
    return lapse_page(LapseForm({}), pledge, url, _back(token), layout=RESIDENT)


@blueprint.post("/pledges/<token>/<int:number>/lapse")
@link("pledge")
def lapse_by_link(token: str, number: int) -> ResponseReturnValue:
    """End it; saying so twice is harmless."""
    pledge, form = _pledge(number), LapseForm(request.form)
    if not form.check():
        url = url_for("alliance.lapse_by_link", token=token, number=pledge.id)
        return lapse_page(form, pledge, url, _back(token), layout=RESIDENT), 422
    if rules.PLEDGE.allows("lapse", pledge.status):
        services.pledges.lapse(pledge, by=current.actor(), **form.clean)
    return _thanks(token, "提供表明を終えました。これまでのご協力に感謝します。")
