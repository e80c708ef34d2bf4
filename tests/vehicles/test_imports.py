"""A spreadsheet confirmed by two people at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from mra.core.actor import SYSTEM
from mra.core.db import db
from mra.vehicles import services
from mra.vehicles.models import Vehicle, VehicleImport
from mra.vehicles.rules import VehicleStatus
from mra.vehicles.spreadsheets.files import read_file
from tests import factories
from tests.statements import statements

from .spreadsheets.sheets import csv_bytes, other, row

pytestmark = pytest.mark.usefixtures("story_time")


def test_two_people_confirm_a_spreadsheet_and_every_car_is_stored_once(app: Flask, committed: None) -> None:
    table = read_file(csv_bytes(row(), other(2), other(3)))
    made = services.read_import(table, file_name="車両.csv", staff_id=factories.staff_member().id)
    db.session.commit()
    import_id = made.id
    start = threading.Barrier(2, timeout=10)

    def confirm(_number: int) -> int:
        with app.app_context():
            vehicle_import = db.session.get_one(VehicleImport, import_id)
            start.wait()
            outcome = services.confirm_import(vehicle_import, by=SYSTEM)
            db.session.commit()
            return outcome.registered

    with ThreadPoolExecutor(2) as both:
        assert list(both.map(confirm, range(2))) == [3, 3]
    assert db.session.scalar(select(func.count()).select_from(Vehicle)) == 3


@pytest.mark.usefixtures("session")
def test_an_import_keeps_every_character_of_a_name() -> None:
    table = read_file(csv_bytes(row(車名="髙﨑①㈱号"), encoding="cp932"))
    made = services.read_import(table, file_name="車両.csv", staff_id=factories.staff_member().id)
    services.confirm_import(made, by=SYSTEM)
    assert db.session.scalars(select(Vehicle.name)).one() == "髙﨑①㈱号"


@pytest.mark.usefixtures("session")
def test_a_long_spreadsheet_is_confirmed_in_as_many_statements_as_a_short_one() -> None:
    staff_id, base = factories.staff_member().id, factories.base(factories.activation()).name
    here = {"拠点": base, "到着状況": "到着済"}

    def confirm(numbers: range) -> int:
        table = read_file(csv_bytes(*(other(number, **here) for number in numbers)))
        made = services.read_import(table, file_name="車両.csv", staff_id=staff_id)
        with statements() as seen:
            assert services.confirm_import(made, by=SYSTEM).registered == len(numbers)
            db.session.flush()
        return len(seen)

    assert confirm(range(2, 4)) == confirm(range(4, 14))
    assert set(db.session.scalars(select(Vehicle.status))) == {VehicleStatus.READY}
