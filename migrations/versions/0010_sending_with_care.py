"""Let messages wait for the morning, end unsent, cost money and be sent again; keep what is known of numbers.

Revision ID: 0010
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0006"
branch_labels = None
depends_on = None

STATUSES = ("queued", "sending", "sent", "delivered", "undelivered", "failed", "unknown")
NEW_COLUMNS = {"attempt": "1", "segments": "0", "yen": "0"}


def _check_status(statuses: tuple[str, ...], may_be_unclaimed: str) -> None:
    words = ", ".join(f"'{status}'" for status in statuses)
    for name, condition in {
        "status": f"status IN ({words})",
        "claimed": f"status IN ({may_be_unclaimed}) OR claimed_at IS NOT NULL",
    }.items():
        op.drop_constraint(op.f(f"ck_messages_{name}"), "messages", type_="check")
        op.create_check_constraint(op.f(f"ck_messages_{name}"), "messages", condition)


def upgrade() -> None:
    """Add the columns, the status "dropped" and the marks of numbers."""
    op.add_column("messages", sa.Column("cause_kind", sa.String(40), nullable=True))
    op.add_column("messages", sa.Column("cause_id", sa.BigInteger(), nullable=True))
    op.add_column("messages", sa.Column("slot_at", sa.DateTime(timezone=True), nullable=True))
    for name, first in NEW_COLUMNS.items():
        op.add_column("messages", sa.Column(name, sa.BigInteger(), nullable=False, server_default=first))
        op.alter_column("messages", name, server_default=None)
    _check_status((*STATUSES, "dropped"), "'queued', 'dropped'")
    op.create_check_constraint(
        op.f("ck_messages_dropped_with_reason"), "messages", "status <> 'dropped' OR error_code <> ''"
    )
    op.create_index("ix_messages_claimed", "messages", ["claimed_at"])
    op.create_index("ix_outbox_failing", "outbox", ["id"], postgresql_where="done_at IS NULL AND tries > 0")
    op.create_index("ix_messages_told_today", "messages", ["phone", "template", "claimed_at"])
    op.create_table(
        "number_marks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column(
            "mark",
            sa.Enum(
                "no_sms", "invalid", "opted_out", name="mark", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_marks")),
        sa.UniqueConstraint("phone", name="uq_number_marks_phone"),
    )
    op.create_table(
        "bulk_messages",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "drafted",
                "running",
                "paused",
                "finished",
                "cancelled",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("activation_id", sa.BigInteger(), nullable=True),
        sa.Column("audience", sa.String(200), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("people", "without_sms", "doubles", "segments", "yen", "slices")
        ),
        sa.Column("is_out_of_money", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status NOT IN ('finished', 'cancelled') OR ended_at IS NOT NULL", name=op.f("ck_bulk_messages_ended")
        ),
        sa.CheckConstraint("people >= 0 AND without_sms >= 0", name=op.f("ck_bulk_messages_counted")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_messages")),
    )
    op.create_table(
        "bulk_recipients",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("bulk_id", sa.BigInteger(), nullable=False),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("subject_kind", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("help_phone", sa.String(20), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["bulk_id"], ["bulk_messages.id"], name=op.f("fk_bulk_recipients_bulk_id_bulk_messages")
        ),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_bulk_recipients_message_id_messages")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_recipients")),
        sa.UniqueConstraint("bulk_id", "phone", name="uq_bulk_recipients_once"),
    )
    op.create_index(
        "ix_bulk_recipients_next", "bulk_recipients", ["bulk_id", "id"], postgresql_where="message_id IS NULL"
    )
    op.create_table(
        "periodic_runs",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("last_began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_fault", sa.String(200), nullable=True),
        sa.Column("last_fault_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("faults_in_a_row", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_periodic_runs")),
    )


def downgrade() -> None:
    """Take them away; messages that were never sent go with them."""
    op.drop_table("periodic_runs")
    op.drop_table("bulk_recipients")
    op.drop_table("bulk_messages")
    op.drop_table("number_marks")
    op.execute("DELETE FROM messages WHERE status = 'dropped'")
    op.drop_index("ix_messages_told_today", "messages")
    op.drop_index("ix_outbox_failing", "outbox")
    op.drop_index("ix_messages_claimed", "messages")
    op.drop_constraint(op.f("ck_messages_dropped_with_reason"), "messages", type_="check")
    _check_status(STATUSES, "'queued'")
    for name in (*NEW_COLUMNS, "slot_at", "cause_id", "cause_kind"):
        op.drop_column("messages", name)
