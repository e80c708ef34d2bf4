"""Tables on their way in, with their rows; and a note of each table that went out."""

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mra.accounts.models import Staff
from mra.core.db import Base, Id, Moment, words_of
from mra.core.lifecycle import Lifecycle

from . import rules
from .rules import ExportStatus, FileFormat, ImportStatus, Outcome


class TableImport(Base):
    """A file that somebody handed in: read, checked row by row, stored when a person says so.

    `positions` tells in which column of the file each fact stood; `notes` what people should know about how it was
    read; `left_out` holds {number, text, reason}. `content` is gone as soon as the rows are out of it.
    """

    __tablename__ = "table_imports"
    __table_args__ = (
        CheckConstraint("status <> 'stored' OR ended_at IS NOT NULL", name="stored_at"),
        Index("ix_table_imports_created_at", "created_at"),
    )
    lifecycle: ClassVar[Lifecycle] = rules.TABLE_IMPORT

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(20))
    file_name: Mapped[str] = mapped_column(String(200))
    status: Mapped[ImportStatus] = mapped_column(words_of(ImportStatus, "status"))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    positions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    notes: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    left_out: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    # Why the file cannot be used, or what came between the confirmation and the storing; a sentence for people.
    sentence: Mapped[str] = mapped_column(Text, default="")
    row_count: Mapped[int] = mapped_column(default=0)
    checked_rows: Mapped[int] = mapped_column(default=0)
    slices: Mapped[int] = mapped_column(default=0)
    stored_new: Mapped[int] = mapped_column(default=0)
    stored_changed: Mapped[int] = mapped_column(default=0)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    staff: Mapped[Staff] = relationship()


class ImportRow(Base):
    """One row of a file: its cells as typed, and what it would do to the register.

    `faults` holds {name, sentence}; `changes` holds {name, before, after}.
    """

    __tablename__ = "table_import_rows"
    __table_args__ = (Index("ix_table_import_rows_outcome", "import_id", "outcome", "number"),)

    id: Mapped[Id]
    import_id: Mapped[int] = mapped_column(ForeignKey("table_imports.id", ondelete="CASCADE"))
    number: Mapped[int]
    cells: Mapped[dict[str, Any]]
    # What two rows of one file cannot both be; found when the file is read, told when the row is checked.
    early_faults: Mapped[dict[str, Any]] = mapped_column(default=dict)
    outcome: Mapped[Outcome] = mapped_column(words_of(Outcome, "outcome"))
    subject_id: Mapped[int | None]
    subject_name: Mapped[str] = mapped_column(String(200), default="")
    faults: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    changes: Mapped[list[Any]] = mapped_column(JSONB, default=list)


class TableExport(Base):
    """Who took which register out of the house, as what, and how many rows it had."""

    __tablename__ = "table_exports"
    lifecycle: ClassVar[Lifecycle] = rules.TABLE_EXPORT

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(20))
    file_format: Mapped[FileFormat] = mapped_column(words_of(FileFormat, "file_format"))
    status: Mapped[ExportStatus] = mapped_column(words_of(ExportStatus, "status"))
    row_count: Mapped[int]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[Moment]
