"""The cars of the register as a table: with their base and the last days of their papers."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from mra.alliance import queries as alliance
from mra.core import clock
from mra.core.actor import Actor
from mra.core.db import db
from mra.core.text import FormatFault, word_key
from mra.core.vehicle_classes import FEATURE_WORDS, VEHICLE_CLASS_WORDS
from mra.disasters.models import Base
from mra.vehicles import queries, services
from mra.vehicles.chassis import parse_chassis_number
from mra.vehicles.facts import VehicleFacts, facts_of
from mra.vehicles.models import Vehicle
from mra.vehicles.plates import Plate, parse_plate
from mra.vehicles.reading import PAPER_FIELDS
from mra.vehicles.rules import CONSTRAINTS, REFUSALS, VEHICLE, DocumentKind, DriverScope, Paper

from ..days import shown, shown_month
from .parts import Cells, Present, Reading, said_twice
from .vehicle_layout import LAYOUT
from .vehicle_rows import Register, printed, read_known, read_new

AT_ONCE = 500
SCOPE_WORDS = {DriverScope.UNLIMITED: "限定なし", DriverScope.LIMITED: "限定あり"}


def texts_of_facts(facts: VehicleFacts, *, base: str, registered_in: str) -> dict[str, str]:
    """The facts of a car as a row shows them."""
    return {
        "plate": str(facts.plate or ""),
        "chassis_number": facts.chassis_number,
        "name": facts.name,
        "vehicle_class": VEHICLE_CLASS_WORDS[facts.vehicle_class],
        "seats": str(facts.seats),
        "transmission": facts.transmission.value,
        "drive": facts.drive.value,
        "odometer_km": str(facts.odometer_km),
        "features": "、".join(FEATURE_WORDS[code] for code in facts.features),
        "base": base,
        "available_from": shown(facts.available_from),
        "registered_in": registered_in,
        "first_registered_on": shown_month(facts.first_registered_on),
        "remarks": facts.remarks,
    }


def texts_of_papers(papers: Iterable[Paper]) -> dict[str, str]:
    """Until when each kind of paper reaches, and who may drive under the insurance that reaches furthest."""
    furthest: dict[DocumentKind, Paper] = {}
    for paper in papers:
        known = furthest.get(paper.kind)
        if known is None or paper.ends_on > known.ends_on:
            furthest[paper.kind] = paper
    texts = {name: shown(furthest[kind].ends_on) if kind in furthest else "" for kind, name in PAPER_FIELDS.items()}
    insurance = furthest.get(DocumentKind.VOLUNTARY_INSURANCE)
    scope = SCOPE_WORDS[insurance.driver_scope] if insurance and insurance.driver_scope else ""
    return texts | {"driver_scope": scope}


def _present(vehicle: Vehicle) -> Present:
    texts = texts_of_facts(
        facts_of(vehicle),
        base=vehicle.base.name if vehicle.base else "",
        registered_in=vehicle.registered_in.full_name if vehicle.registered_in else "",
    )
    texts |= texts_of_papers(printed(vehicle)) | {"arrived": VEHICLE.word(vehicle.status).label}
    return Present(vehicle.id, vehicle.plate_text, texts, vehicle)


def _whole_cars() -> Any:
    return select(Vehicle).options(
        joinedload(Vehicle.base), joinedload(Vehicle.registered_in), selectinload(Vehicle.documents)
    )


class Vehicles:
    """The register of cars."""

    name, label, unit, letter, layout = "vehicles", "車両", "台", "V", LAYOUT
    refusals, constraints = REFUSALS, CONSTRAINTS
    notice = ""

    def count(self) -> int:
        """How many cars there are."""
        return db.session.scalar(select(func.count()).select_from(Vehicle)) or 0

    def records(self) -> Iterator[Present]:
        """All cars, some hundred at a time."""
        after = 0
        while found := db.session.scalars(
            _whole_cars().where(Vehicle.id > after).order_by(Vehicle.id).limit(AT_ONCE)
        ).all():
            yield from [_present(vehicle) for vehicle in found]
            after = found[-1].id

    def doubles(self, rows: Iterable[tuple[int, Cells]]) -> dict[int, dict[str, str]]:
        """A chassis number and a plate stand once in a file."""
        kept = list(rows)
        sentences: defaultdict[int, dict[str, str]] = defaultdict(dict)
        for name, label, reader in (
            ("chassis_number", "車台番号", _chassis_in),
            ("plate", "ナンバー", _plate_in),
        ):
            read = [(number, str(reader(cells.get(name, "")) or "")) for number, cells in kept]
            for number, sentence in said_twice(read, label).items():
                sentences[number][name] = sentence
        return sentences

    def bench(self, rows: Sequence[Cells], *, others: Sequence[Cells] = ()) -> "VehicleBench":
        """The cars that these rows mean, the bases, and which plates are taken."""
        return VehicleBench(rows)

    def add(self, readings: Sequence[Reading], *, by: Actor) -> list[int]:
        """Register new cars, all together."""
        return [vehicle.id for vehicle in services.register_all([reading.value for reading in readings], by=by)]

    def change(self, present: Present, reading: Reading, *, by: Actor) -> None:
        """Change the facts, and carry the papers on."""
        facts, papers = reading.value
        services.change(present.record, facts, version=present.record.version, by=by)
        for paper in papers:
            services.add_document(present.record, paper, by=by)


VEHICLES = Vehicles()


def _chassis_in(text: str) -> str | None:
    with suppress(FormatFault):
        return parse_chassis_number(text).number
    return None


def _plate_in(text: str) -> Plate | None:
    with suppress(FormatFault):
        return parse_plate(text)
    return None


class VehicleBench:
    """What the register knows about the cars of some rows."""

    def __init__(self, rows: Sequence[Cells]) -> None:
        keys = [int(cells["key"][1:]) for cells in rows if cells.get("key", "")[1:].isdigit()]
        chassis = {number for cells in rows if (number := _chassis_in(cells.get("chassis_number", "")))}
        found = db.session.scalars(
            _whole_cars().where(or_(Vehicle.id == func.any(keys), Vehicle.chassis_number == func.any(list(chassis))))
        ).unique()
        self.presents = {vehicle.id: _present(vehicle) for vehicle in found}
        self.by_chassis = {one.record.chassis_number: one for one in self.presents.values()}
        bases = queries.bases_in_use()
        plates = {plate for cells in rows if (plate := _plate_in(cells.get("plate", "")))}
        self.register = Register(
            bases=_by_name(bases),
            base_names={base.id: base.name for base in bases},
            places=alliance.area_keys_of({cells["registered_in"] for cells in rows if cells.get("registered_in")}),
            chassis_owners={number: one.id for number, one in self.by_chassis.items()},
            plate_owners=queries.plate_owners(plates) if plates else {},
            uses=services.uses_of(list(self.presents)),
            today=clock.today(),
        )
        self.place_names = alliance.names_of_keys({key for keys_ in self.register.places.values() for key in keys_})

    def by_id(self, number: int) -> Present | None:
        """The car of our number."""
        return self.presents.get(number)

    def known_as(self, cells: Cells) -> Present | None:
        """The car of a chassis number."""
        number = _chassis_in(cells.get("chassis_number", ""))
        return self.by_chassis.get(number) if number else None

    def read(self, cells: Cells, present: Present | None, edited: frozenset[str]) -> Reading:
        """The row by the rules of the form."""
        if present is None:
            registration, faults = read_new(cells, self.register)
            facts, papers = (registration.facts, registration.papers) if registration else (None, [])
            value: Any = registration
        else:
            facts, papers, faults = read_known(cells, self.register, present, edited)
            value = (facts, papers)
        if faults or facts is None:
            return Reading(None, {}, faults)
        return Reading(value, self._texts(facts, papers, cells, present))

    def _texts(self, facts: VehicleFacts, papers: list[Paper], cells: Cells, present: Present | None) -> dict[str, str]:
        vehicle: Vehicle | None = present.record if present else None
        if vehicle is not None and vehicle.base is not None and facts.base_id == vehicle.base_id:
            base = vehicle.base.name
        else:
            base = self.register.base_names.get(facts.base_id or 0, "")
        place = self.place_names.get(facts.registered_in_code or "", "")
        if vehicle is not None and vehicle.registered_in and facts.registered_in_code == vehicle.registered_in_code:
            place = vehicle.registered_in.full_name
        known = printed(vehicle) if vehicle is not None else []
        texts = texts_of_facts(facts, base=base, registered_in=place) | texts_of_papers([*known, *papers])
        return texts | {"arrived": present.texts["arrived"] if present else cells.get("arrived", "")}


def _by_name(bases: Iterable[Base]) -> dict[str, list[int]]:
    named: defaultdict[str, list[int]] = defaultdict(list)
    for base in bases:
        named[word_key(base.name)].append(base.id)
    return named
