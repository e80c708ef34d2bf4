"""Commands that tell the story."""

import click
from flask import current_app
from sqlalchemy import select

from mra.core.access import ROLE_WORDS
from mra.core.db import db
from mra.disasters.models import Activation

from . import flood


@click.command("story")
@click.option("--applications", default=497, show_default=True, help="how many apply")
@click.option("--vehicles", default=70, show_default=True, help="how many cars there are")
@click.option("--loans", default=None, type=int, help="how many loans there have been; default: what the cars allow")
@click.option("--seed", default=2025, show_default=True, help="another number, other people")
@click.option("--if-empty", is_flag=True, help="do nothing where an activation exists")
def tell_story(applications: int, vehicles: int, loans: int | None, seed: int, if_empty: bool) -> None:
    """Tell the flood: people, cars, bases and loans in every state."""
    if current_app.extensions["mra"].is_production:
        raise click.ClickException("the story is not told in production")
    if db.session.scalar(select(Activation.id).limit(1)):
        if if_empty:
            return
        raise click.ClickException("an activation exists already; the story is told in an empty house only")
    figures = flood.tell(applications=applications, vehicles=vehicles, loans=loans, seed=seed)
    click.echo("  ".join(f"{name}: {number}" for name, number in figures.items()))


@click.command("demo-accounts")
def show_demo_accounts() -> None:
    """The accounts of the story's staff."""
    if current_app.extensions["mra"].is_production:
        raise click.ClickException("there are no demo accounts in production")
    for email, name, role in flood.STAFF:
        click.echo(f"{email}  {flood.PASSWORD}  {ROLE_WORDS[role]}  {name}")
