"""Keep what is done to a car, its tyres and damage, how it left, and the labels that lead to it.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

NEW_LABEL_CODE = "substr(replace(gen_random_uuid()::text, '-', ''), 1, 12)"
TABLES = (
    "upkeep_tasks",
    "tyre_sets",
    "tread_readings",
    "damage_marks",
    "odometer_readings",
    "vehicle_retirements",
    "label_sheets",
)


def upgrade() -> None:
    """Add the tables; every car gets a random code for its label."""
    _tasks()
    _tyres()
    _treads()
    _marks()
    _odometer()
    _retirements()
    _label_sheets()
    op.add_column(
        "vehicles", sa.Column("label_code", sa.String(12), server_default=sa.text(NEW_LABEL_CODE), nullable=False)
    )
    op.create_unique_constraint("uq_vehicles_label_code", "vehicles", ["label_code"])


def _id() -> sa.Column[object]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _words(table: str, column: str, *words: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}"))


def _tasks() -> None:
    op.create_table(
        "upkeep_tasks",
        _id(),
        sa.Column("vehicle_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("planned_km", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(400), nullable=False),
        sa.Column("keeps_off_road", sa.Boolean(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("odometer_km", sa.BigInteger(), nullable=True),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("done_by", sa.String(120), nullable=False),
        sa.Column("cost_yen", sa.BigInteger(), nullable=True),
        _moment("created_at"),
        sa.CheckConstraint("(status = 'done') = (done_on IS NOT NULL)", name=op.f("ck_upkeep_tasks_done_on_a_day")),
        sa.CheckConstraint(
            "status <> 'planned' OR planned_on IS NOT NULL OR planned_km IS NOT NULL",
            name=op.f("ck_upkeep_tasks_due_by_day_or_km"),
        ),
        sa.CheckConstraint("cost_yen >= 0", name=op.f("ck_upkeep_tasks_cost_yen")),
        sa.CheckConstraint("planned_km >= 0 AND odometer_km >= 0", name=op.f("ck_upkeep_tasks_kilometres")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_upkeep_tasks_member_id_members")),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_upkeep_tasks_vehicle_id_vehicles")),
        _words("upkeep_tasks", "kind", "inspection_12m", "oil", "tyres", "repair", "cleaning", "other"),
        _words("upkeep_tasks", "status", "planned", "done", "cancelled"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upkeep_tasks")),
    )
    op.create_index(
        "ix_upkeep_tasks_planned",
        "upkeep_tasks",
        ["planned_on", "id"],
        unique=False,
        postgresql_where="status = 'planned'",
    )
    op.create_index("ix_upkeep_tasks_vehicle", "upkeep_tasks", ["vehicle_id", "status"], unique=False)


def _tyres() -> None:
    op.create_table(
        "tyre_sets",
        _id(),
        sa.Column("vehicle_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("season", sa.String(40), nullable=False),
        sa.Column("size", sa.String(30), nullable=False),
        sa.Column("tyre_count", sa.BigInteger(), nullable=False),
        sa.Column("stored_at", sa.String(120), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        _moment("created_at"),
        sa.CheckConstraint("status <> 'stored' OR stored_at <> ''", name=op.f("ck_tyre_sets_stored_somewhere")),
        sa.CheckConstraint("tyre_count BETWEEN 1 AND 10", name=op.f("ck_tyre_sets_tyre_count")),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_tyre_sets_vehicle_id_vehicles")),
        _words("tyre_sets", "status", "stored", "mounted", "discarded"),
        _words("tyre_sets", "season", "summer", "studless", "all_season"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tyre_sets")),
    )
    op.create_index("ix_tyre_sets_vehicle", "tyre_sets", ["vehicle_id"], unique=False)
    op.create_index(
        "uq_tyre_sets_one_mounted_per_vehicle",
        "tyre_sets",
        ["vehicle_id"],
        unique=True,
        postgresql_where="status = 'mounted'",
    )


def _treads() -> None:
    op.create_table(
        "tread_readings",
        _id(),
        sa.Column("tyre_set_id", sa.BigInteger(), nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=False),
        sa.Column("tread_mm", sa.Numeric(precision=3, scale=1), nullable=False),
        _moment("created_at"),
        sa.CheckConstraint("tread_mm BETWEEN 0 AND 20", name=op.f("ck_tread_readings_tread_mm")),
        sa.ForeignKeyConstraint(
            ["tyre_set_id"], ["tyre_sets.id"], name=op.f("fk_tread_readings_tyre_set_id_tyre_sets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tread_readings")),
    )
    op.create_index("ix_tread_readings_tyre_set", "tread_readings", ["tyre_set_id", "measured_on", "id"], unique=False)


def _marks() -> None:
    op.create_table(
        "damage_marks",
        _id(),
        sa.Column("vehicle_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("place", sa.String(40), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("noticed_on", sa.Date(), nullable=False),
        sa.Column("repaired_on", sa.Date(), nullable=True),
        _moment("created_at"),
        sa.CheckConstraint(
            "(status = 'repaired') = (repaired_on IS NOT NULL)", name=op.f("ck_damage_marks_repaired_on_a_day")
        ),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_damage_marks_vehicle_id_vehicles")),
        _words("damage_marks", "status", "present", "repaired", "struck"),
        _words(
            "damage_marks", "place", "front", "rear", "left", "right", "roof", "glass", "wheels", "inside", "underneath"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_damage_marks")),
    )
    op.create_index("ix_damage_marks_vehicle", "damage_marks", ["vehicle_id"], unique=False)


def _odometer() -> None:
    op.create_table(
        "odometer_readings",
        _id(),
        sa.Column("vehicle_id", sa.BigInteger(), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=False),
        sa.Column("odometer_km", sa.BigInteger(), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        _moment("created_at"),
        sa.CheckConstraint("odometer_km >= 0", name=op.f("ck_odometer_readings_odometer_km")),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_odometer_readings_vehicle_id_vehicles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_odometer_readings")),
    )
    op.create_index("ix_odometer_readings_vehicle", "odometer_readings", ["vehicle_id", "read_on"], unique=False)


def _retirements() -> None:
    op.create_table(
        "vehicle_retirements",
        _id(),
        sa.Column("vehicle_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=False),
        sa.Column("to_whom", sa.String(120), nullable=False),
        sa.Column("yen", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(400), nullable=False),
        sa.Column("done_steps", postgresql.ARRAY(sa.String(30)), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("file_name", sa.String(200), nullable=True),
        _moment("created_at"),
        _moment("undone_at", nullable=True),
        sa.CheckConstraint(
            "(file_id IS NULL) = (file_name IS NULL)", name=op.f("ck_vehicle_retirements_file_with_a_name")
        ),
        sa.CheckConstraint("yen >= 0", name=op.f("ck_vehicle_retirements_yen")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_files.id"], name=op.f("fk_vehicle_retirements_file_id_stored_files")
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles.id"], name=op.f("fk_vehicle_retirements_vehicle_id_vehicles")
        ),
        _words("vehicle_retirements", "kind", "recycling", "sale", "hand_back", "community"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicle_retirements")),
    )
    op.create_index("ix_vehicle_retirements_vehicle", "vehicle_retirements", ["vehicle_id"], unique=False)
    op.create_index(
        "uq_vehicle_retirements_one_in_force",
        "vehicle_retirements",
        ["vehicle_id"],
        unique=True,
        postgresql_where="undone_at IS NULL",
    )


def _label_sheets() -> None:
    op.create_table(
        "label_sheets",
        _id(),
        sa.Column("vehicle_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        _moment("created_at"),
        _moment("drawn_at", nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["stored_files.id"], name=op.f("fk_label_sheets_file_id_stored_files")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_label_sheets_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_sheets")),
    )


def downgrade() -> None:
    """What was written down about upkeep and the end of cars goes."""
    op.drop_constraint("uq_vehicles_label_code", "vehicles", type_="unique")
    op.drop_column("vehicles", "label_code")
    for table in reversed(TABLES):
        op.drop_table(table)
