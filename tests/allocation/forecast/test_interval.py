"""The statistics of the forecast: what it promises, and that it holds it."""

from datetime import date, timedelta
from random import Random

import pytest

from mra.allocation.forecast import COVERAGE, Flow, Kind, prospect, waiting_days
from mra.allocation.forecast.interval import FARTHEST_DAYS

TODAY = date(2026, 9, 28)
DAYS = 28
STEADY = Flow(releases=28, days=DAYS, release_days=20, dispersion=1.0)


def releases(random: Random, per_day: float, days: float) -> list[float]:
    """Moments at which cars come free by chance, at a steady rate."""
    moments, at = [], random.expovariate(per_day)
    while at < days:
        moments.append(at)
        at += random.expovariate(per_day)
    return moments


def flow_of(moments: list[float]) -> Flow:
    return Flow.of([TODAY - timedelta(days=int(at)) for at in moments], days=DAYS)


def held(worlds: int, seed: int, future: "type[Steady] | type[Drifting] | type[Clumped]") -> float:
    """In how many of these worlds the range held the day on which the car came."""
    random, hits, counted = Random(seed), 0, 0
    while counted < worlds:
        world = future(random)
        flow = flow_of(world.past())
        if not flow.is_enough:
            continue
        needed = random.randrange(1, 16)
        low, high = waiting_days(needed, flow)
        counted += 1
        hits += low <= world.wait(needed) <= high
    return hits / counted


class Steady:
    """Single cars at a rate that stays: seldom, so that the rate is known from few."""

    def __init__(self, random: Random) -> None:
        self.random, self.per_day = random, random.uniform(0.3, 0.9)

    def past(self) -> list[float]:
        return releases(self.random, self.per_day, DAYS)

    def wait(self, needed: int) -> float:
        return sum(self.random.expovariate(self.per_day) for _ in range(needed))


class Drifting(Steady):
    """Many cars, at a rate that next month is up to a third higher or lower."""

    def __init__(self, random: Random) -> None:
        super().__init__(random)
        self.per_day = random.uniform(2, 8)
        self.later = self.per_day * random.uniform(0.67, 1.33)

    def wait(self, needed: int) -> float:
        return sum(self.random.expovariate(self.later) for _ in range(needed * 10))


