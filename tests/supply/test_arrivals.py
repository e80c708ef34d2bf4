"""How many by which day."""

from mra.supply.arrivals import COUNTED_ON, Arrival, Certainty, by_day

ARRIVALS = [
    Arrival(0, 3, Certainty.THERE),
    Arrival(2, 4, Certainty.UNDER_WAY),
    Arrival(7, 10, Certainty.PROMISED),
    Arrival(3, 5, Certainty.ASKED),
]


def test_arrivals_add_up_along_the_days() -> None:
    assert by_day(ARRIVALS, [0, 2, 3, 7, 14]) == [3, 7, 12, 22, 22]


def test_what_nobody_promised_is_not_counted_on() -> None:
    assert by_day(ARRIVALS, [0, 3, 7], COUNTED_ON) == [3, 7, 17]


def test_what_is_late_is_expected_today() -> None:
    assert by_day([Arrival(-2, 4)], [0]) == [4]


def test_without_arrivals_every_day_has_none() -> None:
    assert by_day([], [0, 7]) == [0, 0]
