"""The allocation engine from the command line, with a file instead of a database."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

import click


@click.command("allocate-file")
@click.argument("scenario", metavar="SCENARIO.json")
@click.option("--output", metavar="PLAN.json", help="Where to write the plan (default: standard output).")
def allocate_file(scenario: str, output: str | None) -> None:
    """Allocate the vehicles of SCENARIO.json (- reads standard input) and print the plan."""
    # Imported here: the solver takes a moment to load, and the other commands need none of it.
    from mra.allocation.engine import ScenarioFault, allocate, parse_scenario

    try:
        plan = allocate(parse_scenario(_read(scenario)))
    except ScenarioFault as fault:
        _refuse(str(fault))
    except OSError as error:
        _refuse(f"{scenario}: {error.strerror}")
    try:
        _write(output, plan.to_json().encode())
    except OSError as error:
        _refuse(f"{output}: {error.strerror}")


def _read(scenario: str) -> bytes:
    return sys.stdin.buffer.read() if scenario == "-" else Path(scenario).read_bytes()


def _write(output: str | None, document: bytes) -> None:
    """Write all or nothing: a file appears under its name only when it is whole."""
    if output is None or output == "-":
        sys.stdout.buffer.write(document)
        sys.stdout.buffer.flush()
        return
    target = Path(os.path.realpath(output))
    if target.exists() and not target.is_file():  # a pipe, /dev/stdout, …
        target.write_bytes(document)
        return
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        draft.write_bytes(document)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _refuse(fault: str) -> NoReturn:
    click.echo(f"Error: {fault}", err=True)
    raise SystemExit(2)
