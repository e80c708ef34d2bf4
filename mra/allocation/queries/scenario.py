"""From tables to what the engine is given, in a fixed small number of statements."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from mra.allocation import engine
from mra.allocation.models import Override
from mra.allocation.overrides import Pair, bar, pin_refusal, without
from mra.allocation.reasons import suitable_cars
from mra.allocation.rules import NEEDS_LOOKING_AT, WEIGHTS, NoCar, OverrideKind, lent_period
from mra.core import clock, geo
from mra.disasters.models import Activation, Base
from mra.disasters.queries import terms_in_force
from mra.vehicles.models import Vehicle
from mra.vehicles.rules import Drive

from .free import free_vehicles
from .overrides import declined_pairs, overrides_in_force
from .waiting import WaitingRequest, waiting_requests

# Degrees to three places are about a hundred metres: near enough for a distance in whole kilometres, and what is kept
# with the run tells no house.
PLACES_OF_DEGREES = 3


@dataclass
class Situation:
    """What is free and who waits at one moment; `left_out` are those who wait but cannot be looked at, and why.

    `plain` is everything; `scenario` is what the engine gets. Between them: `held` cars and `pinned` pairs are taken out,
    `forbidden` pairs (by staff) and `declined` ones (by the person, earlier) are no pairs. `lookable` are all whose need
    is not over, also those who are left out today; `unplaced` have no place, `paused` said no a short time ago.
    """

    plain: engine.Scenario
    scenario: engine.Scenario
    cars: list[Vehicle]
    queue: list[str]
    left_out: dict[int, NoCar]
    overrides: list[Override]
    held: set[str] = field(default_factory=set)
    pinned: list[Pair] = field(default_factory=list)
    forbidden: set[Pair] = field(default_factory=set)
    declined: set[Pair] = field(default_factory=set)
    lookable: dict[str, engine.Request] = field(default_factory=dict)
    unplaced: set[str] = field(default_factory=set)
    paused: set[str] = field(default_factory=set)

    @property
    def without_orders(self) -> engine.Scenario:
        """What the engine would get if staff had ordered nothing."""
        return bar(self.plain, self.declined)

    def leave_out_unconcerned(self) -> None:
        """Forget those whom none of these cars would suit: it changes nothing for anybody else, and where the question is a
        single car, what is kept of its run stays small however many wait.
        """
        suiting = suitable_cars(engine.Scenario(self.plain.weights, self.plain.vehicles, (*self.lookable.values(),)))
        idle = {request for request, cars in suiting.items() if not cars}
        self.plain = without(self.plain, requests=idle, vehicles=())
        self.scenario = without(self.scenario, requests=idle, vehicles=())
        self.left_out = {
            request: reason
            for request, reason in self.left_out.items()
            if reason in NEEDS_LOOKING_AT or engine_id(request) not in idle
        }


def engine_id(row_id: int) -> str:
    """A row's id for the engine, which compares ids as texts: with zeros in front they sort as the numbers do."""
    return f"{row_id:010}"


def situation(
    activation: Activation,
    base_ids: Collection[int],
    *,
    vehicle_ids: Collection[int] | None = None,
    request_ids: Collection[int] | None = None,
) -> Situation:
    """What is free at these bases and who waits in the activation, narrowed to some ids if given."""
    longest = {line.vehicle_class.value: line.days for line in terms_in_force(activation).lines}
    cars = free_vehicles(base_ids, only=vehicle_ids)
    rows = waiting_requests(activation.id, only=request_ids)
    vehicles = tuple(vehicle for vehicle in (_vehicle(car, activation) for car in cars) if vehicle)
    people = _People(rows, longest, activation.ends_on)
    plain = engine.Scenario(engine.Weights(**WEIGHTS), vehicles, tuple(people.requests))
    declined = declined_pairs(activation.id, vehicle_ids=[car.id for car in cars])
    seen = Situation(
        plain=plain,
        scenario=plain,
        cars=cars,
        queue=[engine_id(row.id) for row in rows],
        left_out=people.left_out,
        overrides=overrides_in_force(activation.id),
        declined={(engine_id(request), engine_id(car)) for request, car in declined},
        lookable=people.lookable,
        unplaced=people.unplaced,
        paused={engine_id(row.id) for row in rows if row.is_paused},
    )
    _apply_overrides(seen)
    return seen


