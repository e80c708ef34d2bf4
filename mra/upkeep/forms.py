"""What staff type about the upkeep of a car, and the words for what cannot be read."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from mra.core import clock
from mra.core.fields import FieldsForm
from mra.core.text import fold_width, keep_name, whole_number
from mra.vehicles.reading import MOST_KM, Unreadable, read_day

from . import rules
from .models import DamageMark
from .rules import MarkPlace, Misfit, Reading, Season, TaskKind
from .services import Plan, Work, neighbour_words

Kind = TypeVar("Kind", bound=StrEnum)
KM_SENTENCE = "走行距離はキロメートル単位の整数で入力してください。例：42000"
YEN_SENTENCE = "費用は円単位の整数で入力してください。例：4400"
TREAD_SENTENCE = "溝の深さはミリメートルで入力してください。例：5.5"
TREAD = re.compile(r"[0-9]{1,2}(\.[0-9]{1,3})?")
LONGEST_NOTE, LONGEST_NAME, LONGEST_MARK, LONGEST_SIZE = 400, 120, 200, 30


def choices(words: Mapping[Any, str]) -> list[tuple[str, str]]:
    """Options of a field from the words of an enum."""
    return [(kind.value, word) for kind, word in words.items()]


class UpkeepForm(FieldsForm):
    """Days, kilometres and yen as people type them."""

    def take_kind(self, name: str, kinds: type[Kind], sentence: str) -> Kind | None:
        """One of the words of a list."""
        value = self.text(name)
        if value not in set(kinds):
            self.wrong(name, sentence)
            return None
        return kinds(value)

    def take_typed_day(self, name: str, sentence: str = "", *, until_today: bool = False) -> date | None:
        """A day however it was written; with a sentence it must be there."""
        if not self.text(name):
            if sentence:
                self.wrong(name, sentence)
            return None
        try:
            day = read_day(self.text(name))
        except Unreadable as fault:
            self.wrong(name, str(fault))
            return None
        if until_today and day and day > clock.today():
            self.wrong(name, rules.REFUSALS["upkeep_in_future"])
        return day

    def take_number(self, name: str, most: int, sentence: str, *, is_needed: bool = False) -> int | None:
        """A whole number that may be missing unless it is needed."""
        if not self.text(name) and not is_needed:
            return None
        number = whole_number(self.text(name))
        if number is None or number > most:
            self.wrong(name, sentence)
            return None
        return number

    def take_line(self, name: str, longest: int) -> str:
        """A short text that may be missing."""
        value = keep_name(self.text(name))
        if len(value) > longest:
            self.wrong(name, f"{longest}文字以内で入力してください。")
        return value

    def take_tread(self, name: str, *, is_needed: bool = False) -> Decimal | None:
        """Millimetres with at most one decimal place."""
        typed = fold_width(self.text(name)).removesuffix("mm").strip()
        if not typed and not is_needed:
            return None
        tread = Decimal(typed).quantize(Decimal("0.1")) if TREAD.fullmatch(typed) else None
        if tread is None or tread > rules.MOST_TREAD_MM:
            self.wrong(name, TREAD_SENTENCE)
        return tread


class ReadingForm(UpkeepForm):
    """A form with an odometer reading: one that contradicts another is shown again, to be confirmed."""

    def __init__(self, posted: Mapping[str, Any], readings: Sequence[Reading] = ()) -> None:
        super().__init__(posted)
        self.readings = readings
        self.asks_about_odometer = False

    def judge_reading(self, on: date | None, odometer_km: int | None) -> None:
        """Ask to look at the odometer again where the reading does not fit among the others."""
        self.clean["is_confirmed"] = self.text("odometer_seen") == "yes"
        if on is None or odometer_km is None:
            return
        found: Misfit | None = rules.misfit(Reading(on, odometer_km), self.readings)
        if found:
            self.asks_about_odometer = True
            if not self.clean["is_confirmed"]:
                self.wrong("odometer_km", rules.REFUSALS[found.code].format(**neighbour_words(found)))


class OdometerForm(ReadingForm):
    """What the odometer showed on a day."""

    def read(self) -> None:
        """Both must be there."""
        on = self.take_typed_day("read_on", "読み取った日を入力してください。例：2026/8/18", until_today=True)
        odometer_km = self.take_number("odometer_km", MOST_KM, KM_SENTENCE, is_needed=True)
        self.judge_reading(on, odometer_km)
        self.clean |= {"on": on, "odometer_km": odometer_km}


class PlanForm(UpkeepForm):
    """Work that lies ahead."""

    def read(self) -> None:
        """A day or a number of kilometres must be told."""
        self.take_kind("kind", TaskKind, "整備の種類を選んでください。")
        self.clean["planned_on"] = self.take_typed_day("planned_on")
        self.clean["planned_km"] = self.take_number("planned_km", MOST_KM, KM_SENTENCE)
        self.clean["note"] = self.take_line("note", LONGEST_NOTE)
        if not (self.text("planned_on") or self.text("planned_km")):
            self.wrong("planned_on", rules.REFUSALS["upkeep_without_due"])

    @property
    def plan(self) -> Plan:
        """What was told; only after `check()` said yes."""
        clean = self.clean
        keeps_off_road = self.text("keeps_off_road") == "yes"
        return Plan(
            TaskKind(self.text("kind")), clean["planned_on"], clean["planned_km"], clean["note"], keeps_off_road
        )


class WorkForm(ReadingForm):
    """Work that is done; with `asks_kind` nobody had planned it."""

    lists = frozenset({"repaired"})

    def __init__(
        self,
        posted: Mapping[str, Any],
        readings: Sequence[Reading] = (),
        marks: Sequence[DamageMark] = (),
        *,
        asks_kind: bool = False,
    ) -> None:
        super().__init__(posted, readings)
        self.marks = marks
        self.asks_kind = asks_kind

    def read(self) -> None:
        """The day must be told, the rest is as far as it is known."""
        if self.asks_kind:
            self.take_kind("kind", TaskKind, "整備の種類を選んでください。")
        done_on = self.take_typed_day("done_on", "済んだ日を入力してください。例：2026/8/18", until_today=True)
        odometer_km = self.take_number("odometer_km", MOST_KM, KM_SENTENCE)
        self.judge_reading(done_on, odometer_km)
        self.clean |= {
            "done_on": done_on,
            "odometer_km": odometer_km,
            "done_by": self.take_line("done_by", LONGEST_NAME),
            "cost_yen": self.take_number("cost_yen", rules.MOST_YEN, YEN_SENTENCE),
            "note": self.take_line("note", LONGEST_NOTE),
            "next_on": self.take_typed_day("next_on"),
            "next_km": self.take_number("next_km", MOST_KM, KM_SENTENCE),
        }

    @property
    def work(self) -> Work:
        """What was told; only after `check()` said yes."""
        clean, chosen = dict(self.clean), self.many("repaired")
        is_confirmed = clean.pop("is_confirmed")
        return Work(
            **clean,
            is_odometer_confirmed=is_confirmed,
            puts_back=self.text("puts_back") == "yes",
            repaired=[mark for mark in self.marks if str(mark.id) in chosen],
        )


class TyreForm(UpkeepForm):
    """A set of tyres that belongs to a car."""

    def read(self) -> None:
        """Season, size and number must be told; no place: it is on the car."""
        is_mounted = self.text("place") == "mounted"
        self.clean = {
            "season": self.take_kind("season", Season, "タイヤの種類を選んでください。"),
            "size": self.take_text("size", "サイズを入力してください。例：155/65R14", LONGEST_SIZE),
            "tyre_count": self.take_number(
                "tyre_count", rules.MOST_TYRES, "本数は1〜10の整数で入力してください。", is_needed=True
            ),
            "tread_mm": self.take_tread("tread_mm"),
            "stored_at": "" if is_mounted else self.take_line("stored_at", LONGEST_NAME),
            "on": self.take_typed_day("on", "日付を入力してください。例：2026/8/18", until_today=True),
        }
        if self.text("place") not in {"mounted", "stored"}:
            self.wrong("place", "今どこにあるかを選んでください。")
        elif not is_mounted and not self.clean["stored_at"]:
            self.wrong("stored_at", rules.REFUSALS["tyres_need_a_place"])
        if self.clean["tyre_count"] == 0:
            self.wrong("tyre_count", "本数は1〜10の整数で入力してください。")


class ChangeForm(UpkeepForm):
    """A set goes on the car; the other one is stored."""

    def __init__(self, posted: Mapping[str, Any], *, has_mounted: bool) -> None:
        super().__init__(posted)
        self.has_mounted = has_mounted

    def read(self) -> None:
        """Where the set that comes off is kept must be told."""
        self.clean = {
            "on": self.take_typed_day("on", "履き替えた日を入力してください。例：2026/8/18", until_today=True),
            "stored_at": self.take_line("stored_at", LONGEST_NAME),
        }
        if self.has_mounted and not self.clean["stored_at"]:
            self.wrong("stored_at", rules.REFUSALS["tyres_need_a_place"])


class TreadForm(UpkeepForm):
    """How deep the tread is."""

    def read(self) -> None:
        """Both must be there."""
        self.clean = {
            "tread_mm": self.take_tread("tread_mm", is_needed=True),
            "on": self.take_typed_day("on", "測った日を入力してください。例：2026/8/18", until_today=True),
        }


class MarkForm(UpkeepForm):
    """A damage that was noticed."""

    def read(self) -> None:
        """Where it is, what it is, since when."""
        self.clean = {
            "place": self.take_kind("place", MarkPlace, "場所を選んでください。"),
            "text": self.take_text(
                "text", "どのような傷・不具合かを入力してください。例：長さ20cmの擦り傷", LONGEST_MARK
            ),
            "noticed_on": self.take_typed_day(
                "noticed_on", "気づいた日を入力してください。例：2026/8/18", until_today=True
            ),
        }
