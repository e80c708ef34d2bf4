"""How long people waited, by what they have in common: the figures of the fairness report. Pure.

A municipality or a journalist may hold this report in hand, so it holds no person: groups with fewer than
`FEWEST_TOLD` people keep their count and lose their waiting times in the download, and what staff wrote as the reason
of an override stays inside the house, since it may be about a person.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

FEWEST_TOLD = 5
TOO_FEW = "少数のため非表示"
# Excel also takes full-width signs for the beginning of a formula.
BEGINS_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


class Dimension(StrEnum):
    """What people are grouped by."""

    ALL = "all"
    TIER = "tier"
    BASE = "base"
    CHANNEL = "channel"
    VEHICLE_CLASS = "vehicle_class"


DIMENSION_WORDS = {
    Dimension.ALL: "全体",
    Dimension.TIER: "優先順位",
    Dimension.BASE: "拠点",
    Dimension.CHANNEL: "申込の方法",
    Dimension.VEHICLE_CLASS: "車種（第1希望）",
}


@dataclass(frozen=True)
class Waits:
    """One group: how many wished for a car, how many were offered and got one, and how long both took (days).

    `median` is the half of the people, `slow` the tenth that waited longest (90th percentile). Those who still wait are
    counted with the time they have waited so far, apart from those who were served: leaving them out would flatter us.
    """

    group: str
    wished: int
    offered: int
    served: int
    waiting: int
    offer_median_days: float | None
    offer_slow_days: float | None
    handover_median_days: float | None
    handover_slow_days: float | None
    waiting_median_days: float | None
    waiting_slow_days: float | None


HEADINGS = (
    "区分",
    "内訳",
    "希望（台）",
    "案内した",
    "引渡した",
    "順番待ち",
    "案内まで 中央値（日）",
    "案内まで 90%（日）",
    "引渡しまで 中央値（日）",
    "引渡しまで 90%（日）",
    "待っている日数 中央値",
    "待っている日数 90%",
)


def table(report: Mapping[Dimension, Iterable[Waits]]) -> list[tuple[str, ...]]:
    """The report as rows of text for a spreadsheet, groups in the order given, times of few people left out."""
    return [
        (DIMENSION_WORDS[dimension], one.group, *_counts(one), *_times(one))
        for dimension, groups in report.items()
        for one in groups
    ]


def _counts(one: Waits) -> tuple[str, ...]:
    return tuple(str(count) for count in (one.wished, one.offered, one.served, one.waiting))


def _times(one: Waits) -> tuple[str, ...]:
    pairs = (
        (one.offered, one.offer_median_days, one.offer_slow_days),
        (one.served, one.handover_median_days, one.handover_slow_days),
        (one.waiting, one.waiting_median_days, one.waiting_slow_days),
    )
    return tuple(_told(people, days) for people, *both in pairs for days in both)


def _told(people: int, days: float | None) -> str:
    if days is None:
        return ""
    return f"{days:.1f}" if people >= FEWEST_TOLD else TOO_FEW


def cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula: names are typed by people, and the table leaves the house."""
    return f"'{text}" if text.lstrip().startswith(BEGINS_FORMULA) else text
