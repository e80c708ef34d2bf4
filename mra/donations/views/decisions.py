"""What staff decide about one donation; each decision is a thing that is posted."""

from dataclasses import dataclass

from flask import abort, flash, render_template, request
from flask.typing import ResponseReturnValue

from mra.alliance.models import Member
from mra.alliance.queries.members import umbrella_choices
from mra.core import current
from mra.core.access import COORDINATORS, DESK_STAFF, staff
from mra.core.db import db
from mra.core.forms import Form

from .. import queries, services
from ..forms import AppraisalForm, NameChangeForm, PlanForm, ReasonForm, RecyclerForm, UseForm
from ..models import Donation
from ..rules import Use
from ..rules.judging import USE_WORDS
from .blueprint import blueprint, load_donation, to_case
from .case import case_page, told_by


@dataclass(frozen=True)
class Page:
    """What the page of a decision says: heading, what happens, its button, and how strong that is."""

    heading: str
    consequence: str
    button: str
    tone: str = "primary"


PAGES = {
    "name-change": Page(
        "名義変更の完了を記録する",
        "寄付者に、名義変更が完了したことを{told}で知らせ、お礼を伝えます。",
        "名義変更の完了を記録する",
    ),
    "recycling": Page(
        "リサイクルを手配する", "寄付者に、引取りを手配したことを{told}で知らせます。", "リサイクルの手配を記録する"
    ),
    "appraisal": Page(
        "リサイクルの完了を記録する",
        "寄付者に、査定額を受け取ったことを{told}で知らせ、お礼を伝えます。",
        "リサイクルの完了を記録する",
    ),
    "refusal": Page(
        "お断りする",
        "寄付者に{told}で知らせます。理由は、寄付者専用のページにそのまま表示されます。ていねいな言葉で書いてください。",
        "お断りする",
        "danger",
    ),
    "withdrawal": Page("寄付を取り下げる", "この寄付の手続きを終えます。元には戻せません。", "取り下げる", "danger"),
    "use": Page("受け方を変更する", "必要な書類の一覧も、新しい受け方に合わせて足されます。", "受け方を変更する"),
}


@blueprint.post("/donations/<int:donation_id>/envelope")
@staff(DESK_STAFF)
def send_papers(donation_id: int) -> ResponseReturnValue:
    """The forms are in the post."""
    donation = load_donation(donation_id)
    services.send_papers(donation, by=current.actor())
    return _done(donation, "書類の送付を記録しました。")


@blueprint.post("/donations/<int:donation_id>/acceptance")
@staff(DESK_STAFF)
def accept(donation_id: int) -> ResponseReturnValue:
    """The donated car becomes a car of the register."""
    donation = load_donation(donation_id)
    services.accept(donation, by=current.actor())
    return _done(donation, "車両として登録しました。次に、回送を手配してください。")


@blueprint.get("/donations/<int:donation_id>/name-change/new")
@staff(DESK_STAFF)
def new_name_change(donation_id: int) -> ResponseReturnValue:
    """When it was done."""
    return _page("name-change", load_donation(donation_id), NameChangeForm.today())


@blueprint.post("/donations/<int:donation_id>/name-change")
@staff(DESK_STAFF)
def complete(donation_id: int) -> ResponseReturnValue:
    """The car is in our name."""
    donation, form = load_donation(donation_id), NameChangeForm(request.form)
    if not form.check():
        return _page("name-change", donation, form), 422
    services.complete(donation, by=current.actor(), **form.clean)
    return _done(donation, "名義変更の完了を記録しました。")


@blueprint.get("/donations/<int:donation_id>/recycling/new")
@staff(DESK_STAFF)
def new_recycling(donation_id: int) -> ResponseReturnValue:
    """Who fetches it."""
    return _page("recycling", load_donation(donation_id), RecyclerForm({}))


@blueprint.post("/donations/<int:donation_id>/recycling")
@staff(DESK_STAFF)
def hand_to_recycler(donation_id: int) -> ResponseReturnValue:
    """A recycler was asked."""
    donation, form = load_donation(donation_id), RecyclerForm(request.form)
    if not form.check():
        return _page("recycling", donation, form), 422
    services.hand_to_recycler(donation, by=current.actor(), **form.clean)
    return _done(donation, "リサイクルの手配を記録しました。")


@blueprint.get("/donations/<int:donation_id>/appraisal/new")
@staff(DESK_STAFF)
def new_appraisal(donation_id: int) -> ResponseReturnValue:
    """What was paid for it."""
    return _page("appraisal", load_donation(donation_id), AppraisalForm({}))


@blueprint.post("/donations/<int:donation_id>/appraisal")
@staff(DESK_STAFF)
def finish_recycling(donation_id: int) -> ResponseReturnValue:
    """The recycler has paid."""
    donation, form = load_donation(donation_id), AppraisalForm(request.form)
    if not form.check():
        return _page("appraisal", donation, form), 422
    services.finish_recycling(donation, by=current.actor(), **form.clean)
    return _done(donation, "リサイクルの完了を記録しました。")


