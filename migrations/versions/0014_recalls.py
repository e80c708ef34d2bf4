"""Keep what a lease contract says, recall campaigns, their slots, and the way back of each car.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

RETURN_STATUSES = "'asked', 'confirmed', 'collection', 'problem', 'returned', 'spared'"
PROBLEMS = "'accident', 'in_repair', 'struck', 'in_use', 'other'"
RESULTS = "'no_answer', 'will_answer', 'ring_again', 'will_come'"


def upgrade() -> None:
    """The lessees known so far are companies; their insurers are not known."""
    _contracts()
    _campaigns()
    _returns()


def _id() -> sa.Column[object]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _contracts() -> None:
    filled = {
        "lessee_kind": (sa.String(40), "company"),
        "contact_name": (sa.String(60), ""),
        "insurer": (sa.String(60), ""),
        "policy_number": (sa.String(40), ""),
        "remarks": (sa.Text(), ""),
        "version": (sa.BigInteger(), "1"),
    }
    for name, (kind, default) in filled.items():
        op.add_column("leases", sa.Column(name, kind, nullable=False, server_default=default))
        op.alter_column("leases", name, server_default=None)
    op.add_column("leases", sa.Column("ended_as", sa.String(40), nullable=True))
    op.create_check_constraint(op.f("ck_leases_lessee_kind"), "leases", "lessee_kind IN ('company', 'person')")
    op.create_check_constraint(op.f("ck_leases_ended_as"), "leases", "ended_as IN ('handed_back', 'sold')")


def _campaigns() -> None:
    op.create_table(
        "recall_campaigns",
        _id(),
        sa.Column("activation_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("message", sa.String(400), nullable=False),
        _moment("asked_at"),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_campaigns")),
        sa.CheckConstraint("status IN ('running', 'cancelled')", name=op.f("ck_recall_campaigns_status")),
        _to("recall_campaigns", "activation_id", "activations"),
    )
    op.create_index("ix_recall_campaigns_activation", "recall_campaigns", ["activation_id", "id"])
    op.create_table(
        "recall_slots",
        _id(),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("base_id", sa.BigInteger(), nullable=False),
        _moment("starts_at"),
        sa.Column("capacity", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_slots")),
        sa.UniqueConstraint("campaign_id", "base_id", "starts_at", name="uq_recall_slots_moment"),
        sa.CheckConstraint("capacity BETWEEN 1 AND 50", name=op.f("ck_recall_slots_capacity")),
        _to("recall_slots", "campaign_id", "recall_campaigns"),
        _to("recall_slots", "base_id", "bases"),
    )


def _returns() -> None:
    table = "lease_returns"
    op.create_table(
        table,
        _id(),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("lease_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        _moment("asked_at"),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("remind_on", sa.Date(), nullable=False),
        sa.Column("slot_id", sa.BigInteger(), nullable=True),
        _moment("answered_at", nullable=True),
        sa.Column("problem", sa.String(40), nullable=True),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("collection_address", sa.String(200), nullable=False),
        _moment("reminded_at", nullable=True),
        sa.Column("reminded_slot_id", sa.BigInteger(), nullable=True),
        _moment("returned_at", nullable=True),
        sa.Column("returned_to_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.CheckConstraint(f"status IN ({RETURN_STATUSES})", name=op.f(f"ck_{table}_status")),
        sa.CheckConstraint(f"problem IN ({PROBLEMS})", name=op.f(f"ck_{table}_problem")),
        sa.CheckConstraint(
            "status <> 'confirmed' OR slot_id IS NOT NULL", name=op.f(f"ck_{table}_confirmed_for_a_slot")
        ),
        sa.CheckConstraint("status <> 'problem' OR problem IS NOT NULL", name=op.f(f"ck_{table}_problem_named")),
        sa.CheckConstraint(
            "status <> 'collection' OR collection_address <> ''", name=op.f(f"ck_{table}_collected_somewhere")
        ),
        sa.CheckConstraint("status <> 'returned' OR returned_at IS NOT NULL", name=op.f(f"ck_{table}_returned_at")),
        _to(table, "campaign_id", "recall_campaigns"),
        _to(table, "lease_id", "leases"),
        _to(table, "slot_id", "recall_slots"),
        _to(table, "reminded_slot_id", "recall_slots"),
        _to(table, "returned_to_id", "bases"),
    )
    is_open = sa.text("status NOT IN ('returned', 'spared')")
    op.create_index("uq_lease_returns_one_open_per_lease", table, ["lease_id"], unique=True, postgresql_where=is_open)
    op.create_index("ix_lease_returns_campaign", table, ["campaign_id", "status", "due_on"])
    op.create_index("ix_lease_returns_slot", table, ["slot_id"])
    op.create_index("ix_lease_returns_silent", table, ["remind_on"], postgresql_where=sa.text("status = 'asked'"))
    op.create_index(op.f("ix_lease_returns_lease_id"), table, ["lease_id"])
    op.create_table(
        "return_attempts",
        _id(),
        sa.Column("return_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        _moment("at"),
        sa.Column("result", sa.String(40), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_attempts")),
        sa.CheckConstraint(f"result IN ({RESULTS})", name=op.f("ck_return_attempts_result")),
        _to("return_attempts", "return_id", "lease_returns"),
        _to("return_attempts", "staff_id", "staff"),
    )
    op.create_index(op.f("ix_return_attempts_return_id"), "return_attempts", ["return_id"])


def downgrade() -> None:
    """Leases that were asked back stay so, for the calls of supply."""
    for table in ("return_attempts", "lease_returns", "recall_slots", "recall_campaigns"):
        op.drop_table(table)
    op.drop_constraint(op.f("ck_leases_ended_as"), "leases", type_="check")
    op.drop_constraint(op.f("ck_leases_lessee_kind"), "leases", type_="check")
    for name in ("ended_as", "version", "remarks", "policy_number", "insurer", "contact_name", "lessee_kind"):
        op.drop_column("leases", name)
