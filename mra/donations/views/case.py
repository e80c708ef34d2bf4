"""The page of one donation for staff: what to do next, the buttons, facts, papers, what happened."""

from typing import Any

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from mra.core import audit, current, timeline
from mra.core.access import COORDINATORS, DESK_STAFF, READERS, staff
from mra.core.actor import ActorKind
from mra.core.timeline import Line
from mra.vehicles import queries as vehicles

from ..forms import PlanForm
from ..models import Donation
from ..rules import Use
from ..rules.lifecycles import BEFORE_ACCEPTANCE, DONATION, OPEN, PAPER, actions
from ..rules.next_steps import may_now
from ..rules.papers import OURS, Expiry
from .blueprint import WORDS, blueprint, load_donation

# Where the button of a move leads: an endpoint, and "get" where something must be asked first.
PLACES = {
    "send_papers": ("donations.send_papers", "post"),
    "accept": ("donations.accept", "post"),
    "complete": ("donations.new_name_change", "get"),
    "hand_to_recycler": ("donations.new_recycling", "get"),
    "finish_recycling": ("donations.new_appraisal", "get"),
    "decline": ("donations.new_refusal", "get"),
    "withdraw": ("donations.new_withdrawal", "get"),
    "give_back": ("donations.new_cancellation", "get"),
}
CONFIRMATIONS = {
    "send_papers": "書類を発送したことを記録し、用意していただくものの一覧を{told}で知らせます。",
    "accept": "申込の内容で車両を登録し、お受けすることを{told}で知らせます。{missing}",
}
TONES = {"decline": "quiet", "withdraw": "quiet", "give_back": "quiet"}
EXPIRY_WORDS = {
    Expiry.HOLDS: None,
    Expiry.RUNS_OUT_SOON: ("まもなく期限", "warning"),
    Expiry.TOO_SHORT: ("予定日より前に期限", "danger"),
    Expiry.EXPIRED: ("期限切れ", "danger"),
}
TRANSPORT = "transport.new"


@blueprint.get("/donations/<int:donation_id>")
@staff(READERS)
def show(donation_id: int) -> ResponseReturnValue:
    """One donation."""
    return case_page(load_donation(donation_id))


def case_page(donation: Donation, plan: PlanForm | None = None) -> str:
    """The page, perhaps with a day typed wrongly."""
    is_desk = current.role() in DESK_STAFF
    return render_template(
        "donations/show.html",
        donation=donation,
        next_step=donation.next_for_staff,
        actions=_buttons(donation),
        transport_url=_transport_url(donation),
        donors_papers=[paper for paper in donation.papers if paper.kind not in OURS],
        our_papers=[paper for paper in donation.papers if paper.kind in OURS],
        expiry_words=EXPIRY_WORDS,
        plan=plan or PlanForm.of(donation.planned_name_change_on),
        may_write=is_desk,
        may_receive=any(PAPER.allows("receive", paper.status) for paper in donation.papers),
        may_change_use=current.role() in COORDINATORS and donation.status in BEFORE_ACCEPTANCE,
        may_plan=is_desk and donation.use is Use.LENDING and donation.status in OPEN,
        events=_timeline(donation),
        words=WORDS,
    )


def told_by(donation: Donation) -> str:
    """How the donor is told, for sentences on what a button does."""
    ways = [word for word, is_open in (("SMS", donation.can_sms), ("メール", bool(donation.email))) if is_open]
    return "と".join(ways) or "（SMSもメールも届かないため、お電話）"


def _buttons(donation: Donation) -> list[dict[str, Any]]:
    """The moves of this role, the likely one first and strong."""
    missing = len(donation.outstanding)
    facts = {
        "told": told_by(donation),
        "missing": f"まだ届いていない書類が{missing}点あります。" if missing else "",
    }
    buttons: list[dict[str, Any]] = []
    for move in actions(donation.status, donation.use, current.role()):
        if not may_now(move.action, donation.place):
            continue
        endpoint, method = PLACES[move.action]
        buttons.append(
            {
                "label": move.label,
                "url": url_for(endpoint, donation_id=donation.id),
                "method": method,
                "tone": TONES.get(move.action, "secondary" if buttons else "primary"),
                "confirm": CONFIRMATIONS.get(move.action, "").format(**facts) or None,
            }
        )
    return buttons


def _transport_url(donation: Donation) -> str | None:
    """Where the drive is arranged, while the car still stands with its donor."""
    is_there = TRANSPORT in current_app.view_functions and current.role() in DESK_STAFF
    if not is_there or donation.vehicle_id is None or donation.place != "with_donor":
        return None
    return url_for(TRANSPORT, vehicle=donation.vehicle_id)


def _timeline(donation: Donation) -> list[Line]:
    """What happened to the donation and its papers; that a paper was put on the list is no event to read."""
    kinds = {paper.id: WORDS["paper"][paper.kind] for paper in donation.papers}
    told = audit.timeline((DONATION.subject, [donation.id]), (PAPER.subject, kinds))
    events = [event for event in told if (event.subject_kind, event.action) != (PAPER.subject, "begin")]
    people = vehicles.staff_names({e.actor_id for e in events if e.actor_kind is ActorKind.STAFF and e.actor_id})
    named = {(PAPER.subject, paper_id): word for paper_id, word in kinds.items()}
    return timeline.lines(events, people, named)
