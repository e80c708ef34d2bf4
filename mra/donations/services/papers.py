"""The checklist: which paper is here, until when it holds, which one went back."""

from datetime import date

from mra.core.actor import Actor
from mra.core.audit import lock, move, note

from ..models import DonationPaper
from ..rules import PaperStatus


def record_paper(
    paper: DonationPaper,
    status: PaperStatus,
    *,
    received_on: date | None,
    issued_on: date | None,
    remark: str,
    by: Actor,
) -> None:
    """Write down where a paper is; on its way back or missing again it keeps no dates."""
    lock(paper)
    step = next((one for one in paper.lifecycle.actions(paper.status) if one.target is status), None)
    if step is not None:
        move(paper, step.action, by=by)
    else:
        note(paper, "change", by=by)
    is_here = status is PaperStatus.RECEIVED
    paper.received_on = received_on if is_here else None
    paper.issued_on = issued_on if is_here else None
    paper.note = remark


def receive_all(papers: list[DonationPaper], *, received_on: date, by: Actor) -> None:
    """An envelope with several papers was opened."""
    for paper in papers:
        if paper.status in (PaperStatus.MISSING, PaperStatus.SENT_BACK):
            move(paper, "receive", by=by)
            paper.received_on = received_on
