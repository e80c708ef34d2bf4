"""Thousands of promised SMS while web, workers, scheduler and Redis die at random: each is sent once, or somebody knows."""

import argparse
import json
import os
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from flask_migrate import upgrade

sys.path += [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "benchmarks")]

from _databases import own_database
from _house import GRAVEST, LESSER, OFFICE, House, Patience
from _judge import Verdict, judge
from _office import ROLLED_BACK
from _settling import Settling
from _support import SLUG, open_support
from _visitors import Visitors
from provision.paths import var_folder
from provision.trouble import Trouble, guarded, say

from mra.core.config import Settings
from mra.core.db import db
from mra.web.app import create_app

TICK_SECONDS = 0.1
SHOWN_FAULTS = 20


@dataclass(frozen=True)
class Plan:
    """How much, how long, how often something dies."""

    messages: int
    seconds: float
    seed: int
    visits_per_second: float
    seconds_between_wounds: float
    settling_seconds: float
    seconds_between_leaps: float
    pace: float
    patience: Patience


@dataclass(frozen=True)
class Proof:
    """What came out: the comparison, the provider's own book, how the visitors fared."""

    verdict: Verdict
    ledger: dict[str, Any]
    visitors: dict[str, int]
    is_settled: bool


def main() -> int:
    """The counts as one JSON object, a summary for people; not zero if anything was lost, doubled or not explained."""
    return guarded(_prove)


def _prove(words: list[str]) -> int:
    plan, began = _plan(words), time.monotonic()
    settings = Settings.from_environment(os.environ)
    with (
        tempfile.TemporaryDirectory(dir=var_folder()) as folder,
        own_database(settings.database_url, f"chaos_{plan.seed}") as url,
    ):
        house = House(Path(folder), url, Random(plan.seed), plan.patience)
        try:
            proof = _live_and_die(house, plan, replace(settings, database_url=url))
        except BaseException:
            _show_logs(house)
            raise
        finally:
            house.close()
    figures = _figures(plan, house, proof, time.monotonic() - began)
    print(json.dumps(figures), flush=True)
    return _sum_up(figures, _faults(house, proof))


def _plan(words: list[str]) -> Plan:
    parser = argparse.ArgumentParser(prog="scripts/chaos messages")
    parser.add_argument("--messages", type=int, help="how many the office promises at least (default: 5000)")
    parser.add_argument("--seconds", type=float, help="for how long things die (default: 180)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of everything that is drawn")
    parser.add_argument("--short", action="store_true", help="a few hundred messages in a few seconds")
    given = parser.parse_args(words)
    messages, seconds = given.messages, given.seconds
    if given.short:
        return Plan(messages or 150, seconds or 6.0, given.seed, 4, 1.1, 45, 0.5, 0.2, Patience(1, 4))
    return Plan(messages or 5000, seconds or 180.0, given.seed, 2, 4.0, 420, 2.0, 1.0, Patience(2, 10))


def _live_and_die(house: House, plan: Plan, settings: Settings) -> Proof:
    """The house works while it is hurt; at the end it is whole again, everything comes to its end, and is compared."""
    house.prepare(plan.seed, plan.pace)
    app = create_app(settings)  # Only for looking.
    with app.app_context():
        upgrade()
        activation_id = open_support()
        db.session.commit()
    office = [str(Path(__file__).parent / "_office.py"), str(activation_id), str(plan.messages)]
    house.run(OFFICE, [sys.executable, *office, str(plan.seconds * 0.9), str(house.home)])
    house.open()
    visitors = _work_and_hurt(house, plan)
    is_settled = Settling(app, house, plan.seconds_between_leaps).wait(plan.settling_seconds)
    ledger = _ledger(house)
    with app.app_context():
        verdict = judge(ledger["taken"], _rolled_back(house.home))
        db.session.remove()
        db.engine.dispose()
    return Proof(verdict, ledger, dict(visitors.outcomes), is_settled)


def _work_and_hurt(house: House, plan: Plan) -> Visitors:
    """Residents come and the office works while parts die; at the end everything is promised that was to be."""
    visitors = Visitors(house.port, SLUG, plan.visits_per_second)
    visitors.begin()
    _hurt_again_and_again(house, plan)
    visitors.end()
    _wait_for_the_office(house, plan.settling_seconds)
    return visitors


def _hurt_again_and_again(house: House, plan: Plan) -> None:
    """Every wound once, the gravest first, and then any, for as long as the plan says."""
    to_come = [*house.random.sample(LESSER, len(LESSER)), *house.random.sample(GRAVEST, len(GRAVEST))]
    ends_at, next_at = time.monotonic() + plan.seconds, time.monotonic()
    while time.monotonic() < ends_at:
        house.mend()
        if time.monotonic() >= next_at:
            house.hurt(to_come.pop() if to_come else house.random.choice([*GRAVEST, *GRAVEST, *LESSER]))
            next_at = time.monotonic() + house.random.uniform(0.4, 1.6) * plan.seconds_between_wounds
        time.sleep(TICK_SECONDS)


def _wait_for_the_office(house: House, seconds: float) -> None:
    """Until everything is promised that was to be."""
    ends_at = time.monotonic() + seconds
    while OFFICE in house.commands:
        if time.monotonic() >= ends_at:
            raise Trouble("The office has not promised everything in time.")
        house.mend()
        time.sleep(TICK_SECONDS)


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


def _figures(plan: Plan, house: House, proof: Proof, seconds: float) -> dict[str, Any]:
    return proof.verdict.figures() | {
        "kills": {name: count for name, count in sorted(house.kills.items()) if name != "flush"},
        "flushes": house.kills["flush"],
        "ended_by_themselves": dict(house.ended_alone),
        "provider_answers": dict(sorted(proof.ledger["answers"].items())),
        "callbacks": proof.ledger["callbacks"],
        "visitors": proof.visitors,
        "seconds": round(seconds, 1),
        "seed": plan.seed,
    }


def _faults(house: House, proof: Proof) -> list[str]:
    """Everything that must not be."""
    faults = list(proof.verdict.faults)
    if not proof.is_settled:
        faults.append("not everything came to its end in time")
    if house.ended_alone:
        faults.append(f"ended by themselves: {dict(house.ended_alone)}")
    if proof.ledger["callbacks"].get("forged_believed"):
        faults.append("a forged callback was believed")
    return faults


def _sum_up(figures: dict[str, Any], faults: list[str]) -> int:
    say(
        f"{figures['promised']} promised: {figures['accepted_once']} taken once, {figures['accepted_twice']} twice; "
        f"{figures['failed']} failed or dropped with a reason; {figures['unknown']} unknown, "
        f"of them {figures['unknown_on_call_list']} on the call list; {figures['lost']} lost.\n"
        f"{sum(figures['kills'].values())} times something was killed, {figures['flushes']} times Redis emptied. "
        f"Seed {figures['seed']}, {figures['seconds']} seconds."
    )
    for fault in faults[:SHOWN_FAULTS]:
        say(f"FAULT: {fault}")
    say("All explained." if not faults else f"{len(faults)} faults.")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
