"""Needs, calls on pledges and leases, and deliveries against calls."""

from datetime import date
from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mra.alliance.models import Member, Pledge
from mra.alliance.rules.pledges import SupplyKind
from mra.core.db import Base as Table_
from mra.core.db import Id, Moment, words_of
from mra.core.lifecycle import Lifecycle
from mra.core.vehicle_classes import VehicleClass
from mra.disasters.models import Activation, Base
from mra.vehicles.models import Lease, Vehicle

from . import rules
from .rules import CallStatus, DeliveryStatus
from .rules.calls import AttemptResult
from .rules.deliveries import Load, delivered, still_to_come
from .rules.needs import Entry, Item, item_word


class Need(Table_):
    """How much of one item an activation (or one of its bases) needs; zero once it is needed no longer."""

    __tablename__ = "needs"
    __table_args__ = (
        UniqueConstraint(
            "activation_id",
            "base_id",
            "kind",
            "vehicle_class",
            "detail",
            "unit",
            name="uq_needs_item",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("quantity >= 0", name="quantity"),
        CheckConstraint("(kind = 'vehicle') = (vehicle_class IS NOT NULL)", name="class_of_vehicles"),
    )

    id: Mapped[Id]
    activation_id: Mapped[int] = mapped_column(ForeignKey("activations.id"))
    base_id: Mapped[int | None] = mapped_column(ForeignKey("bases.id"))
    kind: Mapped[SupplyKind] = mapped_column(words_of(SupplyKind, "kind"))
    vehicle_class: Mapped[VehicleClass | None] = mapped_column(words_of(VehicleClass, "vehicle_class"))
    # What the class does not say: 155/65R14 スタッドレス, 0W-20 …; empty where anything of the kind will do.
    detail: Mapped[str] = mapped_column(String(80), default="")
    quantity: Mapped[int]
    unit: Mapped[str] = mapped_column(String(10))
    needed_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(200), default="")
    changed_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(default=1)
    activation: Mapped[Activation] = relationship()
    base: Mapped[Base | None] = relationship()

    @property
    def item(self) -> Item:
        """What is needed, as a value."""
        return Item(self.kind, self.vehicle_class, self.unit)

    @property
    def word(self) -> str:
        """What people call it: 軽トラック, タイヤ（155/65R14）."""
        return item_word(self.kind, self.vehicle_class, self.detail)

    @property
    def entry(self) -> Entry:
        """The line as the table shows it."""
        return Entry(
            self.base_id, self.item, self.detail, self.quantity, self.needed_on, self.note, self.id, self.version
        )


