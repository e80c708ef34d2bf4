"""Allocation runs and the offers made from them."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mra.accounts.models import Staff
from mra.applications.models import CarRequest
from mra.core.db import Base as Table_
from mra.core.db import Id, Moment, words_of
from mra.core.lifecycle import Lifecycle
from mra.disasters.models import Activation, Base
from mra.vehicles.models import Vehicle

from . import rules
from .forecast import Kind, Prospect
from .rules import FreedCars, OfferStatus, OverrideKind, OverrideStatus


class AllocationRun(Table_):
    """One proposal: what waited and what was free at one moment, and the plan made from it. Ids only, no people.

    `scenario` is what the engine was given: held cars and pinned pairs are not in it, forbidden pairs are (see
    `overrides.bar`). `orders` are the overrides in force, with the pairs that they fixed; `overtaken` are the people whom
    they cost something. The large columns are read on the run's own page only. `staff_id` is empty where a car went on
    to the next person by itself.
    """

    __tablename__ = "allocation_runs"
    __table_args__ = (Index("ix_allocation_runs_activation", "activation_id", "id"),)

    id: Mapped[Id]
    activation_id: Mapped[int] = mapped_column(ForeignKey("activations.id"))
    base_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    made_at: Mapped[Moment]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    waiting_count: Mapped[int] = mapped_column(default=0)
    free_count: Mapped[int] = mapped_column(default=0)
    assigned_count: Mapped[int] = mapped_column(default=0)
    scenario: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    plan: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    reasons: Mapped[list[Any]] = mapped_column(JSONB, default=list, deferred=True)
    orders: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}", deferred=True)
    overtaken: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default="[]", deferred=True)
    activation: Mapped[Activation] = relationship()
    staff: Mapped[Staff | None] = relationship()

    @property
    def assignments(self) -> list[dict[str, Any]]:
        """Who would get which car: the pairs that staff fixed, then the engine's, the first in the queue first."""
        return [*self.orders.get("pinned", []), *self.plan["assignments"]]

    @property
    def is_narrow(self) -> bool:
        """Whether it looked at some cars only: whom these would not suit, it counts among those who wait and names nowhere."""
        return self.waiting_count > self.assigned_count + len(self.reasons)

    @property
    def made_by(self) -> str:
        """Who made it, as pages say it."""
        return f"{self.staff.name}さんが作成" if self.staff else "空いた車両を次の方へ案内するため、自動で作成"

    def is_old(self, moment: datetime) -> bool:
        """Whether too much may have changed since it was made."""
        return moment - self.made_at > rules.RUN_HOLDS


class Forecast(Table_):
    """What one waiting request may expect, as last worked out: read by the page of the person and by the desk.

    Worked out for all together and kept, so that a page costs one look-up however many wait. It is replaced, not kept.
    """

    __tablename__ = "forecasts"
    __table_args__ = (Index("ix_forecasts_activation", "activation_id"),)

    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"), primary_key=True, autoincrement=False)
    activation_id: Mapped[int] = mapped_column(ForeignKey("activations.id"))
    made_at: Mapped[Moment]
    kind: Mapped[Kind] = mapped_column(words_of(Kind, "kind"))
    low_days: Mapped[float | None]
    high_days: Mapped[float | None]
    ahead_least: Mapped[int]
    ahead_most: Mapped[int]
    free_count: Mapped[int]
    release_count: Mapped[int]
    days_seen: Mapped[int]

    @property
    def prospect(self) -> Prospect:
        """The range itself."""
        return Prospect(self.kind, self.low_days, self.high_days)


