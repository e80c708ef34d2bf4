"""The agreements with governments as a table."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload
from werkzeug.datastructures import MultiDict

from mra.alliance import rules as alliance_rules
from mra.alliance import services
from mra.alliance.forms.agreements import AgreementForm
from mra.alliance.models import Agreement
from mra.alliance.rules.agreements import (
    AGREEMENT,
    AGREEMENT_LEVEL_WORDS,
    AGREEMENT_TRIGGER_WORDS,
    AgreementDetails,
    AgreementLevel,
    AgreementStatus,
    AgreementTrigger,
    Party,
)
from mra.core import clock
from mra.core.actor import Actor
from mra.core.db import db
from mra.core.text import keep_name, word_key
from mra.vehicles.reading import Unreadable, read_day

from ..days import shown
from .agreement_layout import LAYOUT
from .parts import Cells, Present, Reading, said_twice
from .places import place_texts

AT_ONCE = 300
TEXTS = ("requester", "place_duty", "publicity_duty", "information_duty", "cost_clause", "remarks")
DAYS = ("signed_on", "effective_on", "expires_on", "review_on")
WHOLE_COUNTRY = "全国"
BETWEEN = re.compile(r"[\n、,，;；]+")
WITH_CODE = re.compile(r"(.*?)[（(]([0-9]{2,6})[)）]")
LEVELS = {word_key(word): level for level, word in AGREEMENT_LEVEL_WORDS.items()} | {
    word_key(way): level
    for level, ways in {
        AgreementLevel.PREFECTURE: "県 道府県 都道府県協定",
        AgreementLevel.CITY: "市 市町村 市区町村協定 町 村",
        AgreementLevel.ASSOCIATION: "市長会 町村会 協議会 団体",
        AgreementLevel.THREE_WAY: "三者 3者 ３者協定",
    }.items()
    for way in ways.split()
}
TRIGGERS = {word_key(word): trigger for trigger, word in AGREEMENT_TRIGGER_WORDS.items()} | {
    word_key(way): trigger
    for trigger, ways in {
        AgreementTrigger.REQUEST: "要請 要請による 自治体の要請 要請主義",
        AgreementTrigger.OWN_JUDGEMENT: "協会の判断 自主判断 独自判断",
        AgreementTrigger.EITHER: "どちらでも 両方 要請または判断 要請又は協会の判断による",
    }.items()
    for way in ways.split()
}
YES = frozenset(word_key(word) for word in ("あり", "有", "有り", "○", "〇", "はい", "する", "yes", "true", "1"))
NO = frozenset(word_key(word) for word in ("なし", "無", "無し", "×", "いいえ", "しない", "no", "false", "0")) | {""}
ENDED = alliance_rules.REFUSALS["agreement_ended"]
DRAFT = word_key(AGREEMENT.word(AgreementStatus.DRAFT).label)
BY_PAGE = "締結と終了は、表からは変更できません。協定の画面で記録してください。"


def _texts(details: AgreementDetails, places: Mapping[str, str], status: str) -> dict[str, str]:
    return {
        "name": details.name,
        "level": AGREEMENT_LEVEL_WORDS[details.level],
        "parties": "、".join(_party_text(party) for party in details.parties),
        "area": "、".join(places.get(key, key) for key in details.area) or WHOLE_COUNTRY,
        **{name: shown(getattr(details, name)) for name in DAYS},
        "renews_automatically": "あり" if details.renews_automatically else "なし",
        "trigger": AGREEMENT_TRIGGER_WORDS[details.trigger],
        **{name: getattr(details, name) for name in TEXTS},
        "status": status,
    }


def _party_text(party: Party) -> str:
    return f"{party.name}（{party.area_key}）" if party.area_key else party.name


def _presents(agreements: Sequence[Agreement]) -> list[Present]:
    places = place_texts({key for agreement in agreements for key in agreement.area})
    return [
        Present(
            agreement.id,
            agreement.name,
            _texts(agreement.details, places, AGREEMENT.word(agreement.status).label),
            agreement,
        )
        for agreement in agreements
    ]


def _whole() -> Any:
    return select(Agreement).options(selectinload(Agreement.parties))


class Agreements:
    """The register of agreements."""

    name, label, unit, letter, layout = "agreements", "協定", "件", "K", LAYOUT
    refusals, constraints = alliance_rules.REFUSALS, alliance_rules.CONSTRAINTS
    notice = ""

    def count(self) -> int:
        """How many agreements there are, with those that ended."""
        return db.session.scalar(select(func.count()).select_from(Agreement)) or 0

    def records(self) -> Iterator[Present]:
        """All agreements, some hundred at a time."""
        after = 0
        while found := db.session.scalars(
            _whole().where(Agreement.id > after).order_by(Agreement.id).limit(AT_ONCE)
        ).all():
            yield from _presents(found)
            after = found[-1].id

    def doubles(self, rows: Iterable[tuple[int, Cells]]) -> dict[int, dict[str, str]]:
        """Many agreements have one name; with one and the same government there is one of them."""
        named = [(number, _who(cells)) for number, cells in rows]
        return {number: {"name": text} for number, text in said_twice(named, "名称と当事者").items()}

    def bench(self, rows: Sequence[Cells], *, others: Sequence[Cells] = ()) -> "AgreementBench":
        """The agreements that these rows mean."""
        return AgreementBench(rows)

    def add(self, readings: Sequence[Reading], *, by: Actor) -> list[int]:
        """Write agreements down; one with a day of signing is in force."""
        made = []
        for reading in readings:
            details, is_signed = reading.value
            agreement = services.register_agreement(details, by=by)
            if is_signed:
                services.sign_agreement(
                    agreement, signed_on=details.signed_on, effective_on=details.effective_on, by=by
                )
            made.append(agreement.id)
        return made

    def change(self, present: Present, reading: Reading, *, by: Actor) -> None:
        """Write down what was edited of an agreement."""
        services.change_agreement(present.record, reading.value[0], version=present.record.version, by=by)


AGREEMENTS = Agreements()


def _who(cells: Cells) -> str:
    name, parties = keep_name(cells.get("name", "")), cells.get("parties", "")
    return f"{word_key(name)} {word_key(parties)}" if name and parties else ""


class AgreementBench:
    """What the register knows about the agreements of some rows."""

    def __init__(self, rows: Sequence[Cells]) -> None:
        keys = [int(cells["key"][1:]) for cells in rows if cells.get("key", "")[1:].isdigit()]
        names = {keep_name(cells.get("name", "")) for cells in rows} - {""}
        wanted = or_(Agreement.id == func.any(keys), Agreement.name == func.any(list(names)))
        found = _presents(db.session.scalars(_whole().where(wanted)).all())
        self.presents = {present.id: present for present in found}

    def by_id(self, number: int) -> Present | None:
        """The agreement of our number."""
        return self.presents.get(number)

    def known_as(self, cells: Cells) -> Present | None:
        """The agreement of that name with those parties, however their codes are written."""
        name, wanted = keep_name(cells.get("name", "")), set(_party_names(cells.get("parties", "")))
        if not name or not wanted:
            return None
        same = [
            present
            for present in self.presents.values()
            if present.name == name
            and present.record.status is not AgreementStatus.ENDED
            and set(_party_names(present.texts["parties"])) == wanted
        ]
        return same[0] if len(same) == 1 else None

    def read(self, cells: Cells, present: Present | None, edited: frozenset[str]) -> Reading:
        """The row by the rules of the form of agreements."""
        agreement: Agreement | None = present.record if present else None
        faults: dict[str, str] = {}
        typed = _typed(cells, faults)
        form = AgreementForm(typed, agreement)
        form.check()
        faults |= {name: sentence for name, sentence in form.errors.items() if name not in faults}
        details: AgreementDetails | None = form.clean.get("details")
        if agreement is not None and agreement.status is AgreementStatus.ENDED:
            faults["status"] = ENDED
        elif agreement is not None and "status" in edited:
            faults["status"] = BY_PAGE
        elif agreement is None and details and details.signed_on and details.signed_on > clock.today():
            faults["signed_on"] = alliance_rules.REFUSALS["signing_ahead"]
        if faults or details is None:
            return Reading(None, {}, faults)
        places = place_texts(details.area) if details.area else {}
        is_signed = details.signed_on is not None and word_key(cells.get("status", "")) != DRAFT
        return Reading((details, is_signed), _texts(details, places, present.texts["status"] if present else ""))


def _party_names(text: str) -> list[str]:
    parts = [part.strip() for part in BETWEEN.split(text) if part.strip()]
    return [word_key(found[1] if (found := WITH_CODE.fullmatch(part)) else part) for part in parts]


def _typed(cells: Cells, faults: dict[str, str]) -> MultiDict[str, Any]:
    """The cells as the form takes them."""
    typed: MultiDict[str, Any] = MultiDict({name: cells.get(name, "") for name in ("name", "area", *TEXTS)})
    typed["level"] = _chosen(cells, "level", LEVELS, AGREEMENT_LEVEL_WORDS, faults)
    typed["trigger"] = _chosen(cells, "trigger", TRIGGERS, AGREEMENT_TRIGGER_WORDS, faults)
    for part in BETWEEN.split(cells.get("parties", "")):
        found = WITH_CODE.fullmatch(part.strip())
        if part.strip():
            typed.add("party_name", found[1] if found else part.strip())
            typed.add("party_code", found[2] if found else "")
    for name in DAYS:
        if cells.get(name, ""):
            try:
                typed[name] = read_day(cells[name]).isoformat()
            except Unreadable as fault:
                faults[name] = str(fault)
    renews = word_key(cells.get("renews_automatically", ""))
    if renews not in YES | NO:
        faults["renews_automatically"] = "「あり」か「なし」を入力してください。"
    typed["renews_automatically"] = "yes" if renews in YES else ""
    return typed


def _chosen(cells: Cells, name: str, known: Mapping[str, Any], words: Mapping[Any, str], faults: dict[str, str]) -> str:
    text = cells.get(name, "")
    found = known.get(word_key(text))
    if found is None:
        choices = "".join(f"「{word}」" for word in words.values())
        told = f"「{text[:20]}」は読み取れません。" if text else ""
        faults[name] = f"{told}{choices}から選んで入力してください。"
    return found.value if found is not None else ""
