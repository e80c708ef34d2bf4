"""The page of one job: what to do next, the facts, who was asked, what it cost, what happened."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for

from mra.accounts.queries import timeline_lines
from mra.core import clock, current, dates
from mra.core.access import DESK_STAFF
from mra.core.phone import grouped
from mra.core.timeline import Line
from mra.messaging import queries as messaging
from mra.vehicles import services as vehicles

from .. import services
from ..forms import ExpenseForm, OdometerForm, ReasonForm
from ..models import TransportJob
from ..rules.drives import INSURANCE_WORDS, MEANS_WORDS, WAY_HOME_WORDS, WORRY_WORDS, JobStatus, Means, WayHome
from ..rules.expenses import EXPENSE
from ..rules.offers import OFFER, OfferStatus

NEXT_STEPS = {
    JobStatus.OPEN: "運転できる方に打診してください。先に引き受けた方に決まります。",
    JobStatus.TAKEN: "出発したら、記録してください。運転する方もリンクから記録できます。",
    JobStatus.UNDER_WAY: "到着したら、記録してください。車両の場所と走行距離も更新されます。",
    JobStatus.ARRIVED: "到着しました。費用の精算が残っていないか、確認してください。",
    JobStatus.CANCELLED: "この回送は取りやめになりました。",
}
TONES = {JobStatus.OPEN: "warning", JobStatus.ARRIVED: "success", JobStatus.CANCELLED: "neutral"}


@dataclass(frozen=True)
class Case:
    """One job as its page shows it."""

    job: TransportJob
    moves: frozenset[str]
    use: str | None
    may_be_driven: bool

    @property
    def next_step(self) -> tuple[str, str]:
        """What to do next, and in which tone it is said."""
        worry = self.job.worry(clock.now())
        waiting = sum(offer.status is OfferStatus.ASKED for offer in self.job.offers)
        text = NEXT_STEPS[self.job.status]
        if self.job.status is JobStatus.OPEN and waiting:
            text = f"{waiting}人の回答を待っています。急ぐときは、電話で確認してください。"
        if worry:
            return f"{WORRY_WORDS[worry]}。{text}", "danger"
        return text, TONES.get(self.job.status, "info")

    @property
    def warnings(self) -> list[str]:
        """What the one who plans should look at again."""
        job, found = self.job, []
        if not self.may_be_driven and job.means is Means.DRIVEN:
            found.append("この日は車検か自賠責保険が有効ではありません。このままでは出発できません。積載車か臨時運行許可（仮ナンバー）に変えてください。")  # fmt: skip
        if self.use and job.status in (JobStatus.OPEN, JobStatus.TAKEN):
            found.append(f"この車は「{self.use}」です。案内や貸出が終わるまで出発できません。")
        if job.driver and not job.driver.is_free_on(job.starts_on):
            found.append("引き受けた方の都合のよい日に、この日が入っていません。電話で確認してください。")
        if job.way_home is WayHome.UNDECIDED and job.status is JobStatus.TAKEN:
            found.append("帰りの手段が決まっていません。「内容を変更する」から入力してください。")
        return found

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Label and value of each fact."""
        job = self.job
        return [
            ("回送の日", dates.japanese_date(job.starts_on)),
            ("出発の時間帯", window_words(job)),
            ("到着の予定", dates.japanese_moment(job.due_at)),
            ("距離のめやす", f"約{job.expected_km:,}km" if job.expected_km else "—"),
            ("必要な免許", job.licence_words),
            ("運び方", MEANS_WORDS[job.means]),
            ("保険", INSURANCE_WORDS[job.insurance] + (f"　{job.insurance_note}" if job.insurance_note else "")),
            ("帰りの手段", WAY_HOME_WORDS[job.way_home] + (f"　{job.way_home_note}" if job.way_home_note else "")),
            ("帰りに乗せられる席", f"{job.seats_home}席" if job.seats_home else "—"),
            ("費用の上限", f"{job.expenses_limit_yen:,}円" if job.expenses_limit_yen is not None else "決めていない"),
            ("高速道路", "災害ボランティア車両の無料措置を使う" if job.is_toll_free else "—"),
            ("連絡事項", job.note or "—"),
        ]

    @property
    def drive(self) -> list[tuple[str, str]]:
        """What the drive was."""
        job = self.job
        if not job.departed_at:
            return []
        km = f"{job.driven_km:,}km" if job.driven_km is not None else "—"
        return [
            ("出発", f"{dates.japanese_moment(job.departed_at)}　{job.odometer_out_km:,}km"),
            ("到着", f"{dates.japanese_moment(job.arrived_at)}　{job.odometer_in_km:,}km" if job.arrived_at else "—"),
            ("走った距離", km),
            ("到着時のひとこと", job.arrival_note or "—"),
        ]

    @property
    def actions(self) -> list[dict[str, Any]]:
        """The one button that leads on, from the table of moves."""
        ways = {
            "take": ("運転者を探す", url_for("transport.new_offers", job_id=self.job.id)),
            "depart": ("出発を記録する", "#departure"),
            "arrive": ("到着を記録する", "#arrival"),
        }
        return [
            {"label": label, "url": url, "method": "get", "tone": "primary"}
            for action, (label, url) in ways.items()
            if action in self.moves
        ]


