"""Municipalities of Japan and the postal codes that lead to them."""

from datetime import date

from geoalchemy2 import WKBElement
from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mra.core.db import Base, Id
from mra.core.geo import point_column


class Municipality(Base):
    """A city, town, village, ward, or designated city, by its five-digit code (JIS X 0402)."""

    __tablename__ = "municipalities"
    __table_args__ = (Index("ix_municipalities_place", "place", postgresql_using="gist"),)

    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    prefecture: Mapped[str] = mapped_column(String(4))
    name: Mapped[str] = mapped_column(String(40))
    kana: Mapped[str] = mapped_column(String(80))
    county: Mapped[str] = mapped_column(String(10), default="", server_default="")
    place: Mapped[WKBElement | None] = mapped_column(point_column())
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]

    @property
    def full_name(self) -> str:
        """Prefecture, county and name, as an address begins: 熊本県上益城郡益城町."""
        return f"{self.prefecture}{self.county}{self.name}"


class PostalCode(Base):
    """One town that a seven-digit postal code stands for; one code may stand for several."""

    __tablename__ = "postal_codes"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(7), index=True)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"))
    town: Mapped[str] = mapped_column(String(200))
    town_kana: Mapped[str] = mapped_column(String(400))
    municipality: Mapped[Municipality] = relationship()
