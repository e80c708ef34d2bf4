"""Prepare for cars that come in: who may act, where a car is registered, whose name it is in, when a lease ended.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

EARLIER_ACTORS = "'staff', 'applicant', 'member', 'public', 'system'"
ACTORS = "'staff', 'applicant', 'member', 'donor', 'driver', 'lessee', 'public', 'system'"


def upgrade() -> None:
    """No car of the register waits for a change of name: they were all lent before."""
    _let_act(ACTORS)
    op.add_column("vehicles", sa.Column("registered_in_code", sa.String(5), nullable=True))
    op.create_foreign_key(
        op.f("fk_vehicles_registered_in_code_municipalities"),
        "vehicles",
        "municipalities",
        ["registered_in_code"],
        ["code"],
    )
    op.add_column("vehicles", sa.Column("first_registered_on", sa.Date(), nullable=True))
    op.add_column("vehicles", sa.Column("name_change_pending", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("vehicles", "name_change_pending", server_default=None)
    op.add_column("leases", sa.Column("recalled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("leases", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))


def _let_act(kinds: str) -> None:
    op.drop_constraint(op.f("ck_audit_events_actor_kind"), "audit_events", type_="check")
    op.create_check_constraint(op.f("ck_audit_events_actor_kind"), "audit_events", f"actor_kind IN ({kinds})")


def downgrade() -> None:
    """What donors, drivers and lessees did is kept, as done by members."""
    op.drop_column("leases", "ended_at")
    op.drop_column("leases", "recalled_at")
    op.drop_column("vehicles", "name_change_pending")
    op.drop_column("vehicles", "first_registered_on")
    op.drop_constraint(op.f("fk_vehicles_registered_in_code_municipalities"), "vehicles", type_="foreignkey")
    op.drop_column("vehicles", "registered_in_code")
    op.execute("UPDATE audit_events SET actor_kind = 'member' WHERE actor_kind IN ('donor', 'driver', 'lessee')")
    _let_act(EARLIER_ACTORS)
