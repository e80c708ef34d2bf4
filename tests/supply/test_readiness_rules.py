"""What could be brought to a place, without a database: roads, papers, doubts, and one pass for the whole country."""

import random

import pytest

from mra.alliance.rules.pledges import SupplyKind
from mra.core.geo import Coordinates
from mra.core.vehicle_classes import VehicleClass
from mra.supply.rules import readiness
from mra.supply.rules.needs import Item
from mra.supply.rules.readiness import LeasedCar, OwnCar, Place, Promised, Source

AMAKUSA = Place("43215", Coordinates(32.4586, 130.1930))
KUMAMOTO, CHUO_WARD = Place("43100", Coordinates(32.8031, 130.7079)), Place("43101", Coordinates(32.8031, 130.7079))
ISHINOMAKI = Coordinates(38.4345, 141.3028)
KEI, TRUCK = readiness.car_item(VehicleClass.KEI_PASSENGER), readiness.car_item(VehicleClass.KEI_TRUCK)
NONE = (0, 0, 0)


def own(number: int = 1, at: Coordinates | None = None, *, ready: bool = True, wait: int = 0, lawful: int | None = 300):
    return OwnCar(number, VehicleClass.KEI_PASSENGER, at, ready, wait, lawful)


def lease(number: int = 1, kept_in: str = "40130", lawful: int | None = 300, days: int = 10):
    return LeasedCar(number, VehicleClass.KEI_PASSENGER, kept_in, days, lawful)


def promised(quantity: int, days: int, area: tuple[str, ...] = (), *, doubtful: bool = False, item: Item = KEI):
    return Promised(item, quantity, days, doubtful, area, 1)


def asked(place: Place = AMAKUSA, cars=(), leased=(), pledges=()) -> readiness.Amounts:
    return readiness.amounts(readiness.parts_of(place, cars, leased, pledges))


@pytest.mark.parametrize(
    ("stands_at", "days"),
    [(AMAKUSA.coordinates, 2), (KUMAMOTO.coordinates, 3), (ISHINOMAKI, 6), (None, 5)],
    ids=["where it is needed", "the next town", "石巻", "nobody knows where"],
)
def test_the_road_takes_two_days_and_one_for_every_400_km(stands_at: Coordinates | None, days: int) -> None:
    assert readiness.days_of_own(stands_at, AMAKUSA.coordinates) == days


def test_a_car_that_is_free_later_leaves_later() -> None:
    assert asked(cars=[own(at=AMAKUSA.coordinates, wait=5)]).sure == (0, 1, 1)


def test_a_car_whose_papers_end_on_the_road_is_not_counted() -> None:
    last_day = readiness.days_of_own(ISHINOMAKI, AMAKUSA.coordinates)
    assert asked(cars=[own(at=ISHINOMAKI, lawful=last_day)]).sure == (0, 1, 1)
    assert not asked(cars=[own(at=ISHINOMAKI, lawful=last_day - 1)])


def test_a_promised_car_without_papers_is_doubtful_and_a_ready_one_is_none() -> None:
    promised_car = asked(cars=[own(at=None, ready=False, lawful=None)])
    assert (promised_car.sure, promised_car.doubtful) == (NONE, (0, 1, 1))
    assert not asked(cars=[own(at=AMAKUSA.coordinates, ready=True, lawful=None)])


def test_a_leased_car_comes_within_the_days_of_its_contract() -> None:
    assert asked(leased=[lease()]).sure == (0, 0, 1)
    assert not asked(leased=[lease(lawful=9)])


@pytest.mark.parametrize(("kept_in", "place"), [("43215", AMAKUSA), ("43101", KUMAMOTO), ("43100", CHUO_WARD)])
def test_a_leased_car_in_the_struck_place_itself_is_doubtful(kept_in: str, place: Place) -> None:
    found = asked(place, leased=[lease(kept_in=kept_in)])
    assert (found.sure, found.doubtful) == (NONE, (0, 0, 1))


def test_a_doubtful_pledge_is_never_among_what_one_may_count_on() -> None:
    found = asked(pledges=[promised(5, 3), promised(4, 3, doubtful=True)])
    assert (found.sure, found.doubtful) == ((5, 5, 5), (4, 4, 4))


def test_a_ward_gets_what_its_city_gets() -> None:
    pledges = [promised(3, 3, ("43100",)), promised(2, 3, ("43",)), promised(7, 3, ("43102",))]
    assert asked(CHUO_WARD, pledges=pledges).sure == asked(KUMAMOTO, pledges=pledges).sure == (5, 5, 5)


