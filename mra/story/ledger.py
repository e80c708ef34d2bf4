"""Rows on their way into the tables: thousands at once, each with the audit events that brought it there."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import func, insert, select, text

from mra.applications.models import Application
from mra.core.actor import SYSTEM, Actor
from mra.core.audit import AuditEvent
from mra.core.db import Base, db
from mra.core.lifecycle import Lifecycle

BATCH = 2_000


class Ledger:
    """Collects rows by table and writes them in the order of the tables."""

    def __init__(self) -> None:
        self.rows: dict[type[Base], list[dict[str, Any]]] = defaultdict(list)
        self.ids: dict[type[Base], Iterator[int]] = {}

    def add(self, kind: type[Base], /, **values: Any) -> int:
        """Note a row; returns the id it will have."""
        if kind not in self.ids:
            self.ids[kind] = count((db.session.scalar(select(func.max(kind.id))) or 0) + 1)  # type: ignore[attr-defined]
        number = next(self.ids[kind])
        self.rows[kind].append({"id": number, **values})
        return number

    def row(self, kind: type[Base], number: int) -> dict[str, Any]:
        """A row that was noted, to be completed before it is written."""
        rows = self.rows[kind]
        found: dict[str, Any] = rows[number - rows[0]["id"]]
        return found

    def lived(
        self,
        lifecycle: Lifecycle,
        subject_id: int,
        activation_id: int | None,
        *steps: tuple[str, datetime],
        by: Actor = SYSTEM,
    ) -> None:
        """Note the events of a life: its beginning and the moves, each looked up in the table."""
        status = None
        for action, at in steps:
            after = lifecycle.initial if status is None else lifecycle.move(action, status).target
            self.rows[AuditEvent].append(
                {
                    "at": at,
                    "actor_kind": by.kind,
                    "actor_id": by.id,
                    "subject_kind": lifecycle.subject,
                    "subject_id": subject_id,
                    "activation_id": activation_id,
                    "action": action,
                    "before": status.value if status else None,
                    "after": after.value,
                    "facts": {},
                }
            )
            status = after

    def number_in_order_of_time(self, kind: type[Base], subject_kind: str) -> None:
        """Give rows their numbers anew in the order of `created_at`, as they would have come about; events follow."""
        rows = self.rows[kind]
        numbers = sorted(row["id"] for row in rows)
        rows.sort(key=lambda row: row["created_at"])
        new = {row["id"]: number for row, number in zip(rows, numbers, strict=True)}
        for row in rows:
            row["id"] = new[row["id"]]
        for event in self.rows[AuditEvent]:
            if event["subject_kind"] == subject_kind:
                event["subject_id"] = new[event["subject_id"]]

    def write(self) -> None:
        """Write everything, events in the order in which they happened, and let the identities go on behind it."""
        self.rows[AuditEvent].sort(key=lambda event: event["at"])
        order = {table: place for place, table in enumerate(Base.metadata.sorted_tables)}
        for kind in sorted(self.rows, key=lambda kind: order[kind.__table__]):  # type: ignore[index]
            rows = self.rows[kind]
            for start in range(0, len(rows), BATCH):
                db.session.execute(insert(kind), rows[start : start + BATCH])
        if Application in self.rows:
            db.session.execute(text("SELECT setval('application_serial', (SELECT max(serial) FROM applications))"))
        for kind in self.ids:
            table = kind.__tablename__
            db.session.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")  # noqa: S608
            )
