"""The rule of order in versions, the origin of every tier, and what those who wait may expect."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# The order that stood in the code until now: every support has gone by it, so it is version 1 of each.
FIRST_LINES = (
    (1, "通院・透析に車が必要な方、または家族の介護がある方", ["care", "hospital"]),
    (2, "通勤・仕事（収入）に車が必要な方", ["commute"]),
    (3, "乳幼児がいる方", ["infant"]),
    (4, "世帯に使える車が1台もない方", ["no_car"]),
    (5, "近くに使える公共交通がない方", ["no_public_transport"]),
)
TIER_ORIGIN = "num_nonnulls(priority_version_id, tier_set_by_staff_id) = 1"
TIER_REASON_GIVEN = (
    "(tier_set_by_staff_id IS NOT NULL) = (tier_reason <> '')"
    " AND (tier_set_by_staff_id IS NOT NULL) = (tier_set_at IS NOT NULL)"
)


def upgrade() -> None:
    op.create_table(
        "priority_versions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("activation_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["activation_id"], ["activations.id"], name=op.f("fk_priority_versions_activation_id_activations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_priority_versions")),
        sa.UniqueConstraint("activation_id", "number", name="uq_priority_versions_number"),
    )
    op.create_table(
        "priority_lines",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("tier", sa.BigInteger(), nullable=False),
        sa.Column("wording", sa.String(length=100), nullable=False),
        sa.Column("circumstances", postgresql.ARRAY(sa.String(length=30)), nullable=False),
        sa.CheckConstraint("tier BETWEEN 1 AND 8", name=op.f("ck_priority_lines_tier")),
        sa.CheckConstraint("cardinality(circumstances) > 0", name=op.f("ck_priority_lines_circumstances")),
        sa.CheckConstraint("wording <> ''", name=op.f("ck_priority_lines_wording")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["priority_versions.id"], name=op.f("fk_priority_lines_version_id_priority_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_priority_lines")),
        sa.UniqueConstraint("version_id", "tier", name="uq_priority_lines_tier"),
    )
    _write_first_versions()
    op.add_column("requests", sa.Column("priority_version_id", sa.BigInteger(), nullable=True))
    op.add_column("requests", sa.Column("tier_set_by_staff_id", sa.BigInteger(), nullable=True))
    op.add_column("requests", sa.Column("tier_set_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("requests", sa.Column("tier_reason", sa.Text(), nullable=False, server_default=""))
    op.alter_column("requests", "tier_reason", server_default=None)
    op.execute(
        "UPDATE requests SET priority_version_id = version.id FROM priority_versions version"
        " WHERE version.activation_id = requests.activation_id"
    )
    op.create_foreign_key(
        op.f("fk_requests_priority_version_id_priority_versions"),
        "requests",
        "priority_versions",
        ["priority_version_id"],
        ["id"],
    )
    op.create_foreign_key(
        op.f("fk_requests_tier_set_by_staff_id_staff"), "requests", "staff", ["tier_set_by_staff_id"], ["id"]
    )
    op.create_check_constraint(op.f("ck_requests_tier_origin"), "requests", TIER_ORIGIN)
    op.create_check_constraint(op.f("ck_requests_tier_reason_given"), "requests", TIER_REASON_GIVEN)

    op.create_table(
        "forecasts",
        sa.Column("request_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("activation_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "soon",
                "range",
                "far",
                "vague",
                "too_little",
                "no_cars",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("low_days", sa.Float(), nullable=True),
        sa.Column("high_days", sa.Float(), nullable=True),
        sa.Column("ahead_least", sa.BigInteger(), nullable=False),
        sa.Column("ahead_most", sa.BigInteger(), nullable=False),
        sa.Column("free_count", sa.BigInteger(), nullable=False),
        sa.Column("release_count", sa.BigInteger(), nullable=False),
        sa.Column("days_seen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activation_id"], ["activations.id"], name=op.f("fk_forecasts_activation_id_activations")
        ),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_forecasts_request_id_requests")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_forecasts")),
    )
    op.create_index("ix_forecasts_activation", "forecasts", ["activation_id"], unique=False)


def _write_first_versions() -> None:
    op.execute(
        "INSERT INTO priority_versions (activation_id, number, reason, created_at)"
        " SELECT id, 1, '支援開始時の規則', created_at FROM activations ORDER BY id"
    )
    line = sa.text(
        "INSERT INTO priority_lines (version_id, tier, wording, circumstances)"
        " SELECT id, :tier, :wording, :circumstances FROM priority_versions ORDER BY id"
    ).bindparams(sa.bindparam("circumstances", type_=postgresql.ARRAY(sa.String(30))))
    for tier, wording, circumstances in FIRST_LINES:
        op.execute(line.bindparams(tier=tier, wording=wording, circumstances=circumstances))


def downgrade() -> None:
    op.drop_index("ix_forecasts_activation", table_name="forecasts")
    op.drop_table("forecasts")
    op.drop_constraint(op.f("ck_requests_tier_reason_given"), "requests")
    op.drop_constraint(op.f("ck_requests_tier_origin"), "requests")
    op.drop_constraint(op.f("fk_requests_tier_set_by_staff_id_staff"), "requests")
    op.drop_constraint(op.f("fk_requests_priority_version_id_priority_versions"), "requests")
    for column in ("tier_reason", "tier_set_at", "tier_set_by_staff_id", "priority_version_id"):
        op.drop_column("requests", column)
    op.drop_table("priority_lines")
    op.drop_table("priority_versions")
