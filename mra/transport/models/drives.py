"""Jobs that move a car, the people who were asked to drive, and what it cost."""

from datetime import date, datetime, time
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mra.alliance.models import Member, Municipality
from mra.core.db import Base as Table_
from mra.core.db import Id, Moment, words_of
from mra.core.lifecycle import Lifecycle
from mra.disasters.models import Activation, Base
from mra.vehicles.models import Vehicle
from mra.vehicles.rules import Transmission

from .. import rules
from ..rules.drives import Insurance, JobStatus, Means, WayHome, Worry, latest_departure, worry_about
from ..rules.expenses import ExpenseKind, ExpenseStatus, claimed_yen
from ..rules.licences import LICENCE_WORDS, LicenceClass
from ..rules.offers import CloseReason, OfferStatus, RefusalReason, Standing, standing
from .drivers import TransportDriver


class TransportJob(Table_):
    """One car from one place to another on one day. The pick-up's address and phone are told to the taker only."""

    __tablename__ = "transport_jobs"
    __table_args__ = (
        Index(
            "uq_transport_jobs_one_unfinished_per_vehicle",
            "vehicle_id",
            unique=True,
            postgresql_where="status IN ('open', 'taken', 'under_way')",
        ),
        UniqueConstraint("submission_key", name="uq_transport_jobs_submission_key"),
        CheckConstraint("num_nonnulls(driver_id, member_id) <= 1", name="one_taker"),
        CheckConstraint(
            "status NOT IN ('taken', 'under_way', 'arrived') OR"
            " (num_nonnulls(driver_id, member_id) = 1 AND taken_at IS NOT NULL)",
            name="taken_by_somebody",
        ),
        CheckConstraint("status <> 'open' OR num_nonnulls(driver_id, member_id) = 0", name="open_is_free"),
        CheckConstraint(
            "status NOT IN ('under_way', 'arrived') OR (departed_at IS NOT NULL AND odometer_out_km IS NOT NULL)",
            name="departure_facts",
        ),
        CheckConstraint(
            "status <> 'arrived' OR (arrived_at IS NOT NULL AND odometer_in_km IS NOT NULL)", name="arrival_facts"
        ),
        CheckConstraint("odometer_in_km >= odometer_out_km OR is_odometer_confirmed", name="odometer_forward"),
        CheckConstraint("odometer_out_km >= 0 AND odometer_in_km >= 0", name="odometer_km"),
        CheckConstraint("status <> 'cancelled' OR cancel_reason <> ''", name="cancel_reason_given"),
        CheckConstraint("to_base_id IS NULL OR to_base_id <> from_base_id", name="goes_somewhere"),
        CheckConstraint("departs_until >= departs_from", name="departure_window"),
        CheckConstraint("seats_home BETWEEN 0 AND 9", name="seats_home"),
        Index("ix_transport_jobs_board", "status", "starts_on", "id"),
        Index("ix_transport_jobs_vehicle", "vehicle_id", "id"),
        Index("ix_transport_jobs_driver", "driver_id", "starts_on", postgresql_where="driver_id IS NOT NULL"),
        Index("ix_transport_jobs_member", "member_id", postgresql_where="member_id IS NOT NULL"),
    )
    lifecycle: ClassVar[Lifecycle] = rules.JOB

    id: Mapped[Id]
    submission_key: Mapped[UUID]
    activation_id: Mapped[int | None] = mapped_column(ForeignKey("activations.id"))
    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicles.id"))
    status: Mapped[JobStatus] = mapped_column(words_of(JobStatus, "status"))
    created_at: Mapped[Moment]
    from_base_id: Mapped[int | None] = mapped_column(ForeignKey("bases.id"))
    from_name: Mapped[str] = mapped_column(String(120))
    from_address: Mapped[str] = mapped_column(String(200))
    from_municipality_code: Mapped[str | None] = mapped_column(ForeignKey("municipalities.code"))
    from_phone: Mapped[str | None] = mapped_column(String(20))
    from_note: Mapped[str] = mapped_column(String(400), default="")
    to_base_id: Mapped[int | None] = mapped_column(ForeignKey("bases.id"))
    to_name: Mapped[str] = mapped_column(String(120))
    to_address: Mapped[str] = mapped_column(String(200))
    to_municipality_code: Mapped[str | None] = mapped_column(ForeignKey("municipalities.code"))
    to_phone: Mapped[str | None] = mapped_column(String(20))
    to_note: Mapped[str] = mapped_column(String(400), default="")
    starts_on: Mapped[date]
    departs_from: Mapped[time | None]
    departs_until: Mapped[time | None]
    due_at: Mapped[Moment]
    licence_needed: Mapped[LicenceClass] = mapped_column(words_of(LicenceClass, "licence_needed"))
    means: Mapped[Means] = mapped_column(words_of(Means, "means"))
    insurance: Mapped[Insurance] = mapped_column(words_of(Insurance, "insurance"))
    insurance_note: Mapped[str] = mapped_column(String(200), default="")
    way_home: Mapped[WayHome] = mapped_column(words_of(WayHome, "way_home"))
    way_home_note: Mapped[str] = mapped_column(String(200), default="")
    # Free seats of this job's companion car on the way back, for drivers of other jobs.
    seats_home: Mapped[int] = mapped_column(default=0)
    expected_km: Mapped[int | None]
    is_toll_free: Mapped[bool] = mapped_column(default=False)
    expenses_limit_yen: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(400), default="")
    driver_id: Mapped[int | None] = mapped_column(ForeignKey("transport_drivers.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    taken_at: Mapped[Moment | None]
    reminded_at: Mapped[Moment | None]
    departed_at: Mapped[Moment | None]
    odometer_out_km: Mapped[int | None]
    # It stood ready at a base before: if it turns back, it stands ready there again.
    was_ready: Mapped[bool] = mapped_column(default=False)
    arrived_at: Mapped[Moment | None]
    odometer_in_km: Mapped[int | None]
    is_odometer_confirmed: Mapped[bool] = mapped_column(default=False)
    arrival_note: Mapped[str] = mapped_column(String(400), default="")
    cancel_reason: Mapped[str] = mapped_column(String(200), default="")
    version: Mapped[int] = mapped_column(default=1)
    vehicle: Mapped[Vehicle] = relationship()
    activation: Mapped[Activation | None] = relationship()
    from_base: Mapped[Base | None] = relationship(foreign_keys=from_base_id)
    to_base: Mapped[Base | None] = relationship(foreign_keys=to_base_id)
    from_municipality: Mapped[Municipality | None] = relationship(foreign_keys=from_municipality_code)
    to_municipality: Mapped[Municipality | None] = relationship(foreign_keys=to_municipality_code)
    driver: Mapped[TransportDriver | None] = relationship()
    member: Mapped[Member | None] = relationship()
    offers: Mapped[list["TransportOffer"]] = relationship(back_populates="job", order_by="TransportOffer.id")
    expenses: Mapped[list["TransportExpense"]] = relationship(back_populates="job", order_by="TransportExpense.id")

    @property
    def is_manual(self) -> bool:
        """Whether an AT-only licence is not enough."""
        return self.vehicle.transmission is Transmission.MT

    @property
    def licence_words(self) -> str:
        """The licence that is needed, in words."""
        return LICENCE_WORDS[self.licence_needed] + ("・MT" if self.is_manual else "")

    @property
    def taker_name(self) -> str:
        """Who drives; empty while nobody does."""
        return self.driver.name if self.driver else self.member.name if self.member else ""

    @property
    def leaves_at(self) -> datetime:
        """The latest moment of departure."""
        return latest_departure(self.starts_on, self.departs_until)

    @property
    def driven_km(self) -> int | None:
        """How far the drive was by the odometer."""
        if self.odometer_in_km is None or self.odometer_out_km is None:
            return None
        return max(0, self.odometer_in_km - self.odometer_out_km)

    @property
    def from_region(self) -> str:
        """The prefecture of the start."""
        return self.from_municipality.prefecture if self.from_municipality else ""

    @property
    def to_region(self) -> str:
        """The prefecture of the destination."""
        return self.to_municipality.prefecture if self.to_municipality else ""

    @property
    def claimed_yen(self) -> int:
        """What was claimed and not turned down."""
        return claimed_yen((expense.status, expense.yen) for expense in self.expenses)

    def worry(self, moment: datetime) -> Worry | None:
        """What somebody has to see to now."""
        return worry_about(self.status, self.starts_on, self.departs_until, self.due_at, moment)


class TransportOffer(Table_):
    """One question to one driver or one firm whether they drive a job; the private link opens it."""

    __tablename__ = "transport_offers"
    __table_args__ = (
        CheckConstraint("num_nonnulls(driver_id, member_id) = 1", name="asks_somebody"),
        CheckConstraint("status NOT IN ('taken', 'refused', 'given_back') OR answered_at IS NOT NULL", name="answered"),
        CheckConstraint("(status = 'closed') = (close_reason IS NOT NULL)", name="closed_for_a_reason"),
        Index(
            "uq_transport_offers_one_open_per_driver",
            "job_id",
            "driver_id",
            unique=True,
            postgresql_where="status IN ('asked', 'taken') AND driver_id IS NOT NULL",
        ),
        Index(
            "uq_transport_offers_one_open_per_member",
            "job_id",
            "member_id",
            unique=True,
            postgresql_where="status IN ('asked', 'taken') AND member_id IS NOT NULL",
        ),
        # Whatever the code does: two people never take the same job.
        Index("uq_transport_offers_one_taken_per_job", "job_id", unique=True, postgresql_where="status = 'taken'"),
        Index("ix_transport_offers_job", "job_id", "id"),
        Index("ix_transport_offers_driver", "driver_id", "status"),
    )
    lifecycle: ClassVar[Lifecycle] = rules.OFFER

    id: Mapped[Id]
    job_id: Mapped[int] = mapped_column(ForeignKey("transport_jobs.id"))
    driver_id: Mapped[int | None] = mapped_column(ForeignKey("transport_drivers.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    status: Mapped[OfferStatus] = mapped_column(words_of(OfferStatus, "status"))
    asked_at: Mapped[Moment]
    deadline_at: Mapped[Moment]
    answered_at: Mapped[Moment | None]
    refusal_reason: Mapped[RefusalReason | None] = mapped_column(words_of(RefusalReason, "refusal_reason"))
    reason: Mapped[str] = mapped_column(String(200), default="")
    close_reason: Mapped[CloseReason | None] = mapped_column(words_of(CloseReason, "close_reason"))
    job: Mapped[TransportJob] = relationship(back_populates="offers")
    driver: Mapped[TransportDriver | None] = relationship()
    member: Mapped[Member | None] = relationship()

    @property
    def activation_id(self) -> int | None:
        """An offer's events carry the activation of its job."""
        return self.job.activation_id

    @property
    def asked_name(self) -> str:
        """Who was asked."""
        return self.driver.name if self.driver else self.member.name if self.member else ""

    def standing(self, moment: datetime) -> Standing:
        """Where it stands for the one who was asked."""
        return standing(self.status, self.job.status, self.close_reason, self.deadline_at, moment)


class TransportExpense(Table_):
    """What a driver paid for a job."""

    __tablename__ = "transport_expenses"
    __table_args__ = (
        CheckConstraint("yen > 0", name="yen"),
        CheckConstraint("status = 'claimed' OR decided_at IS NOT NULL", name="decided"),
        Index("ix_transport_expenses_job", "job_id"),
        Index("ix_transport_expenses_claimed", "id", postgresql_where="status = 'claimed'"),
    )
    lifecycle: ClassVar[Lifecycle] = rules.EXPENSE

    id: Mapped[Id]
    job_id: Mapped[int] = mapped_column(ForeignKey("transport_jobs.id"))
    kind: Mapped[ExpenseKind] = mapped_column(words_of(ExpenseKind, "kind"))
    yen: Mapped[int]
    has_receipt: Mapped[bool]
    note: Mapped[str] = mapped_column(String(200), default="")
    status: Mapped[ExpenseStatus] = mapped_column(words_of(ExpenseStatus, "status"))
    claimed_at: Mapped[Moment]
    decided_at: Mapped[Moment | None]
    job: Mapped[TransportJob] = relationship(back_populates="expenses")

    @property
    def activation_id(self) -> int | None:
        """An expense's events carry the activation of its job."""
        return self.job.activation_id
