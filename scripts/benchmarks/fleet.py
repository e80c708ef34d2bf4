"""How long a large fleet takes to come in from a spreadsheet and to go out again, and its pages on many loans."""

import argparse
import gzip
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

sys.path.append(str(Path(__file__).resolve().parents[1]))

from _databases import learn, own_database
from _figures import middle, nearly_worst, report
from _fleet import lend, spreadsheet
from _site import Visitor, furnish, site, tell
from _statements import StatementLog
from provision.trouble import guarded, say

from mra.accounts.models import Staff
from mra.core.access import Role
from mra.core.config import Settings
from mra.core.db import db
from mra.core.spreadsheets.writing import csv_lines, write_workbook
from mra.exchange import services
from mra.exchange.models import TableImport
from mra.exchange.rules import ImportStatus
from mra.exchange.tables.vehicles import VEHICLES
from mra.story.flood import PASSWORD
from mra.vehicles.models import Vehicle

WARM_UPS = 3
COORDINATOR = "coordinator@example.jp"
# Pages of the fleet; one that this house does not have (yet) is named and passed over.
PAGES = {
    "fleet": "/vehicles",
    "expiry list": "/vehicles/documents",
    "one car": "/vehicles/{vehicle_id}",
    "life of a car": "/vehicles/{vehicle_id}/life",
}
KIB_PER_MIB = 1024


def main() -> int:
    """Import, export, the same table read in again, then the pages: one line each."""
    return guarded(_measure_all)


def _measure_all(words: list[str]) -> int:
    options = _options(words)
    settings = Settings.from_environment(os.environ)
    with (
        tempfile.TemporaryDirectory() as folder,
        own_database(settings.database_url, "fleet") as url,
    ):
        log, exported = Path(folder) / "site.log", Path(folder) / "fleet.xlsx"
        with site(settings, url, log) as app:
            furnish(app)
            tell(app, applications=20, vehicles=5, loans=None, seed=options.seed)
            with app.app_context():
                content = spreadsheet(options.cars)
        report(cars=options.cars, xlsx_bytes=len(content), load_before=round(os.getloadavg()[0], 2))
        for name, run in (
            ("import from xlsx", lambda app: _import(app, content)),
            ("export as xlsx", lambda app: _export(app, exported)),
            ("export as csv", _export_csv),
            ("import of the export, nothing edited", lambda app: _import(app, exported.read_bytes())),
        ):
            report(step=name, **_alone(settings, url, log, run))
        with site(settings, url, log) as app:
            with app.app_context():
                report(cars=options.cars, loans=lend(options.loans_each))
            learn(url)
            return _report_pages(app, options.rounds)


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench fleet")
    parser.add_argument("--cars", type=int, default=10_000)
    parser.add_argument("--loans-each", type=int, default=5, help="how often every car has been out")
    parser.add_argument("--rounds", type=int, default=30, help="how often each page is timed, after 3 warm-ups")
    parser.add_argument("--seed", type=int, default=2026)
    return parser.parse_args(words)


def _alone(settings: Settings, url: str, log: Path, run: Callable[[Flask], dict[str, Any]]) -> dict[str, Any]:
    """Run a step in a process of its own, so that its peak of memory is its own too."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with site(settings, url, log) as app, app.app_context():
                before = _peak_mib()
                began, used = time.perf_counter(), time.process_time()
                figures = run(app)
                seconds = round(time.perf_counter() - began, 2)
                cpu_seconds = round(time.process_time() - used, 2)
                told = {
                    "seconds": seconds,
                    "cpu_seconds": cpu_seconds,
                    **figures,
                    "peak_mib": _peak_mib(),
                    "mib_before": before,
                }
            os.write(writer, json.dumps(told).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader) as answer:
        figures = json.loads(answer.read() or "{}")
    os.waitpid(child, 0)
    return figures or {"failed": True}


def _peak_mib() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MIB, 1)


def _import(_app: Flask, content: bytes) -> dict[str, Any]:
    """As the jobs do it: the file is taken in, read and checked slice by slice, stored in one transaction."""
    person = db.session.scalars(select(Staff).where(Staff.role == Role.COORDINATOR)).first()
    assert person is not None
    made = services.hand_in(VEHICLES, content, file_name="fleet.xlsx", staff_id=person.id, by=person.actor)
    db.session.commit()
    with _watch() as checking:
        progress = list(_check(made))
    figures: dict[str, Any] = {"check_seconds": checking(), "told_progress": len(progress), "rows": made.row_count}
    with _watch() as storing:
        if made.status is ImportStatus.CHECKED and _has_good(made):
            services.confirm(made, by=person.actor)
            db.session.commit()
            services.store(made.id, person.id)
            db.session.commit()
    return figures | {
        "store_seconds": storing(),
        "new": made.stored_new,
        "changed": made.stored_changed,
        "status": made.status.value,
    }


def _check(made: TableImport) -> Iterator[int]:
    """Slice by slice; what the page would show after each."""
    number = 0
    while made.status is ImportStatus.HANDED_IN:
        services.check_slice(made.id, number)
        db.session.commit()
        number += 1
        yield made.checked_rows


def _has_good(made: TableImport) -> bool:
    return bool(services.count_good(made.id))


@contextmanager
def _watch() -> Iterator[Callable[[], float]]:
    began = time.perf_counter()
    ended: list[float] = []
    yield lambda: round(ended[0] - began, 2)
    ended.append(time.perf_counter())


def _export(_app: Flask, path: Path) -> dict[str, Any]:
    stream = BytesIO()
    write_workbook(stream, VEHICLES.label, VEHICLES.layout, services.export_rows(VEHICLES))
    path.write_bytes(stream.getvalue())
    return {"bytes": len(stream.getvalue())}


def _export_csv(_app: Flask) -> dict[str, Any]:
    return {"bytes": sum(len(text.encode()) for text in csv_lines(services.export_rows(VEHICLES)))}


def _report_pages(app: Flask, rounds: int) -> int:
    """The pages that open; the status is not zero if one of them fails otherwise than by not being there."""
    visitor = Visitor(app).sign_in(COORDINATOR, PASSWORD)
    with app.app_context():
        log = StatementLog(db.engine)
        vehicle_id = db.session.scalars(select(Vehicle.id).where(Vehicle.chassis_number.like("BENCH%"))).first()
    failed = 0
    for name, path in PAGES.items():
        status, figures = _timed(visitor, log, path.format(vehicle_id=vehicle_id), rounds)
        if status == 404:
            say(f"Passed over, since there is no such page: {name} ({path})")
            continue
        report(page=name, status=status, **figures)
        failed += status != 200
    return int(bool(failed))


def _timed(visitor: Visitor, log: StatementLog, path: str, rounds: int) -> tuple[int, dict[str, Any]]:
    answers, counts = [], set()
    for place in range(WARM_UPS + rounds):
        log.clear()
        answer = visitor.open(path)
        if answer.status != 200:
            return answer.status, {}
        if place >= WARM_UPS:
            answers.append(answer)
            counts.add(len(log.statements))
    times = [answer.milliseconds for answer in answers]
    return 200, {
        "ms": middle(times),
        "p95_ms": nearly_worst(times),
        "cpu_ms": middle([answer.processor_ms for answer in answers]),
        "sql": max(counts),
        "gzip_bytes": len(gzip.compress(answers[-1].body, 6)),
    }


if __name__ == "__main__":
    sys.exit(main())
