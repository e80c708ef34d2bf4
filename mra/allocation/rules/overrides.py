"""What staff may order against the plain order of the queue, what speaks against it, and whom it overtakes."""

from enum import StrEnum

from mra.core.access import COORDINATORS
from mra.core.lifecycle import Lifecycle, Move, Word


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
