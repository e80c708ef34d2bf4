"""Where a wished car stands in the eyes of the person who wished for it, and when the desk should worry."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from mra.allocation.rules import OfferStatus
from mra.applications.rules import APPLICATION, ApplicationStatus, RequestStatus
from mra.loans.rules import LoanStatus

# Asked back and silent for this long: somebody should phone.
SILENCE_TO_WORRY = timedelta(days=2)
ROWS_SHOWN = 50


class Standing(StrEnum):
    """What a resident is told about one wished car: one of these, worked out from everything behind it."""

    RECEIVED = "received"
    ASKED_BACK = "asked_back"
    TURNED_DOWN = "turned_down"
    WITHDRAWN = "withdrawn"
    WAITING = "waiting"
    OFFERED = "offered"
    RESERVED = "reserved"
    ON_LOAN = "on_loan"
    OVERDUE = "overdue"
    RETURNED = "returned"


STEPS = ("受付", "順番待ち", "ご案内", "受け取り", "返却")

_STEP_OF = {
    Standing.RECEIVED: 1,
    Standing.ASKED_BACK: 1,
    Standing.WAITING: 2,
    Standing.OFFERED: 3,
    Standing.RESERVED: 4,
    Standing.ON_LOAN: 5,
    Standing.OVERDUE: 5,
    Standing.RETURNED: len(STEPS) + 1,
}

_BEFORE_ADMISSION = {
    ApplicationStatus.RECEIVED: Standing.RECEIVED,
    ApplicationStatus.ASKED_BACK: Standing.ASKED_BACK,
    ApplicationStatus.TURNED_DOWN: Standing.TURNED_DOWN,
    ApplicationStatus.WITHDRAWN: Standing.WITHDRAWN,
}


def standing(
    application: ApplicationStatus,
    car_request: RequestStatus,
    *,
    has_open_offer: bool,
    loan: LoanStatus | None,
    is_overdue: bool,
) -> Standing:
    """Where one wished car stands; `loan` is its newest loan that was not cancelled.

    A car that is out must come back whatever became of the application, so the loan speaks first.
    """
    if loan is LoanStatus.ON_LOAN:
        return Standing.OVERDUE if is_overdue else Standing.ON_LOAN
    if loan is LoanStatus.RETURNED:
        return Standing.RETURNED
    if car_request is RequestStatus.WITHDRAWN or application is ApplicationStatus.WITHDRAWN:
        return Standing.WITHDRAWN
    if loan is LoanStatus.RESERVED:
        return Standing.RESERVED
    if application in _BEFORE_ADMISSION:
        return _BEFORE_ADMISSION[application]
    return Standing.OFFERED if has_open_offer else Standing.WAITING


def step_of(stands: Standing) -> int | None:
    """Which of STEPS is the present one, counted from 1; None where the way has ended early."""
    return _STEP_OF.get(stands)


def can_withdraw(application: ApplicationStatus, requests: Collection[RequestStatus]) -> bool:
    """Whether a resident may withdraw by the private link: not while a car is reserved for them or out with them."""
    return (
        APPLICATION.allows("withdraw", application)
        and RequestStatus.RESERVED not in requests
        and RequestStatus.SERVED not in requests
    )


DECLINING_MEANS = (
    "順番待ちは続きます。もう一度申し込む必要はありません。",
    "これから24時間は、ほかの方に先にご案内します。",
    "次のご案内がいつになるかは、お約束できません。",
)
WITHDRAWING_MEANS = (
    "順番待ちから外れます。車のご案内は届かなくなります。",
    "もう一度申し込むと、順番はあらためて最後からになります。",
)
WITHDRAWN_BY_LINK = "申込者本人がウェブで取り下げ"

# The most pressing one first: what a case is about where it holds several wished cars.
URGENCY = (
    Standing.OVERDUE,
    Standing.RECEIVED,
    Standing.ASKED_BACK,
    Standing.OFFERED,
    Standing.RESERVED,
    Standing.ON_LOAN,
    Standing.WAITING,
    Standing.RETURNED,
    Standing.TURNED_DOWN,
    Standing.WITHDRAWN,
)

NEXT_FOR_STAFF = {
    Standing.OVERDUE: "返却期限を過ぎています。申込者に電話で連絡してください。",
    Standing.RECEIVED: "申込内容を確認し、受理するか、確認の連絡をするかを決めてください。",
    Standing.ASKED_BACK: "申込者からの回答を待っています。回答を受けたら記録してください。",
    Standing.OFFERED: "車の案内への回答を待っています。期限が近いときは電話で確認してください。",
    Standing.RESERVED: "引渡しの予約があります。当日は運転する方全員の運転免許証を確認します。",
    Standing.ON_LOAN: "貸出中です。返却予定日に返却を受けてください。",
    Standing.WAITING: "順番待ちです。割当で車が決まると、案内が送られます。",
    Standing.RETURNED: "車は返却されました。この申込で行うことはありません。",
    Standing.TURNED_DOWN: "対象外とした申込です。この申込で行うことはありません。",
    Standing.WITHDRAWN: "取り下げられた申込です。この申込で行うことはありません。",
}


def most_pressing(standings: Collection[Standing]) -> Standing:
    """What a case is about now; a case without wished cars has only its intake."""
    return min(standings, key=URGENCY.index, default=Standing.RECEIVED)


def offer_ended_in(status: OfferStatus) -> str:
    """What is said to a resident whose last offer came to nothing; the waiting goes on in every case."""
    return {
        OfferStatus.DECLINED: "前回のご案内は、辞退を承りました。",
        OfferStatus.RETRACTED: "前回のご案内は、車の都合により取り消しとなりました。申し訳ありません。",
    }.get(status, "前回のご案内は、回答の期限を過ぎたため終了しました。")


def lateness(due_at: datetime, moment: datetime) -> str:
    """How late a car is, in the largest whole unit: 3日超過, 5時間超過."""
    late = moment - due_at
    return f"{late.days}日超過" if late.days else f"{max(late.seconds // 3600, 1)}時間超過"
