"""Commands for accounts."""

import click

from mra.core.access import READERS, ROLE_WORDS, Role

from . import services


@click.command("create")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", type=click.Choice([role.value for role in Role if role in READERS]), required=True)
@click.password_option()
def create_user(email: str, name: str, role: str, password: str) -> None:
    """Give a person an account."""
    person = services.create_staff(email=email, name=name, role=Role(role), password=password)
    click.echo(f"{person.email}: {ROLE_WORDS[person.role]}")
