"""Moving one car (回送): what a job goes through, what must be settled before somebody drives, when it is late."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from mra.core.access import DESK_STAFF
from mra.core.clock import JAPAN
from mra.core.lifecycle import Lifecycle, Move, Word
from mra.vehicles.rules import VehicleStatus


class JobStatus(StrEnum):
    """Who was asked, and what they said, stands in the offers; a job is open until somebody took it."""

    OPEN = "open"
    TAKEN = "taken"
    UNDER_WAY = "under_way"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"


J = JobStatus

JOB = Lifecycle(
    "transport_job",
    J.OPEN,
    {
        J.OPEN: Word("運転者未定", "warning"),
        J.TAKEN: Word("運転者決定", "info"),
        J.UNDER_WAY: Word("回送中", "info"),
        J.ARRIVED: Word("到着", "success"),
        J.CANCELLED: Word("取りやめ", "neutral"),
    },
    Move("take", (J.OPEN,), J.TAKEN, "引き受けを記録する", DESK_STAFF, "引き受け"),
    Move("give_back", (J.TAKEN,), J.OPEN, "運転者を決め直す", DESK_STAFF, "引き受けの取消"),
    Move("depart", (J.TAKEN,), J.UNDER_WAY, "出発を記録する", DESK_STAFF, "出発"),
    Move("arrive", (J.UNDER_WAY,), J.ARRIVED, "到着を記録する", DESK_STAFF, "到着"),
    Move("cancel", (J.OPEN, J.TAKEN, J.UNDER_WAY), J.CANCELLED, "回送を取りやめる", DESK_STAFF, "取りやめ"),
    begun="回送の手配",
    notes={"ask": "{people}人に打診", "change": "内容の変更", "remind": "前日のお知らせ"},
)

UNFINISHED = frozenset({J.OPEN, J.TAKEN, J.UNDER_WAY})
CHANGEABLE = frozenset({J.OPEN, J.TAKEN})


class Means(StrEnum):
    """How the car moves. One whose 車検 or 自賠責 has ended may not be driven on its plates."""

    DRIVEN = "driven"
    TEMPORARY_PERMIT = "temporary_permit"
    CARRIER = "carrier"


MEANS_WORDS = {
    Means.DRIVEN: "自走（運転して運ぶ）",
    Means.TEMPORARY_PERMIT: "自走（臨時運行許可・仮ナンバー）",
    Means.CARRIER: "積載車で運ぶ",
}


class Insurance(StrEnum):
    """Whose policy covers the one who drives."""

    ALLIANCE = "alliance"
    VEHICLE = "vehicle"
    CARRIER = "carrier"
    OWN = "own"


INSURANCE_WORDS = {
    Insurance.ALLIANCE: "事務局の任意保険（運転者限定なし）",
    Insurance.VEHICLE: "この車の任意保険",
    Insurance.CARRIER: "運ぶ会社の保険（受託貨物など）",
    Insurance.OWN: "運転する方ご自身の保険（他車運転特約）",
}


class WayHome(StrEnum):
    """How the driver gets home again."""

    UNDECIDED = "undecided"
    SEAT = "seat"
    COMPANION = "companion"
    TRAIN = "train"
    OTHER_CAR = "other_car"
    NOT_NEEDED = "not_needed"


WAY_HOME_WORDS = {
    WayHome.UNDECIDED: "まだ決まっていない",
    WayHome.SEAT: "ほかの回送の伴走車に乗る",
    WayHome.COMPANION: "自分の伴走車がついて行く",
    WayHome.TRAIN: "電車・バス",
    WayHome.OTHER_CAR: "別の車を運転して戻る",
    WayHome.NOT_NEEDED: "手配はいらない",
}

LONGEST_NOTE = 400
MOST_KM = 3_000
MOST_EXPENSES_YEN = 300_000
MOST_SEATS_HOME = 9
FARTHEST_DAYS = 180
# Without a driver this long before the day, somebody has to do something about it now.
NEAR_DAYS = 3
LATEST_DEPARTURE = time(18, 0)
EARLIEST_DEPARTURE = time(8, 0)
# Loaded roads and a break: no more than this is expected of anybody.
USUAL_KM_PER_HOUR = 50
BREAK_EVERY_HOURS = 2
HIGHEST_ODOMETER_KM = 999_999
REMIND_FROM_HOUR, REMIND_UNTIL_HOUR = 9, 20


def usual_due_at(starts_on: date, departs_until: time | None, expected_km: int | None) -> datetime:
    """When a car is due at the latest: the end of the departure window, the drive with its breaks, and an hour."""
    leaves_at = datetime.combine(starts_on, departs_until or LATEST_DEPARTURE, JAPAN)
    minutes = (expected_km or 0) * 60 // USUAL_KM_PER_HOUR
    breaks = minutes // (BREAK_EVERY_HOURS * 60) * 15
    due = leaves_at + timedelta(minutes=minutes + breaks + 60)
    return due if due.minute == 0 else due.replace(minute=0) + timedelta(hours=1)


def latest_departure(starts_on: date, departs_until: time | None) -> datetime:
    """The moment after which a job that has not departed is late."""
    return datetime.combine(starts_on, departs_until or LATEST_DEPARTURE, JAPAN)


class Worry(StrEnum):
    """What stands in the way of a job now."""

    OVERDUE = "overdue"
    NOT_DEPARTED = "not_departed"
    NO_DRIVER = "no_driver"


WORRY_WORDS = {
    Worry.OVERDUE: "到着予定を過ぎています",
    Worry.NOT_DEPARTED: "出発の時刻を過ぎています",
    Worry.NO_DRIVER: "回送の日が近づいています",
}


def worry_about(
    status: JobStatus, starts_on: date, departs_until: time | None, due_at: datetime, moment: datetime
) -> Worry | None:
    """What somebody has to see to now; None: all goes as planned, or lies far ahead."""
    if status is J.UNDER_WAY:
        return Worry.OVERDUE if due_at < moment else None
    if status is J.TAKEN:
        return Worry.NOT_DEPARTED if latest_departure(starts_on, departs_until) < moment else None
    is_near = starts_on <= moment.astimezone(JAPAN).date() + timedelta(days=NEAR_DAYS)
    return Worry.NO_DRIVER if status is J.OPEN and is_near else None


def day_fault(starts_on: date, today: date, from_time: time | None, until: time | None, due_at: datetime) -> str | None:
    """Why these times cannot stand."""
    if starts_on < today:
        return "job_in_the_past"
    if starts_on > today + timedelta(days=FARTHEST_DAYS):
        return "job_too_far_ahead"
    if from_time and until and until < from_time:
        return "departure_window_backwards"
    return "due_before_departure" if due_at <= datetime.combine(starts_on, from_time or time(0), JAPAN) else None


def place_fault(
    status: VehicleStatus, *, base_id: int | None, from_base_id: int | None, to_base_id: int | None
) -> str | None:
    """Why a car of this status cannot be moved there: what the register says of its place must stay true."""
    if status is VehicleStatus.RELEASED:
        return "car_has_left"
    if to_base_id is not None and to_base_id == from_base_id:
        return "job_goes_nowhere"
    if status is VehicleStatus.READY and to_base_id is None:
        return "ready_car_leaves_bases"
    if status is VehicleStatus.READY and base_id == to_base_id:
        return "car_is_there"
    return "car_starts_elsewhere" if status is VehicleStatus.READY and from_base_id != base_id else None


def means_fault(means: Means, *, may_be_driven: bool) -> str | None:
    """A car without valid 車検 and 自賠責 is carried, or driven with a temporary permit."""
    return "car_may_not_be_driven" if means is Means.DRIVEN and not may_be_driven else None


def odometer_doubt(last_km: int, read_km: int) -> bool:
    """Whether a reading must be looked at again: a car does not lose kilometres."""
    return read_km < last_km


def region_of(prefecture: str) -> str:
    """What the planner of ways home puts together: the prefecture; empty where it is not known."""
    return prefecture or "（未定）"


REFUSALS = {
    "car_has_job": "この車には、終わっていない回送がもうあります。その回送を確認してください。",
    "car_has_left": "運用を終えた車は回送できません。車両の登録を確認してください。",
    "car_is_leased": "この車は返却カーリースで貸出先にあり、返却を要請していません。返却を要請してから、回送を手配してください。",
    "car_is_there": "この車は、すでにその拠点にあります。行き先を確認してください。",
    "car_starts_elsewhere": "使用可の車は、いまある拠点からだけ出発できます。出発地を確認してください。",
    "ready_car_leaves_bases": "使用可の車を拠点以外へ運ぶときは、先に「使用停止にする」を記録してください。貸出の対象から外れます。",
    "job_goes_nowhere": "出発地と行き先が同じ拠点です。行き先を選び直してください。",
    "job_in_the_past": "回送の日が過去になっています。今日からの日を入力してください。",
    "job_too_far_ahead": f"回送の日は{FARTHEST_DAYS}日以内で入力してください。",
    "departure_window_backwards": "出発の時間帯の終わりが、始まりより前になっています。",
    "due_before_departure": "到着の予定が出発より前になっています。日時を確認してください。",
    "car_may_not_be_driven": "この日に有効な車検か自賠責保険が登録されていないため、そのままでは公道を走れません。書類があるときは、先に車両の画面で登録してください。ないときは、「積載車で運ぶ」か「臨時運行許可」を選んでください。",
    "job_taken": "この回送は、先ほどほかの方が引き受けてくださいました。お気持ちに感謝します。",
    "job_cancelled": "この回送は取りやめになりました。出発しないでください。",
    "job_without_driver": "運転する方がまだ決まっていません。先に引き受けを記録してください。",
    "carrier_needs_firm": "積載車で運ぶ回送は、運搬を引き受ける加盟団体にお願いしてください。",
    "job_not_open": "この回送は、いま運転者を募集していません。画面を開き直して、今の状態を確認してください。",
    "job_has_departed": "この回送は、すでに出発しています。変更するときは、事務局へお電話ください。",
    "job_not_changeable": "出発したあとは、内容を変えられません。",
    "job_changed": "この回送の内容は、ほかの人が先に変更しました。画面を開き直して、今の内容を確認してください。",
    "job_needs_reason": "理由を入力してください。",
    "departs_too_early": "回送の日になってから、出発を記録してください。日が変わったときは、事務局へご連絡ください。",
    "leaves_with_fewer_km": "走行距離が前回の記録（{last}km）より少なくなっています。メーターをもう一度確認し、正しい場合は「メーターを確認しました」に印を付けてください。",
}
CONSTRAINTS = {"uq_transport_jobs_one_unfinished_per_vehicle": "car_has_job"}
