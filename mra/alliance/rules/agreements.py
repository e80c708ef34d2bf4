"""Agreements (協定) with prefectures, cities and their associations: levels, who may ask, when to look at them again."""

from enum import StrEnum

from mra.core.access import COORDINATORS
from mra.core.lifecycle import Lifecycle, Move, Word


class AgreementLevel(StrEnum):
    """Between whom an agreement stands."""

    PREFECTURE = "prefecture"
    CITY = "city"
    ASSOCIATION = "association"
    THREE_WAY = "three_way"


AGREEMENT_LEVEL_WORDS = {
    AgreementLevel.PREFECTURE: "都道府県",
    AgreementLevel.CITY: "市区町村",
    AgreementLevel.ASSOCIATION: "市長会・町村会など",
    AgreementLevel.THREE_WAY: "三者協定",
}


class AgreementTrigger(StrEnum):
    """What sets the support going."""

    REQUEST = "request"
    OWN_JUDGEMENT = "own_judgement"
    EITHER = "either"


AGREEMENT_TRIGGER_WORDS = {
    AgreementTrigger.REQUEST: "自治体の要請による",
    AgreementTrigger.OWN_JUDGEMENT: "協会の判断で始められる",
    AgreementTrigger.EITHER: "要請または協会の判断による",
}


class AgreementStatus(StrEnum):
    """From the draft to the end."""

    DRAFT = "draft"
    IN_FORCE = "in_force"
    ENDED = "ended"


AGREEMENT = Lifecycle(
    "agreement",
    AgreementStatus.DRAFT,
    {
        AgreementStatus.DRAFT: Word("協議中", "info"),
        AgreementStatus.IN_FORCE: Word("締結", "success"),
        AgreementStatus.ENDED: Word("終了", "neutral"),
    },
    Move("sign", (AgreementStatus.DRAFT,), AgreementStatus.IN_FORCE, "締結を記録する", COORDINATORS, "締結"),
    Move(
        "end",
        (AgreementStatus.DRAFT, AgreementStatus.IN_FORCE),
        AgreementStatus.ENDED,
        "協定を終える",
        COORDINATORS,
        "協定の終了",
    ),
    begun="協定の登録",
    notes={"change": "内容の変更", "renew": "更新", "add_file": "協定書の保存", "remind": "見直し時期の通知"},
)

# How many days before the review date the secretariat is reminded; once each, until the agreement is renewed.
REMINDER_DAYS = (90, 30, 7)

REFUSALS: dict[str, str] = {}
CONSTRAINTS: dict[str, str] = {}
