"""The first tables of the house."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geography
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    for extension in ("postgis", "btree_gist", "pg_trgm", "citext"):
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    op.execute(sa.schema.CreateSequence(sa.Sequence("application_serial")))
    op.create_table(
        "access_links",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_access_links_token_hash")),
    )
    op.create_index("ix_access_links_subject", "access_links", ["subject_kind", "subject_id"], unique=False)
    op.create_table(
        "audit_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "actor_kind",
            sa.Enum(
                "staff",
                "applicant",
                "public",
                "system",
                name="actor_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("activation_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("before", sa.String(length=40), nullable=True),
        sa.Column("after", sa.String(length=40), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
    )
    op.create_index("ix_audit_events_activation", "audit_events", ["activation_id", "id"], unique=False)
    op.create_index("ix_audit_events_subject", "audit_events", ["subject_kind", "subject_id", "id"], unique=False)
    op.create_table(
        "disasters",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "flood",
                "earthquake",
                "typhoon",
                "tsunami",
                "landslide",
                "snow",
                "volcano",
                "other",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disasters")),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("activation_id", sa.BigInteger(), nullable=True),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("link_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "queued",
                "sending",
                "sent",
                "delivered",
                "undelivered",
                "failed",
                "unknown",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("error_code", sa.String(length=20), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status <> 'failed' OR error_code <> ''", name=op.f("ck_messages_failed_with_reason")),
        sa.CheckConstraint("status = 'queued' OR claimed_at IS NOT NULL", name=op.f("ck_messages_claimed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("key", name="uq_messages_key"),
    )
    op.create_index("ix_messages_activation", "messages", ["activation_id", "id"], unique=False)
    op.create_index(
        "ix_messages_open",
        "messages",
        ["status", "claimed_at"],
        unique=False,
        postgresql_where="status IN ('queued', 'sending', 'unknown')",
    )
    op.create_index("ix_messages_phone", "messages", ["phone", "id"], unique=False)
    op.create_index("ix_messages_status", "messages", ["status", "id"], unique=False)
    op.create_index("ix_messages_subject", "messages", ["subject_kind", "subject_id", "id"], unique=False)
    op.create_table(
        "municipalities",
        sa.Column("code", sa.String(length=5), nullable=False),
        sa.Column("prefecture", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("kana", sa.String(length=80), nullable=False),
        sa.Column("county", sa.String(length=10), server_default="", nullable=False),
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
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_municipalities")),
    )
    op.create_index("ix_municipalities_place", "municipalities", ["place"], unique=False, postgresql_using="gist")
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("job", sa.String(length=80), nullable=False),
        sa.Column("args", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("last_fault", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index(
        "ix_outbox_unfinished",
        "outbox",
        ["queued_at"],
        unique=False,
        postgresql_where="queued_at IS NOT NULL AND done_at IS NULL",
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["due_at", "id"],
        unique=False,
        postgresql_where="queued_at IS NULL AND done_at IS NULL",
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("email", postgresql.CITEXT(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "admin",
                "coordinator",
                "desk",
                "viewer",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("email", name="uq_staff_email"),
    )
    op.create_table(
        "activations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("disaster_id", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "preparing",
                "open",
                "winding_down",
                "closed",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("intake_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("intake_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("help_phone", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "ends_on >= (coalesce(intake_until, intake_from) AT TIME ZONE 'Asia/Tokyo')::date",
            name=op.f("ck_activations_end_after_intake"),
        ),
        sa.CheckConstraint(
            "intake_until IS NULL OR intake_until >= intake_from", name=op.f("ck_activations_intake_period")
        ),
        sa.ForeignKeyConstraint(["disaster_id"], ["disasters.id"], name=op.f("fk_activations_disaster_id_disasters")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activations")),
        sa.UniqueConstraint("slug", name="uq_activations_slug"),
    )
    op.create_index(op.f("ix_activations_disaster_id"), "activations", ["disaster_id"], unique=False)
    op.create_table(
        "postal_codes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=7), nullable=False),
        sa.Column("municipality_code", sa.String(length=5), nullable=False),
        sa.Column("town", sa.String(length=200), nullable=False),
        sa.Column("town_kana", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["municipalities.code"],
            name=op.f("fk_postal_codes_municipality_code_municipalities"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postal_codes")),
    )
    op.create_index(op.f("ix_postal_codes_code"), "postal_codes", ["code"], unique=False)
    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_sessions_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_sessions_token_hash")),
    )
    op.create_index(op.f("ix_staff_sessions_staff_id"), "staff_sessions", ["staff_id"], unique=False)
    op.create_table(
        "vehicle_imports",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("places", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("good_rows", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("faults", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_vehicle_imports_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicle_imports")),
    )
    op.create_table(
        "activation_municipalities",
        sa.Column("activation_id", sa.BigInteger(), nullable=False),
        sa.Column("municipality_code", sa.String(length=5), nullable=False),
        sa.ForeignKeyConstraint(
            ["activation_id"], ["activations.id"], name=op.f("fk_activation_municipalities_activation_id_activations")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["municipalities.code"],
            name=op.f("fk_activation_municipalities_municipality_code_municipalities"),
        ),
        sa.PrimaryKeyConstraint("activation_id", "municipality_code", name=op.f("pk_activation_municipalities")),
    )
    op.create_table(
        "allocation_runs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("activation_id", sa.BigInteger(), nullable=False),
        sa.Column("base_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("waiting_count", sa.BigInteger(), nullable=False),
        sa.Column("free_count", sa.BigInteger(), nullable=False),
        sa.Column("assigned_count", sa.BigInteger(), nullable=False),
        sa.Column("scenario", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("plan", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["activation_id"], ["activations.id"], name=op.f("fk_allocation_runs_activation_id_activations")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_allocation_runs_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation_runs")),
    )
    op.create_index("ix_allocation_runs_activation", "allocation_runs", ["activation_id", "id"], unique=False)
    op.create_table(
        "applications",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("serial", sa.BigInteger(), server_default=sa.text("nextval('application_serial')"), nullable=False),
        sa.Column("submission_key", sa.Uuid(), nullable=False),
        sa.Column("activation_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "received",
                "asked_back",
                "admitted",
                "turned_down",
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
            sa.Enum("web", "phone", "paper", name="channel", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_staff_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum("person", "group", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("organisation", sa.String(length=100), nullable=False),
        sa.Column("family_name", sa.String(length=60), nullable=False),
        sa.Column("given_name", sa.String(length=60), nullable=False),
        sa.Column("family_kana", sa.String(length=60), nullable=False),
        sa.Column("given_kana", sa.String(length=60), nullable=False),
        sa.Column("name_key", sa.String(length=300), nullable=False),
        sa.Column("name_pieces", postgresql.ARRAY(sa.String(length=2)), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("can_sms", sa.Boolean(), nullable=False),
        sa.Column("postal_code", sa.String(length=7), nullable=False),
        sa.Column("municipality_code", sa.String(length=5), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("present_address", sa.String(length=200), nullable=False),
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
        sa.Column("evidence", postgresql.ARRAY(sa.String(length=30)), nullable=False),
        sa.Column("circumstances", postgresql.ARRAY(sa.String(length=30)), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("family_consent_name", sa.String(length=60), nullable=False),
        sa.Column("family_consent_relation", sa.String(length=40), nullable=False),
        sa.Column("family_consent_phone", sa.String(length=20), nullable=False),
        sa.Column("consent_version", sa.String(length=20), nullable=False),
        sa.Column("shares_with_municipality", sa.Boolean(), nullable=False),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(status = 'received') OR decided_at IS NOT NULL", name=op.f("ck_applications_decided")),
        sa.CheckConstraint(
            "status NOT IN ('turned_down', 'asked_back') OR decision_reason <> ''",
            name=op.f("ck_applications_reason_given"),
        ),
        sa.ForeignKeyConstraint(
            ["activation_id"], ["activations.id"], name=op.f("fk_applications_activation_id_activations")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_staff_id"], ["staff.id"], name=op.f("fk_applications_entered_by_staff_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["municipalities.code"],
            name=op.f("fk_applications_municipality_code_municipalities"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint("serial", name="uq_applications_serial"),
        sa.UniqueConstraint("submission_key", name="uq_applications_submission_key"),
    )
    op.create_index("ix_applications_arrival", "applications", ["activation_id", "received_at", "id"], unique=False)
    op.create_index("ix_applications_name", "applications", ["name_pieces"], unique=False, postgresql_using="gin")
    op.create_index("ix_applications_phone", "applications", ["phone"], unique=False)
    op.create_index(
        "ix_applications_phone_end",
        "applications",
        ["phone"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"phone": "gin_trgm_ops"},
    )
    op.create_index(
        "ix_applications_queue", "applications", ["activation_id", "status", "received_at", "id"], unique=False
    )
    op.create_table(
        "bases",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("activation_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("municipality_code", sa.String(length=5), nullable=False),
        sa.Column(
            "place",
            Geography(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeogFromText",
                name="geography",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("opens_at", sa.Time(), nullable=False),
        sa.Column("closes_at", sa.Time(), nullable=False),
        sa.Column("closed_weekdays", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("handovers_per_slot", sa.BigInteger(), nullable=False),
        sa.Column("directions", sa.Text(), nullable=False),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_bases_opening_hours")),
        sa.CheckConstraint("handovers_per_slot > 0", name=op.f("ck_bases_handovers_per_slot")),
        sa.ForeignKeyConstraint(["activation_id"], ["activations.id"], name=op.f("fk_bases_activation_id_activations")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_bases_municipality_code_municipalities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bases")),
    )
    op.create_index(op.f("ix_bases_activation_id"), "bases", ["activation_id"], unique=False)
    op.create_index("ix_bases_place", "bases", ["place"], unique=False, postgresql_using="gist")
    op.create_table(
        "terms_versions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("activation_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["activation_id"], ["activations.id"], name=op.f("fk_terms_versions_activation_id_activations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms_versions")),
        sa.UniqueConstraint("activation_id", "number", name="uq_terms_versions_number"),
    )
    op.create_table(
        "drivers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kana", sa.String(length=120), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column(
            "licence_kind",
            sa.Enum(
                "standard",
                "semi_medium",
                "medium",
                "large",
                "foreign",
                name="licence_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("licence_expires_on", sa.Date(), nullable=False),
        sa.Column("is_automatic_only", sa.Boolean(), nullable=False),
        sa.Column("licence_number", sa.LargeBinary(), nullable=True),
        sa.Column("licence_last_four", sa.String(length=4), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_drivers_application_id_applications")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drivers")),
    )
    op.create_index("ix_drivers_application", "drivers", ["application_id", "position"], unique=False)
    op.create_table(
        "requests",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("activation_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "waiting",
                "reserved",
                "served",
                "withdrawn",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("tier", sa.BigInteger(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("classes", postgresql.ARRAY(sa.String(length=30)), nullable=False),
        sa.Column("seats", sa.BigInteger(), nullable=False),
        sa.Column("can_drive_manual", sa.Boolean(), nullable=False),
        sa.Column("required_features", postgresql.ARRAY(sa.String(length=30)), nullable=False),
        sa.Column("needed_from", sa.Date(), nullable=False),
        sa.Column("needed_until", sa.Date(), nullable=False),
        sa.Column("max_distance_km", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("cardinality(classes) > 0", name=op.f("ck_requests_classes")),
        sa.CheckConstraint("needed_until >= needed_from", name=op.f("ck_requests_needed_period")),
        sa.CheckConstraint("seats BETWEEN 1 AND 60", name=op.f("ck_requests_seats")),
        sa.CheckConstraint("tier BETWEEN 1 AND 9", name=op.f("ck_requests_tier")),
        sa.ForeignKeyConstraint(
            ["activation_id"], ["activations.id"], name=op.f("fk_requests_activation_id_activations")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_requests_application_id_applications")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
    )
    op.create_index("ix_requests_application", "requests", ["application_id"], unique=False)
    op.create_index(
        "ix_requests_order",
        "requests",
        ["activation_id", "status", "tier", "submitted_at", "id"],
        unique=False,
        postgresql_include=["application_id"],
    )
    op.create_table(
        "terms_lines",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
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
        sa.Column("days", sa.BigInteger(), nullable=False),
        sa.Column("is_renewable", sa.Boolean(), nullable=False),
        sa.CheckConstraint("days BETWEEN 1 AND 366", name=op.f("ck_terms_lines_days")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["terms_versions.id"], name=op.f("fk_terms_lines_version_id_terms_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms_lines")),
        sa.UniqueConstraint("version_id", "vehicle_class", name="uq_terms_lines_class"),
    )
    op.create_table(
        "vehicles",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("chassis_number", sa.String(length=40), nullable=False),
        sa.Column("plate_area", sa.String(length=10), nullable=True),
        sa.Column("plate_class", sa.String(length=3), nullable=True),
        sa.Column("plate_kana", sa.String(length=1), nullable=True),
        sa.Column("plate_serial", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
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
        sa.Column("seats", sa.BigInteger(), nullable=False),
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
        sa.Column("features", postgresql.ARRAY(sa.String(length=30)), nullable=False),
        sa.Column("base_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "promised",
                "in_transit",
                "ready",
                "out_of_service",
                "released",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("odometer_km", sa.BigInteger(), nullable=False),
        sa.Column("available_from", sa.Date(), nullable=True),
        sa.Column(
            "out_reason",
            sa.Enum(
                "breakdown",
                "accident",
                "inspection",
                "papers",
                "cleaning",
                "other",
                name="out_reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("out_note", sa.String(length=200), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status <> 'out_of_service' OR out_reason IS NOT NULL", name=op.f("ck_vehicles_out_for_a_reason")
        ),
        sa.CheckConstraint("status <> 'ready' OR base_id IS NOT NULL", name=op.f("ck_vehicles_ready_at_a_base")),
        sa.CheckConstraint("odometer_km >= 0", name=op.f("ck_vehicles_odometer_km")),
        sa.CheckConstraint("seats BETWEEN 1 AND 60", name=op.f("ck_vehicles_seats")),
        sa.ForeignKeyConstraint(["base_id"], ["bases.id"], name=op.f("fk_vehicles_base_id_bases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicles")),
        sa.UniqueConstraint("chassis_number", name="uq_vehicles_chassis_number"),
        sa.UniqueConstraint("plate_area", "plate_class", "plate_kana", "plate_serial", name="uq_vehicles_plate"),
    )
    op.create_index("ix_vehicles_base", "vehicles", ["base_id", "status"], unique=False)
    op.create_index(
        "ix_vehicles_chassis_part",
        "vehicles",
        ["chassis_number"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"chassis_number": "gin_trgm_ops"},
    )
    op.create_index("ix_vehicles_plate_serial", "vehicles", ["plate_serial"], unique=False)
    op.create_table(
        "offers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("activation_id", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("vehicle_id", sa.BigInteger(), nullable=False),
        sa.Column("base_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "made",
                "accepted",
                "declined",
                "expired",
                "retracted",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retract_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("(status = 'made') = (ended_at IS NULL)", name=op.f("ck_offers_ended")),
        sa.CheckConstraint(
            "status <> 'retracted' OR retract_reason <> ''", name=op.f("ck_offers_retracted_with_reason")
        ),
        sa.CheckConstraint("deadline_at > made_at", name=op.f("ck_offers_deadline")),
        sa.ForeignKeyConstraint(
            ["activation_id"], ["activations.id"], name=op.f("fk_offers_activation_id_activations")
        ),
        sa.ForeignKeyConstraint(["base_id"], ["bases.id"], name=op.f("fk_offers_base_id_bases")),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_offers_request_id_requests")),
        sa.ForeignKeyConstraint(["run_id"], ["allocation_runs.id"], name=op.f("fk_offers_run_id_allocation_runs")),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_offers_vehicle_id_vehicles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    op.create_index("ix_offers_activation", "offers", ["activation_id", "status", "deadline_at"], unique=False)
    op.create_index("ix_offers_list", "offers", ["activation_id", "status", "id"], unique=False)
    op.create_index("ix_offers_request", "offers", ["request_id"], unique=False)
    op.create_index("ix_offers_run", "offers", ["run_id"], unique=False)
    op.create_index("ix_offers_vehicle", "offers", ["vehicle_id"], unique=False)
    op.create_index(
        "uq_offers_one_open_per_request", "offers", ["request_id"], unique=True, postgresql_where="status = 'made'"
    )
    op.create_index(
        "uq_offers_one_open_per_vehicle", "offers", ["vehicle_id"], unique=True, postgresql_where="status = 'made'"
    )
    op.create_table(
        "vehicle_documents",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("vehicle_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "inspection",
                "compulsory_insurance",
                "voluntary_insurance",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "driver_scope",
            sa.Enum("unlimited", "limited", name="driver_scope", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'voluntary_insurance') = (driver_scope IS NOT NULL)",
            name=op.f("ck_vehicle_documents_scope_of_insurance"),
        ),
        sa.CheckConstraint(
            "starts_on IS NULL OR starts_on < ends_on", name=op.f("ck_vehicle_documents_starts_before_it_ends")
        ),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_vehicle_documents_vehicle_id_vehicles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicle_documents")),
    )
    op.create_index("ix_vehicle_documents_ends_on", "vehicle_documents", ["ends_on"], unique=False)
    op.create_index(
        "ix_vehicle_documents_vehicle", "vehicle_documents", ["vehicle_id", "kind", "ends_on"], unique=False
    )
    op.create_table(
        "loans",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("activation_id", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("vehicle_id", sa.BigInteger(), nullable=False),
        sa.Column("base_id", sa.BigInteger(), nullable=False),
        sa.Column("offer_id", sa.BigInteger(), nullable=True),
        sa.Column("terms_version_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "reserved",
                "on_loan",
                "returned",
                "cancelled",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("handover_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("odometer_out_km", sa.BigInteger(), nullable=True),
        sa.Column("fuel_out_eighths", sa.BigInteger(), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("odometer_in_km", sa.BigInteger(), nullable=True),
        sa.Column("fuel_in_eighths", sa.BigInteger(), nullable=True),
        sa.Column("is_odometer_confirmed", sa.Boolean(), nullable=False),
        sa.Column("damage_note", sa.Text(), nullable=False),
        sa.Column("cancel_reason", sa.String(length=200), nullable=False),
        sa.Column(
            "period",
            postgresql.TSTZRANGE(),
            sa.Computed(
                "tstzrange(coalesce(handed_over_at, handover_at), coalesce(returned_at, due_at), '[)')", persisted=True
            ),
            nullable=False,
        ),
        postgresql.ExcludeConstraint(
            (sa.column("vehicle_id"), "="),
            (sa.column("period"), "&&"),
            where=sa.text("status <> 'cancelled'"),
            using="gist",
            name="ex_loans_no_overlap",
        ),
        sa.CheckConstraint("status <> 'cancelled' OR cancel_reason <> ''", name=op.f("ck_loans_cancel_reason_given")),
        sa.CheckConstraint(
            "status <> 'returned' OR (returned_at IS NOT NULL AND odometer_in_km IS NOT NULL AND fuel_in_eighths IS NOT NULL)",
            name=op.f("ck_loans_return_facts"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('on_loan', 'returned') OR (handed_over_at IS NOT NULL AND odometer_out_km IS NOT NULL AND fuel_out_eighths IS NOT NULL)",
            name=op.f("ck_loans_handover_facts"),
        ),
        sa.CheckConstraint("due_at > coalesce(handed_over_at, handover_at)", name=op.f("ck_loans_due_after_handover")),
        sa.CheckConstraint(
            "fuel_out_eighths BETWEEN 0 AND 8 AND fuel_in_eighths BETWEEN 0 AND 8", name=op.f("ck_loans_fuel")
        ),
        sa.CheckConstraint(
            "odometer_in_km >= odometer_out_km OR is_odometer_confirmed", name=op.f("ck_loans_odometer_forward")
        ),
        sa.CheckConstraint("odometer_out_km >= 0 AND odometer_in_km >= 0", name=op.f("ck_loans_odometer_km")),
        sa.CheckConstraint("returned_at > handed_over_at", name=op.f("ck_loans_return_after_handover")),
        sa.ForeignKeyConstraint(["activation_id"], ["activations.id"], name=op.f("fk_loans_activation_id_activations")),
        sa.ForeignKeyConstraint(["base_id"], ["bases.id"], name=op.f("fk_loans_base_id_bases")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_loans_offer_id_offers")),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_loans_request_id_requests")),
        sa.ForeignKeyConstraint(
            ["terms_version_id"], ["terms_versions.id"], name=op.f("fk_loans_terms_version_id_terms_versions")
        ),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_loans_vehicle_id_vehicles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loans")),
    )
    op.create_index("ix_loans_activation_due", "loans", ["activation_id", "status", "due_at"], unique=False)
    op.create_index(
        "ix_loans_base_due", "loans", ["base_id", "due_at"], unique=False, postgresql_where="status = 'on_loan'"
    )
    op.create_index("ix_loans_base_handover", "loans", ["base_id", "status", "handover_at"], unique=False)
    op.create_index("ix_loans_request", "loans", ["request_id"], unique=False)
    op.create_index(
        "ix_loans_returned",
        "loans",
        ["activation_id", "returned_at", "id"],
        unique=False,
        postgresql_where="status = 'returned'",
    )
    op.create_index("ix_loans_vehicle", "loans", ["vehicle_id"], unique=False)
    op.create_index(
        "uq_loans_one_open_per_request",
        "loans",
        ["request_id"],
        unique=True,
        postgresql_where="status IN ('reserved', 'on_loan')",
    )
    op.create_index(
        "uq_loans_one_open_per_vehicle",
        "loans",
        ["vehicle_id"],
        unique=True,
        postgresql_where="status IN ('reserved', 'on_loan')",
    )
    op.create_table(
        "extensions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("loan_id", sa.BigInteger(), nullable=False),
        sa.Column("due_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["loan_id"], ["loans.id"], name=op.f("fk_extensions_loan_id_loans")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extensions")),
    )
    op.create_index(op.f("ix_extensions_loan_id"), "extensions", ["loan_id"], unique=False)
    op.create_table(
        "licence_checks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("loan_id", sa.BigInteger(), nullable=False),
        sa.Column("driver_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "method",
            sa.Enum("card", "myna_app", "both", name="method", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("check_digit_matches", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["driver_id"], ["drivers.id"], name=op.f("fk_licence_checks_driver_id_drivers")),
        sa.ForeignKeyConstraint(["loan_id"], ["loans.id"], name=op.f("fk_licence_checks_loan_id_loans")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_licence_checks_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence_checks")),
    )
    op.create_index(op.f("ix_licence_checks_driver_id"), "licence_checks", ["driver_id"], unique=False)
    op.create_index(op.f("ix_licence_checks_loan_id"), "licence_checks", ["loan_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_licence_checks_loan_id"), table_name="licence_checks")
    op.drop_index(op.f("ix_licence_checks_driver_id"), table_name="licence_checks")
    op.drop_table("licence_checks")
    op.drop_index(op.f("ix_extensions_loan_id"), table_name="extensions")
    op.drop_table("extensions")
    op.drop_index(
        "uq_loans_one_open_per_vehicle", table_name="loans", postgresql_where="status IN ('reserved', 'on_loan')"
    )
    op.drop_index(
        "uq_loans_one_open_per_request", table_name="loans", postgresql_where="status IN ('reserved', 'on_loan')"
    )
    op.drop_index("ix_loans_vehicle", table_name="loans")
    op.drop_index("ix_loans_returned", table_name="loans", postgresql_where="status = 'returned'")
    op.drop_index("ix_loans_request", table_name="loans")
    op.drop_index("ix_loans_base_handover", table_name="loans")
    op.drop_index("ix_loans_base_due", table_name="loans", postgresql_where="status = 'on_loan'")
    op.drop_index("ix_loans_activation_due", table_name="loans")
    op.drop_table("loans")
    op.drop_index("ix_vehicle_documents_vehicle", table_name="vehicle_documents")
    op.drop_index("ix_vehicle_documents_ends_on", table_name="vehicle_documents")
    op.drop_table("vehicle_documents")
    op.drop_index("uq_offers_one_open_per_vehicle", table_name="offers", postgresql_where="status = 'made'")
    op.drop_index("uq_offers_one_open_per_request", table_name="offers", postgresql_where="status = 'made'")
    op.drop_index("ix_offers_vehicle", table_name="offers")
    op.drop_index("ix_offers_run", table_name="offers")
    op.drop_index("ix_offers_request", table_name="offers")
    op.drop_index("ix_offers_list", table_name="offers")
    op.drop_index("ix_offers_activation", table_name="offers")
    op.drop_table("offers")
    op.drop_index("ix_vehicles_plate_serial", table_name="vehicles")
    op.drop_index(
        "ix_vehicles_chassis_part",
        table_name="vehicles",
        postgresql_using="gin",
        postgresql_ops={"chassis_number": "gin_trgm_ops"},
    )
    op.drop_index("ix_vehicles_base", table_name="vehicles")
    op.drop_table("vehicles")
    op.drop_table("terms_lines")
    op.drop_index("ix_requests_order", table_name="requests", postgresql_include=["application_id"])
    op.drop_index("ix_requests_application", table_name="requests")
    op.drop_table("requests")
    op.drop_index("ix_drivers_application", table_name="drivers")
    op.drop_table("drivers")
    op.drop_table("terms_versions")
    op.drop_index("ix_bases_place", table_name="bases", postgresql_using="gist")
    op.drop_index(op.f("ix_bases_activation_id"), table_name="bases")
    op.drop_table("bases")
    op.drop_index("ix_applications_queue", table_name="applications")
    op.drop_index(
        "ix_applications_phone_end",
        table_name="applications",
        postgresql_using="gin",
        postgresql_ops={"phone": "gin_trgm_ops"},
    )
    op.drop_index("ix_applications_phone", table_name="applications")
    op.drop_index("ix_applications_name", table_name="applications", postgresql_using="gin")
    op.drop_index("ix_applications_arrival", table_name="applications")
    op.drop_table("applications")
    op.drop_index("ix_allocation_runs_activation", table_name="allocation_runs")
    op.drop_table("allocation_runs")
    op.drop_table("activation_municipalities")
    op.drop_table("vehicle_imports")
    op.drop_index(op.f("ix_staff_sessions_staff_id"), table_name="staff_sessions")
    op.drop_table("staff_sessions")
    op.drop_index(op.f("ix_postal_codes_code"), table_name="postal_codes")
    op.drop_table("postal_codes")
    op.drop_index(op.f("ix_activations_disaster_id"), table_name="activations")
    op.drop_table("activations")
    op.drop_table("staff")
    op.drop_index("ix_outbox_waiting", table_name="outbox", postgresql_where="queued_at IS NULL AND done_at IS NULL")
    op.drop_index(
        "ix_outbox_unfinished", table_name="outbox", postgresql_where="queued_at IS NOT NULL AND done_at IS NULL"
    )
    op.drop_table("outbox")
    op.drop_index("ix_municipalities_place", table_name="municipalities", postgresql_using="gist")
    op.drop_table("municipalities")
    op.drop_index("ix_messages_subject", table_name="messages")
    op.drop_index("ix_messages_status", table_name="messages")
    op.drop_index("ix_messages_phone", table_name="messages")
    op.drop_index(
        "ix_messages_open", table_name="messages", postgresql_where="status IN ('queued', 'sending', 'unknown')"
    )
    op.drop_index("ix_messages_activation", table_name="messages")
    op.drop_table("messages")
    op.drop_table("disasters")
    op.drop_index("ix_audit_events_subject", table_name="audit_events")
    op.drop_index("ix_audit_events_activation", table_name="audit_events")
    op.drop_table("audit_events")
    op.drop_index("ix_access_links_subject", table_name="access_links")
    op.drop_table("access_links")
    op.execute(sa.schema.DropSequence(sa.Sequence("application_serial")))
