"""Let messages travel by e-mail too.

Revision ID: 0006
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give messages a channel; all that are there are SMS."""
    op.add_column("messages", sa.Column("channel", sa.String(40), nullable=False, server_default="sms"))
    op.alter_column("messages", "channel", server_default=None)
    op.add_column("messages", sa.Column("email", sa.String(254), nullable=True))
    op.add_column("messages", sa.Column("subject_line", sa.String(250), nullable=True))
    op.alter_column("messages", "phone", existing_type=sa.String(20), nullable=True)
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_messages_{name}"), "messages", condition)
    op.create_index("ix_messages_channel", "messages", ["channel", "id"])
    op.create_index("ix_messages_email", "messages", ["email", "id"], postgresql_where="email IS NOT NULL")


CHECKS = {
    "channel": "channel IN ('sms', 'email')",
    "sms_to_a_phone": "channel <> 'sms' OR (phone IS NOT NULL AND email IS NULL AND subject_line IS NULL)",
    "mail_to_an_address": "channel <> 'email' OR (email IS NOT NULL AND subject_line IS NOT NULL AND phone IS NULL)",
    "one_line_each": "subject_line !~ '[[:cntrl:]]' AND email !~ '[[:cntrl:]]'",
}


def downgrade() -> None:
    """Take the e-mails away; the SMS stay."""
    op.execute("DELETE FROM messages WHERE channel = 'email'")
    op.drop_index("ix_messages_email", "messages")
    op.drop_index("ix_messages_channel", "messages")
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_messages_{name}"), "messages", type_="check")
    op.alter_column("messages", "phone", existing_type=sa.String(20), nullable=False)
    for column in ("subject_line", "email", "channel"):
        op.drop_column("messages", column)
