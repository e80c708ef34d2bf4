"""Municipalities of Japan, the ground they cover, and the postal codes that lead to them."""

from datetime import date

from geoalchemy2 import WKBElement
from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mra.core.db import Base, Id
from mra.core.geo import area_column, outline_column, point_column


class Municipality(Base):
    """A city, town, village, ward, or designated city, by its five-digit code (JIS X 0402)."""

    __tablename__ = "municipalities"
    __table_args__ = (
        Index("ix_municipalities_place", "place", postgresql_using="gist"),
        Index("ix_municipalities_city", "city_code", postgresql_where="city_code IS NOT NULL"),
        CheckConstraint("valid_until >= valid_from", name="valid_period"),
    )

    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    prefecture: Mapped[str] = mapped_column(String(4))
    name: Mapped[str] = mapped_column(String(40))
    kana: Mapped[str] = mapped_column(String(80))
    county: Mapped[str] = mapped_column(String(10), default="", server_default="")
    place: Mapped[WKBElement | None] = mapped_column(point_column())
    # The designated city of a ward.
    city_code: Mapped[str | None] = mapped_column(ForeignKey("municipalities.code"))
    # First and last day; None: since ever, until further notice.
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]

    @property
    def full_name(self) -> str:
        """Prefecture, county and name, as an address begins: 熊本県上益城郡益城町."""
        return f"{self.prefecture}{self.county}{self.name}"

    def is_valid_on(self, day: date) -> bool:
        """Whether the municipality exists on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


class MunicipalityArea(Base):
    """The ground of a municipality: its real boundary, or an approximation from the places of the offices.

    A designated city has the union of its wards; who adds up areas takes the wards and leaves the city out.
    """

    __tablename__ = "municipality_areas"
    __table_args__ = (
        Index("ix_municipality_areas_area", "area", postgresql_using="gist"),
        Index("ix_municipality_areas_outline", "outline", postgresql_using="gist"),
        CheckConstraint("ST_IsValid(area) AND NOT ST_IsEmpty(area)", name="area_is_ground"),
        CheckConstraint("NOT ST_IsEmpty(outline)", name="outline_is_ground"),
    )

    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"), primary_key=True)
    area: Mapped[WKBElement] = mapped_column(area_column())
    # Lighter and projected, for drawing.
    outline: Mapped[WKBElement] = mapped_column(outline_column())
    is_approximate: Mapped[bool]
    source: Mapped[str] = mapped_column(String(200))
    municipality: Mapped[Municipality] = relationship()


class PrefectureOutline(Base):
    """The shape of a prefecture for drawing: its municipalities put together."""

    __tablename__ = "prefecture_outlines"

    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    outline: Mapped[WKBElement] = mapped_column(outline_column())


class PostalCode(Base):
    """One town that a seven-digit postal code stands for; one code may stand for several."""

    __tablename__ = "postal_codes"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(7), index=True)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"))
    town: Mapped[str] = mapped_column(String(200))
    town_kana: Mapped[str] = mapped_column(String(400))
    municipality: Mapped[Municipality] = relationship()