class Call(Table_):
    """One question to one member about one pledge (or to one lessee about one car), for one activation.

    `quantity` is what was asked, `agreed_quantity` what was promised in answer. A call that an umbrella body passed
    on has the calls to its firms under it (`parent_id`); what they agree to counts, not the umbrella's own answer.
    """

    __tablename__ = "calls"
    __table_args__ = (
        CheckConstraint("num_nonnulls(pledge_id, lease_id) = 1 OR parent_id IS NOT NULL", name="asks_for_something"),
        CheckConstraint("num_nonnulls(member_id, lease_id) = 1", name="asks_somebody"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("agreed_quantity BETWEEN 1 AND quantity", name="agreed_quantity"),
        CheckConstraint(
            "status NOT IN ('agreed', 'met') OR (agreed_quantity IS NOT NULL AND ready_on IS NOT NULL)",
            name="agreed_with_facts",
        ),
        CheckConstraint("status NOT IN ('agreed', 'refused', 'met') OR answered_at IS NOT NULL", name="answered"),
        Index("ix_calls_activation", "activation_id", "status", "deadline_at"),
        Index("ix_calls_pledge", "pledge_id"),
        Index("ix_calls_member", "member_id"),
        Index("ix_calls_parent", "parent_id"),
        Index("uq_calls_one_open_per_lease", "lease_id", unique=True, postgresql_where="status IN ('asked', 'agreed')"),
    )
    lifecycle: ClassVar[Lifecycle] = rules.CALL

    id: Mapped[Id]
    activation_id: Mapped[int] = mapped_column(ForeignKey("activations.id"))
    need_id: Mapped[int] = mapped_column(ForeignKey("needs.id"), index=True)
    pledge_id: Mapped[int | None] = mapped_column(ForeignKey("pledges.id"))
    lease_id: Mapped[int | None] = mapped_column(ForeignKey("leases.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))
    quantity: Mapped[int]
    unit: Mapped[str] = mapped_column(String(10))
    message: Mapped[str] = mapped_column(String(400), default="")
    asked_at: Mapped[Moment]
    deadline_at: Mapped[Moment]
    status: Mapped[CallStatus] = mapped_column(words_of(CallStatus, "status"))
    agreed_quantity: Mapped[int | None]
    ready_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(400), default="")
    answered_at: Mapped[Moment | None]
    passed_on_at: Mapped[Moment | None]
    reminded_at: Mapped[Moment | None]
    activation: Mapped[Activation] = relationship()
    need: Mapped[Need] = relationship()
    pledge: Mapped[Pledge | None] = relationship()
    lease: Mapped[Lease | None] = relationship()
    member: Mapped[Member | None] = relationship()
    parent: Mapped["Call | None"] = relationship(remote_side="Call.id", back_populates="passed_on")
    passed_on: Mapped[list["Call"]] = relationship(back_populates="parent", order_by="Call.id")
    deliveries: Mapped[list["Delivery"]] = relationship(back_populates="call", order_by="Delivery.id")
    attempts: Mapped[list["CallAttempt"]] = relationship(back_populates="call", order_by="CallAttempt.id")

    @property
    def asked_name(self) -> str:
        """Who was asked: the member, or the lessee of the car."""
        return self.lease.lessee_name if self.lease else self.member.name if self.member else ""

    @property
    def is_passed_on(self) -> bool:
        """Whether an umbrella body passed it on: then the answers of its firms count."""
        return self.passed_on_at is not None

    @property
    def loads(self) -> list[Load]:
        """How much each delivery carries."""
        return [Load(delivery.status, delivery.quantity) for delivery in self.deliveries]

    @property
    def delivered_quantity(self) -> int:
        """How much has arrived."""
        return delivered(self.loads)

    @property
    def still_to_come(self) -> int:
        """How much of the promise has not departed."""
        return still_to_come(self.agreed_quantity or 0, self.loads)


class CallAttempt(Table_):
    """One telephone call to somebody who did not answer in time."""

    __tablename__ = "call_attempts"

    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[Moment]
    result: Mapped[AttemptResult] = mapped_column(words_of(AttemptResult, "result"))
    note: Mapped[str] = mapped_column(String(200), default="")
    call: Mapped[Call] = relationship(back_populates="attempts")


delivered_vehicles = Table(
    "delivery_vehicles",
    Table_.metadata,
    Column("delivery_id", BigInteger, ForeignKey("deliveries.id"), primary_key=True),
    Column("vehicle_id", BigInteger, ForeignKey("vehicles.id"), primary_key=True, index=True),
)


class Delivery(Table_):
    """Part or all of what a call promised, on its way to a base or arrived there."""

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("status <> 'delivered' OR delivered_at IS NOT NULL", name="delivered_at"),
        Index("ix_deliveries_call", "call_id"),
    )
    lifecycle: ClassVar[Lifecycle] = rules.DELIVERY

    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    base_id: Mapped[int | None] = mapped_column(ForeignKey("bases.id"))
    quantity: Mapped[int]
    status: Mapped[DeliveryStatus] = mapped_column(words_of(DeliveryStatus, "status"))
    departed_on: Mapped[date]
    expected_on: Mapped[date | None]
    delivered_at: Mapped[Moment | None]
    note: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[Moment]
    call: Mapped[Call] = relationship(back_populates="deliveries")
    base: Mapped[Base | None] = relationship()
    vehicles: Mapped[list[Vehicle]] = relationship(secondary=delivered_vehicles)

    @property
    def unregistered(self) -> int:
        """How many of its cars nobody has found in the register yet."""
        if self.status is DeliveryStatus.CANCELLED or self.call.need.vehicle_class is None:
            return 0
        return max(0, self.quantity - len(self.vehicles))

    @property
    def activation_id(self) -> int:
        """A delivery's events carry the activation of its call."""
        return self.call.activation_id