def window_words(job: TransportJob) -> str:
    """Between what times the car leaves: 9:00〜11:00."""
    begins = f"{job.departs_from:%-H:%M}" if job.departs_from else ""
    ends = f"{job.departs_until:%-H:%M}" if job.departs_until else ""
    return f"{begins}〜{ends}" if begins or ends else "決めていない"


def place_rows(job: TransportJob, side: str) -> list[tuple[str, str]]:
    """A place with its address and phone, for staff and for whoever drives."""
    phone = getattr(job, f"{side}_phone")
    return [
        ("場所", getattr(job, f"{side}_name")),
        ("住所", getattr(job, f"{side}_address")),
        ("電話", grouped(phone) if phone else "—"),
        ("ひとこと", getattr(job, f"{side}_note") or "—"),
    ]


def case_of(job: TransportJob) -> Case:
    """All that the page of a job shows."""
    role = current.role()
    return Case(
        job=job,
        moves=frozenset(move.action for move in job.lifecycle.actions(job.status, role)),
        use=vehicles.uses_of([job.vehicle_id]).get(job.vehicle_id),
        may_be_driven=services.may_be_driven(job.vehicle, job),
    )


def page(
    job: TransportJob,
    *,
    departure: OdometerForm | None = None,
    arrival: OdometerForm | None = None,
    expense: ExpenseForm | None = None,
    reason: ReasonForm | None = None,
) -> str:
    """The page, with whatever form was not right shown again."""
    role = current.role()
    return render_template(
        "transport/show.html",
        case=case_of(job),
        job=job,
        start=place_rows(job, "from"),
        goal=place_rows(job, "to"),
        offer_moves={one.id: {move.action for move in OFFER.actions(one.status, role)} for one in job.offers},
        expense_moves={one.id: EXPENSE.actions(one.status, role) for one in job.expenses},
        messages=messaging.about("transport_offer", [offer.id for offer in job.offers]),
        timeline_lines=_timeline(job),
        departure=departure or OdometerForm({}, job.vehicle.odometer_km),
        arrival=arrival or OdometerForm({}, job.odometer_out_km or 0),
        expense_form=expense or ExpenseForm({}),
        refused=reason or ReasonForm({}),
        may_act=role in DESK_STAFF,
    )


def _timeline(job: TransportJob) -> list[Line]:
    offers, expenses = [offer.id for offer in job.offers], [expense.id for expense in job.expenses]
    named = {("transport_offer", offer.id): f"{offer.asked_name}さん" for offer in job.offers}
    return timeline_lines(
        ("transport_job", [job.id]),
        ("transport_offer", offers),
        ("transport_expense", expenses),
        subject_words=named,
    )
