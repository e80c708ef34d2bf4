"""Overrides of the allocation, what becomes of freed cars and of offers after the intake, and what a run kept of both.

Revision ID: 0003
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OPEN_OF_KIND = "kind = '{}' AND status = 'in_force'"


def upgrade() -> None:
    op.create_table(
        "overrides",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("activation_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("pin", "forbid", "hold", name="kind", native_enum=False, length=40, create_constraint=True),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "in_force",
                "lifted",
                "fulfilled",
                name="status",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("request_id", sa.BigInteger(), nullable=True),
        sa.Column("vehicle_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("made_by_staff_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by_staff_id", sa.BigInteger(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lift_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("(kind = 'hold') = (request_id IS NULL)", name=op.f("ck_overrides_request_of_pair")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_overrides_with_reason")),
        sa.CheckConstraint("(status = 'in_force') = (lifted_at IS NULL)", name=op.f("ck_overrides_ended")),
        sa.CheckConstraint("status <> 'lifted' OR lift_reason <> ''", name=op.f("ck_overrides_lifted_with_reason")),
        sa.ForeignKeyConstraint(
            ["activation_id"], ["activations.id"], name=op.f("fk_overrides_activation_id_activations")
        ),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_overrides_request_id_requests")),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_overrides_vehicle_id_vehicles")),
        sa.ForeignKeyConstraint(["made_by_staff_id"], ["staff.id"], name=op.f("fk_overrides_made_by_staff_id_staff")),
        sa.ForeignKeyConstraint(
            ["lifted_by_staff_id"], ["staff.id"], name=op.f("fk_overrides_lifted_by_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overrides")),
    )
    op.create_index("ix_overrides_activation", "overrides", ["activation_id", "id"], unique=False)
    op.create_index("ix_overrides_vehicle", "overrides", ["vehicle_id"], unique=False)
    op.create_index("ix_overrides_request", "overrides", ["request_id"], unique=False)
    for name, kind, columns in (
        ("uq_overrides_one_open_hold_per_vehicle", "hold", ["vehicle_id"]),
        ("uq_overrides_one_open_pin_per_vehicle", "pin", ["vehicle_id"]),
        ("uq_overrides_one_open_pin_per_request", "pin", ["request_id"]),
        ("uq_overrides_one_open_forbid_per_pair", "forbid", ["request_id", "vehicle_id"]),
    ):
        op.create_index(name, "overrides", columns, unique=True, postgresql_where=OPEN_OF_KIND.format(kind))
    op.create_table(
        "allocation_settings",
        sa.Column("activation_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "freed_cars",
            sa.Enum("next_run", "next_person", name="freed_cars", native_enum=False, length=40, create_constraint=True),
            nullable=False,
        ),
        sa.Column(
            "after_intake",
            sa.Enum("stop", "go_on", name="after_intake", native_enum=False, length=40, create_constraint=True),
            nullable=False,
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["activation_id"], ["activations.id"], name=op.f("fk_allocation_settings_activation_id_activations")
        ),
        sa.PrimaryKeyConstraint("activation_id", name=op.f("pk_allocation_settings")),
    )
    for name, empty in (("orders", "{}"), ("overtaken", "[]")):
        op.add_column("allocation_runs", sa.Column(name, postgresql.JSONB(), server_default=empty, nullable=False))
    op.alter_column("allocation_runs", "staff_id", nullable=True)


def downgrade() -> None:
    # Runs that no person made cannot be kept where every run has its person; their offers stay, without a run.
    op.execute(
        "UPDATE offers SET run_id = NULL FROM allocation_runs WHERE allocation_runs.id = run_id AND staff_id IS NULL"
    )
    op.execute("DELETE FROM allocation_runs WHERE staff_id IS NULL")
    op.alter_column("allocation_runs", "staff_id", nullable=False)
    op.drop_column("allocation_runs", "overtaken")
    op.drop_column("allocation_runs", "orders")
    op.drop_table("allocation_settings")
    op.drop_table("overrides")