def test_units_are_never_added_up() -> None:
    tyres = [promised(40, 3, item=Item(SupplyKind.TYRE, None, unit)) for unit in ("本", "セット")]
    lines = readiness.lines_of(
        readiness.parts_of(AMAKUSA, [], [], [*tyres, promised(2, 3), promised(1, 3, item=TRUCK)])
    )
    assert [(line.item.word, line.item.unit, line.total.sure[0]) for line in lines] == [
        ("軽乗用車", "台", 2),
        ("軽トラック", "台", 1),
        ("タイヤ", "セット", 40),
        ("タイヤ", "本", 40),
    ]


def test_a_line_tells_its_sources_apart() -> None:
    parts = readiness.parts_of(AMAKUSA, [own(at=AMAKUSA.coordinates)], [lease()], [promised(6, 7)])
    [line] = readiness.lines_of(parts)
    assert {source: found.sure for source, found in line.by_source.items()} == {
        Source.OWN: (1, 1, 1),
        Source.LEASE: (0, 0, 1),
        Source.PLEDGE: (0, 6, 6),
    }


def test_sources_are_added_up_over_the_classes() -> None:
    parts = readiness.parts_of(AMAKUSA, [own(at=AMAKUSA.coordinates)], [], [promised(6, 7), promised(2, 3, item=TRUCK)])
    assert {source: found.sure for source, found in readiness.by_source(readiness.lines_of(parts)).items()} == {
        Source.OWN: (1, 1, 1),
        Source.PLEDGE: (2, 8, 8),
    }


def test_the_answer_is_one_sentence() -> None:
    pledges = [promised(2, 3), promised(10, 7), promised(26, 14), promised(9, 3, doubtful=True)]
    lines = readiness.lines_of(readiness.parts_of(AMAKUSA, [], [], pledges))
    assert readiness.sentence("天草市", lines) == (
        "天草市には、3日以内に軽乗用車2台、7日以内に合計12台、14日以内に合計38台を届けられる見込みです。"
    )


def test_where_nothing_comes_the_sentence_says_so() -> None:
    assert readiness.sentence("天草市", []) == "天草市に14日以内に届けられる車は、今のところ見込めません。"


def test_prefectures_are_told_by_their_weakest_and_their_middle_town_the_weakest_first() -> None:
    by_place = {
        code: readiness.Amounts((0, cars, cars + 1), NONE)
        for code, cars in {"43100": 9, "43202": 1, "43215": 4, "44201": 2, "44202": 2}.items()
    }
    assert [(one.code, one.town_count, one.least, one.middle) for one in readiness.regions(by_place)] == [
        ("44", 2, (0, 2, 3), (0, 2, 3)),
        ("43", 3, (0, 1, 2), (0, 4, 5)),
    ]
    assert readiness.weakest_first(by_place)[0] == "43202"


@pytest.mark.parametrize("seed", range(20))
def test_one_pass_for_all_places_equals_asking_for_each(seed: int) -> None:
    chance = random.Random(seed)
    codes = ["43100", "43101", "43102", "43215", "43202", "44201", "40130", "40131", "13101", "01101", "01100"]
    places = [
        Place(code, Coordinates(chance.uniform(26, 45), chance.uniform(128, 145)) if chance.random() < 0.9 else None)
        for code in codes
    ]
    spots = [*(place.coordinates for place in places[:4]), None]
    maybe = [None, *range(20)]
    cars = [
        own(
            number,
            chance.choice(spots),
            ready=chance.random() < 0.5,
            wait=chance.choice([0, 0, 4]),
            lawful=chance.choice(maybe),
        )
        for number in range(30)
    ]
    leased = [lease(number, chance.choice(codes), chance.choice(maybe), chance.randint(1, 14)) for number in range(20)]
    keys = [*codes, "43", "44", "40", "01"]
    pledges = [
        promised(
            chance.randint(1, 9),
            chance.randint(0, 16),
            tuple(chance.sample(keys, chance.choice([0, 1, 1, 2, 3]))),
            doubtful=chance.random() < 0.3,
        )
        for _ in range(60)
    ]
    together = readiness.everywhere(places, cars, leased, pledges)
    assert together == {place.code: asked(place, cars, leased, pledges) for place in places}
