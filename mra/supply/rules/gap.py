"""The gap: needed, committed, in transit, delivered, per item and base, and how many by which day. Every thing counts once.

- A call that an umbrella body passed on does not count; the calls to its firms do.
- Cars are counted as the fleet has them: what stands at the base or is driven to it. A delivery adds only the cars that
  are not in the register; while it is on the road, its cars count where it goes, whatever base the register names.
- What was delivered beyond the promise counts as delivered; what was agreed and has left is no longer committed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from mra.core.vehicle_classes import VehicleClass

from ..arrivals import Arrival, Certainty
from .calls import CallStatus
from .deliveries import DeliveryStatus

# Where nothing is known of a car on the road, it is expected on the next day.
USUAL_DAYS_ON_THE_ROAD = 1


@dataclass(frozen=True)
class NeedLine:
    """How much of one item is needed at one base (None: anywhere in the activation)."""

    id: int
    base_id: int | None
    vehicle_class: VehicleClass | None
    quantity: int
    detail: str = ""


@dataclass(frozen=True)
class DeliveryFacts:
    """One delivery of a call; `vehicle_ids` are its cars in the register."""

    status: DeliveryStatus
    quantity: int
    expected_on: date | None = None
    vehicle_ids: frozenset[int] = frozenset()


@dataclass(frozen=True)
class CallFacts:
    """What counts of a call."""

    need_id: int
    status: CallStatus
    quantity: int
    agreed_quantity: int = 0
    ready_on: date | None = None
    is_passed_on: bool = False
    deliveries: tuple[DeliveryFacts, ...] = ()


@dataclass(frozen=True)
class Car:
    """A car of the register that stands at a base of the activation (ready) or is driven to it."""

    id: int
    base_id: int
    vehicle_class: VehicleClass
    is_there: bool


@dataclass
class Line:
    """One line of the gap board. `waiting` are calls without an answer; they cover nothing yet."""

    need: NeedLine
    committed: int = 0
    in_transit: int = 0
    delivered: int = 0
    waiting: int = 0
    unregistered: int = 0
    arrivals: list[Arrival] = field(default_factory=list)

    @property
    def covered(self) -> int:
        """What is there, on its way, or promised."""
        return self.committed + self.in_transit + self.delivered

    @property
    def gap(self) -> int:
        """What nobody has promised yet."""
        return max(0, self.need.quantity - self.covered)

    @property
    def surplus(self) -> int:
        """What will be there beyond the need."""
        return max(0, self.covered - self.need.quantity)


def board(needs: Sequence[NeedLine], calls: Iterable[CallFacts], cars: Sequence[Car], today: date) -> list[Line]:
    """The lines of the gap board, one per need in the order given."""
    lines = {need.id: Line(need) for need in needs}
    fleet = {car.id: car for car in cars}
    counted = [call for call in calls if not call.is_passed_on and call.need_id in lines]
    for call in counted:
        _count_call(lines[call.need_id], call, fleet, today)
    on_deliveries = _on_the_road(counted)
    _count_fleet(list(lines.values()), [car for car in cars if car.is_there or car.id not in on_deliveries])
    return list(lines.values())


def _count_call(line: Line, call: CallFacts, fleet: Mapping[int, Car], today: date) -> None:
    if call.status is CallStatus.ASKED:
        line.waiting += call.quantity
        if call.ready_on:
            line.arrivals.append(Arrival(_days(today, call.ready_on), call.quantity, Certainty.ASKED))
    moved = 0
    for delivery in call.deliveries:
        if delivery.status is not DeliveryStatus.CANCELLED:
            moved += delivery.quantity
            _count_delivery(line, delivery, fleet, today)
    if call.status is CallStatus.AGREED:
        rest = max(0, call.agreed_quantity - moved)
        line.committed += rest
        _expect(line, rest, _days(today, call.ready_on or today), Certainty.PROMISED)


def _count_delivery(line: Line, delivery: DeliveryFacts, fleet: Mapping[int, Car], today: date) -> None:
    """Only what the register does not show; a car that arrived once and has left since is not counted as unregistered."""
    if delivery.status is DeliveryStatus.DELIVERED:
        extra = max(0, delivery.quantity - len(delivery.vehicle_ids))
        line.delivered += extra
        _expect(line, extra, 0, Certainty.THERE)
    else:
        there = [number for number in delivery.vehicle_ids if number in fleet and fleet[number].is_there]
        extra = max(0, delivery.quantity - len(there))
        line.in_transit += extra
        day = _days(today, delivery.expected_on) if delivery.expected_on else USUAL_DAYS_ON_THE_ROAD
        _expect(line, extra, day, Certainty.UNDER_WAY)
    if line.need.vehicle_class:
        line.unregistered += max(0, delivery.quantity - len(delivery.vehicle_ids))


def _on_the_road(calls: Iterable[CallFacts]) -> set[int]:
    """The cars of deliveries under way: their deliveries count them."""
    return {
        car
        for call in calls
        for delivery in call.deliveries
        if delivery.status is DeliveryStatus.UNDER_WAY
        for car in delivery.vehicle_ids
    }


def _count_fleet(lines: Sequence[Line], cars: Iterable[Car]) -> None:
    """Each car counts for the need of its base, otherwise for the need that names no base; two needs never share one."""
    by_place: dict[tuple[int | None, VehicleClass], list[Line]] = defaultdict(list)
    for line in lines:
        if line.need.vehicle_class:
            by_place[line.need.base_id, line.need.vehicle_class].append(line)
    for car in cars:
        takers = by_place.get((car.base_id, car.vehicle_class)) or by_place.get((None, car.vehicle_class))
        if takers:
            _count_car(_taker(takers), car)


def _taker(lines: Sequence[Line]) -> Line:
    """The line that is still short, those without a detail first: the register does not know the details."""
    in_order = sorted(lines, key=lambda line: (bool(line.need.detail), line.need.id))
    return next((line for line in in_order if line.gap), in_order[0])


def _count_car(line: Line, car: Car) -> None:
    if car.is_there:
        line.delivered += 1
        _expect(line, 1, 0, Certainty.THERE)
    else:
        line.in_transit += 1
        _expect(line, 1, USUAL_DAYS_ON_THE_ROAD, Certainty.UNDER_WAY)


def _expect(line: Line, quantity: int, day: int, certainty: Certainty) -> None:
    if quantity:
        line.arrivals.append(Arrival(day, quantity, certainty))


def _days(today: date, day: date) -> int:
    return max(0, (day - today).days)
