"""Recall campaigns, the slots in which bases take cars, one return per lease, and who was rung."""

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mra.core import clock
from mra.core.db import Base as Table_
from mra.core.db import Id, Moment, words_of
from mra.core.lifecycle import Lifecycle
from mra.disasters.models import Activation, Base
from mra.vehicles.models import Lease

from . import rules
from .rules import CampaignStatus, Problem, ReturnStatus, RingResult


class RecallCampaign(Table_):
    """Cars on lease asked back together, for one activation."""

    __tablename__ = "recall_campaigns"
    __table_args__ = (Index("ix_recall_campaigns_activation", "activation_id", "id"),)
    lifecycle: ClassVar[Lifecycle] = rules.CAMPAIGN

    id: Mapped[Id]
    activation_id: Mapped[int] = mapped_column(ForeignKey("activations.id"))
    status: Mapped[CampaignStatus] = mapped_column(words_of(CampaignStatus, "status"))
    message: Mapped[str] = mapped_column(String(rules.LONGEST_MESSAGE), default="")
    asked_at: Mapped[Moment]
    reason: Mapped[str] = mapped_column(String(rules.LONGEST_NOTE), default="")
    activation: Mapped[Activation] = relationship()
    slots: Mapped[list["RecallSlot"]] = relationship(
        back_populates="campaign", order_by="(RecallSlot.starts_at, RecallSlot.base_id)"
    )
    returns: Mapped[list["LeaseReturn"]] = relationship(back_populates="campaign", order_by="LeaseReturn.id")


class RecallSlot(Table_):
    """An hour at a base in which so many cars can be taken."""

    __tablename__ = "recall_slots"
    __table_args__ = (
        UniqueConstraint("campaign_id", "base_id", "starts_at", name="uq_recall_slots_moment"),
        CheckConstraint(f"capacity BETWEEN 1 AND {rules.MOST_PLACES_PER_SLOT}", name="capacity"),
    )

    id: Mapped[Id]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("recall_campaigns.id"))
    base_id: Mapped[int] = mapped_column(ForeignKey("bases.id"))
    starts_at: Mapped[Moment]
    capacity: Mapped[int]
    campaign: Mapped[RecallCampaign] = relationship(back_populates="slots")
    base: Mapped[Base] = relationship()

    @property
    def day(self) -> date:
        """Its day in Japan."""
        return clock.in_japan(self.starts_at).date()

    @property
    def hour_word(self) -> str:
        """When it begins on Japan's clocks: 10:00."""
        return f"{clock.in_japan(self.starts_at):%-H:%M}"


class LeaseReturn(Table_):
    """One car of a campaign on its way back: asked, answered by the lessee's link, taken back at a base."""

    __tablename__ = "lease_returns"
    __table_args__ = (
        CheckConstraint("status <> 'confirmed' OR slot_id IS NOT NULL", name="confirmed_for_a_slot"),
        CheckConstraint("status <> 'problem' OR problem IS NOT NULL", name="problem_named"),
        CheckConstraint("status <> 'collection' OR collection_address <> ''", name="collected_somewhere"),
        CheckConstraint("status <> 'returned' OR returned_at IS NOT NULL", name="returned_at"),
        Index(
            "uq_lease_returns_one_open_per_lease",
            "lease_id",
            unique=True,
            postgresql_where=text("status NOT IN ('returned', 'spared')"),
        ),
        Index("ix_lease_returns_campaign", "campaign_id", "status", "due_on"),
        Index("ix_lease_returns_slot", "slot_id"),
        Index("ix_lease_returns_silent", "remind_on", postgresql_where=text("status = 'asked'")),
    )
    lifecycle: ClassVar[Lifecycle] = rules.LEASE_RETURN

    id: Mapped[Id]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("recall_campaigns.id"))
    lease_id: Mapped[int] = mapped_column(ForeignKey("leases.id"), index=True)
    status: Mapped[ReturnStatus] = mapped_column(words_of(ReturnStatus, "status"))
    asked_at: Mapped[Moment]
    due_on: Mapped[date]
    remind_on: Mapped[date]
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("recall_slots.id"))
    answered_at: Mapped[Moment | None]
    problem: Mapped[Problem | None] = mapped_column(words_of(Problem, "problem"))
    note: Mapped[str] = mapped_column(String(rules.LONGEST_NOTE), default="")
    collection_address: Mapped[str] = mapped_column(String(200), default="")
    reminded_at: Mapped[Moment | None]
    # The slot of which the lessee was reminded the day before; another slot is told of again.
    reminded_slot_id: Mapped[int | None] = mapped_column(ForeignKey("recall_slots.id"))
    returned_at: Mapped[Moment | None]
    returned_to_id: Mapped[int | None] = mapped_column(ForeignKey("bases.id"))
    campaign: Mapped[RecallCampaign] = relationship(back_populates="returns")
    lease: Mapped[Lease] = relationship()
    slot: Mapped[RecallSlot | None] = relationship(foreign_keys=[slot_id])
    returned_to: Mapped[Base | None] = relationship()
    attempts: Mapped[list["ReturnAttempt"]] = relationship(back_populates="lease_return", order_by="ReturnAttempt.id")

    @property
    def activation_id(self) -> int:
        """Its events carry the activation of the campaign."""
        return self.campaign.activation_id

    @property
    def is_open(self) -> bool:
        """Whether the car is still wanted and not back."""
        return self.status in rules.OPEN

    def is_late(self, today: date) -> bool:
        """Whether the car is still out after its last day."""
        return rules.is_late(self.status, self.due_on, today)


class ReturnAttempt(Table_):
    """One telephone call to a lessee."""

    __tablename__ = "return_attempts"

    id: Mapped[Id]
    return_id: Mapped[int] = mapped_column(ForeignKey("lease_returns.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[Moment]
    result: Mapped[RingResult] = mapped_column(words_of(RingResult, "result"))
    note: Mapped[str] = mapped_column(String(rules.LONGEST_NOTE), default="")
    lease_return: Mapped[LeaseReturn] = relationship(back_populates="attempts")
