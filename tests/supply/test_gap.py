"""The gap: every thing counts once."""

from datetime import date, timedelta

from mra.core.vehicle_classes import VehicleClass
from mra.supply.arrivals import COUNTED_ON, by_day
from mra.supply.rules.calls import CallStatus
from mra.supply.rules.deliveries import DeliveryStatus
from mra.supply.rules.gap import CallFacts, Car, DeliveryFacts, Line, NeedLine, board

TODAY = date(2026, 8, 18)
TRUCKS = NeedLine(1, 10, VehicleClass.KEI_TRUCK, 20)
OIL = NeedLine(2, None, None, 100)
DELIVERED, UNDER_WAY, CANCELLED = DeliveryStatus.DELIVERED, DeliveryStatus.UNDER_WAY, DeliveryStatus.CANCELLED


def agreed(quantity: int, *deliveries: DeliveryFacts, need: NeedLine = TRUCKS, days: int = 5) -> CallFacts:
    ready_on = TODAY + timedelta(days=days)
    return CallFacts(need.id, CallStatus.AGREED, quantity, quantity, ready_on, deliveries=deliveries)


def car(number: int, *, is_there: bool = True, base: int = 10) -> Car:
    return Car(number, base, VehicleClass.KEI_TRUCK, is_there)


def line(*calls: CallFacts, cars: tuple[Car, ...] = (), need: NeedLine = TRUCKS) -> Line:
    [found] = board([need], calls, cars, TODAY)
    return found


def figures(of: Line) -> tuple[int, int, int, int]:
    return of.committed, of.in_transit, of.delivered, of.gap


def test_without_calls_and_cars_all_is_short() -> None:
    assert figures(line()) == (0, 0, 0, 20)


def test_a_call_without_an_answer_covers_nothing() -> None:
    found = line(CallFacts(1, CallStatus.ASKED, 8))
    assert figures(found) == (0, 0, 0, 20)
    assert found.waiting == 8


def test_what_was_agreed_is_committed_until_it_leaves() -> None:
    parts = (DeliveryFacts(DELIVERED, 3), DeliveryFacts(UNDER_WAY, 2), DeliveryFacts(CANCELLED, 4))
    assert figures(line(agreed(8, *parts, need=OIL), need=OIL)) == (3, 2, 3, 92)


def test_a_call_that_was_passed_on_counts_by_its_firms_alone() -> None:
    umbrella = CallFacts(1, CallStatus.AGREED, 8, 5, TODAY, is_passed_on=True)
    assert figures(line(umbrella, agreed(3), agreed(2))) == (5, 0, 0, 15)


def test_refused_and_cancelled_calls_cover_nothing() -> None:
    assert figures(line(CallFacts(1, CallStatus.REFUSED, 8), CallFacts(1, CallStatus.CANCELLED, 8, 8))) == (0, 0, 0, 20)


def test_what_had_arrived_of_a_cancelled_call_stays_delivered() -> None:
    gone = CallFacts(2, CallStatus.CANCELLED, 50, 50, TODAY, deliveries=(DeliveryFacts(DELIVERED, 20),))
    assert figures(line(gone, need=OIL)) == (0, 0, 20, 80)


def test_more_than_promised_counts_as_delivered_and_leaves_no_promise() -> None:
    assert figures(line(agreed(8, DeliveryFacts(DELIVERED, 11), need=OIL), need=OIL)) == (0, 0, 11, 89)


def test_a_met_call_promises_nothing_more() -> None:
    met = CallFacts(2, CallStatus.MET, 8, 8, TODAY, deliveries=(DeliveryFacts(DELIVERED, 6),))
    assert figures(line(met, need=OIL)) == (0, 0, 6, 94)


def test_cars_of_the_fleet_count_where_they_stand() -> None:
    assert figures(line(cars=(car(1), car(2), car(3, is_there=False)))) == (0, 1, 2, 17)


def test_a_registered_car_of_a_delivery_counts_once() -> None:
    arrived = agreed(3, DeliveryFacts(DELIVERED, 3, vehicle_ids=frozenset({1, 2})))
    found = line(arrived, cars=(car(1), car(2), car(9)))
    assert figures(found) == (0, 0, 4, 16)
    assert found.unregistered == 1


def test_a_car_on_its_way_that_is_registered_counts_once() -> None:
    leaving = agreed(3, DeliveryFacts(UNDER_WAY, 2, TODAY + timedelta(days=3), frozenset({1})))
    found = line(leaving, cars=(car(1, is_there=False),))
    assert figures(found) == (1, 2, 0, 17)
    assert by_day(found.arrivals, [2, 3, 5], COUNTED_ON) == [0, 2, 3]


def test_a_car_on_the_road_counts_where_its_delivery_goes() -> None:
    home = NeedLine(3, 11, VehicleClass.KEI_TRUCK, 5)
    leaving = agreed(1, DeliveryFacts(UNDER_WAY, 1, vehicle_ids=frozenset({1})))
    here, elsewhere = board([TRUCKS, home], [leaving], [car(1, is_there=False, base=11)], TODAY)
    assert (here.in_transit, elsewhere.in_transit) == (1, 0)


def test_a_delivered_car_that_left_the_fleet_is_gone() -> None:
    assert figures(line(agreed(1, DeliveryFacts(DELIVERED, 1, vehicle_ids=frozenset({1}))))) == (0, 0, 0, 20)


def test_a_car_at_another_base_serves_the_need_that_names_no_base() -> None:
    anywhere = NeedLine(3, None, VehicleClass.KEI_TRUCK, 5)
    here, elsewhere = board([TRUCKS, anywhere], [], [car(1), car(2, base=11)], TODAY)
    assert (here.delivered, elsewhere.delivered) == (1, 1)


def test_two_needs_for_one_class_never_share_a_car() -> None:
    plain, manual = NeedLine(1, 10, VehicleClass.KEI_TRUCK, 1), NeedLine(2, 10, VehicleClass.KEI_TRUCK, 2, "AT")
    first, second = board([manual, plain], [], [car(1), car(2)], TODAY)
    assert (first.delivered, second.delivered) == (1, 1)


def test_a_surplus_is_told_and_is_no_gap() -> None:
    found = line(agreed(25))
    assert (found.gap, found.surplus) == (0, 5)


def test_the_curve_knows_what_comes_when() -> None:
    calls = (agreed(4, days=2), agreed(6, days=7), CallFacts(1, CallStatus.ASKED, 5, ready_on=TODAY))
    found = line(*calls, cars=(car(1),))
    assert by_day(found.arrivals, [0, 2, 7], COUNTED_ON) == [1, 5, 11]
    assert by_day(found.arrivals, [0, 2, 7]) == [6, 10, 16]
