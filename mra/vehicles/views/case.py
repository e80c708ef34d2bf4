"""What the page of one car shows: next step, buttons, facts, papers, timeline."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app, url_for

from mra.core import clock, dates
from mra.core.access import DESK_STAFF, Role
from mra.core.timeline import Line
from mra.core.vehicle_classes import FEATURE_WORDS, VEHICLE_CLASS_WORDS
from mra.vehicles import services
from mra.vehicles.forms import month_words
from mra.vehicles.models import Vehicle, VehicleDocument
from mra.vehicles.rules import (
    DOCUMENT_WORDS,
    DRIVER_SCOPE_WORDS,
    EXPIRING_DAYS,
    FOUR_WHEEL_FEATURE,
    OUT_REASON_WORDS,
    Cover,
    VehicleStatus,
    lawful_until,
)
from mra.vehicles.services import Journey

from .paper_words import cover_words
from .timeline import timeline_of

# Where the button of a move leads: an endpoint, and "get" where something must be asked first.
PLACES = {
    "dispatch": ("vehicles.depart", "post"),
    "turn_back": ("vehicles.turn_back", "post"),
    "arrive": ("vehicles.show_arrival", "get"),
    "take_out": ("vehicles.show_suspension", "get"),
    "put_back": ("vehicles.reinstate", "post"),
    "release": ("vehicles.show_retirement", "get"),
    "readmit": ("vehicles.readmit", "post"),
}
CONFIRMATIONS = {
    "put_back": "この車両は再び貸出の対象になります。",
    "turn_back": "この車両は「提供予定」に戻ります。出発したら、もう一度「回送を始める」を押してください。",
}
TONES = {"arrive": "primary", "put_back": "primary", "readmit": "primary", "release": "danger"}


@dataclass(frozen=True)
class Case:
    """One car as its page shows it."""

    vehicle: Vehicle
    use: str | None
    journey: Journey | None
    lease_id: int | None
    covers: list[Cover]
    lawful_until: date | None
    actions: list[dict[str, Any]]
    timeline: list[Line]

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Label and value of each fact."""
        vehicle = self.vehicle
        features = [FEATURE_WORDS.get(f, f) for f in vehicle.features if f != FOUR_WHEEL_FEATURE]
        return [
            ("ナンバー", str(vehicle.plate or "未定")),
            ("車台番号", vehicle.chassis_number),
            ("車種区分", VEHICLE_CLASS_WORDS[vehicle.vehicle_class]),
            ("定員", f"{vehicle.seats}人"),
            ("変速機・駆動", f"{vehicle.transmission.value}・{vehicle.drive.value}"),
            ("装備", "、".join(features)),
            ("拠点", vehicle.base.name if vehicle.base else ""),
            ("走行距離", f"{vehicle.odometer_km:,}km"),
            ("使用の本拠", vehicle.registered_in.full_name if vehicle.registered_in else ""),
            ("初度登録", month_words(vehicle.first_registered_on)),
            ("使用開始日", dates.japanese_date(vehicle.available_from) if vehicle.available_from else ""),
            ("備考", vehicle.remarks),
        ]

    @property
    def may_be_moved(self) -> bool:
        """Whether somebody can be asked to drive it to a base, or to another one."""
        # The jobs that move cars stand above cars; their page is known by its name only.
        is_there = "transport.new" in current_app.view_functions
        return (
            is_there
            and self.journey is None
            and self.vehicle.status not in (VehicleStatus.IN_TRANSIT, VehicleStatus.RELEASED)
        )

    @property
    def lease_url(self) -> str | None:
        """Where the contract of a car that is out on a lease is dealt with; its pages stand above cars."""
        is_there = self.lease_id and "recalls.show_lease" in current_app.view_functions
        return url_for("recalls.show_lease", lease_id=self.lease_id) if is_there else None

    @property
    def next_step(self) -> tuple[str, str]:
        """What to do next, and in which tone it is said."""
        status, vehicle = self.vehicle.status, self.vehicle
        if self.lease_id:
            return f"{self.use or 'リース中'}です。車が戻ったら、リースの画面で到着を記録してください。", "info"
        if status in (VehicleStatus.PROMISED, VehicleStatus.IN_TRANSIT):
            return "車両が拠点に届いたら、到着を記録してください。書類の満了日も確認します。", "info"
        if status is VehicleStatus.OUT_OF_SERVICE:
            reason = OUT_REASON_WORDS[vehicle.out_reason] if vehicle.out_reason else ""
            note = f"({vehicle.out_note})" if vehicle.out_note else ""
            return f"使用停止の理由：{reason}{note}。解消したら、使用可に戻してください。", "warning"
        if status is VehicleStatus.RELEASED:
            return "運用を終えた車両です。再び使うときは、受け入れを記録してください。", "neutral"
        return self._next_step_of_a_ready_car()

    def _next_step_of_a_ready_car(self) -> tuple[str, str]:
        if self.vehicle.name_change_pending:
            return "名義変更が終わるまで貸し出せません。新しい車検証が届いたら、完了を記録してください。", "danger"
        today = clock.today()
        if self.lawful_until is None:
            return "書類がそろっていないため、貸し出せません。不足している書類を登録してください。", "danger"
        last = dates.japanese_date(self.lawful_until)
        if self.lawful_until < today:
            return f"書類の期限が{last}に切れたため、貸し出せません。更新した書類を登録してください。", "danger"
        state = f"{self.use}です。" if self.use else "貸し出せます。"
        if (self.lawful_until - today).days <= EXPIRING_DAYS:
            return f"{state}書類の期限は{last}です。それまでに更新してください。", "warning"
        return f"{state}書類は{last}まで有効です。", "success"

    @property
    def papers(self) -> list[dict[str, Any]]:
        """How far each kind of paper reaches, with its badge."""
        return [cover_words(cover) for cover in self.covers]

    @property
    def documents(self) -> list[dict[str, Any]]:
        """Every paper that was ever written down, the one that ends last on top."""
        return [self._document(document) for document in self.vehicle.all_documents]

    def _document(self, document: VehicleDocument) -> dict[str, Any]:
        scope = DRIVER_SCOPE_WORDS[document.driver_scope] if document.driver_scope else ""
        place: dict[str, Any] = {"vehicle_id": self.vehicle.id, "document_id": document.id}
        label, tone = _state(document)
        return {
            "kind": DOCUMENT_WORDS[document.kind],
            "starts_on": document.starts_on,
            "ends_on": document.ends_on,
            "extended_to": document.effective_ends_on if document.is_extended else None,
            "scope": scope,
            "insurer": " ".join(filter(None, (document.insurer, document.policy_number))),
            "label": label,
            "tone": tone,
            "cancel_url": None if document.cancelled_at else url_for("vehicles.cancel_document", **place),
        }


