"""A link to an application, a counter of statements: what the desk's tests share."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from mra.accounts import services as accounts
from mra.applications.models import Application
from mra.core.db import db


def address_of(application: Application) -> str:
    """The resident's page behind a new private link."""
    link = accounts.make_link("application", application.id)
    db.session.flush()
    return f"/a/{accounts.token_of(link)}"


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """The statements that run within the block."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    target = db.session.connection().engine
    event.listen(target, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(target, "before_cursor_execute", note)
