"""A table confirmed by two people at once, and how often the database is asked."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from mra.core.actor import SYSTEM
from mra.core.db import db
from mra.exchange import services
from mra.exchange.models import TableImport
from mra.exchange.rules import AT_ONCE_ROWS, ImportStatus, Outcome
from mra.exchange.tables.vehicles import VEHICLES
from mra.vehicles.models import Vehicle
from mra.vehicles.rules import VehicleStatus
from tests import factories
from tests.statements import statements

from .sheets import csv_bytes, other, row
from .trips import confirmed, handed_in, outcomes

pytestmark = pytest.mark.usefixtures("story_time")


def test_two_people_confirm_a_table_and_every_car_is_stored_once(app: Flask, committed: None) -> None:
    import_id = handed_in(VEHICLES, csv_bytes(row(), other(2), other(3))).id
    db.session.commit()
    start = threading.Barrier(2, timeout=10)

    def confirm(_number: int) -> int:
        with app.app_context():
            table_import = db.session.get_one(TableImport, import_id)
            start.wait()
            services.confirm(table_import, by=SYSTEM)
            db.session.commit()
            return table_import.stored_new

    with ThreadPoolExecutor(2) as both:
        assert list(both.map(confirm, range(2))) == [3, 3]
    assert db.session.scalar(select(func.count()).select_from(Vehicle)) == 3


def test_a_car_registered_at_the_same_moment_is_told_and_nothing_is_half_done(app: Flask, committed: None) -> None:
    """Two files with one chassis number: one of them is sent back as a whole."""
    files = [csv_bytes(row(), other(number)) for number in (2, 3)]
    ids = [handed_in(VEHICLES, content).id for content in files]
    db.session.commit()
    start = threading.Barrier(2, timeout=10)

    def confirm(import_id: int) -> str:
        with app.app_context():
            table_import = db.session.get_one(TableImport, import_id)
            start.wait()
            services.confirm(table_import, by=SYSTEM)
            db.session.commit()
            return table_import.status.value

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(confirm, ids)) == ["checked", "stored"]
    assert db.session.scalar(select(func.count()).select_from(Vehicle)) == 2


@pytest.mark.usefixtures("session")
def test_an_import_keeps_every_character_of_a_name() -> None:
    confirmed(handed_in(VEHICLES, csv_bytes(row(車名="髙﨑①㈱号"), encoding="cp932")))
    assert db.session.scalars(select(Vehicle.name)).one() == "髙﨑①㈱号"


@pytest.mark.usefixtures("session")
def test_a_long_table_is_stored_in_as_many_statements_as_a_short_one() -> None:
    base = factories.base(factories.activation()).name
    here = {"拠点": base, "到着状況": "到着済"}

    def stored(numbers: range) -> int:
        made = handed_in(VEHICLES, csv_bytes(*(other(number, **here) for number in numbers)))
        assert outcomes(made) == [Outcome.NEW] * len(numbers)
        with statements() as seen:
            assert confirmed(made).stored_new == len(numbers)
        return len(seen)

    assert stored(range(2, 4)) == stored(range(4, 14))
    assert set(db.session.scalars(select(Vehicle.status))) == {VehicleStatus.READY}


@pytest.mark.usefixtures("session")
def test_a_table_that_takes_too_long_is_sent_back_and_nothing_is_stored(app: Flask) -> None:
    """A job that outlives its time would be given to another worker."""
    made = handed_in(VEHICLES, csv_bytes(row(), other(2)))
    settings = app.extensions["mra"]
    app.extensions["mra"] = replace(settings, job_seconds=0)
    try:
        assert confirmed(made).status is ImportStatus.CHECKED
    finally:
        app.extensions["mra"] = settings
    assert "まだ何も登録していません" in made.sentence
    assert VEHICLES.count() == 0
    assert confirmed(made).stored_new == 2


def test_a_long_table_that_two_workers_take_is_stored_once(app: Flask, committed: None) -> None:
    made = handed_in(VEHICLES, csv_bytes(*(other(number) for number in range(1000, 1000 + AT_ONCE_ROWS + 1))))
    services.confirm(made, by=SYSTEM)
    import_id, staff_id = made.id, made.staff_id
    assert made.status is ImportStatus.CONFIRMED
    db.session.commit()
    start = threading.Barrier(2, timeout=10)

    def store(_number: int) -> None:
        with app.app_context():
            start.wait()
            services.store(import_id, staff_id)
            db.session.commit()

    with ThreadPoolExecutor(2) as both:
        list(both.map(store, range(2)))
    assert VEHICLES.count() == AT_ONCE_ROWS + 1
