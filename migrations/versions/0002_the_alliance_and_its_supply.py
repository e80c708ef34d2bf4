"""Members, pledges, agreements, leases; needs, calls and deliveries; accounts of members."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geography
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


ROLES = ("admin", "coordinator", "desk", "viewer")
ACTOR_KINDS = ("staff", "applicant", "public", "system")


def allow(table: str, column: str, values: tuple[str, ...]) -> None:
    """Hold a column of words to these values."""
    name = f"ck_{table}_{column}"
    listed = ", ".join(f"'{value}'" for value in values)
    op.drop_constraint(op.f(name), table, type_="check")
    op.create_check_constraint(op.f(name), table, f"{column} IN ({listed})")


def upgrade() -> None:
    allow("staff", "role", (*ROLES, "member"))
    allow("audit_events", "actor_kind", (*ACTOR_KINDS, "member"))
    op.create_table(
        "agreements",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "prefecture",
                "city",
                "association",
                "three_way",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum("draft", "in_force", "ended", name="status", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("area", postgresql.ARRAY(sa.String(length=5)), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("renews_automatically", sa.Boolean(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column(
            "trigger",
            sa.Enum(
                "request",
                "own_judgement",
                "either",
                name="trigger",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("requester", sa.String(length=200), nullable=False),
        sa.Column("place_duty", sa.Text(), nullable=False),
        sa.Column("publicity_duty", sa.Text(), nullable=False),
        sa.Column("information_duty", sa.Text(), nullable=False),
        sa.Column("cost_clause", sa.Text(), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("status <> 'in_force' OR signed_on IS NOT NULL", name=op.f("ck_agreements_signed_in_force")),
        sa.CheckConstraint(
            "effective_on IS NULL OR effective_on >= signed_on", name=op.f("ck_agreements_effective_after_signing")
        ),
        sa.CheckConstraint(
            "expires_on IS NULL OR expires_on >= effective_on", name=op.f("ck_agreements_expires_after_effect")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
    )
    op.create_index("ix_agreements_area", "agreements", ["area"], unique=False, postgresql_using="gin")
    op.create_index(
        "ix_agreements_review", "agreements", ["review_on"], unique=False, postgresql_where="status = 'in_force'"
    )
    op.create_table(
        "stored_files",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_stored_files_not_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_files")),
        sa.UniqueConstraint("sha256", name=op.f("uq_stored_files_sha256")),
    )
    op.create_table(
        "agreement_contacts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("agreement_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("department", sa.String(length=80), nullable=False),
        sa.Column(
            "hours",
            sa.Enum("always", "day", "night", name="hours", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.CheckConstraint("phone IS NOT NULL OR email IS NOT NULL", name=op.f("ck_agreement_contacts_can_be_reached")),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreements.id"], name=op.f("fk_agreement_contacts_agreement_id_agreements")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_contacts")),
    )
    op.create_index(op.f("ix_agreement_contacts_agreement_id"), "agreement_contacts", ["agreement_id"], unique=False)
    op.create_table(
        "agreement_files",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("agreement_id", sa.BigInteger(), nullable=False),
        sa.Column("stored_file_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("page_count", sa.BigInteger(), nullable=False),
        sa.Column("added_by_staff_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by_staff_id"], ["staff.id"], name=op.f("fk_agreement_files_added_by_staff_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreements.id"], name=op.f("fk_agreement_files_agreement_id_agreements")
        ),
        sa.ForeignKeyConstraint(
            ["stored_file_id"], ["stored_files.id"], name=op.f("fk_agreement_files_stored_file_id_stored_files")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_files")),
        sa.UniqueConstraint("agreement_id", "stored_file_id", name="uq_agreement_files_content"),
    )
    op.create_table(
        "agreement_parties",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("agreement_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("area_key", sa.String(length=5), nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreements.id"], name=op.f("fk_agreement_parties_agreement_id_agreements")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_parties")),
    )
    op.create_index(op.f("ix_agreement_parties_agreement_id"), "agreement_parties", ["agreement_id"], unique=False)
    op.create_table(
        "agreement_reminders",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("agreement_id", sa.BigInteger(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("threshold_days", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreements.id"], name=op.f("fk_agreement_reminders_agreement_id_agreements")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_reminders")),
        sa.UniqueConstraint("agreement_id", "review_on", "threshold_days", name="uq_agreement_reminders_threshold"),
    )
    op.create_index(
        "ix_agreement_reminders_open",
        "agreement_reminders",
        ["agreement_id"],
        unique=False,
        postgresql_where="closed_at IS NULL",
    )
    op.create_table(
        "base_candidates",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("agreement_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("municipality_code", sa.String(length=5), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column(
            "place",
            Geography(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeogFromText",
                name="geography",
            ),
            nullable=True,
        ),
        sa.Column("capacity_cars", sa.BigInteger(), nullable=True),
        sa.Column("hours", sa.String(length=100), nullable=False),
        sa.Column("has_power", sa.Boolean(), nullable=True),
        sa.Column("has_toilet", sa.Boolean(), nullable=True),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.CheckConstraint("capacity_cars > 0", name=op.f("ck_base_candidates_capacity")),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreements.id"], name=op.f("fk_base_candidates_agreement_id_agreements")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["municipalities.code"],
            name=op.f("fk_base_candidates_municipality_code_municipalities"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_candidates")),
    )
    op.create_index(op.f("ix_base_candidates_agreement_id"), "base_candidates", ["agreement_id"], unique=False)
    op.create_index(
        op.f("ix_base_candidates_municipality_code"), "base_candidates", ["municipality_code"], unique=False
    )
    op.create_index("ix_base_candidates_place", "base_candidates", ["place"], unique=False, postgresql_using="gist")
    op.create_table(
        "members",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kana", sa.String(length=200), nullable=False),
        sa.Column("municipality_code", sa.String(length=5), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("current", "left", name="status", native_enum=False, create_constraint=True, length=40),
            server_default="current",
            nullable=False,
        ),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(status = 'left') = (left_on IS NOT NULL)", name=op.f("ck_members_left_with_a_day")),
        sa.CheckConstraint("left_on IS NULL OR left_on >= joined_on", name=op.f("ck_members_leaves_after_joining")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_members_parent_is_another")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_members_municipality_code_municipalities")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["members.id"], name=op.f("fk_members_parent_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint("name", name="uq_members_name"),
    )
    op.create_index("ix_members_parent", "members", ["parent_id"], unique=False)
    op.create_table(
        "member_contacts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("department", sa.String(length=80), nullable=False),
        sa.Column(
            "hours",
            sa.Enum("always", "day", "night", name="hours", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("can_sms", sa.Boolean(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.CheckConstraint("phone IS NOT NULL OR email IS NOT NULL", name=op.f("ck_member_contacts_can_be_reached")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_member_contacts_member_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_contacts")),
    )
    op.create_index("ix_member_contacts_member", "member_contacts", ["member_id"], unique=False)
    op.create_table(
        "member_invitations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("email", postgresql.CITEXT(), nullable=False),
        sa.Column("invited_by_staff_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "invited", "accepted", "revoked", name="status", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'accepted') = (accepted_at IS NOT NULL)", name=op.f("ck_member_invitations_accepted_at")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_staff_id"], ["staff.id"], name=op.f("fk_member_invitations_invited_by_staff_id_staff")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_member_invitations_member_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_invitations")),
    )
    op.create_index("ix_member_invitations_member", "member_invitations", ["member_id"], unique=False)
    op.create_index(
        "uq_member_invitations_open",
        "member_invitations",
        ["email"],
        unique=True,
        postgresql_where="status = 'invited'",
    )
    op.create_table(
        "member_people",
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_member_people_member_id_members")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_member_people_staff_id_staff")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_member_people")),
    )
    op.create_index(op.f("ix_member_people_member_id"), "member_people", ["member_id"], unique=False)
    op.create_table(
        "pledges",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "vehicle",
                "tyre",
                "car_goods",
                "engine_oil",
                "transport",
                "maintenance",
                "registration",
                "publicity",
                "donation",
                "funds",
                "place",
                "people",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
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
            nullable=True,
        ),
        sa.Column("specification", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("area", postgresql.ARRAY(sa.String(length=5)), nullable=False),
        sa.Column("lead_time_days", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "declared", "in_force", "lapsed", name="status", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lapsed_on", sa.Date(), nullable=True),
        sa.Column("lapse_reason", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'vehicle') = (vehicle_class IS NOT NULL)", name=op.f("ck_pledges_class_of_vehicles")
        ),
        sa.CheckConstraint(
            "status <> 'in_force' OR confirmed_on IS NOT NULL", name=op.f("ck_pledges_confirmed_in_force")
        ),
        sa.CheckConstraint("lead_time_days BETWEEN 0 AND 365", name=op.f("ck_pledges_lead_time")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_pledges_quantity")),
        sa.CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_pledges_validity")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_pledges_member_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledges")),
    )
    op.create_index("ix_pledges_area", "pledges", ["area"], unique=False, postgresql_using="gin")
    op.create_index(
        "ix_pledges_kind", "pledges", ["kind", "vehicle_class"], unique=False, postgresql_where="status <> 'lapsed'"
    )
    op.create_index("ix_pledges_member", "pledges", ["member_id"], unique=False)
    op.create_table(
        "needs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("activation_id", sa.BigInteger(), nullable=False),
        sa.Column("base_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "vehicle",
                "tyre",
                "car_goods",
                "engine_oil",
                "transport",
                "maintenance",
                "registration",
                "publicity",
                "donation",
                "funds",
                "place",
                "people",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
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
            nullable=True,
        ),
        sa.Column("detail", sa.String(length=80), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("needed_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(kind = 'vehicle') = (vehicle_class IS NOT NULL)", name=op.f("ck_needs_class_of_vehicles")),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_needs_quantity")),
        sa.ForeignKeyConstraint(["activation_id"], ["activations.id"], name=op.f("fk_needs_activation_id_activations")),
        sa.ForeignKeyConstraint(["base_id"], ["bases.id"], name=op.f("fk_needs_base_id_bases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_needs")),
        sa.UniqueConstraint(
            "activation_id",
            "base_id",
            "kind",
            "vehicle_class",
            "detail",
            "unit",
            name="uq_needs_item",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "leases",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("vehicle_id", sa.BigInteger(), nullable=False),
        sa.Column("lessee_name", sa.String(length=120), nullable=False),
        sa.Column("lessee_phone", sa.String(length=20), nullable=True),
        sa.Column("lessee_can_sms", sa.Boolean(), nullable=False),
        sa.Column("lessee_email", sa.String(length=254), nullable=True),
        sa.Column("kept_in_code", sa.String(length=5), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("monthly_fee_yen", sa.BigInteger(), nullable=False),
        sa.Column("return_within_days", sa.BigInteger(), nullable=False),
        sa.Column("insured_until", sa.Date(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "running", "recalled", "ended", name="status", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_leases_starts_before_it_ends")),
        sa.CheckConstraint(
            "lessee_phone IS NOT NULL OR lessee_email IS NOT NULL", name=op.f("ck_leases_lessee_can_be_reached")
        ),
        sa.CheckConstraint("monthly_fee_yen >= 0", name=op.f("ck_leases_monthly_fee")),
        sa.CheckConstraint("return_within_days BETWEEN 1 AND 60", name=op.f("ck_leases_return_within_days")),
        sa.ForeignKeyConstraint(
            ["kept_in_code"], ["municipalities.code"], name=op.f("fk_leases_kept_in_code_municipalities")
        ),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_leases_vehicle_id_vehicles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leases")),
    )
    op.create_index("ix_leases_kept_in", "leases", ["kept_in_code"], unique=False, postgresql_where="status <> 'ended'")
    op.create_index(
        "uq_leases_one_open_per_vehicle", "leases", ["vehicle_id"], unique=True, postgresql_where="status <> 'ended'"
    )
    op.create_table(
        "calls",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("activation_id", sa.BigInteger(), nullable=False),
        sa.Column("need_id", sa.BigInteger(), nullable=False),
        sa.Column("pledge_id", sa.BigInteger(), nullable=True),
        sa.Column("lease_id", sa.BigInteger(), nullable=True),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("message", sa.String(length=400), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "asked",
                "agreed",
                "refused",
                "met",
                "cancelled",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("agreed_quantity", sa.BigInteger(), nullable=True),
        sa.Column("ready_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("passed_on_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status NOT IN ('agreed', 'met') OR (agreed_quantity IS NOT NULL AND ready_on IS NOT NULL)",
            name=op.f("ck_calls_agreed_with_facts"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('agreed', 'refused', 'met') OR answered_at IS NOT NULL", name=op.f("ck_calls_answered")
        ),
        sa.CheckConstraint("agreed_quantity BETWEEN 1 AND quantity", name=op.f("ck_calls_agreed_quantity")),
        sa.CheckConstraint("num_nonnulls(member_id, lease_id) = 1", name=op.f("ck_calls_asks_somebody")),
        sa.CheckConstraint(
            "num_nonnulls(pledge_id, lease_id) = 1 OR parent_id IS NOT NULL", name=op.f("ck_calls_asks_for_something")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_calls_quantity")),
        sa.ForeignKeyConstraint(["activation_id"], ["activations.id"], name=op.f("fk_calls_activation_id_activations")),
        sa.ForeignKeyConstraint(["lease_id"], ["leases.id"], name=op.f("fk_calls_lease_id_leases")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_calls_member_id_members")),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name=op.f("fk_calls_need_id_needs")),
        sa.ForeignKeyConstraint(["parent_id"], ["calls.id"], name=op.f("fk_calls_parent_id_calls")),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledges.id"], name=op.f("fk_calls_pledge_id_pledges")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
    )
    op.create_index("ix_calls_activation", "calls", ["activation_id", "status", "deadline_at"], unique=False)
    op.create_index("ix_calls_member", "calls", ["member_id"], unique=False)
    op.create_index(op.f("ix_calls_need_id"), "calls", ["need_id"], unique=False)
    op.create_index("ix_calls_parent", "calls", ["parent_id"], unique=False)
    op.create_index("ix_calls_pledge", "calls", ["pledge_id"], unique=False)
    op.create_index(
        "uq_calls_one_open_per_lease",
        "calls",
        ["lease_id"],
        unique=True,
        postgresql_where="status IN ('asked', 'agreed')",
    )
    op.create_table(
        "call_attempts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "result",
            sa.Enum(
                "no_answer",
                "will_answer",
                "ring_again",
                name="result",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_attempts_call_id_calls")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_call_attempts_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_attempts")),
    )
    op.create_index(op.f("ix_call_attempts_call_id"), "call_attempts", ["call_id"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("base_id", sa.BigInteger(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "under_way",
                "delivered",
                "cancelled",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("departed_on", sa.Date(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status <> 'delivered' OR delivered_at IS NOT NULL", name=op.f("ck_deliveries_delivered_at")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_deliveries_quantity")),
        sa.ForeignKeyConstraint(["base_id"], ["bases.id"], name=op.f("fk_deliveries_base_id_bases")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_deliveries_call_id_calls")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index("ix_deliveries_call", "deliveries", ["call_id"], unique=False)
    op.create_table(
        "delivery_vehicles",
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("vehicle_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_delivery_vehicles_delivery_id_deliveries")
        ),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_delivery_vehicles_vehicle_id_vehicles")),
        sa.PrimaryKeyConstraint("delivery_id", "vehicle_id", name=op.f("pk_delivery_vehicles")),
    )
    op.create_index(op.f("ix_delivery_vehicles_vehicle_id"), "delivery_vehicles", ["vehicle_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_delivery_vehicles_vehicle_id"), table_name="delivery_vehicles")
    op.drop_table("delivery_vehicles")
    op.drop_index("ix_deliveries_call", table_name="deliveries")
    op.drop_table("deliveries")
    op.drop_index(op.f("ix_call_attempts_call_id"), table_name="call_attempts")
    op.drop_table("call_attempts")
    op.drop_index("uq_calls_one_open_per_lease", table_name="calls", postgresql_where="status IN ('asked', 'agreed')")
    op.drop_index("ix_calls_pledge", table_name="calls")
    op.drop_index("ix_calls_parent", table_name="calls")
    op.drop_index(op.f("ix_calls_need_id"), table_name="calls")
    op.drop_index("ix_calls_member", table_name="calls")
    op.drop_index("ix_calls_activation", table_name="calls")
    op.drop_table("calls")
    op.drop_index("uq_leases_one_open_per_vehicle", table_name="leases", postgresql_where="status <> 'ended'")
    op.drop_index("ix_leases_kept_in", table_name="leases", postgresql_where="status <> 'ended'")
    op.drop_table("leases")
    op.drop_table("needs")
    op.drop_index("ix_pledges_member", table_name="pledges")
    op.drop_index("ix_pledges_kind", table_name="pledges", postgresql_where="status <> 'lapsed'")
    op.drop_index("ix_pledges_area", table_name="pledges", postgresql_using="gin")
    op.drop_table("pledges")
    op.drop_index(op.f("ix_member_people_member_id"), table_name="member_people")
    op.drop_table("member_people")
    op.drop_index("uq_member_invitations_open", table_name="member_invitations", postgresql_where="status = 'invited'")
    op.drop_index("ix_member_invitations_member", table_name="member_invitations")
    op.drop_table("member_invitations")
    op.drop_index("ix_member_contacts_member", table_name="member_contacts")
    op.drop_table("member_contacts")
    op.drop_index("ix_members_parent", table_name="members")
    op.drop_table("members")
    op.drop_index("ix_base_candidates_place", table_name="base_candidates", postgresql_using="gist")
    op.drop_index(op.f("ix_base_candidates_municipality_code"), table_name="base_candidates")
    op.drop_index(op.f("ix_base_candidates_agreement_id"), table_name="base_candidates")
    op.drop_table("base_candidates")
    op.drop_index("ix_agreement_reminders_open", table_name="agreement_reminders", postgresql_where="closed_at IS NULL")
    op.drop_table("agreement_reminders")
    op.drop_index(op.f("ix_agreement_parties_agreement_id"), table_name="agreement_parties")
    op.drop_table("agreement_parties")
    op.drop_table("agreement_files")
    op.drop_index(op.f("ix_agreement_contacts_agreement_id"), table_name="agreement_contacts")
    op.drop_table("agreement_contacts")
    op.drop_table("stored_files")
    op.drop_index("ix_agreements_review", table_name="agreements", postgresql_where="status = 'in_force'")
    op.drop_index("ix_agreements_area", table_name="agreements", postgresql_using="gin")
    op.drop_table("agreements")
    allow("audit_events", "actor_kind", ACTOR_KINDS)
    allow("staff", "role", ROLES)
