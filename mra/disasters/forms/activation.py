"""The disaster, the support that answers it, its area and its lending terms."""

from datetime import date, datetime, time
from typing import Any

from mra.core import clock
from mra.core.clock import JAPAN
from mra.core.fields import day_values
from mra.core.forms import Form
from mra.core.phone import grouped
from mra.core.text import fold_width, whole_number
from mra.core.vehicle_classes import VEHICLE_CLASS_WORDS, VehicleClass

from .. import rules
from ..models import Activation, Disaster
from ..rules import ActivationDetails, DisasterKind, Terms
from .fields import SettingsForm


class DisasterForm(SettingsForm):
    """What happened, and when."""

    def read(self) -> None:
        """All fields must be there; a disaster has already happened."""
        self.clean["name"] = self.take_text("name", "災害の名称を入力してください。", 100)
        if self.text("kind") in {kind.value for kind in DisasterKind}:
            self.clean["kind"] = DisasterKind(self.text("kind"))
        else:
            self.wrong("kind", "災害の種類を選んでください。")
        day = self.take_day("occurred_on", "発生日を入力してください。")
        if day and day > clock.today():
            self.wrong("occurred_on", "発生日が今日より後になっています。日付を確かめてください。")
        self.clean["occurred_on"] = day

    @classmethod
    def of(cls, disaster: Disaster) -> "DisasterForm":
        """The form as it shows what is known."""
        return cls(
            {"name": disaster.name, "kind": disaster.kind.value} | day_values("occurred_on", disaster.occurred_on)
        )


class ActivationForm(SettingsForm):
    """Name, address of the page, period and phone of a support; after opening its address stands fixed."""

    def __init__(self, posted: Any, fixed_slug: str | None = None) -> None:
        super().__init__(posted)
        self.fixed_slug = fixed_slug

    def read(self) -> None:
        """The period must run forward, the address must be one."""
        name = self.take_text("name", "支援の名称を入力してください。", 100)
        slug = self.fixed_slug or self._slug()
        begins = self._moment("intake_from", time(9, 0), "受付開始の日を入力してください。")
        ends = self._moment("intake_until", time(17, 0))
        last_day = self.take_day("ends_on")
        self._check_order(begins, ends, last_day)
        phone = self.take_phone("help_phone", "問合せ電話を入力してください。")
        if begins and not self.errors:
            self.clean["details"] = ActivationDetails(name, slug, begins, ends, last_day, phone)

    def _slug(self) -> str:
        slug = fold_width(self.need("slug", "ページのアドレスを入力してください。")).lower()
        if not rules.is_slug(slug):
            self.wrong("slug", "半角の英字で始まる3〜60文字の英数字とハイフンで入力してください。例：kumamoto-2026")
        return slug

    def _moment(self, name: str, usual: time, sentence: str = "") -> datetime | None:
        """A day and a time in two boxes; without a time, the usual one."""
        day, at = self.take_day(f"{name}_on", sentence), self.take_time(f"{name}_time")
        if at and day is None:
            self.wrong(f"{name}_on", "日付も入力してください。")
        return datetime.combine(day, at or usual, JAPAN) if day else None

    def _check_order(self, begins: datetime | None, ends: datetime | None, last_day: date | None) -> None:
        if begins and ends and ends < begins:
            self.wrong("intake_until_on", "受付終了が受付開始より前になっています。日時を確かめてください。")
        intake_ends = ends or begins
        if last_day and intake_ends and last_day < intake_ends.date():
            self.wrong("ends_on", "支援の終了日が受付の期間より前になっています。日付を確かめてください。")

    @classmethod
    def of(cls, activation: Activation, fixed_slug: str | None = None) -> "ActivationForm":
        """The form as it shows what was decided, with the mark of it."""
        details = activation.details
        values = {
            "name": details.name,
            "slug": details.slug,
            "help_phone": grouped(details.help_phone),
            "edition": rules.edition(details),
        }
        values |= _shown("intake_from", details.intake_from) | _shown("intake_until", details.intake_until)
        return cls(values | day_values("ends_on", details.ends_on), fixed_slug)

    @classmethod
    def new(cls, disaster: Disaster, help_phone: str) -> "ActivationForm":
        """The form for a new support: intake from this hour, named after the disaster."""
        this_hour = clock.in_japan(clock.now()).replace(minute=0, second=0, microsecond=0)
        return cls(
            {"name": f"{disaster.name} 車の無償貸出"[:100], "help_phone": help_phone} | _shown("intake_from", this_hour)
        )


class MunicipalitiesForm(Form):
    """The towns that are ticked, and those that the page showed as chosen: the difference is the change."""

    lists = frozenset({"code", "held", "candidate"})

    def read(self) -> None:
        """What was added and what was taken away."""
        ticked, held = set(self.many("code")), set(self.many("held"))
        self.clean.update(add=sorted(ticked - held), remove=sorted(held - ticked))

    def search(self) -> dict[str, Any]:
        """The search as parameters of an address: what is ticked stays ticked while one looks for more."""
        return {
            "prefecture": self.text("prefecture") or None,
            "q": self.text("q") or None,
            "code": self.many("code") or ["none"],
        }


class TermsForm(SettingsForm):
    """Days and renewal per class, and the reason for the version."""

    def read(self) -> None:
        """Every class needs its days."""
        self.clean["terms"] = {kind: (self._days(kind), self._is_renewable(kind)) for kind in VehicleClass}
        self.clean["reason"] = self.take_text("reason", "変更の理由を入力してください。", 200)
        self.clean["based_on"] = whole_number(self.text("based_on")) or 0

    def _days(self, kind: VehicleClass) -> int:
        name = f"days_{kind.value}"
        days = whole_number(self.text(name))
        if days is None or not 1 <= days <= rules.LONGEST_DAYS:
            self.wrong(name, f"{VEHICLE_CLASS_WORDS[kind]}の日数は1〜{rules.LONGEST_DAYS}の数字で入力してください。")
            return 0
        return days

    def _is_renewable(self, kind: VehicleClass) -> bool:
        return self.text(f"renewable_{kind.value}") == "yes"

    @classmethod
    def of(cls, terms: Terms, number: int) -> "TermsForm":
        """The form as it shows terms; `number` is the version that they are, 0 before the first."""
        values = {f"days_{kind.value}": str(days) for kind, (days, _) in terms.items()}
        values |= {f"renewable_{kind.value}": "yes" for kind, (_, renewable) in terms.items() if renewable}
        return cls(values | {"based_on": str(number), "reason": "" if number else "開始時の条件"})


def _shown(name: str, moment: datetime | None) -> dict[str, str]:
    if moment is None:
        return {}
    local = clock.in_japan(moment)
    return day_values(f"{name}_on", local.date()) | {f"{name}_time": f"{local:%-H:%M}"}
