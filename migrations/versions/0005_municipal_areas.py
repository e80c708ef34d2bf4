"""The ground of municipalities and the shapes of prefectures; wards know their city."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("municipalities", sa.Column("city_code", sa.String(length=5), nullable=True))
    op.create_foreign_key(
        op.f("fk_municipalities_city_code_municipalities"), "municipalities", "municipalities", ["city_code"], ["code"]
    )
    op.create_index(
        "ix_municipalities_city", "municipalities", ["city_code"], postgresql_where=sa.text("city_code IS NOT NULL")
    )
    op.create_check_constraint(op.f("ck_municipalities_valid_period"), "municipalities", "valid_until >= valid_from")
    op.create_table(
        "municipality_areas",
        sa.Column("municipality_code", sa.String(length=5), nullable=False),
        sa.Column("area", Geometry("MULTIPOLYGON", srid=4326, spatial_index=False), nullable=False),
        sa.Column("outline", Geometry("MULTIPOLYGON", srid=3857, spatial_index=False), nullable=False),
        sa.Column("is_approximate", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "ST_IsValid(area) AND NOT ST_IsEmpty(area)", name=op.f("ck_municipality_areas_area_is_ground")
        ),
        sa.CheckConstraint("NOT ST_IsEmpty(outline)", name=op.f("ck_municipality_areas_outline_is_ground")),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["municipalities.code"],
            name=op.f("fk_municipality_areas_municipality_code_municipalities"),
        ),
        sa.PrimaryKeyConstraint("municipality_code", name=op.f("pk_municipality_areas")),
    )
    op.create_index("ix_municipality_areas_area", "municipality_areas", ["area"], postgresql_using="gist")
    op.create_index("ix_municipality_areas_outline", "municipality_areas", ["outline"], postgresql_using="gist")
    op.create_table(
        "prefecture_outlines",
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("outline", Geometry("MULTIPOLYGON", srid=3857, spatial_index=False), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_prefecture_outlines")),
    )
    op.create_index("ix_applications_municipality", "applications", ["activation_id", "municipality_code"])


def downgrade() -> None:
    op.drop_index("ix_applications_municipality", "applications")
    op.drop_table("prefecture_outlines")
    op.drop_table("municipality_areas")
    op.drop_constraint(op.f("ck_municipalities_valid_period"), "municipalities")
    op.drop_index("ix_municipalities_city", "municipalities")
    op.drop_constraint(op.f("fk_municipalities_city_code_municipalities"), "municipalities")
    op.drop_column("municipalities", "city_code")
