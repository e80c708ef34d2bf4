"""The members of the alliance as a table."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.datastructures import MultiDict

from mra.alliance import rules as alliance_rules
from mra.alliance.forms.members import ContactForm, MemberForm
from mra.alliance.models import Member
from mra.alliance.rules.members import MEMBER, ContactDetails, ContactHours, MemberDetails, MemberStatus
from mra.alliance.services import members as services
from mra.core.actor import Actor
from mra.core.db import db
from mra.core.editions import edition
from mra.core.fields import day_values
from mra.core.phone import grouped
from mra.core.text import keep_name, word_key
from mra.vehicles.reading import Unreadable, read_day

from ..days import shown
from .member_layout import CONTACTS, LAYOUT, PARTS
from .parts import Cells, Present, Reading, said_twice
from .places import place_texts

AT_ONCE = 300
LEFT = "退会した団体です。画面で再加盟を記録してから読み込んでください。"
BY_PAGE = "退会と再加盟は、表からは変更できません。加盟団体の画面で記録してください。"
NO_SUCH_PARENT = "「{name}」という加盟団体はまだ登録されていません。先に登録するか、同じ表にある行を直してください。"
LAST_CONTACT = "連絡先は1つ以上必要です。電話番号かメールアドレスを入力してください。"
HOURS = {
    word_key(way): hours
    for hours, ways in {
        ContactHours.DAY: "昼間 昼 日中 平日 営業時間 昼間（平日の営業時間） day",
        ContactHours.NIGHT: "夜間 夜 休日 夜間・休日 夜間休日 緊急 night",
        ContactHours.ALWAYS: "昼夜とも 常時 24時間 いつでも 終日 always",
    }.items()
    for way in ways.split()
}
HOURS_SHOWN = {ContactHours.DAY: "昼間", ContactHours.NIGHT: "夜間", ContactHours.ALWAYS: "昼夜とも"}


@dataclass(frozen=True)
class MemberRow:
    """What a row says: the member, the name of its umbrella body, and its contacts by their place."""

    details: MemberDetails
    parent: str
    contacts: dict[int, ContactDetails | None]


def _texts(
    details: MemberDetails, parent: str, contacts: Sequence[ContactDetails | None], status: str
) -> dict[str, str]:
    places = place_texts([details.municipality_code]) if details.municipality_code else {}
    texts = {
        "name": details.name,
        "kana": details.kana,
        "parent": parent,
        "municipality": places.get(details.municipality_code or "", ""),
        "address": details.address,
        "joined_on": shown(details.joined_on),
        "remarks": details.remarks,
        "status": status,
    }
    for number in range(1, CONTACTS + 1):
        contact = contacts[number - 1] if number <= len(contacts) else None
        texts |= {f"contact{number}_{part}": text for part, text in _contact_texts(contact).items()}
    return texts


def _contact_texts(contact: ContactDetails | None) -> dict[str, str]:
    if contact is None:
        return dict.fromkeys(PARTS, "")
    return {
        "name": contact.name,
        "department": contact.department,
        "hours": HOURS_SHOWN[contact.hours],
        "phone": grouped(contact.phone) if contact.phone else "",
        "email": contact.email or "",
    }


def _present(member: Member, places: Mapping[str, str]) -> Present:
    contacts = [contact.details for contact in member.contacts]
    texts = _texts(
        # The name of the place is looked up for many members at once.
        _without_place(member.details),
        member.parent.name if member.parent else "",
        contacts,
        MEMBER.word(member.status).label,
    )
    texts["municipality"] = places.get(member.municipality_code or "", "")
    return Present(member.id, member.name, texts, member)


def _without_place(details: MemberDetails) -> MemberDetails:
    return MemberDetails(
        details.name, details.kana, details.parent_id, None, details.address, details.joined_on, details.remarks
    )


def _presents(members: Sequence[Member]) -> list[Present]:
    places = place_texts({member.municipality_code for member in members if member.municipality_code})
    return [_present(member, places) for member in members]


def _whole() -> Any:
    return select(Member).options(joinedload(Member.parent), selectinload(Member.contacts))


class Members:
    """The register of members."""

    name, label, unit, letter, layout = "members", "加盟団体", "団体", "M", LAYOUT
    refusals, constraints = alliance_rules.REFUSALS, alliance_rules.CONSTRAINTS
    notice = ""

    def count(self) -> int:
        """How many members there are, with those that left."""
        return db.session.scalar(select(func.count()).select_from(Member)) or 0

    def records(self) -> Iterator[Present]:
        """All members, some hundred at a time."""
        after = 0
        while found := db.session.scalars(_whole().where(Member.id > after).order_by(Member.id).limit(AT_ONCE)).all():
            yield from _presents(found)
            after = found[-1].id

    def doubles(self, rows: Iterable[tuple[int, Cells]]) -> dict[int, dict[str, str]]:
        """A name stands once in a file."""
        named = [(number, keep_name(cells.get("name", ""))) for number, cells in rows]
        return {number: {"name": sentence} for number, sentence in said_twice(named, "名称").items()}

    def bench(self, rows: Sequence[Cells], *, others: Sequence[Cells] = ()) -> "MemberBench":
        """The members that these rows mean, and those that they name as their umbrella body."""
        return MemberBench(rows, others)

    def add(self, readings: Sequence[Reading], *, by: Actor) -> list[int]:
        """Take members in, umbrella bodies before the firms under them."""
        rows: list[MemberRow] = [reading.value for reading in readings]
        ids = []
        for row in sorted(rows, key=lambda row: bool(row.parent)):
            details = _under(row.details, row.parent)
            member = services.add_member(details=details, by=by)
            for contact in filter(None, row.contacts.values()):
                services.add_contact(member, details=contact, by=by)
            ids.append(member.id)
        return ids

    def change(self, present: Present, reading: Reading, *, by: Actor) -> None:
        """Change what is known of a member, and whom to reach there."""
        member: Member = present.record
        row: MemberRow = reading.value
        services.change_member(
            member, details=_under(row.details, row.parent), edition_seen=edition(member.details), by=by
        )
        known = dict(enumerate(member.contacts, 1))
        for number, details in row.contacts.items():
            contact = known.get(number)
            if contact and details:
                services.change_contact(contact, details=details, edition_seen=edition(contact.details), by=by)
            elif details:
                services.add_contact(member, details=details, by=by)
        for number in sorted(
            (n for n, details in row.contacts.items() if details is None and n in known), reverse=True
        ):
            services.remove_contact(known[number], by=by)


MEMBERS = Members()


def _under(details: MemberDetails, parent: str) -> MemberDetails:
    """The member with the id of its umbrella body, which may have come in a moment ago."""
    parent_id = db.session.scalar(select(Member.id).where(Member.name == parent)) if parent else None
    return MemberDetails(
        details.name,
        details.kana,
        parent_id,
        details.municipality_code,
        details.address,
        details.joined_on,
        details.remarks,
    )


class MemberBench:
    """What the register knows about the members of some rows."""

    def __init__(self, rows: Sequence[Cells], others: Sequence[Cells]) -> None:
        keys = [int(cells["key"][1:]) for cells in rows if cells.get("key", "")[1:].isdigit()]
        names = {keep_name(cells.get("name", "")) for cells in rows} | {
            keep_name(cells.get("parent", "")) for cells in rows
        }
        found = db.session.scalars(
            _whole().where(or_(Member.id == func.any(keys), Member.name == func.any(list(names - {""}))))
        ).all()
        self.presents = {present.id: present for present in _presents(found)}
        self.by_name = {present.name: present for present in self.presents.values()}
        self.new_bodies = {keep_name(one["name"]) for one in others if one["name"] and not one.get("parent")}

    def by_id(self, number: int) -> Present | None:
        """The member of our number."""
        return self.presents.get(number)

    def known_as(self, cells: Cells) -> Present | None:
        """The member of that name."""
        return self.by_name.get(keep_name(cells.get("name", "")))

    def read(self, cells: Cells, present: Present | None, edited: frozenset[str]) -> Reading:
        """The row by the rules of the forms of members and contacts."""
        member: Member | None = present.record if present else None
        faults: dict[str, str] = {}
        if member is not None and member.status is MemberStatus.LEFT:
            faults["name"] = LEFT
        if "status" in edited and member is not None:
            faults["status"] = BY_PAGE
        details = _read_details(cells, faults)
        parent = self._parent(cells, member, faults)
        contacts = _read_contacts(cells, member, edited, faults)
        if faults or details is None:
            return Reading(None, {}, faults)
        row = MemberRow(details, parent, contacts)
        return Reading(row, self._texts(row, present))

    def _parent(self, cells: Cells, member: Member | None, faults: dict[str, str]) -> str:
        name = keep_name(cells.get("parent", ""))
        if not name or (member is not None and member.parent is not None and member.parent.name == name):
            return name
        known = self.by_name.get(name)
        hindrance = None
        if known is None and name not in self.new_bodies:
            faults["parent"] = NO_SUCH_PARENT.format(name=name[:40])
        elif known is not None:
            hindrance = alliance_rules.members.parent_hindrance(
                parent_is_firm=known.record.parent_id is not None,
                parent_left=known.record.status is MemberStatus.LEFT,
                is_itself=known.record is member,
                has_firms=bool(member is not None and member.firms),
            )
        if hindrance:
            faults["parent"] = alliance_rules.REFUSALS[hindrance].format(name=name)
        return name

    def _texts(self, row: MemberRow, present: Present | None) -> dict[str, str]:
        kept = [contact.details for contact in present.record.contacts] if present else []
        contacts = [
            row.contacts.get(number, kept[number - 1] if number <= len(kept) else None)
            for number in range(1, CONTACTS + 1)
        ]
        # Without a gap: whoever is behind a contact that goes moves up.
        in_a_row = [contact for contact in contacts if contact]
        status = present.texts["status"] if present else ""
        return _texts(row.details, row.parent, in_a_row, status)


def _read_details(cells: Cells, faults: dict[str, str]) -> MemberDetails | None:
    names = ("name", "kana", "municipality", "address", "remarks")
    typed = {name: cells.get(name, "") for name in names}
    joined_on = cells.get("joined_on", "")
    if joined_on:
        try:
            typed |= day_values("joined_on", read_day(joined_on))
        except Unreadable as fault:
            faults["joined_on"] = str(fault)
    form = MemberForm(MultiDict(typed))
    form.check()
    for name, sentence in form.errors.items():
        faults.setdefault(name, sentence)
    return None if form.errors else form.clean["details"]


def _read_contacts(
    cells: Cells, member: Member | None, edited: frozenset[str], faults: dict[str, str]
) -> dict[int, ContactDetails | None]:
    """The contacts that were edited (all of a new member); an emptied one goes."""
    read: dict[int, ContactDetails | None] = {}
    for number in range(1, CONTACTS + 1):
        names = {f"contact{number}_{part}": part for part in PARTS}
        if member is not None and not edited & names.keys():
            continue
        typed = {part: cells.get(name, "") for name, part in names.items()}
        if any(typed[part] for part in ("name", "phone", "email")):
            read[number] = _read_contact(number, typed, faults)
        elif member is not None and number <= len(member.contacts):
            read[number] = None
    if member is not None and read and not _left_over(member, read):
        faults.setdefault("contact1_phone", LAST_CONTACT)
    return read


def _left_over(member: Member, read: Mapping[int, ContactDetails | None]) -> bool:
    return any(read.get(number, True) for number in range(1, max(len(member.contacts), *read) + 1))


def _read_contact(number: int, typed: dict[str, str], faults: dict[str, str]) -> ContactDetails | None:
    usual = ContactHours.NIGHT if number == 2 else ContactHours.DAY
    hours = HOURS.get(word_key(typed["hours"])) if typed["hours"] else usual
    if hours is None:
        words = "、".join(HOURS_SHOWN.values())
        faults.setdefault(
            f"contact{number}_hours", f"「{typed['hours'][:20]}」は読み取れません。{words}から選んでください。"
        )
    form = ContactForm(typed | {"hours": hours.value if hours else usual.value})
    form.check()
    for name, sentence in form.errors.items():
        faults.setdefault(f"contact{number}_{name}", sentence)
    return form.clean.get("details")
