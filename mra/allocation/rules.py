"""What an offer goes through, how long it stands, and how a coordinator's proposal is kept honest."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from mra.core.access import COORDINATORS, DESK_STAFF
from mra.core.clock import JAPAN
from mra.core.lifecycle import Lifecycle, Move, Word
from mra.disasters.rules import is_open_on, slots

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


class OverrideKind(StrEnum):
    """What staff may order against the plain order of the queue."""

    PIN = "pin"
    FORBID = "forbid"
    HOLD = "hold"


OVERRIDE_WORDS = {
    OverrideKind.PIN: Word("固定", "info"),
    OverrideKind.FORBID: Word("禁止", "warning"),
    OverrideKind.HOLD: Word("割当から外す", "neutral"),
}
OVERRIDE_CHOICES = {
    OverrideKind.PIN: "この組合せを固定",
    OverrideKind.FORBID: "この組合せを禁止",
    OverrideKind.HOLD: "この車を割当から外す",
}
OVERRIDE_MEANINGS = {
    OverrideKind.PIN: "この方に、必ずこの車両を割り当てます。順番より優先します。",
    OverrideKind.FORBID: "この方に、この車両は割り当てません。ほかの車両は割り当てます。",
    OverrideKind.HOLD: "この車両を、だれにも割り当てません。",
}


class OverrideStatus(StrEnum):
    """Whether an override still counts."""

    IN_FORCE = "in_force"
    LIFTED = "lifted"
    FULFILLED = "fulfilled"


V = OverrideStatus

# A pin has done its work when its pair has been offered: after a "no" the car is as free as any other.
OVERRIDE = Lifecycle(
    "override",
    V.IN_FORCE,
    {
        V.IN_FORCE: Word("有効", "info"),
        V.LIFTED: Word("解除", "neutral"),
        V.FULFILLED: Word("案内済", "success"),
    },
    Move("lift", (V.IN_FORCE,), V.LIFTED, "解除する", COORDINATORS, "指定の解除"),
    Move("fulfil", (V.IN_FORCE,), V.FULFILLED, "固定どおりの案内"),
    begun="割当の指定",
)


class FreedCars(StrEnum):
    """What becomes of a car whose offer was declined or ran out."""

    NEXT_RUN = "next_run"
    NEXT_PERSON = "next_person"


FREED_CARS_WORDS = {
    FreedCars.NEXT_RUN: "次の割当案に入れる",
    FreedCars.NEXT_PERSON: "すぐに次の方へ案内する",
}
FREED_CARS_MEANINGS = {
    FreedCars.NEXT_RUN: "空いた車両は、調整担当が次に割当案を作って確かめるまで、だれにも案内されません。",
    FreedCars.NEXT_PERSON: "空いた車両は、希望に合う方のうち順番が先の方へ、確認なしですぐにSMSで案内されます。",
}

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


def handover_on(deadline: datetime, hours: OpeningHours, last_on: date | None) -> date | None:
    """The day on which the keys can still be given to somebody who says yes in the last minute before the deadline.

    An offer whose car could not be handed over any more would be an empty promise. None if no half hour is left on or
    before the last day (of the base, the support, the papers of the car).
    """
    first = deadline.astimezone(JAPAN)
    days = (first.date() + timedelta(days=ahead) for ahead in range(DAYS_TO_LOOK_AHEAD))
    for day in days:
        if last_on is not None and day > last_on:
            return None
        is_open = is_open_on(day, hours.closed_weekdays, hours.closes_on)
        if is_open and any(begins_at >= first for begins_at in slots(day, hours.opens_at, hours.closes_at)):
            return day
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
    BARRED = "barred"
    HELD = "held"
    PIN_WAITS = "pin_waits"


# Nothing will change for these people until somebody rings them or looks at the address: they come first on the page.
NEEDS_LOOKING_AT = frozenset({NoCar.PLACE_UNKNOWN, NoCar.NEED_OVER, NoCar.PIN_WAITS})

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
    NoCar.BARRED: "ご希望に合う空き車両は、以前に辞退された車両か、割当を禁止した車両だけです。",
    NoCar.HELD: "ご希望に合う空き車両は、事務局が割当から外しているか、別の方に固定しています。",
    NoCar.PIN_WAITS: "固定した車両が今回の割当で使えないため、割り当てを待っています。待てないときは固定を解除してください。",
}

# The same in two or three words, to count by.
NO_CAR_WORDS = {
    NoCar.OUTRANKED: "順番が先の方に割当",
    NoCar.CLASS: "車種の空きなし",
    NoCar.SEATS: "人数に合う車なし",
    NoCar.MANUAL: "マニュアル車のみ",
    NoCar.FEATURES: "装備のある車なし",
    NoCar.PERIOD: "期間が合わない",
    NoCar.DISTANCE: "距離が遠い",
    NoCar.PAUSED: "辞退・無回答から24時間以内",
    NoCar.NEED_OVER: "利用期間の確認が必要",
    NoCar.PLACE_UNKNOWN: "住所の確認が必要",
    NoCar.BARRED: "辞退・禁止した車両のみ",
    NoCar.HELD: "外した・固定した車両のみ",
    NoCar.PIN_WAITS: "固定した車両を待機中",
}


def why_no_car(reason: str, cars: int) -> str:
    """One sentence that the coordinator can read out on the phone."""
    return NO_CAR_SENTENCES[NoCar(reason)].format(cars=cars)


class Concern(StrEnum):
    """What speaks against a pair that staff pin all the same: told, and allowed."""

    CLASS = "class"
    SEATS = "seats"
    FEATURES = "features"
    DISTANCE = "distance"
    PLACE_UNKNOWN = "place_unknown"
    NOT_YET = "not_yet"
    DECLINED = "declined"
    PAUSED = "paused"


CONCERN_SENTENCES = {
    Concern.CLASS: "希望の車種ではありません。",
    Concern.SEATS: "乗車人数に対して座席が足りません。",
    Concern.FEATURES: "必要な装備がそろっていません。",
    Concern.DISTANCE: "希望の距離より遠い拠点にあります。",
    Concern.PLACE_UNKNOWN: "住所の位置が分からないため、距離を見ていません。",
    Concern.NOT_YET: "希望の開始日には、まだ使えません。",
    Concern.DECLINED: "この方は、この車両を以前に辞退されています。",
    Concern.PAUSED: "この方は、24時間以内に別の案内を辞退されたか、回答がありませんでした。",
}


class Overtaking(StrEnum):
    """How somebody was overtaken by what staff ordered."""

    LOST = "lost"
    PASSED = "passed"


OVERTAKEN_SENTENCES = {
    Overtaking.LOST: "指定がなければ、車両が割り当てられていました。",
    Overtaking.PASSED: "ご希望に合う車両が、指定により、順番が後の方に割り当てられます。",
}

NO_LONGER_WAITING = "希望が順番待ちではなくなったため"

REFUSALS = {
    "offer_closed": "このご案内は終了しました。最新の状況は申込のページでご確認ください。",
    "offer_expired": "ご案内の回答期限が過ぎました。順番待ちは続いています。次のご案内をお待ちください。",
    "offer_still_open": "この案内はまだ回答を待っています。回答期限のあとか、案内を取り消してから操作してください。",
    "offer_too_late": "回答期限か、そのあとの引渡しが、拠点または支援の終了日を過ぎるため案内できません。終了日を確認してください。",
    "papers_end_before_handover": "回答を待つ間に車検・保険などの期限が来るため案内できません。書類の期限を確認してください。",
    "retraction_needs_reason": "案内を取り消す理由を入力してください。",
    "pair_already_offered": "この方には、この車両をすでに案内しています。回答は「案内」の一覧で確認できます。",
    "vehicle_not_free": "この車両は先に別の方へ案内または貸出されました。ほかの組み合わせは案内できます。",
    "request_not_waiting": "この方には別の案内が出ているか、希望が順番待ちではなくなっています。",
    "pair_not_proposed": "この組み合わせは割当案にありません。もう一度、割当案を作ってください。",
    "pair_no_longer_fits": "車両または希望の内容が変わり、条件に合わなくなりました。もう一度、割当案を作ってください。",
    "nobody_suits": "この車両を希望に合わせて案内できる方が、いまは順番待ちにいません。",
    "no_base_chosen": "拠点を選んでください。",
    "activation_not_open": "割当と予約ができるのは、支援の開始から終了までの間だけです。支援の状態を確認してください。",
    "slot_full": "その時間は予約がいっぱいになりました。別の時間を選んでください。",
    "slot_not_open": "その時間は拠点が開いていません。別の時間を選んでください。",
    "vehicle_held": "この車両は割当から外されています。案内するには、割当の指定を解除してください。",
    "vehicle_pinned": "この車両は別の方に固定されています。変えるには、先に固定を解除してください。",
    "request_pinned": "この方には別の車両が固定されています。変えるには、先に固定を解除してください。",
    "pair_forbidden": "この組み合わせは禁止されています。案内するには、割当の指定を解除してください。",
    "override_needs_reason": "指定の理由を入力してください。",
    "lift_needs_reason": "解除する理由を入力してください。",
    "override_needs_request": "固定または禁止する方を選んでください。",
    "override_vehicle_not_free": "この車両はいま案内できる状態ではありません（案内中・貸出中・整備中・書類切れなど）。空いている車両を選んでください。",
    "override_request_not_waiting": "この方は順番待ちではないか、案内への回答を待っているため、指定できません。申込の状態を確認してください。",
    "override_vehicle_elsewhere": "この車両はこの支援の拠点にありません。車両の拠点を確認してください。",
    "override_already_made": "同じ指定がすでにあります。「割当の指定」の一覧で確認してください。",
    "override_ended": "この指定はすでに終わっています。「割当の指定」の一覧で確認してください。",
    "pin_papers_end": "貸出の期間の途中で車検・保険などの期限が来るため、固定できません。期限の長い車両を選んでください。",
    "pin_manual": "この方はマニュアル車を運転できないため、固定できません。オートマチック車を選んでください。",
    "pin_need_over": "希望の利用期間が過ぎているか、支援の終了後に始まるため、固定できません。期間を申込者に確認してください。",
    "run_is_old": "この割当案は古くなりました。もう一度、割当案を作ってください。",
}

CONSTRAINTS = {
    "uq_offers_one_open_per_vehicle": "vehicle_not_free",
    "uq_offers_one_open_per_request": "request_not_waiting",
    "uq_overrides_one_open_hold_per_vehicle": "override_already_made",
    "uq_overrides_one_open_pin_per_vehicle": "vehicle_pinned",
    "uq_overrides_one_open_pin_per_request": "request_pinned",
    "uq_overrides_one_open_forbid_per_pair": "override_already_made",
}