def _apply_overrides(seen: Situation) -> None:
    """Take held cars and pinned pairs out, and bar what is forbidden."""
    by_kind: dict[OverrideKind, list[Override]] = {kind: [] for kind in OverrideKind}
    for one in seen.overrides:
        by_kind[one.kind].append(one)
    seen.held = {engine_id(one.vehicle_id) for one in by_kind[OverrideKind.HOLD]}
    seen.forbidden = {_pair(one) for one in by_kind[OverrideKind.FORBID]}
    pins = [_pair(one) for one in by_kind[OverrideKind.PIN]]
    free = {vehicle.id: vehicle for vehicle in seen.scenario.vehicles if vehicle.id not in seen.held}
    waiting = set(seen.queue)
    for request, vehicle in pins:
        if request not in waiting:
            continue
        wish, car = seen.lookable.get(request), free.get(vehicle)
        if wish and car and pin_refusal(wish, car) is None:
            seen.pinned.append((request, vehicle))
            seen.left_out.pop(int(request), None)
        elif wish:
            seen.left_out[int(request)] = NoCar.PIN_WAITS
    rest = without(
        seen.scenario,
        requests={request for request, _ in pins},
        vehicles=seen.held | {vehicle for _, vehicle in pins},
    )
    seen.scenario = bar(rest, seen.forbidden | seen.declined)


def _pair(override: Override) -> Pair:
    return engine_id(override.request_id or 0), engine_id(override.vehicle_id)


class _People:
    """Those who wait, as the engine sees them; also those who are left out today, since staff may pin a car for them. Who
    has no place (`unplaced`) stands there at no place in particular.
    """

    def __init__(self, rows: Sequence[WaitingRequest], days: dict[str, int], ends_on: date | None) -> None:
        self.requests: list[engine.Request] = []
        self.left_out: dict[int, NoCar] = {}
        self.lookable: dict[str, engine.Request] = {}
        self.unplaced: set[str] = set()
        today = clock.today()
        for row in rows:
            longest = max(days[kind] for kind in row.classes)
            period = lent_period(row.needed_from, row.needed_until, today=today, longest_days=longest, ends_on=ends_on)
            self._add(row, period)

    def _add(self, row: WaitingRequest, period: tuple[date, date] | None) -> None:
        is_placed = row.lat is not None and row.lon is not None
        if period is None:
            self.left_out[row.id] = NoCar.PAUSED if row.is_paused else NoCar.NEED_OVER
            return
        request = _request(row, row.lat or 0.0, row.lon or 0.0, period)
        self.lookable[request.id] = request
        if not is_placed:
            self.unplaced.add(request.id)
        if row.is_paused:
            self.left_out[row.id] = NoCar.PAUSED
        elif not is_placed:
            self.left_out[row.id] = NoCar.PLACE_UNKNOWN
        else:
            self.requests.append(request)


def _request(row: WaitingRequest, lat: float, lon: float, period: tuple[date, date]) -> engine.Request:
    return engine.Request(
        id=engine_id(row.id),
        tier=row.tier,
        submitted_at=row.submitted_at,
        classes=tuple(row.classes),
        seats=row.seats,
        can_drive_manual=row.can_drive_manual,
        required_features=frozenset(row.required_features),
        lat=round(lat, PLACES_OF_DEGREES),
        lon=round(lon, PLACES_OF_DEGREES),
        max_distance_km=row.max_distance_km,
        from_on=period[0],
        until_on=period[1],
    )


def _vehicle(car: Vehicle, activation: Activation) -> engine.Vehicle | None:
    """A car may be lent until the first of: its papers, its base, the whole support end."""
    base, lawful_until = car.base, car.lawful_until()
    if base is None or lawful_until is None:
        return None
    place = _place(base)
    return engine.Vehicle(
        id=engine_id(car.id),
        vehicle_class=car.vehicle_class.value,
        seats=car.seats,
        transmission=car.transmission.value,
        features=frozenset(car.features) | ({"awd"} if car.drive is Drive.FOUR else set()),
        lat=place.lat,
        lon=place.lon,
        available_from=car.available_from or clock.today(),
        available_until=min(day for day in (lawful_until, base.closes_on, activation.ends_on) if day),
    )


def _place(base: Base) -> geo.Coordinates:
    place = geo.coordinates(base.place)
    if place is None:
        raise ValueError(f"base {base.id} has no place")
    return geo.Coordinates(round(place.lat, PLACES_OF_DEGREES), round(place.lon, PLACES_OF_DEGREES))
