"""What an offer goes through, and what becomes of a car that somebody did not take."""

from datetime import datetime, timedelta
from enum import StrEnum

from mra.core.access import COORDINATORS, DESK_STAFF
from mra.core.lifecycle import Lifecycle, Move, Word

# Whoever declines or does not answer keeps the place in the queue, but the car goes to somebody else first.
PAUSE_AFTER_NO = timedelta(hours=24)
# So many offers are made in one go: the cars of a confirmation are locked together, and desks must not wait for long.
OFFERS_AT_ONCE = 200
NO_LONGER_WAITING = "希望が順番待ちではなくなったため"


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
