"""Databases of the benchmark's own on the server it was given, so that nobody's data is touched; dropped at the end."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url


@contextmanager
def own_database(server_url: str, purpose: str, *, like: str | None = None) -> Iterator[str]:
    """The address of a new database, empty or a copy of another that nobody is using (`like`, an address)."""
    url = make_url(server_url)
    name = f"mra_bench_{purpose}_{os.getpid()}"
    template = make_url(like).database if like else "template1"
    with _connected(url) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template or ""))
        )
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with _connected(url) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def learn(database_url: str) -> None:
    """Let the planner learn how many rows there are, as autovacuum does within minutes in a living house."""
    with _connected(make_url(database_url)) as connection:
        connection.execute("SET client_min_messages = error")
        connection.execute("VACUUM (ANALYZE)")


def _connected(url: URL) -> psycopg.Connection:
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)
