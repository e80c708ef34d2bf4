"""The command line `mra`. Commands of the capabilities run as one transaction each, committed here."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from flask_migrate import migrate, upgrade
from sqlalchemy import text

from mra.allocation.cli import allocate_file
from mra.core.config import SettingsFault
from mra.core.db import db

from . import health, registry, worker
from .app import create_app


@click.group()
def main() -> None:
    """MRA: the platform of the Mobility Resilience Alliance."""


def _app() -> Any:
    try:
        return create_app()
    except SettingsFault as fault:
        raise click.ClickException(str(fault)) from fault


def in_transaction(command: click.Command) -> click.Command:
    """The same command, run in the application's context and committed at its end."""
    inside = command.callback
    if inside is None:
        raise ValueError(f"{command.name} does nothing")

    @wraps(inside)
    def run(*args: Any, **kwargs: Any) -> Any:
        with _app().app_context():
            outcome = inside(*args, **kwargs)
            db.session.commit()
            return outcome

    command.callback = run
    return command


@main.group("db")
def database() -> None:
    """The database's tables."""


@database.command("upgrade")
def upgrade_database() -> None:
    """Bring the tables to the newest form."""
    with _app().app_context():
        db.session.execute(text("SELECT 1"))
        db.session.rollback()
        upgrade()


@database.command("revision")
@click.argument("message")
def write_revision(message: str) -> None:
    """Write a migration for what changed in the models; read it before it is committed."""
    with _app().app_context():
        migrate(message=message)


@database.command("check")
def check_database() -> None:
    """Leave with an error where the tables are not in the newest form."""
    with _app().app_context():
        if not health.is_migrated():
            raise click.ClickException("the database is not in the newest form: run `mra db upgrade`")


@main.command("worker")
@click.option("--only-messages", is_flag=True, help="Leave what takes long to other workers.")
def run_worker(only_messages: bool) -> None:
    """Run promised jobs until stopped."""
    worker.work(_app(), only_messages=only_messages)


@main.command("scheduler")
def run_scheduler() -> None:
    """Ask for periodic jobs until stopped."""
    logging.captureWarnings(True)
    worker.keep_time(_app())


def _groups() -> dict[str, click.Group]:
    return {name: group for name, group in main.commands.items() if isinstance(group, click.Group)}


def _register(group: str | None, command: click.Command) -> None:
    place: Callable[[click.Command], None] = main.add_command
    if group:
        if group not in main.commands:
            main.add_command(click.Group(group))
        place = _groups()[group].add_command
    place(in_transaction(command))


main.add_command(allocate_file)
for _group, _command in registry.COMMANDS:
    _register(_group, _command)


if __name__ == "__main__":
    main()
