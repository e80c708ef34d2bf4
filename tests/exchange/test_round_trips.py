"""Whatever stands in a register, a table that nobody edited changes nothing, in every format."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mra.alliance.rules.agreements import AgreementLevel, AgreementTrigger
from mra.alliance.rules.pledges import UNITS, SupplyKind
from mra.core.db import db
from mra.core.spreadsheets.files import read_file
from mra.core.spreadsheets.layout import KEY, VERSION
from mra.core.text import keep_name
from mra.core.vehicle_classes import FEATURE_WORDS, VehicleClass
from mra.exchange.comparing import merge, version_of
from mra.exchange.rules import FileFormat, Outcome
from mra.exchange.tables import TABLES, Table
from mra.exchange.tables.agreements import AGREEMENTS
from mra.exchange.tables.donations import DONATIONS
from mra.exchange.tables.members import MEMBERS
from mra.exchange.tables.pledges import PLEDGES
from mra.exchange.tables.vehicles import VEHICLES
from tests import factories
from tests.donations import world

from .trips import came_back, file_of, outcomes

pytestmark = pytest.mark.usefixtures("session", "story_time")
FORMATS = st.sampled_from(list(FileFormat))
# Japanese and foreign letters, signs that formulas and CSV are made of, what CP932 lacks or confuses.
SIGNS = st.text(st.sampled_from("あア漢髙﨑𠮷①㈱aZ09 　-=+@'\"、,;〓〜～−－—¥\\|é😀〃々同上計※"), max_size=12).map(
    keep_name
)
NAMES = SIGNS.filter(bool)
DAYS = st.dates(date(2020, 1, 1), date(2029, 12, 31))
FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def unchanged(table: Table, file_format: FileFormat) -> bool:
    db.session.flush()
    found = outcomes(came_back(table, file_format=file_format))
    return len(found) == table.count() and set(found) == {Outcome.UNCHANGED}


@FEW
@given(
    FORMATS,
    NAMES,
    SIGNS,
    st.sampled_from(list(VehicleClass)),
    DAYS,
    st.integers(0, 2_000_000),
    st.sets(st.sampled_from(sorted(set(FEATURE_WORDS) - {"awd"}))),
)
def test_cars(
    file_format: FileFormat, name: str, remarks: str, kind: VehicleClass, day: date, km: int, features: set[str]
) -> None:
    factories.vehicle(
        name=name,
        remarks=remarks,
        vehicle_class=kind,
        available_from=day,
        odometer_km=km,
        features=sorted(features),
        lawful_until=day + timedelta(days=400),
        first_registered_on=day.replace(day=1),
    )
    assert unchanged(VEHICLES, file_format)


@FEW
@given(FORMATS, NAMES, SIGNS, SIGNS, DAYS, NAMES)
def test_members(file_format: FileFormat, name: str, address: str, remarks: str, day: date, person: str) -> None:
    made = factories.member(f"{name}{MEMBERS.count()}", with_contact=False)
    made.address, made.remarks, made.joined_on = address, f"{remarks}\n{remarks}".strip(), day
    factories.contact(made, name=person, department=remarks)
    assert unchanged(MEMBERS, file_format)


@FEW
@given(FORMATS, st.sampled_from(list(SupplyKind)), st.integers(1, 10**11), SIGNS, SIGNS, DAYS)
def test_pledges(
    file_format: FileFormat, kind: SupplyKind, quantity: int, detail: str, conditions: str, day: date
) -> None:
    factories.pledge(
        factories.member(),
        kind=kind,
        unit=UNITS[kind][-1],
        quantity=quantity,
        specification={"detail": detail} if detail else {},
        conditions=conditions,
        valid_from=day,
        valid_until=day,
        area=["43", "44"],
    )
    assert unchanged(PLEDGES, file_format)


@FEW
@given(FORMATS, NAMES, st.sampled_from(list(AgreementLevel)), st.sampled_from(list(AgreementTrigger)), SIGNS, DAYS)
def test_agreements(
    file_format: FileFormat, name: str, level: AgreementLevel, trigger: AgreementTrigger, text: str, day: date
) -> None:
    factories.agreement(
        name=name, level=level, trigger=trigger, place_duty=text, cost_clause=f"{text}\n二行目", review_on=day
    )
    assert unchanged(AGREEMENTS, file_format)


@FEW
@given(FORMATS, NAMES, SIGNS, SIGNS)
def test_donations(file_format: FileFormat, name: str, colour: str, damage: str) -> None:
    world.donation(world.car(colour=colour, damage=damage), family_name=name)
    assert unchanged(DONATIONS, file_format)


@pytest.mark.parametrize("kind", sorted(TABLES))
@given(st.data())
def test_a_cell_is_an_edit_exactly_when_its_text_differs(kind: str, data: st.DataObject) -> None:
    table = TABLES[kind]
    column = data.draw(st.sampled_from([one for one in table.layout.own if one.holds == "text"]))
    now = {one.name: data.draw(SIGNS) for one in table.layout.own}
    typed = now | {column.name: data.draw(SIGNS)}
    merged = merge(table.layout, "X1", now, typed, version_of("X1", table.layout, now))
    assert merged.edited <= {column.name}
    assert not merged.collisions
    if merged.edited:
        assert typed[column.name] != now[column.name]


@pytest.mark.parametrize("file_format", list(FileFormat))
@given(st.lists(SIGNS, min_size=3, max_size=3))
def test_texts_come_back_from_a_file_as_they_went(file_format: FileFormat, texts: list[str]) -> None:
    names = ["名称", "備考", "住所"]
    line = dict(zip(names, texts, strict=True)) | {"MRA番号": "M1", "加盟日": "2026/1/1"}
    row = read_file(file_of(MEMBERS, [line], file_format), MEMBERS.layout).rows[0]
    by_heading = {MEMBERS.layout.by_name[name].heading: text for name, text in row.cells.items()}
    assert by_heading["MRA番号"] == "M1"
    if file_format is not FileFormat.CP932:
        assert [by_heading[name] for name in names] == texts
    assert row.cells[KEY] == "M1"
    assert row.cells[VERSION] == ""
