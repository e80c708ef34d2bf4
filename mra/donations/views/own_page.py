"""The donor's own page behind the private link: how far it is, what to do next, a change of mind."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from mra.core import current
from mra.core.access import link

from .. import services
from ..models import Donation, DonationPaper
from ..rules.lifecycles import DONATION
from ..rules.next_steps import step_number, steps_of
from ..rules.papers import MEANINGS, OPTIONAL, OURS
from .blueprint import WORDS, blueprint, load_donation


@blueprint.get("/donations/<token>")
@link("donation")
def own_page(token: str) -> ResponseReturnValue:
    """Where the donation stands."""
    donation = load_donation(current.link_subject_id())
    return render_template(
        "donations/own_page.html",
        donation=donation,
        token=token,
        next_step=donation.next_for_donor,
        steps=steps_of(donation.use),
        step=step_number(donation.use, donation.status, donation.place),
        papers=papers_of_donor(donation),
        meanings=MEANINGS,
        optional=OPTIONAL,
        story=services.story_of(donation.vehicle_id) if donation.completed_at else None,
        may_withdraw=DONATION.allows("withdraw", donation.status),
        words=WORDS,
    )


@blueprint.post("/donations/<token>/withdrawal")
@link("donation")
def withdraw_own(token: str) -> ResponseReturnValue:
    """The donor changed their mind."""
    services.withdraw(load_donation(current.link_subject_id()), by=current.actor())
    flash("寄付のお申し出を取り下げました。ありがとうございました。", "success")
    return redirect(url_for("donations.own_page", token=token), 303)


def papers_of_donor(donation: Donation) -> list[DonationPaper]:
    """What the donor brings, in the order of the checklist; for what became unnecessary nobody is asked."""
    return [paper for paper in donation.papers if paper.kind not in OURS and paper.status != "not_needed"]
