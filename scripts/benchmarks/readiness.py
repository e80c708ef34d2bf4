"""How long it takes to tell what could be brought to one municipality, and to all of them."""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from flask import Flask

sys.path.append(str(Path(__file__).resolve().parents[1]))

from _alliance import gather
from _databases import learn, own_database
from _figures import middle, nearly_worst, report
from _site import furnish, site
from _statements import StatementLog, large_tables, plan_of
from provision.trouble import guarded

from mra.alliance.models import Municipality
from mra.core.config import Settings
from mra.core.db import db
from mra.supply.queries import readiness_everywhere, readiness_of
from mra.supply.rules.readiness import amounts, lines_of

WARM_UPS = 3


def main() -> int:
    """The size of the alliance; one place, all places; whether they agree; how the database finds what it needs."""
    return guarded(_measure_all)


def _measure_all(words: list[str]) -> int:
    options = _options(words)
    settings = Settings.from_environment(os.environ)
    with (
        tempfile.TemporaryDirectory() as folder,
        own_database(settings.database_url, "readiness") as url,
        site(settings, url, Path(folder) / "site.log") as app,
    ):
        furnish(app)
        with app.app_context():
            sizes = gather(
                members=options.members,
                pledges_each=options.pledges,
                leases=options.leases,
                cars=options.cars,
                seed=options.seed,
            )
        learn(url)
        report(**sizes, rounds=options.rounds, load_before=round(os.getloadavg()[0], 2))
        return _report(app, options)


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench readiness")
    parser.add_argument("--members", type=int, default=1_000)
    parser.add_argument("--pledges", type=int, default=10, help="per member")
    parser.add_argument("--leases", type=int, default=300)
    parser.add_argument("--cars", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=50, help="how many municipalities are asked for, one by one")
    parser.add_argument("--seed", type=int, default=2026)
    return parser.parse_args(words)


def _report(app: Flask, options: argparse.Namespace) -> int:
    with app.app_context():
        log = StatementLog(db.engine)
        codes = list(db.session.scalars(db.select(Municipality.code).order_by(Municipality.code)))
        asked = random.Random(options.seed).sample(codes, min(options.rounds, len(codes)))
        one = _timed(log, [lambda code=code: lines_of(readiness_of(_town(code)).parts) for code in asked])
        report(municipalities=1, **one)
        everything = _timed(log, [readiness_everywhere] * max(5, options.rounds // 5))
        report(municipalities=len(codes), **everything)
        differing = _differing(asked)
        report(compared=len(asked), differing=len(differing))
        _report_plans(log, asked[0])
        return int(bool(differing))


def _town(code: str) -> Municipality:
    return db.session.get_one(Municipality, code)


def _timed(log: StatementLog, questions: Sequence[Callable[[], object]]) -> dict[str, object]:
    """Each question in a session of its own, as a request asks it; the first few only warm up."""
    times, processor, counts = [], [], set()
    for place, question in enumerate([*questions[:WARM_UPS], *questions]):
        log.clear()
        began, used = time.perf_counter(), time.thread_time()
        question()
        if place >= WARM_UPS:
            times.append((time.perf_counter() - began) * 1000)
            processor.append((time.thread_time() - used) * 1000)
            counts.add(len(log.statements))
        db.session.remove()
    figures = {"ms": middle(times), "p95_ms": nearly_worst(times), "cpu_ms": middle(processor)}
    return figures | {"sql": max(counts), "constant": len(counts) == 1}


def _differing(codes: Sequence[str]) -> list[str]:
    """For which places the answer for one is not that of the answer for all."""
    country = readiness_everywhere()
    return [
        code
        for code in codes
        if country.amounts[code]
        != amounts([part for part in readiness_of(_town(code)).parts if part.item.vehicle_class])
    ]


def _report_plans(log: StatementLog, code: str) -> None:
    """By which indexes the database finds what counts at one place."""
    large = large_tables(db.engine)
    log.clear()
    readiness_of(_town(code))
    for statement in list(log.statements):
        plan = plan_of(db.engine, statement, large)
        report(query=statement.table, ms=plan.milliseconds, seq_scan_tables=plan.seq_scan_tables, indexes=plan.indexes)


if __name__ == "__main__":
    sys.exit(main())
