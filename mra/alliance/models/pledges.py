"""Pledges: what a member promises for the next disaster."""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mra.core.db import Base, Id, Moment, words_of
from mra.core.lifecycle import Lifecycle
from mra.core.vehicle_classes import VehicleClass

from ..rules import pledges as rules
from ..rules.pledges import PledgeDetails, PledgeStatus, SupplyKind
from .members import Member


class Pledge(Base):
    """A member's standing promise: how much of what, where, how fast. `area` holds keys of `rules.areas`."""

    __tablename__ = "pledges"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("lead_time_days BETWEEN 0 AND 365", name="lead_time"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="validity"),
        CheckConstraint("(kind = 'vehicle') = (vehicle_class IS NOT NULL)", name="class_of_vehicles"),
        CheckConstraint("status <> 'in_force' OR confirmed_on IS NOT NULL", name="confirmed_in_force"),
        Index("ix_pledges_member", "member_id"),
        Index("ix_pledges_kind", "kind", "vehicle_class", postgresql_where="status <> 'lapsed'"),
        Index("ix_pledges_area", "area", postgresql_using="gin"),
    )
    lifecycle: ClassVar[Lifecycle] = rules.PLEDGE

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    kind: Mapped[SupplyKind] = mapped_column(words_of(SupplyKind, "kind"))
    vehicle_class: Mapped[VehicleClass | None] = mapped_column(words_of(VehicleClass, "vehicle_class"))
    # What the kind asks for beside the class: tyre size and season, grade of the oil … by name.
    specification: Mapped[dict[str, Any]] = mapped_column(default=dict)
    quantity: Mapped[int]
    unit: Mapped[str] = mapped_column(String(10))
    area: Mapped[list[str]] = mapped_column(ARRAY(String(5)), default=list)
    lead_time_days: Mapped[int]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    conditions: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[PledgeStatus] = mapped_column(words_of(PledgeStatus, "status"))
    confirmed_on: Mapped[date | None]
    asked_at: Mapped[Moment | None]
    lapsed_on: Mapped[date | None]
    lapse_reason: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[Moment]
    member: Mapped[Member] = relationship()

    @property
    def details(self) -> PledgeDetails:
        """What the form of a pledge shows."""
        return PledgeDetails(
            kind=self.kind,
            vehicle_class=self.vehicle_class,
            specification=dict(sorted(self.specification.items())),
            quantity=self.quantity,
            unit=self.unit,
            area=tuple(self.area),
            lead_time_days=self.lead_time_days,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            conditions=self.conditions,
        )

    def is_doubtful(self, day: date) -> bool:
        """Whether nobody has confirmed it for too long to count on it without ringing."""
        return rules.is_doubtful(self.confirmed_on, day)

    def counts_on(self, day: date) -> bool:
        """Whether it stands on that day."""
        return self.status is not PledgeStatus.LAPSED and rules.is_valid_on(self.valid_from, self.valid_until, day)
