"""The cars of the story: some at the bases, some on the road, most still promised."""

from datetime import date, datetime, timedelta
from random import Random

from mra.core import clock
from mra.core.vehicle_classes import VehicleClass
from mra.disasters.models import Activation, Base
from mra.vehicles.models import Vehicle, VehicleDocument
from mra.vehicles.rules import VEHICLE, DocumentKind, Drive, DriverScope, Transmission, VehicleStatus

from . import people
from .ledger import Ledger

AREAS = ("熊本", "福岡", "宮城", "佐賀", "大分", "鹿児島")
SHORT_PAPERS_EVERY = 17


class Cars:
    """Makes each car once, when it is first needed."""

    def __init__(self, ledger: Ledger, random: Random, activation: Activation, bases: list[Base], today: date) -> None:
        self.ledger, self.random, self.activation, self.bases, self.today = ledger, random, activation, bases, today
        self.on_site: dict[int, int] = {}
        self.made = 0

    def base_of(self, car: int) -> Base:
        """The base that keeps a car."""
        return self.bases[car % len(self.bases)]

    def id_of(self, car: int, vehicle_class: VehicleClass) -> int:
        """The id of a car on site."""
        if car not in self.on_site:
            self.on_site[car] = self._make(vehicle_class, VehicleStatus.READY, self.base_of(car))
        return self.on_site[car]

    def drive(self, car: int, km: int) -> tuple[int, int]:
        """What the odometer shows before and after a borrower's kilometres."""
        row = self.ledger.row(Vehicle, self.on_site[car])
        before: int = row["odometer_km"]
        row["odometer_km"] = before + km
        return before, before + km

    def add_the_rest(self, free: list[tuple[int, VehicleClass]], elsewhere: int) -> None:
        """Cars that nobody has: free at a base, on the road (three of seven), or promised."""
        for car, vehicle_class in free:
            self.id_of(car, vehicle_class)
        for number in range(elsewhere):
            status = VehicleStatus.IN_TRANSIT if number % 7 < 3 else VehicleStatus.PROMISED
            self._make(people.vehicle_class(self.random), status, self.bases[number % len(self.bases)])

    def _make(self, vehicle_class: VehicleClass, status: VehicleStatus, base: Base) -> int:
        self.made += 1
        random, number = self.random, self.made
        moment = clock.now() - timedelta(days=9)
        is_manual = vehicle_class in people.CARGO and random.random() < 0.4
        drive = random.choice((Drive.TWO, Drive.TWO, Drive.FOUR))
        vehicle_id = self.ledger.add(
            Vehicle,
            chassis_number=f"MRA{number // 100_000:02}-{number % 100_000:05}",
            plate_area=AREAS[number % len(AREAS)],
            plate_class="480" if vehicle_class in people.CARGO else "580",
            plate_kana="わ",
            plate_serial=1 + number % 9999,
            name=random.choice(people.CAR_NAMES[vehicle_class]),
            vehicle_class=vehicle_class,
            seats=people.SEATS[vehicle_class],
            transmission=Transmission.MT if is_manual else Transmission.AT,
            drive=drive,
            features=self._features(vehicle_class, drive),
            base_id=base.id,
            status=status,
            odometer_km=random.randrange(20_000, 140_000),
            available_from=None,
            remarks="",
            created_at=moment,
        )
        self._papers(vehicle_id, number, moment)
        self._lived(vehicle_id, status, moment)
        return vehicle_id

    def _features(self, vehicle_class: VehicleClass, drive: Drive) -> list[str]:
        features = ["awd"] if drive is Drive.FOUR else []
        features += ["wheelchair"] if vehicle_class is VehicleClass.WELFARE else []
        features += ["power_supply"] if self.random.random() < 0.05 else []
        return features

    def _papers(self, vehicle_id: int, number: int, moment: datetime) -> None:
        days = 20 if number % SHORT_PAPERS_EVERY == 0 else self.random.randrange(90, 700)
        ends = {
            DocumentKind.INSPECTION: self.today + timedelta(days=days),
            DocumentKind.COMPULSORY_INSURANCE: self.today + timedelta(days=days + 30),
            DocumentKind.VOLUNTARY_INSURANCE: date(self.today.year + 1, 3, 31),
        }
        for kind, ends_on in ends.items():
            scope = DriverScope.UNLIMITED if kind is DocumentKind.VOLUNTARY_INSURANCE else None
            self.ledger.add(
                VehicleDocument,
                vehicle_id=vehicle_id,
                kind=kind,
                starts_on=None,
                ends_on=ends_on,
                driver_scope=scope,
                created_at=moment,
            )

    def _lived(self, vehicle_id: int, status: VehicleStatus, moment: datetime) -> None:
        steps = [("begin", moment)]
        if status is not VehicleStatus.PROMISED:
            steps.append(("dispatch", moment + timedelta(hours=2)))
        if status is VehicleStatus.READY:
            steps.append(("arrive", moment + timedelta(hours=20)))
        self.ledger.lived(VEHICLE, vehicle_id, self.activation.id, *steps)
