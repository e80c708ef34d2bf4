"""What loans know of a car: every loan with its kilometres, damage told at returns, and who waits for the car now."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, load_only

from mra.applications.models import Application, CarRequest
from mra.core import clock
from mra.core.application_number import format_number
from mra.core.db import db
from mra.disasters.models import Base
from mra.vehicles.services import Booking, LifeEntry, LifeKind

from .models import Loan
from .rules import LOAN, LoanStatus


def life_of(vehicle_id: int) -> list[LifeEntry]:
    """Every loan of a car that began, by the number of its application, and the damage told at its return."""
    return [entry for loan in _loans(vehicle_id, is_open=False) for entry in _entries(loan)]


def bookings_of(vehicle_id: int) -> list[Booking]:
    """The loan that is reserved on a car or runs now."""
    return [
        Booking(
            LOAN.word(loan.status).label,
            _number(loan),
            loan.handover_at if loan.status is LoanStatus.RESERVED else loan.due_at,
            f"/loans/{loan.id}",
        )
        for loan in _loans(vehicle_id, is_open=True)
    ]


def _loans(vehicle_id: int, *, is_open: bool) -> list[Loan]:
    wanted = Loan.status.in_((LoanStatus.RESERVED, LoanStatus.ON_LOAN)) if is_open else Loan.handed_over_at.is_not(None)
    query = (
        select(Loan)
        .join(Loan.base)
        .join(Loan.car_request)
        .join(CarRequest.application)
        .where(Loan.vehicle_id == vehicle_id, wanted)
        .options(
            load_only(
                Loan.status,
                Loan.handover_at,
                Loan.due_at,
                Loan.handed_over_at,
                Loan.returned_at,
                Loan.odometer_out_km,
                Loan.odometer_in_km,
                Loan.damage_note,
            ),
            contains_eager(Loan.base).load_only(Base.name),
            contains_eager(Loan.car_request)
            .load_only(CarRequest.application_id)
            .contains_eager(CarRequest.application)
            .load_only(Application.serial),
        )
    )
    return list(db.session.scalars(query.order_by(Loan.id)))


def _number(loan: Loan) -> str:
    return format_number(loan.car_request.application.serial)


def _entries(loan: Loan) -> Iterator[LifeEntry]:
    assert loan.handed_over_at is not None
    out_km, in_km = loan.odometer_out_km, loan.odometer_in_km
    returned_on = _day(loan.returned_at) if loan.returned_at else None
    yield LifeEntry(
        on=_day(loan.handed_over_at),
        kind=LifeKind.LOAN,
        title=f"貸出　{_number(loan)}",
        detail=loan.base.name,
        ended_on=returned_on,
        km=in_km - out_km if in_km is not None and out_km is not None else None,
        odometer_km=out_km if in_km is None else in_km,
        path=f"/loans/{loan.id}",
    )
    if returned_on and loan.damage_note:
        yield LifeEntry(returned_on, LifeKind.DAMAGE, "返却時の傷・不具合", loan.damage_note, path=f"/loans/{loan.id}")


def _day(moment: datetime) -> date:
    return clock.in_japan(moment).date()
