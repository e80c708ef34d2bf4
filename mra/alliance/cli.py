"""Commands for the reference data."""

import click

from . import queries, services


@click.command("load")
@click.option("--once", is_flag=True, help="Do nothing where municipalities are already loaded.")
def load(once: bool) -> None:
    """Load the municipalities and postal codes of the whole country; may be run again at any time."""
    if once and queries.is_reference_loaded():
        click.echo("reference data: already loaded")
        return
    loaded = services.load_reference()
    click.echo(f"municipalities: {loaded.municipalities}, postal codes: {loaded.postal_codes}")
