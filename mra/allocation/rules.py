"""What an offer goes through, how long it stands, and how a coordinator's proposal is kept honest."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from mra.core.access import COORDINATORS, DESK_STAFF
from mra.core.clock import JAPAN
from mra.core.lifecycle import Lifecycle, Move, Word
from mra.disasters.rules import is_open_on

# How long people have for their answer: a night, and a moment at which somebody is at the base to be rung.
ANSWER_TIME = timedelta(hours=24)
# Whoever declines or does not answer keeps the place in the queue, but the car goes to somebody else first.
PAUSE_AFTER_NO = timedelta(hours=24)
# After this a proposal no longer shows who stands first: people have applied, cars have come back.
RUN_HOLDS = timedelta(minutes=30)
# What the engine counts for a less wished class, a kilometre, an empty seat, a feature nobody needs.
WEIGHTS = {"class_rank": 1000, "km": 10, "spare_seat": 50, "unneeded_feature": 200}
DAYS_TO_LOOK_AHEAD = 14
# So many offers are made in one go: the cars of a confirmation are locked together, and desks must not wait for long.
OFFERS_AT_ONCE = 200


class OfferStatus(StrEnum):
    """What became of an offer."""

    MADE = "made"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    RETRACTED = "retracted"


O = OfferStatus  # noqa: E741

OFFER = Lifecycle(
    "offer",
    O.MADE,
    {
        O.MADE: Word("回答待ち", "info"),
        O.ACCEPTED: Word("承諾", "success"),
        O.DECLINED: Word("辞退", "neutral"),
        O.EXPIRED: Word("期限切れ", "neutral"),
        O.RETRACTED: Word("案内取消", "neutral"),
    },
    Move("accept", (O.MADE,), O.ACCEPTED, "承諾を記録する", DESK_STAFF, "承諾"),
    Move("decline", (O.MADE,), O.DECLINED, "辞退を記録する", DESK_STAFF, "辞退"),
    Move("expire", (O.MADE,), O.EXPIRED, "期限切れ"),
    Move("retract", (O.MADE,), O.RETRACTED, "案内を取り消す", COORDINATORS, "案内取消"),
    begun="案内",
)

# After these the car can go to the next person at once.
GIVES_WAY = frozenset({O.DECLINED, O.EXPIRED, O.RETRACTED})


def is_open(status: OfferStatus, deadline_at: datetime, moment: datetime) -> bool:
    """Whether an offer can still be answered; judged when it is read, whatever the tidying job has done."""
    return status is OfferStatus.MADE and moment < deadline_at


def status_at(status: OfferStatus, deadline_at: datetime, moment: datetime) -> OfferStatus:
    """The status to show: an offer past its deadline has expired, tidied up or not."""
    if status is OfferStatus.MADE and not is_open(status, deadline_at, moment):
        return OfferStatus.EXPIRED
    return status


@dataclass(frozen=True)
class OpeningHours:
    """When somebody is at a base."""

    opens_at: time
    closes_at: time
    closed_weekdays: list[int]
    closes_on: date | None


def answer_deadline(made_at: datetime, hours: OpeningHours, ends: Iterable[datetime | None]) -> datetime | None:
    """Until when an offer can be answered: 24 hours, moved to the next closing time of the base where that falls outside
    its hours, so that people can always ring before it is too late. None if it would lie after one of the ends.
    """
    wanted = (made_at + ANSWER_TIME).astimezone(JAPAN).replace(second=0, microsecond=0)
    deadline = _within_hours(wanted, hours)
    is_too_late = deadline is None or any(end is not None and deadline > end for end in ends)
    return None if is_too_late else deadline


def _within_hours(wanted: datetime, hours: OpeningHours) -> datetime | None:
    for ahead in range(DAYS_TO_LOOK_AHEAD):
        day = wanted.date() + timedelta(days=ahead)
        opening = datetime.combine(day, hours.opens_at, JAPAN)
        closing = datetime.combine(day, hours.closes_at, JAPAN)
        if is_open_on(day, hours.closed_weekdays, hours.closes_on) and wanted <= closing:
            return wanted if opening <= wanted else closing
    return None


def end_of(day: date | None) -> datetime | None:
    """The moment at which a last day is over."""
    return datetime.combine(day + timedelta(days=1), time.min, JAPAN) if day else None


def lent_period(
    needed_from: date, needed_until: date, *, today: date, longest_days: int, ends_on: date | None = None
) -> tuple[date, date] | None:
    """The days for which a car is sought: from tomorrow at the earliest, for one term of the longest wished class at most
    (a longer need is met by extensions), and not beyond the end of the support. None if no day is left.
    """
    from_on = max(needed_from, today + timedelta(days=1))
    until_on = min(needed_until, from_on + timedelta(days=longest_days), ends_on or date.max)
    return (from_on, until_on) if from_on <= until_on else None


def tier_word(tier: int) -> str:
    """A tier in short; in which circumstances it has its reason, the request itself says (`CarRequest.tier_word`)."""
    return f"第{tier}順位"


class NoCar(StrEnum):
    """Why somebody got no car in a proposal."""

    OUTRANKED = "outranked"
    CLASS = "class"
    SEATS = "seats"
    MANUAL = "manual"
    FEATURES = "features"
    PERIOD = "period"
    DISTANCE = "distance"
    PAUSED = "paused"
    NEED_OVER = "need_over"
    PLACE_UNKNOWN = "place_unknown"


NO_CAR_SENTENCES = {
    NoCar.OUTRANKED: "ご希望に合う車が{cars}台ありますが、すべて順番が先の方に割り当てられました。",
    NoCar.CLASS: "ご希望の車種に、空いている車がありません。",
    NoCar.SEATS: "ご希望の車種に空きはありますが、乗車人数に合う車がありません。",
    NoCar.MANUAL: "ご希望に合う空き車両は、マニュアル車だけです。",
    NoCar.FEATURES: "ご希望に合う空き車両に、必要な装備のある車がありません。",
    NoCar.PERIOD: "ご希望に合う空き車両は、ご希望の期間の途中で車検・保険などの期限が来るか、まだ使えません。",
    NoCar.DISTANCE: "ご希望に合う空き車両は、ご希望の距離より遠い拠点にあります。",
    NoCar.PAUSED: "前回の案内を辞退されたか、回答がなかったため、24時間はほかの方を先に案内します。",
    NoCar.NEED_OVER: "ご希望の利用期間が過ぎているか、支援の終了後に始まります。申込者に電話で確認してください。",
    NoCar.PLACE_UNKNOWN: "住所の位置が分からないため、拠点までの距離を計算できません。住所を確認してください。",
}


def why_no_car(reason: str, cars: int) -> str:
    """One sentence that the coordinator can read out on the phone."""
    return NO_CAR_SENTENCES[NoCar(reason)].format(cars=cars)


NO_LONGER_WAITING = "希望が順番待ちではなくなったため"

REFUSALS = {
    "offer_closed": "このご案内は終了しました。最新の状況は申込のページでご確認ください。",
    "offer_expired": "ご案内の回答期限が過ぎました。順番待ちは続いています。次のご案内をお待ちください。",
    "offer_still_open": "この案内はまだ回答を待っています。回答期限のあとか、案内を取り消してから操作してください。",
    "offer_too_late": "回答期限が、拠点または支援の終了日を過ぎるため案内できません。終了日を確認してください。",
    "retraction_needs_reason": "案内を取り消す理由を入力してください。",
    "vehicle_not_free": "この車両は先に別の方へ案内または貸出されました。ほかの組み合わせは案内できます。",
    "request_not_waiting": "この方には別の案内が出ているか、希望が順番待ちではなくなっています。",
    "pair_not_proposed": "この組み合わせは割当案にありません。もう一度、割当案を作ってください。",
    "pair_no_longer_fits": "車両または希望の内容が変わり、条件に合わなくなりました。もう一度、割当案を作ってください。",
    "nobody_suits": "この車両を希望に合わせて案内できる方が、いまは順番待ちにいません。",
    "no_base_chosen": "拠点を選んでください。",
    "activation_not_open": "割当と予約ができるのは、支援の開始から終了までの間だけです。支援の状態を確認してください。",
    "slot_full": "その時間は予約がいっぱいになりました。別の時間を選んでください。",
    "slot_not_open": "その時間は拠点が開いていません。別の時間を選んでください。",
    "run_is_old": "この割当案は古くなりました。もう一度、割当案を作ってください。",
}

CONSTRAINTS = {
    "uq_offers_one_open_per_vehicle": "vehicle_not_free",
    "uq_offers_one_open_per_request": "request_not_waiting",
}
