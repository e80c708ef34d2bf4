"""The checklist: one paper at a time, or an envelope with several."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.core import clock, current
from mra.core.access import DESK_STAFF, staff

from .. import queries, services
from ..forms import PaperForm
from ..models import Donation, DonationPaper
from ..rules import PaperStatus
from ..rules.lifecycles import PAPER
from ..rules.papers import HOLDS_MONTHS, MEANINGS
from .blueprint import WORDS, blueprint, load_donation


@blueprint.get("/donations/<int:donation_id>/papers/<kind>/edit")
@staff(DESK_STAFF)
def edit_paper(donation_id: int, kind: str) -> ResponseReturnValue:
    """Where it is, and the dates on it."""
    paper = _paper(donation_id, kind)
    return _page(paper, PaperForm.of(paper))


@blueprint.post("/donations/<int:donation_id>/papers/<kind>")
@staff(DESK_STAFF)
def record_paper(donation_id: int, kind: str) -> ResponseReturnValue:
    """Write it down."""
    paper = _paper(donation_id, kind)
    form = PaperForm(request.form, paper)
    if not form.check():
        return _page(paper, form), 422
    services.record_paper(paper, by=current.actor(), **form.clean)
    flash(f"「{WORDS['paper'][paper.kind]}」を記録しました。", "success")
    return _to_checklist(paper.donation_id)


@blueprint.post("/donations/<int:donation_id>/papers")
@staff(DESK_STAFF)
def receive_papers(donation_id: int) -> ResponseReturnValue:
    """Several came today; a certificate whose date counts is asked for next."""
    donation = load_donation(donation_id)
    chosen = _chosen(donation)
    services.receive_all(chosen, received_on=clock.today(), by=current.actor())
    if chosen:
        flash(f"{len(chosen)}点の書類の受領を記録しました。", "success")
    else:
        flash("届いた書類に印を付けてから、もう一度押してください。", "warning")
    undated = next((paper for paper in chosen if paper.kind in HOLDS_MONTHS), None)
    if undated:
        flash(f"続けて、「{WORDS['paper'][undated.kind]}」の発行日を入力してください。", "warning")
        return redirect(url_for("donations.edit_paper", donation_id=donation.id, kind=undated.kind.value), 303)
    return _to_checklist(donation.id)


def _chosen(donation: Donation) -> list[DonationPaper]:
    wanted = set(request.form.getlist("kind"))
    return [paper for paper in donation.papers if paper.kind.value in wanted]


def _paper(donation_id: int, kind: str) -> DonationPaper:
    return queries.paper_of(donation_id, kind) or abort(404)


def _to_checklist(donation_id: int) -> ResponseReturnValue:
    return redirect(url_for("donations.show", donation_id=donation_id, _anchor="papers"), 303)


def _page(paper: DonationPaper, form: PaperForm) -> str:
    reachable = [paper.status, *(move.target for move in PAPER.actions(paper.status))]
    return render_template(
        "donations/paper.html",
        paper=paper,
        donation=load_donation(paper.donation_id),
        form=form,
        meaning=MEANINGS.get(paper.kind),
        months=HOLDS_MONTHS.get(paper.kind),
        statuses=[(one.value, PAPER.words[one].label) for one in PaperStatus if one in reachable],
        words=WORDS,
    )
