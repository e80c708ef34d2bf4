"""Who competes with whom for which cars."""

from datetime import date, timedelta
from typing import Any

from mra.allocation.forecast import Car, Kind, Seen, Standing, Wish, prospects
from mra.core.geo import Coordinates

TODAY = date(2026, 9, 28)
AMAKUSA, HITOYOSHI = Coordinates(32.46, 130.19), Coordinates(32.21, 130.76)
BASES = {1: AMAKUSA, 2: HITOYOSHI}
TRUCK = Car("kei_truck", 2, False, frozenset(), 1)


def wish(number: int, *classes: str, **values: Any) -> Wish:
    facts: dict[str, Any] = {
        "classes": frozenset(classes or ["kei_truck"]), "seats": 2, "can_drive_manual": False,
        "required_features": frozenset(), "place": AMAKUSA, "max_distance_km": 30,
    }  # fmt: skip
    return Wish(number, **(facts | values))


def board(
    *wishes: Wish, free: list[Car] | None = None, released: list[Car] | None = None, due: list[Car] | None = None
) -> list[Standing]:
    """Everybody's prospect; what was released came free day after day."""
    return prospects(
        Seen(
            today=TODAY,
            days=28,
            bases=BASES,
            wishes=wishes,
            free=free or [],
            released=[(car, TODAY - timedelta(days=day % 28)) for day, car in enumerate(released or [])],
            due=[(car, TODAY + timedelta(days=3)) for car in due or []],
        )
    )


def ahead(*wishes: Wish) -> list[tuple[int, int]]:
    return [(one.ahead_least, one.ahead_most) for one in board(*wishes)]


def test_the_order_is_kept_and_everybody_has_one() -> None:
    assert [one.request_id for one in board(wish(7), wish(3), wish(5))] == [7, 3, 5]


def test_who_wishes_for_the_same_class_is_ahead() -> None:
    assert ahead(wish(1), wish(2), wish(3)) == [(0, 0), (1, 1), (2, 2)]


def test_who_wishes_for_another_class_is_not() -> None:
    assert ahead(wish(1, "kei_van"), wish(2)) == [(0, 0), (0, 0)]


def test_who_could_take_another_car_counts_for_the_late_end_only() -> None:
    assert ahead(wish(1, "kei_truck", "kei_van"), wish(2)) == [(0, 0), (0, 1)]
    assert ahead(wish(1), wish(2, "kei_truck", "kei_van")) == [(0, 0), (1, 1)]


def test_who_cannot_reach_the_same_base_is_not_ahead() -> None:
    assert ahead(wish(1, place=HITOYOSHI), wish(2)) == [(0, 0), (0, 0)]


def test_who_reaches_more_bases_may_take_a_car_elsewhere() -> None:
    assert ahead(wish(1, max_distance_km=100), wish(2)) == [(0, 0), (0, 1)]


def test_whom_the_newest_run_found_after_other_cars_is_not_ahead() -> None:
    assert ahead(wish(1, contested="c1"), wish(2, contested="c2"), wish(3)) == [(0, 0), (0, 0), (2, 2)]


def test_only_cars_that_suit_are_counted() -> None:
    too_small = TRUCK._replace(seats=1)
    manual, far = TRUCK._replace(is_manual=True), TRUCK._replace(base_id=2)
    [told] = board(wish(1, seats=2), free=[too_small, manual, far], released=[TRUCK, far, manual])
    assert (told.free, told.flow.releases) == (0, 1)
    [driver] = board(wish(1, can_drive_manual=True), free=[manual])
    assert driver.prospect.kind is Kind.SOON


def test_a_required_feature_is_a_condition() -> None:
    [told] = board(
        wish(1, required_features=frozenset({"awd"})), free=[TRUCK, TRUCK._replace(features=frozenset({"awd"}))]
    )
    assert told.free == 1


def test_a_range_comes_from_the_cars_in_reach() -> None:
    first, *_others, last = board(*(wish(number) for number in range(15)), released=[TRUCK] * 28)
    assert first.prospect.kind is last.prospect.kind is Kind.RANGE
    assert first.prospect.high_days < last.prospect.high_days  # type: ignore[operator]
    assert 6 < last.prospect.low_days < 15 < last.prospect.high_days  # type: ignore[operator]


def test_without_any_suitable_car_it_says_so() -> None:
    [told] = board(wish(1, "microbus"), free=[TRUCK])
    assert told.prospect.kind is Kind.NO_CARS


def test_a_car_that_is_out_is_a_car() -> None:
    [told] = board(wish(1), due=[TRUCK])
    assert told.prospect.kind is Kind.TOO_LITTLE


def test_nobody_waiting_is_an_empty_board() -> None:
    assert board(free=[TRUCK]) == []


def test_without_bases_nobody_has_a_car() -> None:
    seen = Seen(today=TODAY, days=0, bases={}, wishes=[wish(1)], free=[], released=[], due=[])
    assert prospects(seen)[0].prospect.kind is Kind.NO_CARS
