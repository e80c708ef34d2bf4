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
    op.create_index("ix_messages_spent", "messages", ["claimed_at"], postgresql_where="yen > 0")
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


def downgrade() -> None:
    """Take them away; messages that were never sent go with them."""
    op.drop_table("number_marks")
    op.execute("DELETE FROM messages WHERE status = 'dropped'")
    op.drop_index("ix_messages_told_today", "messages")
    op.drop_index("ix_messages_spent", "messages")
    op.drop_constraint(op.f("ck_messages_dropped_with_reason"), "messages", type_="check")
    _check_status(STATUSES, "'queued'")
    for name in (*NEW_COLUMNS, "slot_at", "cause_id", "cause_kind"):
        op.drop_column("messages", name)
