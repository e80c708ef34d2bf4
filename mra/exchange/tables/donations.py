"""Donations as a table. What a donor said is not rewritten by a table; a list kept on paper can be taken in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict

from mra.alliance import queries as alliance
from mra.core import clock
from mra.core.actor import Actor
from mra.core.db import db
from mra.core.phone import grouped
from mra.core.text import FormatFault, word_key
from mra.core.vehicle_classes import VEHICLE_CLASS_WORDS
from mra.donations import queries, rules, services
from mra.donations.forms import DonationForm, key_of_appeal
from mra.donations.models import Donation
from mra.donations.rules import DONATION, HANDING_WORDS, Channel
from mra.donations.rules.judging import CONDITION_WORDS, USE_WORDS
from mra.donations.rules.lifecycles import OPEN
from mra.donations.rules.papers import DONOR_KIND_WORDS, OWNER_WORDS
from mra.vehicles.chassis import parse_chassis_number
from mra.vehicles.reading import Unreadable, read_day, read_month
from mra.vehicles.words import CLASSES, DRIVES, TRANSMISSIONS

from ..days import shown, shown_month
from .donation_layout import LAYOUT
from .parts import Cells, Present, Reading, said_twice
from .places import place_texts

AT_ONCE = 500
SAME_NAMES = (
    "organisation", "family_name", "given_name", "family_kana", "given_kana", "phone", "email", "postal_code", "address",
    "plate", "chassis_number", "seats", "odometer_km", "colour", "damage", "stands_at", "remarks",
)  # fmt: skip
DAYS = ("inspection_ends_on", "compulsory_starts_on", "compulsory_ends_on", "handed_from")
CHOICES: dict[str, Mapping[Any, str]] = {
    "kind": DONOR_KIND_WORDS,
    "condition": CONDITION_WORDS,
    "owner": OWNER_WORDS,
    "handing": HANDING_WORDS,
}
# The fields of the form under the columns that people see.
COLUMN_OF = {
    "name": "car_name",
    "first_registered": "first_registered_on",
    "no_inspection": "inspection_ends_on",
    "municipality_code": "municipality",
    "personal_consent": "consent",
    "recycling_consent": "may_be_recycled",
    "odd_chassis_seen": "chassis_number",
}
YES = frozenset(word_key(word) for word in ("はい", "あり", "有", "○", "〇", "可", "yes", "true", "1", "済"))
SAID_ONCE = "寄付者から伺った内容は、表からは変更できません。寄付の画面で確認してください。"


def _texts(donation: Donation, places: Mapping[str, str]) -> dict[str, str]:
    texts = {name: str(getattr(donation, name) or "") for name in SAME_NAMES}
    texts |= {name: shown(getattr(donation, name)) for name in DAYS}
    texts |= {name: words[getattr(donation, name)] for name, words in CHOICES.items()}
    return texts | {
        "number": donation.number,
        "phone": grouped(donation.phone),
        "municipality": places.get(donation.municipality_code, ""),
        "car_name": donation.car_name,
        "seats": str(donation.seats),
        "odometer_km": str(donation.odometer_km),
        "vehicle_class": VEHICLE_CLASS_WORDS[donation.vehicle_class],
        "transmission": donation.transmission.value,
        "drive": donation.drive.value,
        "first_registered_on": shown_month(donation.first_registered_on),
        "address_changed": _yes_or_no(donation.address_changed),
        "may_be_recycled": _yes_or_no(donation.may_be_recycled),
        "consent": "あり",
        "planned_name_change_on": shown(donation.planned_name_change_on),
        "use": USE_WORDS[donation.use],
        "status": DONATION.word(donation.status).label,
        "vehicle": f"V{donation.vehicle_id}" if donation.vehicle_id else "",
    }


def _yes_or_no(value: bool) -> str:
    return "はい" if value else "いいえ"


def _presents(donations: Sequence[Donation]) -> list[Present]:
    places = place_texts({donation.municipality_code for donation in donations})
    return [Present(one.id, one.number, _texts(one, places), one) for one in donations]


def _whole() -> Any:
    return select(Donation).options(joinedload(Donation.vehicle))


class Donations:
    """The register of donations."""

    name, label, unit, letter, layout = "donations", "寄付", "件", "D", LAYOUT
    refusals, constraints = rules.REFUSALS, rules.CONSTRAINTS
    notice = "新しい寄付者には、受付のお知らせ（SMS・メール）が届きます。"

    def count(self) -> int:
        """How many donations there are."""
        return db.session.scalar(select(func.count()).select_from(Donation)) or 0

    def records(self) -> Iterator[Present]:
        """All donations, some hundred at a time."""
        after = 0
        while found := db.session.scalars(
            _whole().where(Donation.id > after).order_by(Donation.id).limit(AT_ONCE)
        ).all():
            yield from _presents(found)
            after = found[-1].id

    def doubles(self, rows: Iterable[tuple[int, Cells]]) -> dict[int, dict[str, str]]:
        """A car is given once."""
        read = [(number, _chassis_in(cells)) for number, cells in rows if not cells.get("key")]
        return {number: {"chassis_number": text} for number, text in said_twice(read, "車台番号").items()}

    def bench(self, rows: Sequence[Cells], *, others: Sequence[Cells] = ()) -> "DonationBench":
        """The donations that these rows mean."""
        return DonationBench(rows)

    def add(self, readings: Sequence[Reading], *, by: Actor) -> list[int]:
        """Take donations in as if they had been told by telephone; the donors hear of it as always."""
        made = []
        for reading in readings:
            form: DonationForm = reading.value
            assert form.appeal is not None
            donation = services.submit(
                form.submission(),
                appeal=form.appeal,
                channel=Channel.PHONE,
                by=by,
                received_at=clock.now(),
                submission_key=uuid4(),
                entered_by_staff_id=by.id,
            )
            made.append(donation.id)
        return made

    def change(self, present: Present, reading: Reading, *, by: Actor) -> None:
        """Plan the day of the change of name."""
        services.plan_name_change(present.record, on=reading.value, by=by)


DONATIONS = Donations()


def _chassis_in(cells: Cells) -> str:
    with suppress(FormatFault):
        return parse_chassis_number(cells.get("chassis_number", "")).number
    return ""


class DonationBench:
    """What the register knows about the donations of some rows."""

    def __init__(self, rows: Sequence[Cells]) -> None:
        keys = [int(cells["key"][1:]) for cells in rows if cells.get("key", "")[1:].isdigit()]
        chassis = [number for cells in rows if (number := _chassis_in(cells))]
        going_on = Donation.chassis_number.in_(chassis) & Donation.status.in_(OPEN)
        found = _presents(db.session.scalars(_whole().where(or_(Donation.id == func.any(keys), going_on))).all())
        self.presents = {present.id: present for present in found}
        self.by_chassis = {one.record.chassis_number: one for one in found if one.record.status in OPEN}
        self.places = alliance.area_keys_of({cells["municipality"] for cells in rows if cells.get("municipality")})
        services.standing_appeal()
        self.appeals = [appeal for appeal in queries.open_appeals() if appeal.is_standing]

    def by_id(self, number: int) -> Present | None:
        """The donation of our number."""
        return self.presents.get(number)

    def known_as(self, cells: Cells) -> Present | None:
        """The donation of this car that is under way."""
        return self.by_chassis.get(_chassis_in(cells))

    def read(self, cells: Cells, present: Present | None, edited: frozenset[str]) -> Reading:
        """A new row by the rules of the form; of a known one only the plan can be changed."""
        return self._read_known(cells, present, edited) if present else self._read_new(cells)

    def _read_known(self, cells: Cells, present: Present, edited: frozenset[str]) -> Reading:
        name = "planned_name_change_on"
        faults = dict.fromkeys(edited - {name}, SAID_ONCE)
        planned_on = _day(cells, name, faults) if name in edited else present.record.planned_name_change_on
        return Reading(planned_on, present.texts | {name: shown(planned_on)}, faults)

    def _read_new(self, cells: Cells) -> Reading:
        faults: dict[str, str] = {}
        form = DonationForm(MultiDict(self._typed(cells, faults)), appeals=self.appeals)
        form.check()
        for name, sentence in form.errors.items():
            faults.setdefault(COLUMN_OF.get(name, name), sentence)
        return Reading(None if faults else form, dict(cells), faults)

    def _typed(self, cells: Cells, faults: dict[str, str]) -> dict[str, str]:
        """The cells as the form takes them."""
        typed = {name: cells.get(name, "") for name in SAME_NAMES}
        typed |= {"name": cells.get("car_name", ""), "appeal": key_of_appeal(self.appeals[0])}
        for name, known in (("vehicle_class", CLASSES), ("transmission", TRANSMISSIONS), ("drive", DRIVES)):
            found = known.get(word_key(cells.get(name, "")))
            typed[name] = found.value if found else cells.get(name, "")
        typed |= {name: _chosen(cells, name, words, faults) for name, words in CHOICES.items()}
        typed |= {name: _said_yes(cells, name) for name in ("address_changed", "may_be_recycled")}
        if not cells.get("may_be_recycled"):
            typed["may_be_recycled"] = ""
        agreed = "yes" if _said_yes(cells, "consent") == "yes" else ""
        typed |= {"personal_consent": agreed, "personal_consent_version": rules.CONSENT_VERSION}
        typed["recycling_consent"] = "yes" if typed["may_be_recycled"] == "yes" else ""
        return typed | self._place(cells, faults) | _boxes(cells, faults)

    def _place(self, cells: Cells, faults: dict[str, str]) -> dict[str, str]:
        text = cells.get("municipality", "")
        codes = [key for key in self.places.get(text, []) if len(key) == 5]
        if text and len(codes) != 1:
            told = "は複数あります。都道府県から入力してください。" if codes else "という市区町村は見つかりません。"
            faults["municipality"] = f"「{text[:20]}」{told}"
        return {"municipality_code": codes[0] if len(codes) == 1 else ""}


def _boxes(cells: Cells, faults: dict[str, str]) -> dict[str, str]:
    """Days as the form's boxes hold them."""
    boxes = {"no_inspection": "" if cells.get("inspection_ends_on") else "yes"}
    for name in DAYS:
        if day := _day(cells, name, faults):
            boxes |= _box(name, day) | {f"{name}_day": str(day.day)}
    if cells.get("first_registered_on"):
        try:
            boxes |= _box("first_registered", read_month(cells["first_registered_on"]))
        except Unreadable as fault:
            faults["first_registered_on"] = str(fault)
    return boxes


def _box(name: str, day: date) -> dict[str, str]:
    return {f"{name}_era": "W", f"{name}_year": str(day.year), f"{name}_month": str(day.month)}


def _day(cells: Cells, name: str, faults: dict[str, str]) -> date | None:
    try:
        return read_day(cells[name]) if cells.get(name) else None
    except Unreadable as fault:
        faults[name] = str(fault)
        return None


def _chosen(cells: Cells, name: str, words: Mapping[Any, str], faults: dict[str, str]) -> str:
    text = cells.get(name, "") or (next(iter(words.values())) if name == "kind" else "")
    found = [kind for kind, word in words.items() if word_key(word).startswith(word_key(text) or "-")]
    if text and len(found) != 1:
        faults[name] = (
            f"「{text[:20]}」は読み取れません。{''.join(f'「{word}」' for word in words.values())}から選んでください。"
        )
    return str(found[0].value) if len(found) == 1 else ""


def _said_yes(cells: Cells, name: str) -> str:
    return "yes" if word_key(cells.get(name, "")) in YES else "no"
