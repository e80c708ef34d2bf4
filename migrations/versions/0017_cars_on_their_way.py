"""Cars on their way: volunteer drivers, transport jobs, who was asked to drive, expenses.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Nothing was kept of drives before."""
    op.create_table(
        "transport_drivers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("submission_key", sa.Uuid(), nullable=False),
        sa.Column("status", _words("status", "registered", "active", "paused", "left"), nullable=False),
        sa.Column("channel", _words("channel", "web", "phone"), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_staff_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kana", sa.String(length=120), nullable=False),
        sa.Column("name_key", sa.String(length=300), nullable=False),
        sa.Column("name_pieces", postgresql.ARRAY(sa.String(length=2)), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("can_sms", sa.Boolean(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("municipality_code", sa.String(length=5), nullable=False),
        sa.Column(
            "licence_class",
            _words("licence_class", "standard", "semi_medium_5t", "semi_medium", "medium_8t", "medium", "large"),
            nullable=False,
        ),
        sa.Column("is_automatic_only", sa.Boolean(), nullable=False),
        sa.Column("licence_expires_on", sa.Date(), nullable=False),
        sa.Column("licence_number", sa.LargeBinary(), nullable=True),
        sa.Column("licence_last_four", sa.String(length=4), nullable=False),
        sa.Column("licence_checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("licence_checked_by_staff_id", sa.BigInteger(), nullable=True),
        sa.Column("free_weekdays", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("free_on", postgresql.ARRAY(sa.Date()), nullable=False),
        sa.Column("busy_on", postgresql.ARRAY(sa.Date()), nullable=False),
        sa.Column("farthest_km", sa.BigInteger(), nullable=False),
        sa.Column("has_own_car", sa.Boolean(), nullable=False),
        sa.Column("companion_seats", sa.BigInteger(), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("staff_note", sa.Text(), nullable=False),
        sa.Column("consent_version", sa.String(length=20), nullable=False),
        sa.Column("left_reason", sa.String(length=200), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status <> 'left' OR licence_number IS NULL", name=op.f("ck_transport_drivers_licence_erased")
        ),
        sa.CheckConstraint(
            "status IN ('registered', 'left') OR licence_checked_at IS NOT NULL",
            name=op.f("ck_transport_drivers_licence_checked"),
        ),
        sa.CheckConstraint("companion_seats BETWEEN 0 AND 9", name=op.f("ck_transport_drivers_companion_seats")),
        sa.CheckConstraint("farthest_km > 0", name=op.f("ck_transport_drivers_farthest_km")),
        sa.ForeignKeyConstraint(
            ["entered_by_staff_id"], ["staff.id"], name=op.f("fk_transport_drivers_entered_by_staff_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["licence_checked_by_staff_id"],
            ["staff.id"],
            name=op.f("fk_transport_drivers_licence_checked_by_staff_id_staff"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["municipalities.code"],
            name=op.f("fk_transport_drivers_municipality_code_municipalities"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transport_drivers")),
        sa.UniqueConstraint("submission_key", name="uq_transport_drivers_submission_key"),
    )
    op.create_index("ix_transport_drivers_list", "transport_drivers", ["status", "id"], unique=False)
    op.create_index(
        "ix_transport_drivers_name", "transport_drivers", ["name_pieces"], unique=False, postgresql_using="gin"
    )
    op.create_index(
        "ix_transport_drivers_phone_end",
        "transport_drivers",
        ["phone"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"phone": "gin_trgm_ops"},
    )
    op.create_index(
        "uq_transport_drivers_person",
        "transport_drivers",
        ["phone", "name_key"],
        unique=True,
        postgresql_where="status <> 'left'",
    )
    op.create_table(
        "transport_jobs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("submission_key", sa.Uuid(), nullable=False),
        sa.Column("activation_id", sa.BigInteger(), nullable=True),
        sa.Column("vehicle_id", sa.BigInteger(), nullable=False),
        sa.Column("status", _words("status", "open", "taken", "under_way", "arrived", "cancelled"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_base_id", sa.BigInteger(), nullable=True),
        sa.Column("from_name", sa.String(length=120), nullable=False),
        sa.Column("from_address", sa.String(length=200), nullable=False),
        sa.Column("from_municipality_code", sa.String(length=5), nullable=True),
        sa.Column("from_phone", sa.String(length=20), nullable=True),
        sa.Column("from_note", sa.String(length=400), nullable=False),
        sa.Column("to_base_id", sa.BigInteger(), nullable=True),
        sa.Column("to_name", sa.String(length=120), nullable=False),
        sa.Column("to_address", sa.String(length=200), nullable=False),
        sa.Column("to_municipality_code", sa.String(length=5), nullable=True),
        sa.Column("to_phone", sa.String(length=20), nullable=True),
        sa.Column("to_note", sa.String(length=400), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("departs_from", sa.Time(), nullable=True),
        sa.Column("departs_until", sa.Time(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "licence_needed",
            _words("licence_needed", "standard", "semi_medium_5t", "semi_medium", "medium_8t", "medium", "large"),
            nullable=False,
        ),
        sa.Column("means", _words("means", "driven", "temporary_permit", "carrier"), nullable=False),
        sa.Column("insurance", _words("insurance", "alliance", "vehicle", "carrier", "own"), nullable=False),
        sa.Column("insurance_note", sa.String(length=200), nullable=False),
        sa.Column(
            "way_home",
            _words("way_home", "undecided", "seat", "companion", "train", "other_car", "not_needed"),
            nullable=False,
        ),
        sa.Column("way_home_note", sa.String(length=200), nullable=False),
        sa.Column("seats_home", sa.BigInteger(), nullable=False),
        sa.Column("expected_km", sa.BigInteger(), nullable=True),
        sa.Column("is_toll_free", sa.Boolean(), nullable=False),
        sa.Column("expenses_limit_yen", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("driver_id", sa.BigInteger(), nullable=True),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("departed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("odometer_out_km", sa.BigInteger(), nullable=True),
        sa.Column("was_ready", sa.Boolean(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("odometer_in_km", sa.BigInteger(), nullable=True),
        sa.Column("is_odometer_confirmed", sa.Boolean(), nullable=False),
        sa.Column("arrival_note", sa.String(length=400), nullable=False),
        sa.Column("cancel_reason", sa.String(length=200), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status <> 'arrived' OR (arrived_at IS NOT NULL AND odometer_in_km IS NOT NULL)",
            name=op.f("ck_transport_jobs_arrival_facts"),
        ),
        sa.CheckConstraint(
            "status <> 'cancelled' OR cancel_reason <> ''", name=op.f("ck_transport_jobs_cancel_reason_given")
        ),
        sa.CheckConstraint(
            "status <> 'open' OR num_nonnulls(driver_id, member_id) = 0", name=op.f("ck_transport_jobs_open_is_free")
        ),
        sa.CheckConstraint(
            "status NOT IN ('taken', 'under_way', 'arrived') OR (num_nonnulls(driver_id, member_id) = 1 AND taken_at IS NOT NULL)",
            name=op.f("ck_transport_jobs_taken_by_somebody"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('under_way', 'arrived') OR (departed_at IS NOT NULL AND odometer_out_km IS NOT NULL)",
            name=op.f("ck_transport_jobs_departure_facts"),
        ),
        sa.CheckConstraint("departs_until >= departs_from", name=op.f("ck_transport_jobs_departure_window")),
        sa.CheckConstraint("num_nonnulls(driver_id, member_id) <= 1", name=op.f("ck_transport_jobs_one_taker")),
        sa.CheckConstraint(
            "odometer_in_km >= odometer_out_km OR is_odometer_confirmed",
            name=op.f("ck_transport_jobs_odometer_forward"),
        ),
        sa.CheckConstraint("odometer_out_km >= 0 AND odometer_in_km >= 0", name=op.f("ck_transport_jobs_odometer_km")),
        sa.CheckConstraint("seats_home BETWEEN 0 AND 9", name=op.f("ck_transport_jobs_seats_home")),
        sa.CheckConstraint(
            "to_base_id IS NULL OR to_base_id <> from_base_id", name=op.f("ck_transport_jobs_goes_somewhere")
        ),
        sa.ForeignKeyConstraint(
            ["activation_id"], ["activations.id"], name=op.f("fk_transport_jobs_activation_id_activations")
        ),
        sa.ForeignKeyConstraint(
            ["driver_id"], ["transport_drivers.id"], name=op.f("fk_transport_jobs_driver_id_transport_drivers")
        ),
        sa.ForeignKeyConstraint(["from_base_id"], ["bases.id"], name=op.f("fk_transport_jobs_from_base_id_bases")),
        sa.ForeignKeyConstraint(
            ["from_municipality_code"],
            ["municipalities.code"],
            name=op.f("fk_transport_jobs_from_municipality_code_municipalities"),
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_transport_jobs_member_id_members")),
        sa.ForeignKeyConstraint(["to_base_id"], ["bases.id"], name=op.f("fk_transport_jobs_to_base_id_bases")),
        sa.ForeignKeyConstraint(
            ["to_municipality_code"],
            ["municipalities.code"],
            name=op.f("fk_transport_jobs_to_municipality_code_municipalities"),
        ),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_transport_jobs_vehicle_id_vehicles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transport_jobs")),
        sa.UniqueConstraint("submission_key", name="uq_transport_jobs_submission_key"),
    )
    op.create_index("ix_transport_jobs_board", "transport_jobs", ["status", "starts_on", "id"], unique=False)
    op.create_index(
        "ix_transport_jobs_driver",
        "transport_jobs",
        ["driver_id", "starts_on"],
        unique=False,
        postgresql_where="driver_id IS NOT NULL",
    )
    op.create_index(
        "ix_transport_jobs_member",
        "transport_jobs",
        ["member_id"],
        unique=False,
        postgresql_where="member_id IS NOT NULL",
    )
    op.create_index("ix_transport_jobs_vehicle", "transport_jobs", ["vehicle_id", "id"], unique=False)
    op.create_index(
        "uq_transport_jobs_one_unfinished_per_vehicle",
        "transport_jobs",
        ["vehicle_id"],
        unique=True,
        postgresql_where="status IN ('open', 'taken', 'under_way')",
    )
    op.create_table(
        "transport_expenses",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind", _words("kind", "fuel", "toll", "fare", "lodging", "parking", "permit", "other"), nullable=False
        ),
        sa.Column("yen", sa.BigInteger(), nullable=False),
        sa.Column("has_receipt", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "claimed", "settled", "turned_down", name="status", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status = 'claimed' OR decided_at IS NOT NULL", name=op.f("ck_transport_expenses_decided")),
        sa.CheckConstraint("yen > 0", name=op.f("ck_transport_expenses_yen")),
        sa.ForeignKeyConstraint(
            ["job_id"], ["transport_jobs.id"], name=op.f("fk_transport_expenses_job_id_transport_jobs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transport_expenses")),
    )
    op.create_index(
        "ix_transport_expenses_claimed",
        "transport_expenses",
        ["id"],
        unique=False,
        postgresql_where="status = 'claimed'",
    )
    op.create_index("ix_transport_expenses_job", "transport_expenses", ["job_id"], unique=False)
    op.create_table(
        "transport_offers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("driver_id", sa.BigInteger(), nullable=True),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("status", _words("status", "asked", "taken", "refused", "closed", "given_back"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "refusal_reason", _words("refusal_reason", "day", "distance", "vehicle", "way_home", "other"), nullable=True
        ),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column(
            "close_reason",
            _words("close_reason", "taken_by_other", "job_cancelled", "taken_back", "driver_left"),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(status = 'closed') = (close_reason IS NOT NULL)", name=op.f("ck_transport_offers_closed_for_a_reason")
        ),
        sa.CheckConstraint(
            "status NOT IN ('taken', 'refused', 'given_back') OR answered_at IS NOT NULL",
            name=op.f("ck_transport_offers_answered"),
        ),
        sa.CheckConstraint("num_nonnulls(driver_id, member_id) = 1", name=op.f("ck_transport_offers_asks_somebody")),
        sa.ForeignKeyConstraint(
            ["driver_id"], ["transport_drivers.id"], name=op.f("fk_transport_offers_driver_id_transport_drivers")
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["transport_jobs.id"], name=op.f("fk_transport_offers_job_id_transport_jobs")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_transport_offers_member_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transport_offers")),
    )
    op.create_index("ix_transport_offers_driver", "transport_offers", ["driver_id", "status"], unique=False)
    op.create_index("ix_transport_offers_job", "transport_offers", ["job_id", "id"], unique=False)
    op.create_index(
        "uq_transport_offers_one_open_per_driver",
        "transport_offers",
        ["job_id", "driver_id"],
        unique=True,
        postgresql_where="status IN ('asked', 'taken') AND driver_id IS NOT NULL",
    )
    op.create_index(
        "uq_transport_offers_one_open_per_member",
        "transport_offers",
        ["job_id", "member_id"],
        unique=True,
        postgresql_where="status IN ('asked', 'taken') AND member_id IS NOT NULL",
    )
    op.create_index(
        "uq_transport_offers_one_taken_per_job",
        "transport_offers",
        ["job_id"],
        unique=True,
        postgresql_where="status = 'taken'",
    )


def downgrade() -> None:
    """The records of drives are lost."""
    op.drop_table("transport_offers")
    op.drop_table("transport_expenses")
    op.drop_table("transport_jobs")
    op.drop_table("transport_drivers")
