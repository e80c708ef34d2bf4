"""Allocation runs and the offers made from them."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mra.applications.models import CarRequest
from mra.core.db import Base as Table_
from mra.core.db import Id, Moment, words_of
from mra.core.lifecycle import Lifecycle
from mra.disasters.models import Activation, Base
from mra.vehicles.models import Vehicle

from . import rules
from .rules import OfferStatus


class AllocationRun(Table_):
    """One proposal: what waited and what was free at one moment, and the plan made from it. Ids only, no people."""

    __tablename__ = "allocation_runs"
    __table_args__ = (Index("ix_allocation_runs_activation", "activation_id", "id"),)

    id: Mapped[Id]
    activation_id: Mapped[int] = mapped_column(ForeignKey("activations.id"))
    base_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    made_at: Mapped[Moment]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    scenario: Mapped[dict[str, Any]]
    plan: Mapped[dict[str, Any]]
    activation: Mapped[Activation] = relationship()


class Offer(Table_):
    """ "We have a car for you at this base": one vehicle for one request, until a deadline."""

    __tablename__ = "offers"
    __table_args__ = (
        Index("uq_offers_one_open_per_vehicle", "vehicle_id", unique=True, postgresql_where="status = 'made'"),
        Index("uq_offers_one_open_per_request", "request_id", unique=True, postgresql_where="status = 'made'"),
        Index("ix_offers_activation", "activation_id", "status", "deadline_at"),
        Index("ix_offers_request", "request_id"),
        Index("ix_offers_vehicle", "vehicle_id"),
        CheckConstraint("deadline_at > made_at", name="deadline"),
        CheckConstraint("(status = 'made') = (ended_at IS NULL)", name="ended"),
    )
    lifecycle: ClassVar[Lifecycle] = rules.OFFER

    id: Mapped[Id]
    activation_id: Mapped[int] = mapped_column(ForeignKey("activations.id"))
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"))
    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicles.id"))
    base_id: Mapped[int] = mapped_column(ForeignKey("bases.id"))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("allocation_runs.id"))
    status: Mapped[OfferStatus] = mapped_column(words_of(OfferStatus, "status"))
    made_at: Mapped[Moment]
    deadline_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    car_request: Mapped[CarRequest] = relationship()
    vehicle: Mapped[Vehicle] = relationship()
    base: Mapped[Base] = relationship()

    def is_open(self, moment: datetime) -> bool:
        """Whether it can still be answered."""
        return rules.is_open(self.status, self.deadline_at, moment)
