"""Files that people hand in: kept in the database, so that one transaction and one backup hold everything together.

Signed agreements are few and small (some MB each); should photographs come by the thousand, this is the one door
behind which they can move to a folder or an object store.
"""

import hashlib
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import CheckConstraint, LargeBinary, String, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from . import clock
from .db import Base, Id, Moment, db

View = TypeVar("View", bound=Callable[..., object])
# What a browser sends around a file: the borders of its parts, the other fields.
AROUND_A_FILE = 64 * 1024


def takes_file(most_bytes: int) -> Callable[[View], View]:
    """Mark a view whose form carries a file that may be larger than other bodies; the shell enforces the limit."""

    def keep(view: View) -> View:
        view.most_body_bytes = most_bytes + AROUND_A_FILE  # type: ignore[attr-defined]
        return view

    return keep


def most_body_bytes(view: object) -> int | None:
    """How many bytes the body of this view may have; None where the usual limit holds."""
    return getattr(view, "most_body_bytes", None)


class StoredFile(Base):
    """One content, stored once however often it is handed in. `content` is read only when it is asked for."""

    __tablename__ = "stored_files"
    __table_args__ = (CheckConstraint("size_bytes > 0", name="not_empty"),)

    id: Mapped[Id]
    sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    content_type: Mapped[str] = mapped_column(String(100))
    size_bytes: Mapped[int]
    created_at: Mapped[Moment]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


def store(content: bytes, content_type: str) -> StoredFile:
    """Keep a content; the same content twice is one row."""
    digest = hashlib.sha256(content).digest()
    db.session.execute(
        insert(StoredFile)
        .values(
            sha256=digest,
            content_type=content_type,
            size_bytes=len(content),
            created_at=clock.now(),
            content=content,
        )
        .on_conflict_do_nothing(index_elements=["sha256"])
    )
    return db.session.scalars(select(StoredFile).where(StoredFile.sha256 == digest)).one()