@blueprint.get("/donations/<int:donation_id>/refusal/new")
@staff(COORDINATORS)
def new_refusal(donation_id: int) -> ResponseReturnValue:
    """Why it cannot be taken."""
    return _page("refusal", load_donation(donation_id), ReasonForm({}))


@blueprint.post("/donations/<int:donation_id>/refusal")
@staff(COORDINATORS)
def decline(donation_id: int) -> ResponseReturnValue:
    """Turn it down, with the reason."""
    donation, form = load_donation(donation_id), ReasonForm(request.form)
    if not form.check():
        return _page("refusal", donation, form), 422
    services.decline(donation, by=current.actor(), reason=form.clean["reason"])
    return _done(donation, "お断りを記録しました。")


@blueprint.get("/donations/<int:donation_id>/withdrawal/new")
@staff(DESK_STAFF)
def new_withdrawal(donation_id: int) -> ResponseReturnValue:
    """What the donor said."""
    return _page("withdrawal", load_donation(donation_id), ReasonForm({}))


@blueprint.post("/donations/<int:donation_id>/withdrawal")
@staff(DESK_STAFF)
def withdraw(donation_id: int) -> ResponseReturnValue:
    """The donor rang to take it back."""
    donation, form = load_donation(donation_id), ReasonForm(request.form)
    if not form.check():
        return _page("withdrawal", donation, form), 422
    services.withdraw(donation, by=current.actor(), reason=form.clean["reason"])
    return _done(donation, "取り下げました。")


@blueprint.get("/donations/<int:donation_id>/use/new")
@staff(COORDINATORS)
def new_use(donation_id: int) -> ResponseReturnValue:
    """The other use, and why."""
    donation = load_donation(donation_id)
    other = Use.RECYCLING if donation.use is Use.LENDING else Use.LENDING
    return _page("use", donation, UseForm({"use": other.value}))


@blueprint.post("/donations/<int:donation_id>/use")
@staff(COORDINATORS)
def change_use(donation_id: int) -> ResponseReturnValue:
    """Lend on what was to be recycled, or the other way round."""
    donation, form = load_donation(donation_id), UseForm(request.form)
    if not form.check():
        return _page("use", donation, form), 422
    services.change_use(donation, form.clean["use"], reason=form.clean["reason"], by=current.actor())
    return _done(donation, f"受け方を「{USE_WORDS[donation.use]}」に変更しました。")


@blueprint.post("/donations/<int:donation_id>/planned-name-change")
@staff(DESK_STAFF)
def plan_name_change(donation_id: int) -> ResponseReturnValue:
    """On which day it is to be done."""
    donation, form = load_donation(donation_id), PlanForm(request.form)
    if not form.check():
        return case_page(donation, form), 422
    services.plan_name_change(donation, by=current.actor(), **form.clean)
    return _done(donation, "名義変更の予定日を記録しました。")


@blueprint.get("/donations/<int:donation_id>/partner/edit")
@staff(COORDINATORS)
def edit_partner(donation_id: int) -> ResponseReturnValue:
    """For which partner of the alliance the car counts."""
    donation = load_donation(donation_id)
    given = queries.donations_of_members([donation.member_id] if donation.member_id else [])
    return render_template(
        "donations/partner.html",
        donation=donation,
        form=Form({"member": str(donation.member_id or "")}),
        members=umbrella_choices(),
        number=given.get(donation.member_id or 0, 0),
    )


@blueprint.post("/donations/<int:donation_id>/partner")
@staff(COORDINATORS)
def link_member(donation_id: int) -> ResponseReturnValue:
    """Count the car for a partner, or for none."""
    donation = load_donation(donation_id)
    member_id = request.form.get("member", type=int)
    member = (db.session.get(Member, member_id) or abort(404)) if member_id else None
    services.link_member(donation, member, by=current.actor())
    return _done(donation, "寄付パートナーを記録しました。")


@blueprint.post("/donations/<int:donation_id>/links")
@staff(DESK_STAFF)
def renew_link(donation_id: int) -> ResponseReturnValue:
    """Make the private link invalid and send a new one; nobody of the staff sees either."""
    donation = load_donation(donation_id)
    services.renew_link(donation, by=current.actor())
    return _done(donation, f"これまでのリンクを無効にし、新しいリンクを{told_by(donation)}で送ります。")


def _page(decision: str, donation: Donation, form: Form) -> str:
    page = PAGES[decision]
    return render_template(
        "donations/decision.html",
        donation=donation,
        form=form,
        decision=decision,
        action=f"/donations/{donation.id}/{decision}",
        page=page,
        consequence=page.consequence.format(told=told_by(donation)),
        use_choices=[(one.value, word) for one, word in USE_WORDS.items()],
    )


def _done(donation: Donation, sentence: str) -> ResponseReturnValue:
    flash(f"{donation.number}：{sentence}", "success")
    return to_case(donation)
