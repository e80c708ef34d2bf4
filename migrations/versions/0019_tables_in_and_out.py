"""Tables that come in row by row, and a note of those that went out; the imports of cars alone are gone.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

JSON = postgresql.JSONB(astext_type=sa.Text())
STATUSES = ("handed_in", "checked", "confirmed", "stored", "unusable", "cancelled")
OUTCOMES = ("waiting", "new", "changed", "unchanged", "wrong", "conflict")
FORMATS = ("xlsx", "csv", "cp932")


def _words(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, length=40, create_constraint=True)


def upgrade() -> None:
    """Reports of earlier imports of cars are let go: what they stored stands in the register and its history."""
    op.drop_table("vehicle_imports")
    _create_imports()
    _create_rows()
    op.create_table(
        "table_exports",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("file_format", _words("file_format", FORMATS), nullable=False),
        sa.Column("status", _words("status", ("made",)), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_table_exports_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_exports")),
    )


def _create_imports() -> None:
    op.create_table(
        "table_imports",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("status", _words("status", STATUSES), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("positions", JSON, nullable=False),
        sa.Column("notes", JSON, nullable=False),
        sa.Column("left_out", JSON, nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("checked_rows", sa.BigInteger(), nullable=False),
        sa.Column("slices", sa.BigInteger(), nullable=False),
        sa.Column("stored_new", sa.BigInteger(), nullable=False),
        sa.Column("stored_changed", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status <> 'stored' OR ended_at IS NOT NULL", name=op.f("ck_table_imports_stored_at")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_table_imports_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_imports")),
    )
    op.create_index("ix_table_imports_created_at", "table_imports", ["created_at"])


def _create_rows() -> None:
    op.create_table(
        "table_import_rows",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("cells", JSON, nullable=False),
        sa.Column("early_faults", JSON, nullable=False),
        sa.Column("outcome", _words("outcome", OUTCOMES), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("subject_name", sa.String(200), nullable=False),
        sa.Column("faults", JSON, nullable=False),
        sa.Column("changes", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["table_imports.id"],
            name=op.f("fk_table_import_rows_import_id_table_imports"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_import_rows")),
    )
    op.create_index("ix_table_import_rows_outcome", "table_import_rows", ["import_id", "outcome", "number"])


def downgrade() -> None:
    """Tables on their way in are let go."""
    op.drop_table("table_exports")
    op.drop_table("table_import_rows")
    op.drop_table("table_imports")
    op.create_table(
        "vehicle_imports",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("places", JSON, nullable=False),
        sa.Column("good_rows", JSON, nullable=False),
        sa.Column("faults", JSON, nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_vehicle_imports_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicle_imports")),
    )
