"""The benchmark of the fleet brings in a believable fleet, and its pages open or are named."""

from _fleet import lend, spreadsheet
from flask import Flask
from fleet import PAGES, _import
from sqlalchemy import func, select

from mra.core.db import db
from mra.exchange.rules import ImportStatus
from mra.loans.models import Loan
from mra.story import flood
from mra.vehicles.models import Vehicle
from mra.vehicles.rules import VehicleStatus
from tests.conftest import CheckingClient


def test_a_small_fleet_comes_in_is_lent_and_its_pages_open(app: Flask, client: CheckingClient) -> None:
    flood.tell(applications=20, vehicles=5, loans=None, seed=2026)
    db.session.commit()
    figures = _import(app, spreadsheet(20))
    assert (figures["status"], figures["new"], figures["rows"]) == (ImportStatus.STORED.value, 20, 20)
    ready = (
        select(func.count())
        .select_from(Vehicle)
        .where(Vehicle.chassis_number.like("BENCH%"), Vehicle.status == VehicleStatus.READY)
    )
    assert db.session.scalar(ready) == 20
    assert lend(3) == 60
    assert db.session.scalar(select(func.count()).select_from(Loan)) >= 60
    client.post("/sign-in", data={"email": "coordinator@example.jp", "password": flood.PASSWORD})
    vehicle_id = db.session.scalars(select(Vehicle.id).where(Vehicle.chassis_number.like("BENCH%"))).first()
    opened = {name: client.get(path.format(vehicle_id=vehicle_id)).status_code for name, path in PAGES.items()}
    assert set(opened.values()) <= {200, 404}
    assert opened["one car"] == 200
