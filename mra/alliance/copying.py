"""Many rows into a table at once, inside the session's own transaction."""

from collections.abc import Iterable

from mra.core.db import db


def copy(target: str, rows: Iterable[tuple[str | None, ...]]) -> int:
    """Send rows by COPY over the session's connection; `target` is a table with its columns. Returns their number."""
    count = 0
    cursor = db.session.connection().connection.cursor()
    with cursor, cursor.copy(f"COPY {target} FROM STDIN") as copying:  # type: ignore[attr-defined]
        for row in rows:
            copying.write_row(row)
            count += 1
    return count
