"""How a car's time with the alliance ends, and what has to be done with its papers then."""

from enum import StrEnum


class RetirementKind(StrEnum):
    """Where a car goes."""

    RECYCLING = "recycling"
    SALE = "sale"
    HAND_BACK = "hand_back"
    COMMUNITY = "community"


RETIREMENT_WORDS = {
    RetirementKind.RECYCLING: "リサイクル（解体）",
    RetirementKind.SALE: "売却",
    RetirementKind.HAND_BACK: "提供者へ返却",
    RetirementKind.COMMUNITY: "地域のカーシェアなどへ譲渡",
}
YEN_WORDS = {
    RetirementKind.RECYCLING: "リサイクルの査定額",
    RetirementKind.SALE: "売却額",
    RetirementKind.HAND_BACK: "金額",
    RetirementKind.COMMUNITY: "譲渡額",
}


class RetirementStep(StrEnum):
    """What is done with the keys and papers of a car that leaves."""

    KEYS = "keys"
    DEREGISTERED = "deregistered"
    RENAMED = "renamed"
    RECYCLING_TICKET = "recycling_ticket"
    PLATES = "plates"
    INSURANCE = "insurance"


STEP_WORDS = {
    RetirementStep.KEYS: "鍵（スペアを含む）と車内の書類の引渡し",
    RetirementStep.DEREGISTERED: "抹消登録（軽自動車は解体返納）",
    RetirementStep.RENAMED: "新しい持ち主への名義変更",
    RetirementStep.RECYCLING_TICKET: "リサイクル券の引渡し",
    RetirementStep.PLATES: "ナンバープレートの返却",
    RetirementStep.INSURANCE: "任意保険の解約（または対象から外す手続き）",
}
_ALWAYS = (RetirementStep.KEYS, RetirementStep.RECYCLING_TICKET, RetirementStep.INSURANCE)
_STEPS = {
    RetirementKind.RECYCLING: {*_ALWAYS, RetirementStep.DEREGISTERED, RetirementStep.PLATES},
    RetirementKind.SALE: {*_ALWAYS, RetirementStep.RENAMED},
    RetirementKind.HAND_BACK: {RetirementStep.KEYS, RetirementStep.INSURANCE},
    RetirementKind.COMMUNITY: {*_ALWAYS, RetirementStep.RENAMED},
}


def steps_of(kind: RetirementKind) -> list[RetirementStep]:
    """What has to be done with keys and papers, by where the car goes; in the order of the page."""
    return [step for step in RetirementStep if step in _STEPS[kind]]


MOST_YEN = 100_000_000
