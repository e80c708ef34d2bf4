"""Let papers hold longer than is printed on them: notices after a disaster, and reminders once per threshold.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

PAPERS = "vehicle_documents"


def upgrade() -> None:
    """Every paper of the register holds until its printed day: no notice is known yet."""
    _extensions()
    _reminders()
    op.add_column(PAPERS, sa.Column("effective_ends_on", sa.Date(), nullable=True))
    op.execute("UPDATE vehicle_documents SET effective_ends_on = ends_on")
    op.alter_column(PAPERS, "effective_ends_on", nullable=False)
    op.create_check_constraint(op.f("ck_vehicle_documents_never_shortened"), PAPERS, "effective_ends_on >= ends_on")
    _index_by("effective_ends_on", instead_of="ends_on")
    op.add_column(PAPERS, sa.Column("insurer", sa.String(80), nullable=False, server_default=""))
    op.add_column(PAPERS, sa.Column("policy_number", sa.String(40), nullable=False, server_default=""))
    op.alter_column(PAPERS, "insurer", server_default=None)
    op.alter_column(PAPERS, "policy_number", server_default=None)
    op.create_index(
        "ix_vehicles_name_change_pending", "vehicles", ["id"], postgresql_where=sa.text("name_change_pending")
    )


def _extensions() -> None:
    op.create_table(
        "inspection_extensions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("notice_on", sa.Date(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("source", sa.String(500), nullable=False),
        sa.Column("areas", postgresql.ARRAY(sa.String(5)), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("insurance_waits", sa.Boolean(), nullable=False),
        sa.Column("covers_relief", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_extensions")),
        sa.CheckConstraint("status IN ('in_force', 'cancelled')", name=op.f("ck_inspection_extensions_status")),
        sa.CheckConstraint("first_on <= last_on AND last_on <= until_on", name=op.f("ck_inspection_extensions_window")),
        sa.CheckConstraint(
            "(status = 'cancelled') = (cancelled_at IS NOT NULL)", name=op.f("ck_inspection_extensions_cancelled_at")
        ),
    )


def _reminders() -> None:
    op.create_table(
        "document_reminders",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("threshold_days", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_reminders")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["vehicle_documents.id"], name=op.f("fk_document_reminders_document_id_vehicle_documents")
        ),
        sa.UniqueConstraint("document_id", "ends_on", "threshold_days", name="uq_document_reminders_threshold"),
    )


def _index_by(column: str, *, instead_of: str) -> None:
    op.drop_index("ix_vehicle_documents_vehicle", PAPERS)
    op.drop_index(f"ix_vehicle_documents_{instead_of}", PAPERS)
    op.create_index("ix_vehicle_documents_vehicle", PAPERS, ["vehicle_id", "kind", column])
    op.create_index(f"ix_vehicle_documents_{column}", PAPERS, [column])


def downgrade() -> None:
    """Papers hold until their printed day again."""
    op.drop_index("ix_vehicles_name_change_pending", "vehicles")
    op.drop_column(PAPERS, "policy_number")
    op.drop_column(PAPERS, "insurer")
    _index_by("ends_on", instead_of="effective_ends_on")
    op.drop_column(PAPERS, "effective_ends_on")
    op.drop_table("document_reminders")
    op.drop_table("inspection_extensions")
