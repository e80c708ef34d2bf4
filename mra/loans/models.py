"""Loans, the licences seen at handover, and extensions."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, String, Text
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mra.applications.models import CarRequest, Driver
from mra.core.db import Base as Table_
from mra.core.db import Id, Moment, words_of
from mra.core.lifecycle import Lifecycle
from mra.disasters.models import Base, TermsVersion
from mra.vehicles.models import Vehicle

from . import rules
from .rules import LicenceMethod, LoanStatus

PERIOD = "tstzrange(coalesce(handed_over_at, handover_at), coalesce(returned_at, due_at), '[)')"


class Loan(Table_):
    """One car with one borrower: appointment, keys out, keys back."""

    __tablename__ = "loans"
    __table_args__ = (
        Index(
            "uq_loans_one_open_per_vehicle",
            "vehicle_id",
            unique=True,
            postgresql_where="status IN ('reserved', 'on_loan')",
        ),
        Index(
            "uq_loans_one_open_per_request",
            "request_id",
            unique=True,
            postgresql_where="status IN ('reserved', 'on_loan')",
        ),
        ExcludeConstraint(
            ("vehicle_id", "="),
            ("period", "&&"),
            where="status <> 'cancelled'",
            using="gist",
            name="ex_loans_no_overlap",
        ),
        CheckConstraint(
            "status NOT IN ('on_loan', 'returned')"
            " OR (handed_over_at IS NOT NULL AND odometer_out_km IS NOT NULL AND fuel_out_eighths IS NOT NULL)",
            name="handover_facts",
        ),
        CheckConstraint(
            "status <> 'returned'"
            " OR (returned_at IS NOT NULL AND odometer_in_km IS NOT NULL AND fuel_in_eighths IS NOT NULL)",
            name="return_facts",
        ),
        CheckConstraint("due_at > coalesce(handed_over_at, handover_at)", name="due_after_handover"),
        CheckConstraint("returned_at > handed_over_at", name="return_after_handover"),
        CheckConstraint(
            "odometer_in_km >= odometer_out_km OR is_odometer_confirmed",
            name="odometer_forward",
        ),
        CheckConstraint("odometer_out_km >= 0 AND odometer_in_km >= 0", name="odometer_km"),
        CheckConstraint("status <> 'cancelled' OR cancel_reason <> ''", name="cancel_reason_given"),
        CheckConstraint("fuel_out_eighths BETWEEN 0 AND 8 AND fuel_in_eighths BETWEEN 0 AND 8", name="fuel"),
        Index("ix_loans_base_handover", "base_id", "status", "handover_at"),
        Index("ix_loans_activation_due", "activation_id", "status", "due_at"),
        Index("ix_loans_base_due", "base_id", "due_at", postgresql_where="status = 'on_loan'"),
        Index("ix_loans_returned", "activation_id", "returned_at", "id", postgresql_where="status = 'returned'"),
        Index("ix_loans_request", "request_id"),
        Index("ix_loans_vehicle", "vehicle_id"),
    )
    lifecycle: ClassVar[Lifecycle] = rules.LOAN

    id: Mapped[Id]
    activation_id: Mapped[int] = mapped_column(ForeignKey("activations.id"))
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"))
    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicles.id"))
    base_id: Mapped[int] = mapped_column(ForeignKey("bases.id"))
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offers.id"))
    terms_version_id: Mapped[int] = mapped_column(ForeignKey("terms_versions.id"))
    status: Mapped[LoanStatus] = mapped_column(words_of(LoanStatus, "status"))
    handover_at: Mapped[Moment]
    due_at: Mapped[Moment]
    handed_over_at: Mapped[Moment | None]
    odometer_out_km: Mapped[int | None]
    fuel_out_eighths: Mapped[int | None]
    returned_at: Mapped[Moment | None]
    odometer_in_km: Mapped[int | None]
    fuel_in_eighths: Mapped[int | None]
    # A reading below the last one, looked at again by the desk: one of the two was mistyped.
    is_odometer_confirmed: Mapped[bool] = mapped_column(default=False)
    damage_note: Mapped[str] = mapped_column(Text, default="")
    cancel_reason: Mapped[str] = mapped_column(String(200), default="")
    period: Mapped[Range[datetime]] = mapped_column(TSTZRANGE, Computed(PERIOD, persisted=True), deferred=True)
    car_request: Mapped[CarRequest] = relationship()
    vehicle: Mapped[Vehicle] = relationship()
    base: Mapped[Base] = relationship()
    terms_version: Mapped[TermsVersion] = relationship()
    licence_checks: Mapped[list["LicenceCheck"]] = relationship(back_populates="loan", order_by="LicenceCheck.id")
    extensions: Mapped[list["Extension"]] = relationship(back_populates="loan", order_by="Extension.id")

    @property
    def is_open(self) -> bool:
        """Whether the car is reserved for, or with, this borrower."""
        return self.status in {LoanStatus.RESERVED, LoanStatus.ON_LOAN}

    @property
    def is_out(self) -> bool:
        """Whether the car is with its borrower now."""
        return self.status is LoanStatus.ON_LOAN

    def is_overdue(self, moment: datetime) -> bool:
        """Whether the car should be back by now."""
        return self.is_out and self.due_at < moment


class LicenceCheck(Table_):
    """One driver's licence, seen by staff at one handover."""

    __tablename__ = "licence_checks"

    id: Mapped[Id]
    loan_id: Mapped[int] = mapped_column(ForeignKey("loans.id"), index=True)
    driver_id: Mapped[int] = mapped_column(ForeignKey("drivers.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    seen_at: Mapped[Moment]
    method: Mapped[LicenceMethod] = mapped_column(words_of(LicenceMethod, "method"))
    # None: a foreign licence, which has no check digit.
    check_digit_matches: Mapped[bool | None]
    loan: Mapped[Loan] = relationship(back_populates="licence_checks")
    driver: Mapped[Driver] = relationship()


class Extension(Table_):
    """A new due date for a running loan."""

    __tablename__ = "extensions"

    id: Mapped[Id]
    loan_id: Mapped[int] = mapped_column(ForeignKey("loans.id"), index=True)
    due_before: Mapped[Moment]
    due_after: Mapped[Moment]
    reason: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[Moment]
    loan: Mapped[Loan] = relationship(back_populates="extensions")
