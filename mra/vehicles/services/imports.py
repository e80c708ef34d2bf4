"""Spreadsheets of cars: read and checked first, stored only when a person confirms the good rows."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from mra.alliance import queries as alliance
from mra.core import clock
from mra.core.actor import Actor
from mra.core.db import db
from mra.core.errors import Refused
from mra.vehicles import queries
from mra.vehicles.models import VehicleImport
from mra.vehicles.spreadsheets.checking import Register, Report, check, identities
from mra.vehicles.spreadsheets.table import SheetRow, SheetTable
from mra.vehicles.words import key

from .fleet import register_all


@dataclass(frozen=True)
class Confirmation:
    """What became of a confirmation: how many cars are in the register now, or how many rows are no longer good."""

    registered: int
    no_longer_good: int = 0


def read_import(table: SheetTable, *, file_name: str, staff_id: int) -> VehicleImport:
    """Check every row of a spreadsheet and keep the report; no car is stored."""
    report = check(table, _register_now(table.rows), today=clock.today())
    made = VehicleImport(
        file_name=file_name[:200],
        row_count=report.row_count,
        places=table.positions,
        staff_id=staff_id,
        created_at=clock.now(),
    )
    _keep(made, report)
    db.session.add(made)
    db.session.flush()
    return made


def confirm_import(vehicle_import: VehicleImport, *, by: Actor) -> Confirmation:
    """Register the good rows, all of them in this transaction; a second confirmation changes nothing.

    They are checked once more. If meanwhile a car was registered or a base closed, nothing is stored: the report is
    brought up to date and the person decides again.
    """
    db.session.refresh(vehicle_import, with_for_update=True)
    if vehicle_import.confirmed_at is not None:
        return Confirmation(len(vehicle_import.good_rows))
    if not vehicle_import.good_rows:
        raise Refused("import_has_no_good_row")
    table = _table_of(vehicle_import)
    report = check(table, _register_now(table.rows), today=clock.today())
    if report.faults:
        lost = len(vehicle_import.good_rows) - len(report.good)
        earlier = list(vehicle_import.faults)
        _keep(vehicle_import, report)
        vehicle_import.faults = earlier + vehicle_import.faults
        return Confirmation(0, lost)
    register_all([row.registration for row in report.good], by=by)
    vehicle_import.confirmed_at = clock.now()
    return Confirmation(len(report.good))


def _keep(vehicle_import: VehicleImport, report: Report) -> None:
    vehicle_import.good_rows = [{"row": good.row.number, "cells": good.row.cells} for good in report.good]
    vehicle_import.faults = [asdict(fault) for fault in report.faults]


def _table_of(vehicle_import: VehicleImport) -> SheetTable:
    rows = [SheetRow(kept["row"], kept["cells"]) for kept in vehicle_import.good_rows]
    return SheetTable(vehicle_import.places, rows)


def _register_now(rows: Sequence[SheetRow]) -> Register:
    """What the register knows of the bases, chassis numbers, plates and places of these rows, in four statements."""
    chassis, plates = identities(rows)
    bases: defaultdict[str, list[int]] = defaultdict(list)
    for base in queries.bases_in_use():
        bases[key(base.name)].append(base.id)
    return Register(
        bases,
        frozenset(queries.taken_chassis_numbers(chassis.values())),
        frozenset(queries.taken_plates(plates.values())),
        alliance.area_keys_of({row.cells.get("registered_in", "").strip() for row in rows} - {""}),
    )
