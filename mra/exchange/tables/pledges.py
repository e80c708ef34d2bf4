"""What members promise, as a table."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict

from mra.alliance import rules as alliance_rules
from mra.alliance.forms.pledges import PledgeForm
from mra.alliance.models import Member, Pledge
from mra.alliance.rules.members import MemberStatus
from mra.alliance.rules.pledges import (
    PLEDGE,
    SEASON_WORDS,
    SUPPLY_KIND_WORDS,
    UNITS,
    PledgeDetails,
    PledgeStatus,
    SupplyKind,
)
from mra.alliance.services import pledges as services
from mra.core.actor import Actor
from mra.core.db import db
from mra.core.editions import edition
from mra.core.fields import day_values
from mra.core.text import fold_width, keep_name, word_key
from mra.core.vehicle_classes import VEHICLE_CLASS_WORDS
from mra.vehicles.reading import Unreadable, read_day
from mra.vehicles.words import CLASSES

from ..days import shown
from .parts import Cells, Present, Reading
from .places import place_texts
from .pledge_layout import LAYOUT

AT_ONCE = 500
SPECIFICATION = ("size", "season", "grade", "detail")
BETWEEN = "、"
WHOLE_COUNTRY = "全国"
KINDS = {word_key(word): kind for kind, word in SUPPLY_KIND_WORDS.items()} | {
    word_key(way): kind
    for kind, ways in {
        SupplyKind.VEHICLE: "車 自動車 車輌 vehicle",
        SupplyKind.ENGINE_OIL: "オイル",
        SupplyKind.TRANSPORT: "回送 輸送 搬送",
        SupplyKind.DONATION: "寄付 募金 寄附",
        SupplyKind.FUNDS: "資金",
        SupplyKind.PEOPLE: "人 ボランティア 人手",
    }.items()
    for way in ways.split()
}
SEASONS = {word_key(word): name for name, word in SEASON_WORDS.items()} | {
    word_key(way): name
    for name, ways in {"summer": "夏 夏タイヤ ノーマル", "studless": "冬 冬用 冬タイヤ スタッドレスタイヤ"}.items()
    for way in ways.split()
}
NO_SUCH_MEMBER = "「{name}」という加盟団体はありません。加盟団体を先に登録するか、名称を確認してください。"
KEPT = "登録済みの提供表明では変更できません。画面で終了を記録し、新しい行として登録してください。"
BY_PAGE = "表からは変更できません。提供表明の画面で記録してください。"


def _texts(
    details: PledgeDetails, member: str, places: Mapping[str, str], status: str, confirmed_on: str
) -> dict[str, str]:
    specification = dict(details.specification)
    season = str(specification.get("season", ""))
    return {
        "member": member,
        "kind": SUPPLY_KIND_WORDS[details.kind],
        "vehicle_class": VEHICLE_CLASS_WORDS[details.vehicle_class] if details.vehicle_class else "",
        "quantity": str(details.quantity),
        "unit": details.unit,
        "region": BETWEEN.join(places.get(key, key) for key in details.area) or WHOLE_COUNTRY,
        "lead_time_days": str(details.lead_time_days),
        "valid_from": shown(details.valid_from),
        "valid_until": shown(details.valid_until),
        **{name: str(specification.get(name, "")) for name in SPECIFICATION},
        "season": SEASON_WORDS.get(season, season),
        "conditions": details.conditions,
        "status": status,
        "confirmed_on": confirmed_on,
    }


def _presents(pledges: Sequence[Pledge]) -> list[Present]:
    places = place_texts({key for pledge in pledges for key in pledge.area})
    return [
        Present(
            pledge.id,
            f"{pledge.member.name} {SUPPLY_KIND_WORDS[pledge.kind]}",
            _texts(
                pledge.details, pledge.member.name, places, PLEDGE.word(pledge.status).label, shown(pledge.confirmed_on)
            ),
            pledge,
        )
        for pledge in pledges
    ]


def _whole() -> Any:
    return select(Pledge).options(joinedload(Pledge.member))


class Pledges:
    """The register of pledges."""

    name, label, unit, letter, layout = "pledges", "提供表明", "件", "P", LAYOUT
    refusals, constraints = alliance_rules.REFUSALS, alliance_rules.CONSTRAINTS
    notice = ""

    def count(self) -> int:
        """How many pledges there are, with those that ended."""
        return db.session.scalar(select(func.count()).select_from(Pledge)) or 0

    def records(self) -> Iterator[Present]:
        """All pledges, some hundred at a time."""
        after = 0
        while found := db.session.scalars(_whole().where(Pledge.id > after).order_by(Pledge.id).limit(AT_ONCE)).all():
            yield from _presents(found)
            after = found[-1].id

    def doubles(self, rows: Iterable[tuple[int, Cells]]) -> dict[int, dict[str, str]]:
        """A member may promise the same twice."""
        return {}

    def bench(self, rows: Sequence[Cells], *, others: Sequence[Cells] = ()) -> "PledgeBench":
        """The pledges that these rows mean, and their members."""
        return PledgeBench(rows)

    def add(self, readings: Sequence[Reading], *, by: Actor) -> list[int]:
        """Take promises down, to be confirmed by the members."""
        pledges = []
        for reading in readings:
            member, details = reading.value
            pledges.append(services.declare(member, details=details, is_confirmed=False, by=by))
            db.session.flush()
        return [pledge.id for pledge in pledges]

    def change(self, present: Present, reading: Reading, *, by: Actor) -> None:
        """Change how much of what is promised."""
        pledge, (_member, details) = present.record, reading.value
        services.change(pledge, details=details, edition_seen=edition(pledge.details), is_confirmed=False, by=by)


PLEDGES = Pledges()


class PledgeBench:
    """What the register knows about the pledges of some rows."""

    def __init__(self, rows: Sequence[Cells]) -> None:
        keys = [int(cells["key"][1:]) for cells in rows if cells.get("key", "")[1:].isdigit()]
        names = {keep_name(cells.get("member", "")) for cells in rows}
        self.members = {
            member.name: member for member in db.session.scalars(select(Member).where(Member.name.in_(names)))
        }
        ids = [member.id for member in self.members.values()]
        standing = (Pledge.member_id == func.any(ids)) & (Pledge.status != PledgeStatus.LAPSED)
        found = _presents(db.session.scalars(_whole().where(or_(Pledge.id == func.any(keys), standing))).all())
        self.presents = {present.id: present for present in found}
        self.by_what = {_what(present.texts): present for present in reversed(found) if _stands(present.record)}

    def by_id(self, number: int) -> Present | None:
        """The pledge of our number."""
        return self.presents.get(number)

    def known_as(self, cells: Cells) -> Present | None:
        """The very same promise of the same member: a list that is read twice is one list."""
        return self.by_what.get(_what(cells))

    def read(self, cells: Cells, present: Present | None, edited: frozenset[str]) -> Reading:
        """The row by the rules of the form of pledges."""
        faults: dict[str, str] = {}
        kind = KINDS.get(word_key(cells.get("kind", "")))
        if kind is None:
            faults["kind"] = _choose(cells.get("kind", ""), SUPPLY_KIND_WORDS.values())
        member = self._member(cells, present, faults)
        if present is not None:
            faults |= {name: KEPT for name in ("member", "kind") if name in edited}
            faults |= {name: BY_PAGE for name in ("status", "confirmed_on") if name in edited}
            if present.record.status is PledgeStatus.LAPSED:
                faults["status"] = alliance_rules.REFUSALS["pledge_lapsed"]
        details = _read_details(cells, kind, faults) if kind else None
        if faults or details is None or member is None:
            return Reading(None, {}, faults)
        return Reading((member, details), self._texts(details, member, present))

    def _member(self, cells: Cells, present: Present | None, faults: dict[str, str]) -> Member | None:
        name = keep_name(cells.get("member", ""))
        member = present.record.member if present and present.texts["member"] == name else self.members.get(name)
        if not name:
            faults["member"] = "加盟団体の名称を入力してください。"
        elif member is None:
            faults["member"] = NO_SUCH_MEMBER.format(name=name[:40])
        elif member.status is MemberStatus.LEFT:
            faults["member"] = alliance_rules.REFUSALS["member_left"]
        return member

    def _texts(self, details: PledgeDetails, member: Member, present: Present | None) -> dict[str, str]:
        status, confirmed_on = (present.texts["status"], present.texts["confirmed_on"]) if present else ("", "")
        return _texts(details, member.name, place_texts(details.area) if details.area else {}, status, confirmed_on)


def _stands(pledge: Pledge) -> bool:
    return pledge.status is not PledgeStatus.LAPSED


def _what(cells: Cells) -> tuple[str, ...]:
    """By what two rows are the same promise."""
    names = ("member", "kind", "vehicle_class", "quantity", "unit", "region", "lead_time_days", *SPECIFICATION)
    return tuple(
        word_key(fold_width(cells.get(name, "")) or (WHOLE_COUNTRY if name == "region" else "")) for name in names
    )


def _choose(text: str, words: Iterable[str]) -> str:
    choices = "".join(f"「{word}」" for word in words)
    if not text:
        return f"{choices}から選んで入力してください。"
    return f"「{text[:20]}」は読み取れません。{choices}から選んでください。"


def _read_details(cells: Cells, kind: SupplyKind, faults: dict[str, str]) -> PledgeDetails | None:
    typed = {
        name: cells.get(name, "")
        for name in ("quantity", "unit", "lead_time_days", "region", *SPECIFICATION, "conditions")
    }
    typed["unit"] = typed["unit"] or UNITS[kind][0]
    typed["quantity"] = fold_width(typed["quantity"]).removesuffix(typed["unit"]).strip()
    typed["lead_time_days"] = (
        fold_width(typed["lead_time_days"])
        .removesuffix("以内")
        .removesuffix("日")
        .replace("当日", "0")
        .replace("当", "0")
    )
    typed["season"] = SEASONS.get(word_key(typed["season"]), "")
    vehicle_class = CLASSES.get(word_key(cells.get("vehicle_class", "")))
    typed["vehicle_class"] = vehicle_class.value if vehicle_class else ""
    for name in ("valid_from", "valid_until"):
        if cells.get(name, ""):
            try:
                typed |= day_values(name, read_day(cells[name]))
            except Unreadable as fault:
                faults[name] = str(fault)
    form = PledgeForm(MultiDict(typed), kind)
    form.check()
    if "vehicle_class" in form.errors:
        faults.setdefault("vehicle_class", _choose(cells.get("vehicle_class", ""), VEHICLE_CLASS_WORDS.values()))
    for name, sentence in form.errors.items():
        faults.setdefault(name, sentence)
    details: PledgeDetails | None = form.clean.get("details")
    return None if form.errors else details
