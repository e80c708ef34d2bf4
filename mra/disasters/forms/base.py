"""A base: where it is, when it works, how many people it can serve at a time."""

from datetime import date, datetime, time
from typing import Any

from werkzeug.datastructures import MultiDict

from mra.alliance import queries as alliance
from mra.alliance.models import BaseCandidate, Municipality
from mra.alliance.rules.agreements import CandidateDetails
from mra.core import clock
from mra.core.fields import PlaceFault, day_values, typed_place
from mra.core.geo import Coordinates, coordinates, distance_km
from mra.core.phone import grouped
from mra.core.text import keep_name, whole_number

from .. import rules
from ..models import Activation, Base
from ..rules import BaseDetails
from .fields import SettingsForm


class BaseForm(SettingsForm):
    """Where a base is, when it works, and how many people it can serve at a time."""

    lists = frozenset({"closed_weekdays"})

    def __init__(self, posted: Any, intake_from: datetime) -> None:
        super().__init__(posted)
        self.intake_from = intake_from

    def read(self) -> None:
        """The municipality must be one, the point near it, the hours forward, and a day of the week open."""
        name = self.take_text("name", "拠点の名称を入力してください。", 80)
        municipality = self._municipality()
        details: dict[str, Any] = {
            "name": name,
            "address": self.take_text("address", "住所を入力してください。", 200),
            "place": self._place(municipality),
            "phone": self.take_phone("phone", "拠点の電話番号を入力してください。"),
            **self._hours(),
            "closed_weekdays": self._closed_weekdays(),
            "closes_on": self._last_day(),
            "handovers_per_slot": self._handovers(),
            "directions": self._directions(),
        }
        if municipality and not self.errors:
            self.clean["details"] = BaseDetails(municipality_code=municipality.code, **details)

    def _municipality(self) -> Municipality | None:
        found = alliance.municipality_by_code(self.text("municipality_code"))
        if found is None:
            self.wrong("municipality_code", "拠点のある市区町村を選んでください。")
        return found

    def _place(self, municipality: Municipality | None) -> Coordinates | None:
        middle = coordinates(municipality.place) if municipality else None
        try:
            place = typed_place(self.text("place"))
        except PlaceFault as fault:
            self.wrong("place", fault.sentence)
            return None
        if place is None and municipality and middle is None:
            self.wrong("place", "この市区町村の位置が分かりません。緯度と経度を入力してください。")
        if place and middle and distance_km(place, middle) > rules.FARTHEST_FROM_MUNICIPALITY_KM:
            self.wrong("place", "選んだ市区町村から100km以上離れています。緯度と経度を確かめてください。")
        return place

    def _hours(self) -> dict[str, time | None]:
        opens_at = self.take_time("opens_at", "開く時刻を入力してください。")
        closes_at = self.take_time("closes_at", "閉まる時刻を入力してください。")
        if opens_at and closes_at and closes_at <= opens_at:
            self.wrong("closes_at", "閉まる時刻が開く時刻より前になっています。時刻を確かめてください。")
        return {"opens_at": opens_at, "closes_at": closes_at}

    def _closed_weekdays(self) -> tuple[int, ...]:
        known = [str(number) for number in range(7)]
        chosen = {int(value) for value in self.many("closed_weekdays") if value in known}
        if len(chosen) == 7:
            self.wrong("closed_weekdays", "すべての曜日が定休日になっています。開く曜日のチェックを外してください。")
        return tuple(sorted(chosen))

    def _last_day(self) -> date | None:
        day = self.take_day("closes_on")
        if day and day < clock.in_japan(self.intake_from).date():
            self.wrong("closes_on", "最終日が受付開始より前になっています。日付を確かめてください。")
        return day

    def _handovers(self) -> int:
        number = whole_number(self.text("handovers_per_slot"))
        if number is None or not 1 <= number <= rules.MOST_HANDOVERS_PER_SLOT:
            self.wrong("handovers_per_slot", f"1〜{rules.MOST_HANDOVERS_PER_SLOT}の数字で入力してください。")
            return 0
        return number

    def _directions(self) -> str:
        text = "\n".join(keep_name(line) for line in self.text("directions").splitlines())
        if len(text) > 500:
            self.wrong("directions", "500文字以内で入力してください。")
        return text

    @classmethod
    def of(cls, base: Base, intake_from: datetime) -> "BaseForm":
        """The form as it shows what was decided, with the mark of it."""
        details = base.details
        values: list[tuple[str, str]] = [
            ("name", details.name),
            ("address", details.address),
            ("municipality_code", details.municipality_code),
            ("place", f"{details.place[0]}, {details.place[1]}" if details.place else ""),
            ("phone", grouped(details.phone)),
            ("opens_at", f"{details.opens_at:%-H:%M}"),
            ("closes_at", f"{details.closes_at:%-H:%M}"),
            *day_values("closes_on", details.closes_on).items(),
            ("handovers_per_slot", str(details.handovers_per_slot)),
            ("directions", details.directions),
            ("edition", rules.edition(details)),
        ]
        values += [("closed_weekdays", str(day)) for day in details.closed_weekdays]
        return cls(MultiDict(values), intake_from)

    @classmethod
    def new(cls, activation: Activation, candidate: BaseCandidate | None = None) -> "BaseForm":
        """The form for a new base, with the hours that bases usually keep and what an agreement says of the place."""
        usual = {"opens_at": "9:30", "closes_at": "16:00", "handovers_per_slot": "2"}
        about = _place_of(candidate.details) if candidate else {}
        return cls(usual | {"phone": grouped(activation.help_phone)} | about, activation.intake_from)


def _place_of(candidate: CandidateDetails) -> dict[str, str]:
    """Where a candidate is; its hours are words and its remarks are not for the public, so people carry those over."""
    return {
        "name": candidate.name,
        "municipality_code": candidate.municipality_code,
        "address": candidate.address,
        "place": f"{candidate.place[0]}, {candidate.place[1]}" if candidate.place else "",
    }
