"""The form of a job: from where, to where, when and how."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from mra.core import clock
from mra.core.phone import grouped
from mra.core.text import whole_number
from mra.disasters.models import Base
from mra.vehicles.models import Vehicle

from .. import services
from ..models import TransportJob
from ..plans import JobPlan, Origin, Place
from ..rules import drives
from ..rules.drives import Insurance, Means, WayHome
from ..rules.licences import LicenceClass, licence_for
from .fields import TransportForm, day_text, moment_values, time_text

ELSEWHERE = "elsewhere"
# Which field a refusal of the rules belongs to.
FAULT_FIELDS = {
    "job_in_the_past": "starts_on",
    "job_too_far_ahead": "starts_on",
    "departure_window_backwards": "departs_until",
    "due_before_departure": "due_on",
}


class JobForm(TransportForm):
    """One job as staff settle it."""

    def __init__(
        self,
        posted: Any,
        bases: Sequence[Base],
        vehicle: Vehicle | None = None,
        known_phones: Sequence[str | None] = (),
    ) -> None:
        """`known_phones`: what the form was filled with; a number we hold already is not judged once more."""
        super().__init__(posted)
        self.vehicle = vehicle
        self.known_phones = {grouped(phone): phone for phone in known_phones if phone}
        self.bases = {str(base.id): base for base in bases}

    @property
    def version(self) -> int:
        """The version of the row that the person saw."""
        return whole_number(self.text("version")) or 0

    @property
    def submission_key(self) -> UUID | None:
        """What tells the same form sent twice from another one."""
        try:
            return UUID(self.text("submission_key"))
        except ValueError:
            return None

    def read(self) -> None:
        """`clean` holds the plan."""
        start, goal = self._place("from"), self._place("to")
        day = self.take_one_day("starts_on", "回送の日を入力してください。例：2026/8/22")
        begins, ends = self.take_time("departs_from"), self.take_time("departs_until")
        due_at = self.take_moment("due", "到着の予定日を入力してください。") if self.text("due_on") else None
        km = self.take_number("expected_km", "距離は1から3,000までの数字で入力してください。", least=1, most=drives.MOST_KM, required=False)  # fmt: skip
        limit = self.take_number("expenses_limit_yen", "費用の上限は300,000円までの数字で入力してください。", least=0, most=drives.MOST_EXPENSES_YEN, required=False)  # fmt: skip
        seats = self.take_number("seats_home", "席の数は0から9で入力してください。", least=0, most=drives.MOST_SEATS_HOME, required=False)  # fmt: skip
        needed = self.take_choice("licence_needed", LicenceClass, "必要な免許を選んでください。")
        means = self.take_choice("means", Means, "運び方を選んでください。")
        insurance = self.take_choice("insurance", Insurance, "保険を選んでください。")
        way_home = self.take_choice("way_home", WayHome, "帰りの手段を選んでください。")
        texts = {
            name: self.take_free_text(name, longest)
            for name, longest in (("insurance_note", 200), ("way_home_note", 200), ("note", drives.LONGEST_NOTE))
        }
        if self.errors or not (start and goal and day and means and insurance and way_home):
            return
        plan = JobPlan(
            start=start, goal=goal, starts_on=day, departs_from=begins, departs_until=ends, due_at=due_at,
            licence_needed=needed, means=means, insurance=insurance, way_home=way_home, seats_home=seats or 0,
            expected_km=km, is_toll_free=self.is_yes("is_toll_free"), expenses_limit_yen=limit, **texts,
        )  # fmt: skip
        self._check_times(plan)
        self._check_means(plan)
        self.clean["plan"] = plan

    def _check_times(self, plan: JobPlan) -> None:
        due_at = plan.due_at or drives.usual_due_at(plan.starts_on, plan.departs_until, plan.expected_km)
        fault = drives.day_fault(plan.starts_on, clock.today(), plan.departs_from, plan.departs_until, due_at)
        if fault:
            self.wrong(FAULT_FIELDS[fault], drives.REFUSALS[fault])

    def _check_means(self, plan: JobPlan) -> None:
        """A car without papers for the day is told here, where nothing that was typed is lost."""
        if self.vehicle is None:
            return
        fault = drives.means_fault(plan.means, may_be_driven=services.may_be_driven(self.vehicle, plan))
        if fault:
            self.wrong("means", drives.REFUSALS[fault])

    def _place(self, side: str) -> Place | None:
        chosen = self.text(f"{side}_base")
        note = self.take_free_text(f"{side}_note", drives.LONGEST_NOTE)
        if chosen in self.bases:
            return Place.of_base(self.bases[chosen], note)
        if chosen != ELSEWHERE:
            self.wrong(f"{side}_base", "拠点を選ぶか、「拠点以外」を選んでください。")
            return None
        name = self.take_text(f"{side}_name", "場所の名前を入力してください。例：寄付された方のご自宅", 120)
        address = self.take_text(f"{side}_address", "住所を入力してください。", 200)
        town = self.take_municipality(f"{side}_municipality", required=True)
        return Place(name, address, town.code if town else None, self._phone(f"{side}_phone"), note)

    def _phone(self, name: str) -> str | None:
        if known := self.known_phones.get(self.text(name)):
            return known
        phone = self.take_phone(name, required=False)
        return phone.e164 if phone else None

    @classmethod
    def new(cls, vehicle: Vehicle, bases: Sequence[Base], origin: Origin | None, town: str) -> "JobForm":
        """The page as it opens: from where the car is known to stand, to the base it is meant for."""
        values: dict[str, Any] = {
            "submission_key": str(uuid4()),
            "licence_needed": licence_for(vehicle.vehicle_class, vehicle.seats).value,
            "means": Means.DRIVEN.value,
            "insurance": Insurance.ALLIANCE.value,
            "way_home": WayHome.UNDECIDED.value,
            "from_base": ELSEWHERE,
        }
        if vehicle.base_id and vehicle.status in (vehicle.status.READY, vehicle.status.OUT_OF_SERVICE):
            values["from_base"] = str(vehicle.base_id)
        elif vehicle.base_id:
            values["to_base"] = str(vehicle.base_id)
        if origin:
            values |= {
                "from_base": ELSEWHERE,
                "from_name": origin.name,
                "from_address": origin.address,
                "from_municipality": town,
                "from_phone": grouped(origin.phone) if origin.phone else "",
                "from_note": origin.note,
            }
        return cls(values, bases)

    @classmethod
    def of(cls, job: TransportJob, bases: Sequence[Base]) -> "JobForm":
        """The form as it stands for a job."""
        values: dict[str, Any] = {
            "version": str(job.version),
            "starts_on": day_text(job.starts_on),
            "departs_from": time_text(job.departs_from),
            "departs_until": time_text(job.departs_until),
            **moment_values("due", job.due_at),
            "is_toll_free": "yes" if job.is_toll_free else "",
        }
        for name in ("licence_needed", "means", "insurance", "way_home"):
            values[name] = getattr(job, name).value
        for name in ("expected_km", "expenses_limit_yen"):
            value = getattr(job, name)
            values[name] = "" if value is None else str(value)
        for name in ("insurance_note", "way_home_note", "note", "seats_home"):
            values[name] = str(getattr(job, name))
        return cls(values | _side(job, "from") | _side(job, "to"), bases)


def _side(job: TransportJob, side: str) -> dict[str, str]:
    base_id = getattr(job, f"{side}_base_id")
    values = {f"{side}_base": str(base_id) if base_id else ELSEWHERE, f"{side}_note": getattr(job, f"{side}_note")}
    if base_id:
        return values
    town, phone = getattr(job, f"{side}_municipality"), getattr(job, f"{side}_phone")
    return values | {
        f"{side}_name": getattr(job, f"{side}_name"),
        f"{side}_address": getattr(job, f"{side}_address"),
        f"{side}_municipality": town.full_name if town else "",
        f"{side}_phone": grouped(phone) if phone else "",
    }