def _state(document: VehicleDocument) -> tuple[str, str]:
    """What a paper counts for today."""
    if document.cancelled_at:
        return "取消", "neutral"
    if document.effective_ends_on < clock.today():
        return "満了", "neutral"
    if not document.paper.serves_lending:
        return "貸出の対象外", "warning"
    if document.starts_on and document.starts_on > clock.today():
        return "開始前", "info"
    return "有効", "success"


def case_of(vehicle: Vehicle, role: Role | None) -> Case:
    """All that the page of a car shows."""
    today = clock.today()
    use = services.uses_of([vehicle.id]).get(vehicle.id)
    lease = services.open_lease_of(vehicle)
    return Case(
        vehicle=vehicle,
        use=use,
        journey=services.journeys_of([vehicle.id]).get(vehicle.id),
        lease_id=lease.id if lease else None,
        covers=vehicle.covers(today),
        lawful_until=lawful_until(vehicle.papers, today),
        actions=_name_change(vehicle, role) + ([] if lease else _actions(vehicle, role)),
        timeline=timeline_of(vehicle),
    )


def _name_change(vehicle: Vehicle, role: Role | None) -> list[dict[str, Any]]:
    """No status, but the first thing to do for a car that stands at its base in another's name."""
    if not vehicle.name_change_pending or role not in DESK_STAFF:
        return []
    return [
        {
            "label": "名義変更の完了を記録する",
            "url": url_for("vehicles.finish_name_change", vehicle_id=vehicle.id),
            "method": "post",
            "tone": "primary" if vehicle.status is VehicleStatus.READY else "secondary",
            "confirm": "新しい車検証で、名義が変わったことを確認してから記録してください。記録すると、貸出の対象になります。",
        }
    ]


def _actions(vehicle: Vehicle, role: Role | None) -> list[dict[str, Any]]:
    """The buttons, from the table of moves; where a car is in use, the next page tells who has to be helped first."""
    actions = []
    for move in vehicle.lifecycle.actions(vehicle.status, role):
        endpoint, method = PLACES[move.action]
        actions.append(
            {
                "label": move.label,
                "url": url_for(endpoint, vehicle_id=vehicle.id),
                "method": method,
                "tone": TONES.get(move.action, "secondary"),
                "confirm": CONFIRMATIONS.get(move.action),
            }
        )
    return actions
