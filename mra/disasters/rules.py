"""What an activation goes through, when a base is open, and how long a car may be lent."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from mra.core.access import COORDINATORS
from mra.core.clock import JAPAN
from mra.core.lifecycle import Lifecycle, Move, Word
from mra.core.vehicle_classes import PASSENGER_CLASSES, VehicleClass

SLOT_MINUTES = 30
PASSENGER_DAYS = 30
CARGO_DAYS = 3


class DisasterKind(StrEnum):
    """What happened."""

    FLOOD = "flood"
    EARTHQUAKE = "earthquake"
    TYPHOON = "typhoon"
    TSUNAMI = "tsunami"
    LANDSLIDE = "landslide"
    SNOW = "snow"
    VOLCANO = "volcano"
    OTHER = "other"


DISASTER_KIND_WORDS = {
    DisasterKind.FLOOD: "大雨・洪水",
    DisasterKind.EARTHQUAKE: "地震",
    DisasterKind.TYPHOON: "台風",
    DisasterKind.TSUNAMI: "津波",
    DisasterKind.LANDSLIDE: "土砂災害",
    DisasterKind.SNOW: "大雪",
    DisasterKind.VOLCANO: "噴火",
    DisasterKind.OTHER: "その他",
}


class ActivationStatus(StrEnum):
    """How far the support of one area has come."""

    PREPARING = "preparing"
    OPEN = "open"
    WINDING_DOWN = "winding_down"
    CLOSED = "closed"


ACTIVATION = Lifecycle(
    "activation",
    ActivationStatus.PREPARING,
    {
        ActivationStatus.PREPARING: Word("準備中", "info"),
        ActivationStatus.OPEN: Word("受付・貸出中", "success"),
        ActivationStatus.WINDING_DOWN: Word("終了準備中", "warning"),
        ActivationStatus.CLOSED: Word("支援終了", "neutral"),
    },
    Move("open", (ActivationStatus.PREPARING,), ActivationStatus.OPEN, "支援を開始する", COORDINATORS),
    Move("wind_down", (ActivationStatus.OPEN,), ActivationStatus.WINDING_DOWN, "終了準備に入る", COORDINATORS),
    Move("close", (ActivationStatus.WINDING_DOWN,), ActivationStatus.CLOSED, "支援を終了する", COORDINATORS),
)

WEEKDAY_WORDS = ("月", "火", "水", "木", "金", "土", "日")

REFUSALS = {
    "slug_taken": "このアドレス名はすでに使われています。別の名前を入力してください。",
    "no_base": "貸出拠点が登録されていません。拠点を登録してから開始してください。",
    "no_terms": "貸出条件が登録されていません。条件を登録してから開始してください。",
}

CONSTRAINTS = {"uq_activations_slug": "slug_taken"}


def usual_terms() -> dict[VehicleClass, tuple[int, bool]]:
    """Days and whether renewable per class, as the association usually lends (Noto 2024, Kumamoto 2025)."""
    return {kind: (PASSENGER_DAYS, True) if kind in PASSENGER_CLASSES else (CARGO_DAYS, False) for kind in VehicleClass}


def is_open_on(day: date, closed_weekdays: list[int], closes_on: date | None) -> bool:
    """Whether a base works on a day; weekdays count from Monday = 0; `closes_on` is its last day."""
    return day.weekday() not in closed_weekdays and (closes_on is None or day <= closes_on)


def slots(day: date, opens_at: time, closes_at: time) -> Iterator[datetime]:
    """The moments at which a handover can begin on a day: every half hour, the last one before closing."""
    moment = datetime.combine(day, opens_at, JAPAN)
    end = datetime.combine(day, closes_at, JAPAN)
    while moment < end:
        yield moment
        moment += timedelta(minutes=SLOT_MINUTES)
