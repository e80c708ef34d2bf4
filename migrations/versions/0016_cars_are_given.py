"""Cars that people give: calls for them with their limits, donations, and the papers of each."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

CLASSES = (
    "kei_passenger", "passenger", "minivan", "kei_truck", "kei_van",
    "van_large", "truck_dump", "welfare", "camper", "microbus",
)  # fmt: skip


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("donation_serial")))
    op.create_table(
        "donation_appeals",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("activation_id", sa.BigInteger(), nullable=True),
        sa.Column("is_standing", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("open", "closed", name="status", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("NOT is_standing OR status = 'open'", name=op.f("ck_donation_appeals_standing_is_open")),
        sa.CheckConstraint("closes_on IS NULL OR closes_on >= opens_on", name=op.f("ck_donation_appeals_period")),
        sa.ForeignKeyConstraint(
            ["activation_id"], ["activations.id"], name=op.f("fk_donation_appeals_activation_id_activations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donation_appeals")),
    )
    op.create_index(
        "uq_donation_appeals_one_standing",
        "donation_appeals",
        ["is_standing"],
        unique=True,
        postgresql_where="is_standing",
    )
    op.create_table(
        "donation_limits",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("appeal_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("least_inspection_months", sa.BigInteger(), nullable=False),
        sa.Column("most_age_years", sa.BigInteger(), nullable=False),
        sa.Column("most_km", sa.BigInteger(), nullable=False),
        sa.Column("classes", postgresql.ARRAY(sa.String(length=30)), nullable=False),
        sa.Column("area_note", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cardinality(classes) > 0", name=op.f("ck_donation_limits_classes")),
        sa.CheckConstraint(
            "least_inspection_months BETWEEN 0 AND 24", name=op.f("ck_donation_limits_least_inspection_months")
        ),
        sa.CheckConstraint("most_age_years BETWEEN 1 AND 40", name=op.f("ck_donation_limits_most_age_years")),
        sa.CheckConstraint("most_km BETWEEN 1000 AND 1000000", name=op.f("ck_donation_limits_most_km")),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["donation_appeals.id"], name=op.f("fk_donation_limits_appeal_id_donation_appeals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donation_limits")),
        sa.UniqueConstraint("appeal_id", "number", name="uq_donation_limits_number"),
    )
    op.create_table(
        "donations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("serial", sa.BigInteger(), server_default=sa.text("nextval('donation_serial')"), nullable=False),
        sa.Column("submission_key", sa.Uuid(), nullable=False),
        sa.Column("appeal_id", sa.BigInteger(), nullable=False),
        sa.Column("limits_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "received",
                "preparing",
                "accepted",
                "completed",
                "recycling",
                "recycled",
                "declined",
                "withdrawn",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "channel",
            sa.Enum("web", "phone", name="channel", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_staff_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum("person", "company", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("organisation", sa.String(length=100), nullable=False),
        sa.Column("family_name", sa.String(length=60), nullable=False),
        sa.Column("given_name", sa.String(length=60), nullable=False),
        sa.Column("family_kana", sa.String(length=60), nullable=False),
        sa.Column("given_kana", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("can_sms", sa.Boolean(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("postal_code", sa.String(length=7), nullable=False),
        sa.Column("municipality_code", sa.String(length=5), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("car_name", sa.String(length=60), nullable=False),
        sa.Column("plate_area", sa.String(length=10), nullable=True),
        sa.Column("plate_class", sa.String(length=3), nullable=True),
        sa.Column("plate_kana", sa.String(length=1), nullable=True),
        sa.Column("plate_serial", sa.BigInteger(), nullable=True),
        sa.Column("chassis_number", sa.String(length=40), nullable=False),
        sa.Column(
            "vehicle_class",
            sa.Enum(
                "kei_passenger",
                "passenger",
                "minivan",
                "kei_truck",
                "kei_van",
                "van_large",
                "truck_dump",
                "welfare",
                "camper",
                "microbus",
                name="vehicle_class",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("first_registered_on", sa.Date(), nullable=False),
        sa.Column("inspection_ends_on", sa.Date(), nullable=True),
        sa.Column("compulsory_starts_on", sa.Date(), nullable=True),
        sa.Column("compulsory_ends_on", sa.Date(), nullable=True),
        sa.Column("odometer_km", sa.BigInteger(), nullable=False),
        sa.Column(
            "transmission",
            sa.Enum("AT", "MT", name="transmission", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "drive",
            sa.Enum("2WD", "4WD", name="drive", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("seats", sa.BigInteger(), nullable=False),
        sa.Column("colour", sa.String(length=30), nullable=False),
        sa.Column(
            "condition",
            sa.Enum(
                "good", "faulty", "not_running", name="condition", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("damage", sa.Text(), nullable=False),
        sa.Column(
            "owner",
            sa.Enum(
                "donor",
                "loan_company",
                "somebody_else",
                name="owner",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("address_changed", sa.Boolean(), nullable=False),
        sa.Column("stands_at", sa.String(length=200), nullable=False),
        sa.Column(
            "handing",
            sa.Enum("pick_up", "last_drive", name="handing", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("handed_from", sa.Date(), nullable=True),
        sa.Column("may_be_recycled", sa.Boolean(), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("consent_version", sa.String(length=20), nullable=False),
        sa.Column(
            "use",
            sa.Enum("lending", "recycling", name="use", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("shortcomings", postgresql.ARRAY(sa.String(length=30)), nullable=False),
        sa.Column("use_reason", sa.Text(), nullable=False),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.BigInteger(), nullable=True),
        sa.Column("planned_name_change_on", sa.Date(), nullable=True),
        sa.Column("name_changed_on", sa.Date(), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recycler", sa.String(length=100), nullable=False),
        sa.Column("appraised_yen", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("status <> 'declined' OR decision_reason <> ''", name=op.f("ck_donations_reason_given")),
        sa.CheckConstraint(
            "vehicle_id IS NULL OR status IN ('accepted', 'completed', 'withdrawn')",
            name=op.f("ck_donations_accepted_is_a_car"),
        ),
        sa.CheckConstraint("appraised_yen >= 0", name=op.f("ck_donations_appraised_yen")),
        sa.CheckConstraint("compulsory_starts_on < compulsory_ends_on", name=op.f("ck_donations_insurance_period")),
        sa.CheckConstraint(
            "inspection_ends_on > first_registered_on", name=op.f("ck_donations_inspection_after_registration")
        ),
        sa.CheckConstraint("odometer_km >= 0", name=op.f("ck_donations_odometer_km")),
        sa.CheckConstraint("seats BETWEEN 1 AND 60", name=op.f("ck_donations_seats")),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["donation_appeals.id"], name=op.f("fk_donations_appeal_id_donation_appeals")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_staff_id"], ["staff.id"], name=op.f("fk_donations_entered_by_staff_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["limits_id"], ["donation_limits.id"], name=op.f("fk_donations_limits_id_donation_limits")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_donations_member_id_members")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_donations_municipality_code_municipalities")
        ),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_donations_vehicle_id_vehicles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donations")),
        sa.UniqueConstraint("serial", name="uq_donations_serial"),
        sa.UniqueConstraint("submission_key", name="uq_donations_submission_key"),
    )
    op.create_index(
        "ix_donations_member", "donations", ["member_id"], unique=False, postgresql_where="member_id IS NOT NULL"
    )
    op.create_index("ix_donations_plate_serial", "donations", ["plate_serial"], unique=False)
    op.create_index("ix_donations_status", "donations", ["status", "id"], unique=False)
    op.create_index("ix_donations_vehicle", "donations", ["vehicle_id"], unique=False)
    op.create_index(
        "uq_donations_open_chassis",
        "donations",
        ["chassis_number"],
        unique=True,
        postgresql_where="status IN ('received', 'preparing', 'accepted', 'recycling')",
    )
    op.create_table(
        "donation_papers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("donation_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "inspection_certificate",
                "transfer_certificate",
                "seal_certificate",
                "power_of_attorney",
                "application_request",
                "address_history",
                "ownership_release",
                "owner_consent",
                "compulsory_insurance",
                "recycling_ticket",
                "tax_certificate",
                "maintenance_record",
                "keys",
                "our_seal_certificate",
                "our_power_of_attorney",
                "our_garage_certificate",
                "our_address_certificate",
                "our_application",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "missing",
                "received",
                "sent_back",
                "not_needed",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["donation_id"], ["donations.id"], name=op.f("fk_donation_papers_donation_id_donations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donation_papers")),
        sa.UniqueConstraint("donation_id", "kind", name="uq_donation_papers_kind"),
    )
    op.create_index(
        "ix_donation_papers_issued_on",
        "donation_papers",
        ["kind", "issued_on"],
        unique=False,
        postgresql_where="issued_on IS NOT NULL",
    )
    _open_the_standing_call()


def _open_the_standing_call() -> None:
    """Cars can be given from the first day on."""
    op.execute(
        "INSERT INTO donation_appeals (name, description, is_standing, status, opens_on, created_at)"
        " VALUES ('通常の受付', '', true, 'open', '2026-01-01', now())"
    )
    op.execute(
        sa.text(
            "INSERT INTO donation_limits (appeal_id, number, least_inspection_months, most_age_years, most_km, classes,"
            " area_note, reason, created_at) SELECT id, 1, 6, 15, 150000, string_to_array(:classes, ','), '',"
            " '呼びかけの作成', now() FROM donation_appeals"
        ).bindparams(classes=",".join(sorted(CLASSES)))
    )


def downgrade() -> None:
    """What was given is forgotten with its tables."""
    op.drop_index(
        "ix_donation_papers_issued_on", table_name="donation_papers", postgresql_where="issued_on IS NOT NULL"
    )
    op.drop_table("donation_papers")
    op.drop_index(
        "uq_donations_open_chassis",
        table_name="donations",
        postgresql_where="status IN ('received', 'preparing', 'accepted', 'recycling')",
    )
    op.drop_index("ix_donations_vehicle", table_name="donations")
    op.drop_index("ix_donations_status", table_name="donations")
    op.drop_index("ix_donations_plate_serial", table_name="donations")
    op.drop_index("ix_donations_member", table_name="donations", postgresql_where="member_id IS NOT NULL")
    op.drop_table("donations")
    op.drop_table("donation_limits")
    op.drop_index("uq_donation_appeals_one_standing", table_name="donation_appeals", postgresql_where="is_standing")
    op.drop_table("donation_appeals")
    op.execute("DELETE FROM audit_events WHERE subject_kind IN ('donation_appeal', 'donation', 'donation_paper')")
    op.execute(sa.schema.DropSequence(sa.Sequence("donation_serial")))
