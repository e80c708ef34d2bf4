"""What staff decide about a job, as plain values: from where, to where, when, how."""

from dataclasses import dataclass
from datetime import date, datetime, time

from mra.disasters.models import Base

from .rules.drives import Insurance, Means, WayHome
from .rules.licences import LicenceClass


@dataclass(frozen=True)
class Place:
    """Where a car is fetched or brought; address and phone of a private person are told to the taker only."""

    name: str
    address: str
    municipality_code: str | None = None
    phone: str | None = None
    note: str = ""
    base_id: int | None = None

    @classmethod
    def of_base(cls, base: Base, note: str = "") -> "Place":
        """A base of a support."""
        return cls(base.name, base.address, base.municipality_code, base.phone, note, base.id)


@dataclass(frozen=True)
class Origin:
    """Where a car stands before it comes to us, as donations and recalls know it."""

    name: str
    address: str
    municipality_code: str | None = None
    phone: str | None = None
    note: str = ""


@dataclass(frozen=True)
class JobPlan:
    """All that is settled before somebody is asked; what is left out takes its usual value."""

    start: Place
    goal: Place
    starts_on: date
    departs_from: time | None = None
    departs_until: time | None = None
    due_at: datetime | None = None
    licence_needed: LicenceClass | None = None
    means: Means = Means.DRIVEN
    insurance: Insurance = Insurance.ALLIANCE
    insurance_note: str = ""
    way_home: WayHome = WayHome.UNDECIDED
    way_home_note: str = ""
    seats_home: int = 0
    expected_km: int | None = None
    is_toll_free: bool = False
    expenses_limit_yen: int | None = None
    note: str = ""
