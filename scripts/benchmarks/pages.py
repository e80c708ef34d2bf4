"""How long the main pages take on a large story, and whether their statements grow with the rows."""

import argparse
import gzip
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

sys.path.append(str(Path(__file__).resolve().parents[1]))

from _databases import learn, own_database
from _figures import middle, nearly_worst, report
from _main_pages import Cast, Page, cast, main_pages
from _site import Answer, Visitor, faults_in, furnish, site, tell
from _statements import Statement, StatementLog, large_tables, plan_of
from provision.trouble import guarded, say

from mra.core.config import Settings
from mra.core.db import db
from mra.story.flood import PASSWORD, STAFF

WARM_UPS = 3
SMALL = {"applications": 60, "vehicles": 20, "loans": None}
RUNS = "/allocation/runs"


@dataclass(frozen=True)
class Measured:
    """One page, opened many times."""

    page: Page
    answers: list[Answer]
    sql_ms: list[float]
    statements: list[Statement]

    @property
    def status(self) -> int:
        """How it answered in the end."""
        return self.answers[-1].status


def main() -> int:
    """The size of the story, one line per page, then one per query that reads a large table."""
    return guarded(_measure_all)


def _measure_all(words: list[str]) -> int:
    options = _options(words)
    load = round(os.getloadavg()[0], 2)
    settings = Settings.from_environment(os.environ)
    with (
        tempfile.TemporaryDirectory() as folder,
        own_database(settings.database_url, "small") as small_url,
    ):
        log = Path(folder) / "site.log"
        with site(settings, small_url, log) as small:
            furnish(small)
        with own_database(settings.database_url, "full", like=small_url) as full_url:
            with site(settings, small_url, log) as small:
                _tell(small, small_url, SMALL, options.seed)
                counts = {found.page.name: len(found.statements) for found in _measured(small, rounds=1)}
            full_size = {"applications": options.applications, "vehicles": options.vehicles, "loans": options.loans}
            with site(settings, full_url, log) as full:
                told = _tell(full, full_url, full_size, options.seed)
                report(**told, rounds=options.rounds, load_before=load)
                return _report(full, options.rounds, counts, log)


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench pages")
    parser.add_argument("--applications", type=int, default=6_000)
    parser.add_argument("--vehicles", type=int, default=1_000)
    parser.add_argument("--loans", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=30, help="how often each page is timed, after 3 warm-ups")
    parser.add_argument("--seed", type=int, default=2025)
    return parser.parse_args(words)


def _tell(app: Flask, database_url: str, size: dict[str, int | None], seed: int) -> dict[str, int]:
    told = tell(app, **size, seed=seed)  # type: ignore[arg-type]
    learn(database_url)
    return told


def _report(app: Flask, rounds: int, small_counts: dict[str, int], log: Path) -> int:
    """The figures of all pages; the status is not zero if one of them could not be opened."""
    measured = []
    for found in _measured(app, rounds):
        measured.append(found)
        report(**_line(found, small_counts[found.page.name]))
    _report_plans(app, measured)
    failed = [found.page.path for found in measured if found.status != 200]
    if failed:
        say(f"Not measured, since they did not open: {', '.join(failed)}")
        say("\n".join(faults_in(log)))
    return int(bool(failed))


def _line(found: Measured, sql_small: int) -> dict[str, object]:
    times = [answer.milliseconds for answer in found.answers]
    sql = len(found.statements)
    return {
        "page": found.page.name,
        "status": found.status,
        "median_ms": middle(times),
        "p95_ms": nearly_worst(times),
        "sql": sql,
        "sql_small": sql_small,
        "constant": sql == sql_small,
        "cpu_ms": middle([answer.processor_ms for answer in found.answers]),
        "sql_ms": middle(found.sql_ms),
        "gzip_bytes": len(gzip.compress(found.answers[-1].body, 6)),
    }


def _measured(app: Flask, rounds: int) -> Iterator[Measured]:
    """Every main page in turn, warmed up and then timed."""
    visitors: dict[str | None, Visitor] = {None: Visitor(app)}
    visitors |= {email: Visitor(app).sign_in(email, PASSWORD) for email, _name, _role in STAFF}
    who = cast(app)
    with app.app_context():
        log = StatementLog(db.engine)
    for page in main_pages(who, _run(visitors["coordinator@example.jp"], who)):
        yield _measure(page, visitors[page.reader], log, rounds)


def _run(coordinator: Visitor, who: Cast) -> str:
    """Propose once, for all bases; where the proposal can be read."""
    try:
        return coordinator.post(RUNS, {"base": who.base_ids}, form_at="/allocation")
    except RuntimeError as fault:
        say(str(fault))
        return f"{RUNS}/1"


def _measure(page: Page, visitor: Visitor, log: StatementLog, rounds: int) -> Measured:
    if page.search:
        visitor.post("/applications/search", {"q": page.search}, form_at="/applications")
    for _round in range(WARM_UPS):
        visitor.open(page.path)
    answers, sql_ms = [], []
    for _round in range(rounds):
        log.clear()
        answers.append(visitor.open(page.path))
        sql_ms.append(log.milliseconds())
    return Measured(page, answers, sql_ms, list(log.statements))


def _report_plans(app: Flask, measured: list[Measured]) -> None:
    """For each SELECT that reaches a large table: whether it reads it from end to end, and by which indexes it goes."""
    with app.app_context():
        large = large_tables(db.engine)
        for found in measured:
            for place, statement in enumerate(found.statements, 1):
                if statement.words.startswith(("SELECT", "WITH")):
                    _report_plan(f"{found.page.name} {place}", statement, large)


def _report_plan(name: str, statement: Statement, large: frozenset[str]) -> None:
    plan = plan_of(db.engine, statement, large)
    if not any(table in statement.words for table in large):
        return
    figures = {
        "query": f"{name}: {statement.table}",
        "ms": plan.milliseconds,
        "seq_scan_tables": plan.seq_scan_tables,
        "indexes": plan.indexes,
    }
    if plan.seq_scan_tables:
        figures |= {"rows_kept": plan.rows_kept, "statement": statement.words[-400:]}
    report(**figures)


if __name__ == "__main__":
    sys.exit(main())
