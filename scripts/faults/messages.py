"""Thousands of promised SMS while web, workers, scheduler and Redis die at random: each is sent once, or somebody knows."""

import argparse
import json
import os
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from flask_migrate import upgrade

sys.path += [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "benchmarks")]

from _databases import own_database
from _house import WOUNDS, House
from _judge import Verdict, judge
from _office import ROLLED_BACK
from _settling import Patience
from _support import SLUG, open_support
from _visitors import Visitors
from provision.paths import var_folder
from provision.trouble import Trouble, guarded, say

from mra.core.config import Settings
from mra.core.db import db
from mra.web.app import create_app

TICK_SECONDS = 0.1


@dataclass(frozen=True)
class Plan:
    """How much, how long, how often something dies."""

    messages: int
    seconds: float
    seed: int
    visits_per_second: float
    seconds_between_wounds: float
    settling_seconds: float
    pace: float


def main() -> int:
    """The counts as one JSON object, a summary for people; not zero if anything was lost, doubled or not explained."""
    return guarded(_prove)


def _prove(words: list[str]) -> int:
    plan, began = _plan(words), time.monotonic()
    with tempfile.TemporaryDirectory(dir=var_folder()) as folder, _application(plan) as (app, url):
        house = House(Path(folder), url, Random(plan.seed))
        try:
            with app.app_context():
                activation_id = open_support()
                db.session.commit()
            visitors = _live_and_die(house, plan, activation_id, Path(folder))
            is_settled = Patience(app, house).wait(plan.settling_seconds)
            ledger = _ledger(house)
            with app.app_context():
                verdict = judge(ledger["taken"], _rolled_back(Path(folder)))
        except BaseException:
            _show_logs(house)
            raise
        finally:
            house.close()
    figures = _figures(plan, house, verdict, ledger, visitors, time.monotonic() - began)
    print(json.dumps(figures), flush=True)
    return _sum_up(figures, verdict, house, is_settled, ledger)


def _plan(words: list[str]) -> Plan:
    parser = argparse.ArgumentParser(prog="scripts/chaos messages")
    parser.add_argument("--messages", type=int, help="how many the office promises at least (default: 5000)")
    parser.add_argument("--seconds", type=float, help="for how long things die (default: 180)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of everything that is drawn")
    parser.add_argument("--short", action="store_true", help="a few hundred messages in a few seconds")
    given = parser.parse_args(words)
    usual = (250, 7.0) if given.short else (5000, 180.0)
    return Plan(
        messages=given.messages or usual[0],
        seconds=given.seconds or usual[1],
        seed=given.seed,
        visits_per_second=4 if given.short else 2,
        seconds_between_wounds=0.6 if given.short else 4,
        settling_seconds=60 if given.short else 420,
        pace=0.2 if given.short else 1.0,
    )


@contextmanager
def _application(plan: Plan) -> Iterator[tuple[Flask, str]]:
    """The application in this process, only for looking, on a database of its own."""
    settings = Settings.from_environment(os.environ)
    with own_database(settings.database_url, f"chaos_{plan.seed}") as url:
        app = create_app(Settings.from_environment(os.environ | {"DATABASE_URL": url}))
        with app.app_context():
            upgrade()
        yield app, url
        with app.app_context():
            db.engine.dispose()


def _live_and_die(house: House, plan: Plan, activation_id: int, folder: Path) -> Visitors:
    """The house works while it is hurt; at the end it is whole again."""
    house.open(plan.seed, plan.pace)
    office = [str(Path(__file__).parent / "_office.py"), str(activation_id), str(plan.messages)]
    house.run("office", [sys.executable, *office, str(plan.seconds * 0.9), str(folder)])
    visitors = Visitors(house.port, SLUG, plan.visits_per_second)
    visitors.begin()
    _hurt_again_and_again(house, plan)
    visitors.end()
    _wait_for_the_office(house, plan.settling_seconds)
    return visitors


def _hurt_again_and_again(house: House, plan: Plan) -> None:
    """Every wound once, in random order, and then any, for as long as the plan says."""
    to_come = list(WOUNDS)
    house.random.shuffle(to_come)
    ends_at, next_at = time.monotonic() + plan.seconds, time.monotonic()
    while time.monotonic() < ends_at:
        house.mend()
        if time.monotonic() >= next_at:
            house.hurt(to_come.pop() if to_come else house.random.choice(list(WOUNDS)))
            next_at = time.monotonic() + house.random.uniform(0.4, 1.6) * plan.seconds_between_wounds
        time.sleep(TICK_SECONDS)


def _wait_for_the_office(house: House, seconds: float) -> None:
    """Until everything is promised that was to be."""
    ends_at = time.monotonic() + seconds
    while house.family.members["office"].poll() != 0:
        if time.monotonic() >= ends_at:
            raise Trouble("The office has not promised everything in time.")
        house.mend()
        time.sleep(TICK_SECONDS)
    house.dismiss("office")


def _ledger(house: House) -> dict[str, Any]:
    with urllib.request.urlopen(f"{house.provider}/ledger", timeout=60) as answer:  # noqa: S310 - our own loopback address
        ledger: dict[str, Any] = json.loads(answer.read())
    return ledger


def _rolled_back(folder: Path) -> set[int]:
    notes = folder / ROLLED_BACK
    return {int(line) for line in notes.read_text().split()} if notes.exists() else set()


def _show_logs(house: House) -> None:
    for log in sorted(house.family.logs.glob("*.log")):
        say(f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}")


def _figures(
    plan: Plan, house: House, verdict: Verdict, ledger: dict[str, Any], visitors: Visitors, seconds: float
) -> dict[str, object]:
    return verdict.figures() | {
        "kills": {name: count for name, count in sorted(house.kills.items()) if name != "flush"},
        "flushes": house.kills["flush"],
        "ended_by_themselves": dict(house.ended_alone),
        "provider_answers": dict(sorted(ledger["answers"].items())),
        "callbacks": ledger["callbacks"],
        "visitors": dict(visitors.outcomes),
        "seconds": round(seconds, 1),
        "seed": plan.seed,
    }


def _sum_up(figures: dict[str, Any], verdict: Verdict, house: House, is_settled: bool, ledger: dict[str, Any]) -> int:
    faults = list(verdict.faults)
    if not is_settled:
        faults.append("not everything came to its end in time")
    if house.ended_alone:
        faults.append(f"ended by themselves: {dict(house.ended_alone)}")
    if ledger["callbacks"].get("forged_believed"):
        faults.append("a forged callback was believed")
    say(
        f"{figures['promised']} promised: {figures['accepted_once']} taken once, {figures['accepted_twice']} twice; "
        f"{figures['failed']} failed or dropped with a reason; {figures['unknown']} unknown, "
        f"of them {figures['unknown_on_call_list']} on the call list; {figures['lost']} lost.\n"
        f"{house.kills.total()} times something died. Seed {figures['seed']}, {figures['seconds']} seconds."
    )
    for fault in faults[:20]:
        say(f"FAULT: {fault}")
    say("All explained." if not faults else f"{len(faults)} faults.")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
