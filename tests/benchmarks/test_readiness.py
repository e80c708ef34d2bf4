"""The benchmark of readiness measures a believable alliance, and stops if the two answers differ."""

import random

import pytest
from _alliance import REACHES, _area, gather

from mra.core.geo import point
from mra.supply.queries import readiness_everywhere, readiness_of
from mra.supply.rules.readiness import amounts
from tests import factories

TOWNS = [f"{prefecture:02}{number}" for prefecture in (1, 13, 43) for number in (201, 202, 203, 301)]


def test_areas_reach_from_a_town_to_the_whole_country() -> None:
    chance = random.Random(1)
    areas = [_area("43201", ["01", "13", "43"], TOWNS, chance) for _ in range(400)]
    assert sum(area == [] for area in areas) < 40
    assert sum(area == ["43"] for area in areas) > 160
    assert {len(key) for area in areas for key in area} == {2, 5}
    assert sum(REACHES.values()) == 100


@pytest.mark.usefixtures("session")
def test_the_alliance_is_as_large_as_asked_and_both_answers_agree() -> None:
    places = [factories.municipality(code, f"町{code}") for code in TOWNS]
    for place in places:
        place.place = point(32.0, 130.0)
    sizes = gather(members=5, pledges_each=4, leases=3, cars=6, seed=3)
    assert (sizes["members"], sizes["pledges"], sizes["leases"], sizes["cars"]) == (5, 20, 3, 6)
    country = readiness_everywhere()
    for place in places:
        cars = [part for part in readiness_of(place).parts if part.item.vehicle_class]
        assert country.amounts[place.code] == amounts(cars)