class Clumped(Steady):
    """Cars that come four at a time."""

    def past(self) -> list[float]:
        return [at for at in releases(self.random, self.per_day, DAYS) for _ in range(4)]

    def wait(self, needed: int) -> float:
        return sum(self.random.expovariate(self.per_day) for _ in range(-(-needed // 4)))


def test_a_steady_rate_is_held_as_often_as_promised() -> None:
    assert COVERAGE - 0.03 <= held(4000, 1, Steady) <= COVERAGE + 0.08


@pytest.mark.parametrize(("future", "seed"), [(Clumped, 3)])
def test_clumps_make_no_promise_false(future: type[Clumped], seed: int) -> None:
    assert held(4000, seed, future) >= COVERAGE - 0.03


def test_a_rate_that_drifts_is_still_held_about_as_often_as_promised() -> None:
    random, hits, worlds = Random(2), 0, 2000
    for _ in range(worlds):
        world = Drifting(random)
        needed = random.randrange(20, 80)
        low, high = waiting_days(needed, flow_of(world.past()))
        hits += low <= sum(random.expovariate(world.later) for _ in range(needed)) <= high
    assert COVERAGE - 0.05 <= hits / worlds <= COVERAGE + 0.12


def test_more_people_ahead_wait_longer() -> None:
    ends = [waiting_days(needed, STEADY) for needed in (1, 5, 20, 60)]
    assert ends == sorted(ends)
    assert all(low < high for low, high in ends)


def test_the_range_lies_around_the_plain_answer() -> None:
    low, high = waiting_days(14, STEADY)
    assert low < 14 < high
    assert low > 7
    assert high < 24


def test_the_fewer_releases_were_seen_the_wider_it_is() -> None:
    few = Flow(releases=7, days=DAYS, release_days=6, dispersion=1.0)
    assert ratio(waiting_days(7, few)) > ratio(waiting_days(28, STEADY))


def test_no_number_of_releases_makes_it_certain() -> None:
    many = Flow(releases=10_000, days=DAYS, release_days=28, dispersion=1.0)
    assert ratio(waiting_days(5_000, many)) > 1.5


def ratio(ends: tuple[float, float]) -> float:
    return ends[1] / ends[0]


def test_a_car_that_is_free_for_everybody_ahead_means_soon() -> None:
    expected = prospect(ahead_least=2, ahead_most=4, free=5, due_in_days=[], flow=Flow.of([], days=DAYS))
    assert expected.kind is Kind.SOON


@pytest.mark.parametrize(
    "flow",
    [
        Flow(releases=4, days=28, release_days=4, dispersion=1.0),
        Flow(releases=40, days=28, release_days=2, dispersion=9.0),
        Flow(releases=40, days=6, release_days=6, dispersion=1.0),
        Flow(releases=0, days=0, release_days=0, dispersion=1.0),
    ],
)
def test_too_little_is_said_to_be_too_little(flow: Flow) -> None:
    expected = prospect(ahead_least=3, ahead_most=3, free=0, due_in_days=[1, 2, 3, 4], flow=flow)
    assert expected.kind is Kind.TOO_LITTLE


def test_where_no_car_ever_suited_it_says_so() -> None:
    nothing = Flow.of([], days=DAYS)
    expected = prospect(ahead_least=0, ahead_most=0, free=0, due_in_days=[], flow=nothing, has_cars=False)
    assert expected.kind is Kind.NO_CARS


def test_rivals_who_may_get_another_car_widen_the_range() -> None:
    sure = prospect(ahead_least=10, ahead_most=10, free=0, due_in_days=[], flow=STEADY)
    unsure = prospect(ahead_least=4, ahead_most=20, free=0, due_in_days=[], flow=STEADY)
    assert unsure.low_days < sure.low_days < sure.high_days < unsure.high_days  # type: ignore[operator]


def test_the_book_of_due_dates_stretches_the_range_and_never_narrows_it() -> None:
    plain = prospect(ahead_least=9, ahead_most=9, free=0, due_in_days=[], flow=STEADY)
    early = prospect(ahead_least=9, ahead_most=9, free=0, due_in_days=[2] * 10, flow=STEADY)
    late = prospect(ahead_least=9, ahead_most=9, free=0, due_in_days=[40] * 10, flow=STEADY)
    short = prospect(ahead_least=9, ahead_most=9, free=0, due_in_days=[40] * 9, flow=STEADY)
    assert (early.low_days, early.high_days) == (2, plain.high_days)
    assert (late.low_days, late.high_days) == (plain.low_days, 40)
    assert short == plain


def test_beyond_twelve_weeks_no_end_is_named() -> None:
    slow = Flow(releases=14, days=DAYS, release_days=12, dispersion=1.0)
    far = prospect(ahead_least=200, ahead_most=200, free=0, due_in_days=[], flow=slow)
    open_ended = prospect(ahead_least=35, ahead_most=35, free=0, due_in_days=[], flow=slow)
    vague = prospect(ahead_least=0, ahead_most=60, free=0, due_in_days=[], flow=slow)
    assert far.kind is Kind.FAR
    assert (open_ended.kind, open_ended.high_days) == (Kind.RANGE, None)
    assert FARTHEST_DAYS > open_ended.low_days > 14  # type: ignore[operator]
    assert vague.kind is Kind.VAGUE


def test_cars_that_come_in_clumps_are_told_as_such() -> None:
    even = Flow.of([TODAY - timedelta(days=day) for day in range(28)], days=DAYS)
    clumped = Flow.of([TODAY - timedelta(days=day) for day in range(0, 28, 7) for _ in range(7)], days=DAYS)
    assert even.dispersion == 1.0
    assert clumped.dispersion > 4
    assert ratio(waiting_days(14, clumped)) > ratio(waiting_days(14, even))
