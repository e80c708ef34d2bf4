"""The donor's own page behind the private link: how far it is, what to do next, a change of mind."""

from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from mra.core import current
from mra.core.access import link
from mra.core.lifecycle import Word

from .. import services
from ..models import Donation, DonationPaper
from ..rules import DonationStatus, PaperStatus, Use
from ..rules.lifecycles import DONATION, OPEN
from ..rules.next_steps import step_number, steps_of
from ..rules.papers import MEANINGS, OPTIONAL, OURS
from ..rules.papers import WORDS as PAPER_WORDS
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
        papers=papers_to_bring(donation),
        is_too_early_to_fetch=donation.status is DonationStatus.RECEIVED and donation.use is Use.LENDING,
        refusal=donation.decision_reason if donation.status is DonationStatus.DECLINED else "",
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


@dataclass(frozen=True)
class PaperToBring:
    """One paper as the donor reads of it."""

    name: str
    meaning: str
    word: Word
    holds_until: date | None


def papers_to_bring(donation: Donation) -> list[PaperToBring]:
    """What the donor brings, while the car is not yet in our name; for what became unnecessary nobody is asked."""
    if donation.status not in OPEN:
        return []
    wanted = [one for one in donation.papers if one.kind not in OURS and one.status is not PaperStatus.NOT_NEEDED]
    return [
        PaperToBring(PAPER_WORDS[one.kind], MEANINGS[one.kind], _word_for_donor(one), one.holds_until) for one in wanted
    ]


def _word_for_donor(paper: DonationPaper) -> Word:
    if paper.status is PaperStatus.RECEIVED:
        return Word("届きました", "success")
    if paper.status is PaperStatus.SENT_BACK:
        return Word("お直しをお願いします", "danger")
    return Word("あればお渡しください") if paper.kind in OPTIONAL else Word("お待ちしています", "info")
