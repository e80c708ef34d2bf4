"""What readiness reads: which cars are free, which leases run, which pledges stand; few statements, and always as many."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from mra.alliance.models import Municipality
from mra.alliance.rules.pledges import SupplyKind
from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.audit import move
from mra.core.db import db
from mra.core.geo import point
from mra.core.vehicle_classes import VehicleClass
from mra.disasters.models import Activation, Base
from mra.supply import queries
from mra.supply.queries import readiness_everywhere, readiness_of
from mra.supply.rules.readiness import Source, amounts
from tests import factories
from tests.statements import statements

from .world import agreed, need

pytestmark = pytest.mark.usefixtures("session", "story_time")


@pytest.fixture
def support() -> Activation:
    return factories.activation()


@pytest.fixture
def base(support: Activation) -> Base:
    return factories.base(support)


@pytest.fixture
def amakusa() -> Municipality:
    return factories.municipality()


def town(code: str, name: str, lat: float = 32.8, lon: float = 130.7, prefecture: str = "熊本県") -> Municipality:
    made = Municipality(code=code, name=name, kana="マチ", prefecture=prefecture, place=point(lat, lon))
    db.session.add(made)
    db.session.flush()
    return made


def own_ids(of: Municipality) -> set[int]:
    return {part.subject_id for part in readiness_of(of).parts if part.source is Source.OWN}


def cars_at(of: Municipality) -> tuple[tuple[int, ...], tuple[int, ...]]:
    found = amounts([part for part in readiness_of(of).parts if part.item.kind is SupplyKind.VEHICLE])
    return found.sure, found.doubtful


class TestOwnCars:
    def test_ready_and_promised_cars_are_free(self, amakusa: Municipality, base: Base) -> None:
        ready, coming = factories.vehicle(base), factories.vehicle()
        assert own_ids(amakusa) == {ready.id, coming.id}

    def test_cars_that_are_lent_offered_leased_or_out_of_service_are_not(
        self, amakusa: Municipality, support: Activation, base: Base
    ) -> None:
        lent, offered, leased, broken = (factories.vehicle(base) for _ in range(4))
        asked = factories.application(support, cars=2)
        factories.loan(asked.requests[0], lent)
        factories.offer(asked.requests[1], offered)
        factories.lease(leased)
        factories.out_of_service(broken)
        gone = factories.vehicle()
        move(gone, "release", by=SYSTEM)
        db.session.flush()
        assert own_ids(amakusa) == set()

    def test_a_car_whose_papers_end_before_it_arrives_is_not_counted(self, amakusa: Municipality, base: Base) -> None:
        today = clock.today()
        factories.vehicle(base, lawful_until=today + timedelta(days=1))
        just_in_time = factories.vehicle(base, lawful_until=today + timedelta(days=2))
        assert own_ids(amakusa) == {just_in_time.id}

    def test_a_promised_car_without_papers_has_to_be_confirmed(self, amakusa: Municipality) -> None:
        factories.vehicle(lawful_until=None)
        assert cars_at(amakusa) == ((0, 0, 0), (0, 1, 1))

    def test_a_car_far_away_takes_longer(self, base: Base) -> None:
        factories.vehicle(base)
        sapporo = town("01101", "札幌市中央区", 43.06, 141.35, "北海道")
        assert cars_at(sapporo)[0] == (0, 1, 1)


class TestLeases:
    def test_a_running_lease_comes_back_within_ten_days(self) -> None:
        factories.lease(factories.vehicle(lawful_until=date(2027, 6, 30)))
        assert cars_at(town("43202", "八代市")) == ((0, 0, 1), (0, 0, 0))

    def test_a_car_kept_in_the_struck_town_is_doubtful(self, amakusa: Municipality) -> None:
        factories.lease(factories.vehicle(lawful_until=date(2027, 6, 30)))
        assert cars_at(amakusa) == ((0, 0, 0), (0, 0, 1))

    def test_a_lease_that_was_recalled_already_does_not_come_twice(self) -> None:
        move(factories.lease(factories.vehicle()), "recall", by=SYSTEM)
        db.session.flush()
        assert cars_at(town("43202", "八代市")) == ((0, 0, 0), (0, 0, 0))


class TestPledges:
    def test_what_was_confirmed_long_ago_stands_apart(self, amakusa: Municipality) -> None:
        member = factories.member()
        factories.pledge(member)
        factories.pledge(member, quantity=3, is_confirmed=False)
        assert cars_at(amakusa) == ((0, 5, 5), (0, 3, 3))

    def test_areas_reach_their_places_only(self, amakusa: Municipality) -> None:
        member = factories.member()
        for area, quantity in (([], 1), (["43"], 2), (["43215"], 4), (["44"], 8), (["43202"], 16)):
            factories.pledge(member, area=area, quantity=quantity)
        assert cars_at(amakusa)[0] == (0, 7, 7)

    def test_a_ward_gets_what_its_city_gets(self) -> None:
        factories.pledge(factories.member(), area=["43100"])
        city, ward = town("43100", "熊本市"), town("43101", "熊本市中央区")
        assert cars_at(ward) == cars_at(city) == ((0, 5, 5), (0, 0, 0))

    def test_what_ends_before_it_could_arrive_is_not_counted(self, amakusa: Municipality) -> None:
        member, today = factories.member(), clock.today()
        factories.pledge(member, valid_until=today + timedelta(days=6))
        factories.pledge(member, valid_until=today + timedelta(days=7), quantity=2)
        factories.pledge(member, valid_from=today + timedelta(days=1), quantity=9)
        move(factories.pledge(member, quantity=7), "lapse", by=SYSTEM)
        assert cars_at(amakusa)[0] == (0, 2, 2)

    def test_a_member_that_left_brings_nothing(self, amakusa: Municipality) -> None:
        member = factories.member()
        factories.pledge(member)
        move(member, "leave", by=SYSTEM)
        member.left_on = clock.today()
        db.session.flush()
        assert cars_at(amakusa)[0] == (0, 0, 0)

    def test_what_another_support_was_promised_is_used_up(self, amakusa: Municipality, support: Activation) -> None:
        pledge = factories.pledge(factories.member())
        agreed(need(support), pledge, 3)
        assert cars_at(amakusa)[0] == (0, 2, 2)

    def test_the_answer_names_the_member(self, amakusa: Municipality) -> None:
        member = factories.member("熊本レンタカー協会")
        factories.pledge(member)
        found = readiness_of(amakusa)
        assert [(found.origin(part).name, found.origin(part).link_id) for part in found.parts] == [
            (member.name, member.id)
        ]


def furnished(support: Activation, base: Base, times: int) -> list[Municipality]:
    """Towns, wards, cars, leases and pledges, of everything so many."""
    number = factories.staff_member().id
    towns = [
        town("43100", "熊本市"),
        town("43101", "熊本市中央区"),
        town("43202", "八代市"),
        town("44201", "大分市", 33.2, 131.6),
    ]
    far = factories.base(support, "石巻拠点", place=point(38.4345, 141.3028))
    for _ in range(times):
        number += 1
        for at in (base, far, None):
            factories.vehicle(at, lawful_until=clock.today() + timedelta(days=number % 7))
        factories.vehicle(lawful_until=None)
        factories.lease(factories.vehicle(), kept_in_code=towns[number % 4].code)
        member = factories.member()
        for area in ([], ["43"], ["43100"], ["43101", "43"], ["44201"]):
            factories.pledge(member, area=area, lead_time_days=number % 16, is_confirmed=number % 3 > 0)
        factories.pledge(member, vehicle_class=VehicleClass.KEI_TRUCK, quantity=2, lead_time_days=3)
        factories.pledge(member, kind=SupplyKind.TYRE, unit="本", quantity=40)
    return [*towns, factories.municipality()]


def test_the_whole_country_tells_the_same_as_each_place(support: Activation, base: Base) -> None:
    towns = furnished(support, base, 12)
    country = readiness_everywhere()
    assert country.towns.keys() == {one.code for one in towns}
    assert {code: (found.sure, found.doubtful) for code, found in country.amounts.items()} == {
        one.code: cars_at(one) for one in towns
    }
    assert any(any(found.doubtful) for found in country.amounts.values())


def test_the_country_can_be_asked_for_one_class(support: Activation, base: Base) -> None:
    furnished(support, base, 2)
    assert readiness_everywhere(VehicleClass.KEI_TRUCK).amounts["43202"].sure == (4, 4, 4)


@pytest.mark.parametrize(
    "read", [lambda: readiness_of(factories.municipality()), lambda: queries.readiness_everywhere()], ids=["one", "all"]
)
def test_the_number_of_statements_does_not_grow(support: Activation, base: Base, read: Callable[[], object]) -> None:
    factories.vehicle(base)
    factories.municipality()
    with statements() as few:
        read()
    furnished(support, base, 8)
    with statements() as many:
        read()
    assert len(few) == len(many) <= 8
