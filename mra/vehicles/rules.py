"""What a car goes through, which papers it must have, and until when it may lawfully be lent."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from mra.core.access import DESK_STAFF
from mra.core.lifecycle import Lifecycle, Move, Word


class VehicleStatus(StrEnum):
    """Where a car stands in its life with the alliance."""

    PROMISED = "promised"
    IN_TRANSIT = "in_transit"
    READY = "ready"
    OUT_OF_SERVICE = "out_of_service"
    RELEASED = "released"


VEHICLE = Lifecycle(
    "vehicle",
    VehicleStatus.PROMISED,
    {
        VehicleStatus.PROMISED: Word("提供予定", "neutral"),
        VehicleStatus.IN_TRANSIT: Word("回送中", "info"),
        VehicleStatus.READY: Word("使用可", "success"),
        VehicleStatus.OUT_OF_SERVICE: Word("使用停止", "warning"),
        VehicleStatus.RELEASED: Word("運用終了", "neutral"),
    },
    Move("dispatch", (VehicleStatus.PROMISED,), VehicleStatus.IN_TRANSIT, "回送を始める", DESK_STAFF),
    Move(
        "arrive", (VehicleStatus.PROMISED, VehicleStatus.IN_TRANSIT), VehicleStatus.READY, "到着を記録する", DESK_STAFF
    ),
    Move("take_out", (VehicleStatus.READY,), VehicleStatus.OUT_OF_SERVICE, "使用停止にする", DESK_STAFF),
    Move("put_back", (VehicleStatus.OUT_OF_SERVICE,), VehicleStatus.READY, "使用可に戻す", DESK_STAFF),
    Move(
        "release",
        (VehicleStatus.PROMISED, VehicleStatus.READY, VehicleStatus.OUT_OF_SERVICE),
        VehicleStatus.RELEASED,
        "運用を終える",
        DESK_STAFF,
    ),
)


class Transmission(StrEnum):
    """AT or MT."""

    AT = "AT"
    MT = "MT"


class Drive(StrEnum):
    """Two or four driven wheels."""

    TWO = "2WD"
    FOUR = "4WD"


class DocumentKind(StrEnum):
    """The papers without which no car is lent."""

    INSPECTION = "inspection"
    COMPULSORY_INSURANCE = "compulsory_insurance"
    VOLUNTARY_INSURANCE = "voluntary_insurance"


DOCUMENT_WORDS = {
    DocumentKind.INSPECTION: "車検",
    DocumentKind.COMPULSORY_INSURANCE: "自賠責保険",
    DocumentKind.VOLUNTARY_INSURANCE: "任意保険",
}


class DriverScope(StrEnum):
    """Who may drive under a voluntary insurance; lending needs it unlimited."""

    UNLIMITED = "unlimited"
    LIMITED = "limited"


DRIVER_SCOPE_WORDS = {DriverScope.UNLIMITED: "運転者限定なし", DriverScope.LIMITED: "運転者限定あり"}


def lawful_until(documents: Iterable[tuple[DocumentKind, date, DriverScope | None]]) -> date | None:
    """The last day on which a car may be lent, from its papers (kind, end, driver scope); None: never.

    For each kind the latest paper counts; a voluntary insurance with limited drivers does not count (domain §2.2).
    """
    latest: dict[DocumentKind, date] = {}
    for kind, ends_on, scope in documents:
        if kind is DocumentKind.VOLUNTARY_INSURANCE and scope is not DriverScope.UNLIMITED:
            continue
        latest[kind] = max(ends_on, latest.get(kind, ends_on))
    return min(latest.values()) if len(latest) == len(DocumentKind) else None


def missing_for(until: date, ends: Mapping[DocumentKind, date]) -> list[DocumentKind]:
    """Which papers do not reach the day `until`."""
    return [kind for kind in DocumentKind if ends.get(kind, date.min) < until]


REFUSALS = {
    "chassis_taken": "この車台番号の車両はすでに登録されています。",
    "plate_taken": "このナンバーの車両はすでに登録されています。",
    "no_base_for_arrival": "到着した拠点を選んでください。",
    "vehicle_in_use": "この車両は案内中または貸出中です。先に案内や貸出を終えてください。",
}

CONSTRAINTS = {"uq_vehicles_chassis_number": "chassis_taken", "uq_vehicles_plate": "plate_taken"}
