"""Forms of the fleet. What a car's facts mean is decided in `reading`, for forms and spreadsheets alike."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from mra.alliance.queries.regions import region_text
from mra.core import clock
from mra.core.forms import Form
from mra.core.text import keep_name, whole_number
from mra.core.vehicle_classes import FEATURE_WORDS, VEHICLE_CLASS_WORDS
from mra.disasters.models import Base

from . import queries, rules
from .facts import Registration, VehicleFacts, facts_of
from .models import Vehicle
from .reading import MOST_KM, ODD_CHASSIS, Cells, Unreadable, read_day, read_facts, read_registration
from .rules import DocumentKind, DriverScope, OutReason, Paper

OUT_NOTE_LONGEST = 200
INSURER_LONGEST = {"insurer": 80, "policy_number": 40}
LOOK_AGAIN = "車台番号の形が通常と異なります。車検証を見直し、正しい場合は下の確認欄に印を付けてください。"

FIELD_WORDS = {
    "plate": "ナンバー",
    "chassis_number": "車台番号",
    "name": "車名",
    "vehicle_class": "車種区分",
    "seats": "定員",
    "transmission": "変速機",
    "drive": "駆動",
    "odometer_km": "走行距離",
    "base": "拠点",
    "available_from": "使用開始日",
    "registered_in": "使用の本拠",
    "first_registered_on": "初度登録年月",
    "remarks": "備考",
}


def choices(words: Mapping[Any, str]) -> list[tuple[str, str]]:
    """Options of a field from the words of an enum."""
    return [(kind.value, word) for kind, word in words.items()]


CLASS_CHOICES = choices(VEHICLE_CLASS_WORDS)
FEATURE_CHOICES = [(code, word) for code, word in FEATURE_WORDS.items() if code != rules.FOUR_WHEEL_FEATURE]


def base_choices(bases: Sequence[Base]) -> list[tuple[str, str]]:
    """Bases by name; where several activations run, with the name of theirs."""
    several = len({base.activation_id for base in bases}) > 1
    return [(str(base.id), f"{base.name}({base.activation.name})" if several else base.name) for base in bases]


class VehicleForm(Form):
    """A car that is registered, or (with `vehicle`) changed."""

    lists = frozenset({"features"})

    def __init__(
        self, posted: Mapping[str, Any], *, bases: Sequence[Base], today: date, vehicle: Vehicle | None = None
    ) -> None:
        super().__init__(posted)
        self.bases = bases
        self.today = today
        self.vehicle = vehicle
        self.asks_about_chassis = self.text("odd_chassis_seen") == "yes"

    @classmethod
    def of(cls, vehicle: Vehicle, *, bases: Sequence[Base], today: date) -> "VehicleForm":
        """The form as it stands for a registered car."""
        return cls(MultiDict(shown(facts_of(vehicle), vehicle.version)), bases=bases, today=today, vehicle=vehicle)

    @property
    def base_choices(self) -> list[tuple[str, str]]:
        """The bases by name."""
        return base_choices(self.bases)

    @property
    def version(self) -> int:
        """The version of the row that the person saw when the form was opened."""
        return whole_number(self.text("version")) or 0

    @property
    def is_outdated(self) -> bool:
        """Whether somebody changed the car since the form was opened."""
        return self.vehicle is not None and self.version != self.vehicle.version

    def take_newer_version(self) -> list[tuple[str, str]]:
        """Go on from the car as it stands now: what differs from what was typed, with its value in the register."""
        if self.vehicle is None:
            return []
        now = MultiDict(shown(facts_of(self.vehicle), self.vehicle.version))
        self.values["version"] = now["version"]
        differing = [name for name in FIELD_WORDS if self.text(name) != now.get(name, "")]
        told = [(FIELD_WORDS[name], self._in_words(name, now.get(name, ""))) for name in differing]
        if sorted(self.many("features")) != sorted(now.getlist("features")):
            told.append(("装備", "、".join(FEATURE_WORDS[code] for code in now.getlist("features")) or "なし"))
        return told

    def _in_words(self, name: str, value: str) -> str:
        words = {"vehicle_class": dict(CLASS_CHOICES), "base": dict(self.base_choices)}.get(name, {})
        return words.get(value, value) or "なし"

    def read(self) -> None:
        """`clean` holds a `registration` for a new car, `facts` for a known one."""
        cells = Cells(self._typed())
        odd_chassis_seen = self.asks_about_chassis
        if self.vehicle is None:
            registration = read_registration(
                cells, today=self.today, base=self._base, odd_chassis_seen=odd_chassis_seen
            )
            facts = registration.facts if registration else None
            self.clean["registration"] = registration
        else:
            odd_chassis_seen = odd_chassis_seen or self.text("chassis_number") == self.vehicle.chassis_number
            facts = self.clean["facts"] = read_facts(cells, base=self._base, odd_chassis_seen=odd_chassis_seen)
        if cells.faults.get("chassis_number") == ODD_CHASSIS:
            cells.faults["chassis_number"] = LOOK_AGAIN
            self.asks_about_chassis = True
        self.errors |= cells.faults
        if facts:
            self._refuse_doubles(facts)

    def _typed(self) -> dict[str, str]:
        return {name: self.text(name) for name in self.values} | {"features": "、".join(self.many("features"))}

    def _base(self, text: str) -> int:
        found = next((base.id for base in self.bases if str(base.id) == text), None)
        if found is None:
            raise Unreadable("拠点を選び直してください。")
        return found

    def _refuse_doubles(self, facts: VehicleFacts) -> None:
        own_id = self.vehicle.id if self.vehicle else None
        if queries.taken_chassis_numbers([facts.chassis_number], except_id=own_id):
            self.wrong("chassis_number", rules.REFUSALS["chassis_taken"])
        if facts.plate and queries.taken_plates([facts.plate], except_id=own_id):
            self.wrong("plate", rules.REFUSALS["plate_taken"])

    @property
    def registration(self) -> Registration:
        """The new car; only after `check()` said yes."""
        made: Registration = self.clean["registration"]
        return made

    @property
    def facts(self) -> VehicleFacts:
        """The facts of the changed car; only after `check()` said yes."""
        read: VehicleFacts = self.clean["facts"]
        return read


def month_words(month: date | None) -> str:
    """2021年4月, as the form and the page show a month."""
    return f"{month.year}年{month.month}月" if month else ""


def shown(facts: VehicleFacts, version: int) -> list[tuple[str, str]]:
    """The facts of a car as the fields of the form show them."""
    fields = {
        "version": str(version),
        "plate": str(facts.plate or ""),
        "chassis_number": facts.chassis_number,
        "name": facts.name,
        "vehicle_class": facts.vehicle_class.value,
        "seats": str(facts.seats),
        "transmission": facts.transmission.value,
        "drive": facts.drive.value,
        "odometer_km": str(facts.odometer_km),
        "base": str(facts.base_id or ""),
        "available_from": facts.available_from.isoformat() if facts.available_from else "",
        "registered_in": region_text([facts.registered_in_code]) if facts.registered_in_code else "",
        "first_registered_on": month_words(facts.first_registered_on),
        "remarks": facts.remarks,
    }
    return [*fields.items(), *(("features", feature) for feature in facts.features)]


class DocumentForm(Form):
    """One paper, as read from the original."""

    def read(self) -> None:
        """The end must be there; the begin may be left empty where the paper already runs."""
        kind = self.text("kind")
        if kind not in set(DocumentKind):
            self.wrong("kind", "書類の種類を選んでください。")
        self.need("ends_on", "満了日を入力してください。例：2027/3/31、令和9年3月31日")
        starts_on, ends_on = self._day("starts_on"), self._day("ends_on")
        scope = self.text("driver_scope") if kind == DocumentKind.VOLUNTARY_INSURANCE else ""
        if kind == DocumentKind.VOLUNTARY_INSURANCE and scope not in set(DriverScope):
            self.wrong("driver_scope", "任意保険の運転者の範囲を選んでください。")
        self._read_insurer(kind)
        if not self.errors and ends_on:
            paper = Paper(DocumentKind(kind), starts_on, ends_on, DriverScope(scope) if scope else None)
            self._judge(paper)

    def _day(self, name: str) -> date | None:
        try:
            return read_day(self.text(name)) if self.text(name) else None
        except Unreadable as fault:
            self.wrong(name, str(fault))
            return None

    def _read_insurer(self, kind: str) -> None:
        """Whom to ring after an accident; a 車検 has no insurer."""
        for name, longest in INSURER_LONGEST.items():
            kept = keep_name(self.text(name)) if kind != DocumentKind.INSPECTION else ""
            if len(kept) > longest:
                self.wrong(name, f"長すぎます。{longest}文字までで入力してください。")
            self.clean[name] = kept

    def _judge(self, paper: Paper) -> None:
        if fault := rules.paper_fault(paper, clock.today()):
            self.wrong("ends_on", rules.REFUSALS[fault])
        self.clean["paper"] = paper

    @property
    def paper(self) -> Paper:
        """The paper; only after `check()` said yes."""
        read: Paper = self.clean["paper"]
        return read


class ArrivalForm(Form):
    """Where a car has arrived, and what its odometer shows."""

    def __init__(self, posted: Mapping[str, Any], *, bases: Sequence[Base], last_km: int) -> None:
        super().__init__(posted)
        self.bases = bases
        self.last_km = last_km
        self.asks_about_odometer = False

    @property
    def base_choices(self) -> list[tuple[str, str]]:
        """The bases by name."""
        return base_choices(self.bases)

    def read(self) -> None:
        """The base must be one; the odometer may be left empty."""
        self.clean["base"] = next((base for base in self.bases if str(base.id) == self.text("base")), None)
        if self.clean["base"] is None:
            self.wrong("base", rules.REFUSALS["no_base_for_arrival"])
        odometer_km = whole_number(self.text("odometer_km"))
        if self.text("odometer_km") and (odometer_km is None or odometer_km > MOST_KM):
            self.wrong("odometer_km", "走行距離はキロメートル単位の整数で入力してください。例：42000")
        self.clean["odometer_km"] = odometer_km
        self.clean["accept_lower_odometer"] = self.text("odometer_seen") == "yes"
        if odometer_km is not None and odometer_km < self.last_km:
            self.asks_about_odometer = True
            if not self.clean["accept_lower_odometer"]:
                self.wrong("odometer_km", rules.REFUSALS["arrives_with_fewer_km"].format(last=f"{self.last_km:,}"))


class SuspensionForm(Form):
    """Why a car may not be lent for now."""

    def read(self) -> None:
        """A reason must be chosen; the note is short."""
        if self.text("reason") not in set(OutReason):
            self.wrong("reason", "使用停止の理由を選んでください。")
        else:
            self.clean["reason"] = OutReason(self.text("reason"))
        self.clean["note"] = keep_name(self.text("note"))
        if len(self.clean["note"]) > OUT_NOTE_LONGEST:
            self.wrong("note", f"メモが長すぎます。{OUT_NOTE_LONGEST}文字までで入力してください。")