class Offer(Table_):
    """ "We have a car for you at this base": one vehicle for one request, until a deadline."""

    __tablename__ = "offers"
    __table_args__ = (
        Index("uq_offers_one_open_per_vehicle", "vehicle_id", unique=True, postgresql_where="status = 'made'"),
        Index("uq_offers_one_open_per_request", "request_id", unique=True, postgresql_where="status = 'made'"),
        Index("ix_offers_activation", "activation_id", "status", "deadline_at"),
        Index("ix_offers_list", "activation_id", "status", "id"),
        Index("ix_offers_request", "request_id"),
        Index("ix_offers_vehicle", "vehicle_id"),
        Index("ix_offers_run", "run_id"),
        CheckConstraint("deadline_at > made_at", name="deadline"),
        CheckConstraint("(status = 'made') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("status <> 'retracted' OR retract_reason <> ''", name="retracted_with_reason"),
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
    retract_reason: Mapped[str] = mapped_column(String(200), default="")
    car_request: Mapped[CarRequest] = relationship()
    vehicle: Mapped[Vehicle] = relationship()
    base: Mapped[Base] = relationship()

    def is_open(self, moment: datetime) -> bool:
        """Whether it can still be answered."""
        return rules.is_open(self.status, self.deadline_at, moment)

    def status_at(self, moment: datetime) -> OfferStatus:
        """The status that is true now, whatever the tidying job has done."""
        return rules.status_at(self.status, self.deadline_at, moment)


class Override(Table_):
    """What staff ordered against the plain order of the queue: pin a pair, forbid one, or hold a car back.

    Never deleted: the fairness report tells every one, with who made it and why.
    """

    __tablename__ = "overrides"
    __table_args__ = (
        Index(
            "uq_overrides_one_open_hold_per_vehicle",
            "vehicle_id",
            unique=True,
            postgresql_where="kind = 'hold' AND status = 'in_force'",
        ),
        Index(
            "uq_overrides_one_open_pin_per_vehicle",
            "vehicle_id",
            unique=True,
            postgresql_where="kind = 'pin' AND status = 'in_force'",
        ),
        Index(
            "uq_overrides_one_open_pin_per_request",
            "request_id",
            unique=True,
            postgresql_where="kind = 'pin' AND status = 'in_force'",
        ),
        Index(
            "uq_overrides_one_open_forbid_per_pair",
            "request_id",
            "vehicle_id",
            unique=True,
            postgresql_where="kind = 'forbid' AND status = 'in_force'",
        ),
        Index("ix_overrides_activation", "activation_id", "id"),
        Index("ix_overrides_vehicle", "vehicle_id"),
        Index("ix_overrides_request", "request_id"),
        CheckConstraint("(kind = 'hold') = (request_id IS NULL)", name="request_of_pair"),
        CheckConstraint("reason <> ''", name="with_reason"),
        CheckConstraint("(status = 'in_force') = (lifted_at IS NULL)", name="ended"),
        CheckConstraint("status <> 'lifted' OR lift_reason <> ''", name="lifted_with_reason"),
    )
    lifecycle: ClassVar[Lifecycle] = rules.OVERRIDE

    id: Mapped[Id]
    activation_id: Mapped[int] = mapped_column(ForeignKey("activations.id"))
    kind: Mapped[OverrideKind] = mapped_column(words_of(OverrideKind, "kind"))
    status: Mapped[OverrideStatus] = mapped_column(words_of(OverrideStatus, "status"))
    request_id: Mapped[int | None] = mapped_column(ForeignKey("requests.id"))
    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicles.id"))
    reason: Mapped[str] = mapped_column(String(200))
    made_by_staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[Moment]
    lifted_by_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    lifted_at: Mapped[Moment | None]
    lift_reason: Mapped[str] = mapped_column(String(200), default="")
    car_request: Mapped[CarRequest | None] = relationship()
    vehicle: Mapped[Vehicle] = relationship()
    made_by: Mapped[Staff] = relationship(foreign_keys=[made_by_staff_id])
    lifted_by: Mapped[Staff | None] = relationship(foreign_keys=[lifted_by_staff_id])


class AllocationSettings(Table_):
    """What the secretariat decided about the allocation of one activation; no row: the usual."""

    __tablename__ = "allocation_settings"

    activation_id: Mapped[int] = mapped_column(ForeignKey("activations.id"), primary_key=True)
    freed_cars: Mapped[FreedCars] = mapped_column(words_of(FreedCars, "freed_cars"))
    changed_at: Mapped[Moment]
