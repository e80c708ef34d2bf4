"""What the end of the support, of a base and of papers mean for those who wait."""

from datetime import date, timedelta

import pytest

from mra.allocation import services
from mra.allocation.models import AllocationRun
from mra.allocation.rules import AfterIntake, NoCar
from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.audit import move
from mra.core.db import db
from mra.core.errors import Refused

from .world import MORNING, World, at


@pytest.fixture
def world(session: None) -> World:
    return World()


@pytest.fixture(autouse=True)
def thursday_morning() -> object:
    with clock.stopped(MORNING):
        yield


def refused(world: World, run: AllocationRun) -> list[str]:
    return [code for *_, code in world.confirm_all(run).refused]


class TestLastDays:
    """An offer is made as long as its deadline and a handover after it lie before the end. Thursday 20 August, 10:00: the
    deadline is Friday at 10:00, and on Friday the keys can be given until 15:30.
    """

    @pytest.fixture(autouse=True)
    def serving_after_the_intake(self, world: World) -> None:
        services.choose_after_intake(world.activation, AfterIntake.GO_ON, by=SYSTEM)

    def test_on_the_last_day_of_the_support_the_keys_can_still_be_given(self, world: World) -> None:
        world.person()
        world.car()
        world.activation.intake_until, world.activation.ends_on = at(20, 9), date(2026, 8, 21)
        db.session.flush()
        assert refused(world, world.propose()) == []

    def test_late_on_the_day_before_the_support_ends_nobody_could_get_the_keys(self, world: World) -> None:
        world.person()
        world.car()
        world.activation.intake_until, world.activation.ends_on = at(20, 9), date(2026, 8, 21)
        db.session.flush()
        with clock.stopped(at(20, 15, 45)):
            assert refused(world, world.propose()) == ["offer_too_late"]

    def test_an_end_brought_forward_since_the_proposal_refuses_the_pair(self, world: World) -> None:
        world.person()
        world.car()
        run = world.propose()
        world.activation.intake_until, world.activation.ends_on = at(20, 9), date(2026, 8, 20)
        db.session.flush()
        assert refused(world, run) == ["pair_no_longer_fits"]

    def test_on_the_last_day_of_the_base_its_keys_can_still_be_given(self, world: World) -> None:
        wish = world.person()
        world.car()
        world.base.closes_on = wish.needed_until = date(2026, 8, 21)
        assert refused(world, world.propose()) == []

    def test_late_on_the_day_before_nobody_could_get_the_keys_in_time(self, world: World) -> None:
        wish = world.person()
        world.car()
        world.base.closes_on = wish.needed_until = date(2026, 8, 21)
        with clock.stopped(at(20, 15, 45)):
            assert refused(world, world.propose()) == ["offer_too_late"]

    def test_papers_that_end_before_the_keys_could_be_given(self, world: World) -> None:
        wish = world.person()
        world.car(lawful_until=date(2026, 8, 21))
        wish.needed_until = date(2026, 8, 21)
        with clock.stopped(at(20, 15, 45)):
            assert refused(world, world.propose()) == ["papers_end_before_handover"]
        with clock.stopped(at(20, 15)):
            assert refused(world, world.propose()) == []

    def test_a_support_closed_since_the_proposal_offers_nothing(self, world: World) -> None:
        world.person()
        world.car()
        run = world.propose()
        db.session.flush()
        for step in ("wind_down", "close"):
            move(world.activation, step, by=SYSTEM)
            db.session.flush()
        with pytest.raises(Refused, match="activation_not_open"):
            world.confirm_all(run)


class TestPapersWithinTheLoan:
    def test_a_car_whose_papers_end_in_the_middle_is_not_proposed_and_the_reason_says_so(self, world: World) -> None:
        wish = world.person()
        world.car(lawful_until=clock.today() + timedelta(days=10))
        assert world.propose().reasons == [{"request": wish.id, "reason": NoCar.PERIOD, "cars": 0}]

    def test_papers_found_to_end_since_the_proposal_refuse_the_pair(self, world: World) -> None:
        world.person()
        car = world.car()
        run = world.propose()
        for paper in car.documents:
            paper.ends_on = paper.effective_ends_on = clock.today() + timedelta(days=10)
        db.session.flush()
        assert refused(world, run) == ["pair_no_longer_fits"]
