"""Keep by which wording a message was written, and whom a message to many cannot reach.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; of what was written before, the version is not known."""
    op.add_column("messages", sa.Column("version", sa.String(8), nullable=False, server_default=""))
    op.alter_column("messages", "version", server_default=None)
    op.add_column("bulk_messages", sa.Column("audience_code", sa.String(60), nullable=False, server_default=""))
    op.alter_column("bulk_messages", "audience_code", server_default=None)
    for name in ("stopped", "marked"):
        op.add_column("bulk_messages", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
        op.alter_column("bulk_messages", name, server_default=None)


def downgrade() -> None:
    """Take the columns away."""
    for name in ("marked", "stopped", "audience_code"):
        op.drop_column("bulk_messages", name)
    op.drop_column("messages", "version")
