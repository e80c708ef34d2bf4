"""The end of the intake: no offer is made any more, unless the coordinators decided to go on serving those who wait."""

from datetime import date, timedelta

import pytest
from flask import g
from sqlalchemy import select

from mra.allocation import jobs, queries, services
from mra.allocation.models import AllocationSettings, Offer
from mra.allocation.rules import REFUSALS, AfterIntake, FreedCars, OfferStatus
from mra.core import audit, clock
from mra.core.access import Role
from mra.core.actor import SYSTEM
from mra.core.audit import move
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.outbox import OutboxRow
from mra.disasters import services as disasters
from tests.conftest import CheckingClient

from .test_views import page, told
from .world import MORNING, World, at, counted_statements

MINUTE = timedelta(minutes=1)
NOTICE = "申込の受付が終わりました"


def end_intake(world: World) -> None:
    """The intake ended an hour ago."""
    world.activation.intake_until = at(20, 9)
    db.session.flush()


def go_on(world: World) -> None:
    services.choose_after_intake(world.activation, AfterIntake.GO_ON, by=world.by)
    db.session.flush()


def offers() -> list[Offer]:
    return list(db.session.scalars(select(Offer).order_by(Offer.id)))


@pytest.fixture
def coordinator(client: CheckingClient, world: World) -> CheckingClient:
    """A coordinator who is signed in."""
    return client.sign_in_as(Role.COORDINATOR)


class TestConfirming:
    @pytest.fixture(autouse=True)
    def somebody_waits_for_a_car(self, world: World) -> None:
        world.person()
        world.car()
        world.activation.intake_until = MORNING + MINUTE
        db.session.flush()

    def test_a_minute_before_the_end_and_at_the_end_itself_offers_are_made(self, world: World) -> None:
        world.person()
        world.car()
        run = world.propose()
        first, second = [(int(one["request"]), int(one["vehicle"])) for one in run.assignments]
        assert len(services.confirm(run, pairs=[first], by=world.by).offers) == 1
        with clock.stopped(MORNING + MINUTE):
            assert len(services.confirm(run, pairs=[second], by=world.by).offers) == 1

    def test_a_minute_after_the_end_nothing_is_offered(self, world: World) -> None:
        run = world.propose()
        with clock.stopped(MORNING + 2 * MINUTE), pytest.raises(Refused, match="intake_is_over"):
            world.confirm_all(run)
        assert offers() == []

    def test_a_minute_after_the_end_those_who_wait_are_served_where_staff_decided_so(self, world: World) -> None:
        go_on(world)
        run = world.propose()
        with clock.stopped(MORNING + 2 * MINUTE):
            assert len(world.confirm_all(run).offers) == 1

    def test_once_the_support_winds_down_nothing_is_offered(self, world: World) -> None:
        run = world.propose()
        disasters.wind_down(world.activation, by=SYSTEM)
        db.session.flush()
        with clock.stopped(MORNING + MINUTE), pytest.raises(Refused, match="intake_is_over"):
            world.confirm_all(run)

    def test_winding_down_without_an_end_of_the_intake_stops_offers_too(self, world: World) -> None:
        world.activation.intake_until = None
        db.session.flush()
        move(world.activation, "wind_down", by=SYSTEM)
        db.session.flush()
        with pytest.raises(Refused, match="intake_is_over"):
            world.confirm_all(world.propose())

    def test_while_winding_down_those_who_wait_are_served_where_staff_decided_so(self, world: World) -> None:
        go_on(world)
        disasters.wind_down(world.activation, by=SYSTEM)
        with clock.stopped(MORNING + MINUTE):
            assert len(world.confirm_all(world.propose()).offers) == 1

    def test_in_the_last_weeks_cars_are_then_offered_until_the_end_of_the_support(self, world: World) -> None:
        world.activation.intake_until, world.activation.ends_on = at(20, 9), date(2026, 8, 31)
        db.session.flush()
        go_on(world)
        assert len(world.confirm_all(world.propose()).offers) == 1

    def test_changed_back_offers_stop_again(self, world: World) -> None:
        end_intake(world)
        go_on(world)
        services.choose_after_intake(world.activation, AfterIntake.STOP, by=world.by)
        with pytest.raises(Refused, match="intake_is_over"):
            world.confirm_all(world.propose())

    def test_a_support_without_an_end_of_the_intake_goes_on_offering(self, world: World) -> None:
        world.activation.intake_until = None
        db.session.flush()
        assert len(world.confirm_all(world.propose()).offers) == 1


class TestOffersThatStand:
    def test_they_can_still_be_taken_and_declined(self, world: World) -> None:
        taken, declined = (world.offer(world.person(), world.car()) for _ in range(2))
        end_intake(world)
        services.take(taken, by=SYSTEM)
        services.decline(declined, by=SYSTEM)
        assert (taken.status, declined.status) == (OfferStatus.ACCEPTED, OfferStatus.DECLINED)


class TestFreedCars:
    @pytest.fixture(autouse=True)
    def at_once(self, world: World) -> None:
        services.choose_freed_cars(world.activation, FreedCars.NEXT_PERSON, by=world.by)
        db.session.flush()

    def promised(self) -> int:
        rows = db.session.scalars(select(OutboxRow).where(OutboxRow.job == "allocation.offer_freed_car"))
        return len(rows.all())

    def test_a_car_declined_after_the_intake_goes_to_nobody(self, world: World) -> None:
        offer = world.offer(world.person(), world.car())
        world.person()
        end_intake(world)
        services.decline(offer, by=SYSTEM)
        jobs.offer_freed_car(offer.id)
        assert (self.promised(), offers()) == (0, [offer])

    def test_a_car_declined_in_the_last_minute_goes_to_nobody_after_it(self, world: World) -> None:
        offer = world.offer(world.person(), world.car())
        world.person()
        services.decline(offer, by=SYSTEM)
        end_intake(world)
        jobs.offer_freed_car(offer.id)
        assert (self.promised(), offers()) == (1, [offer])

    def test_where_staff_decided_to_go_on_it_goes_to_the_next_person(self, world: World) -> None:
        offer, following = world.offer(world.person(), world.car()), world.person()
        go_on(world)
        end_intake(world)
        services.decline(offer, by=SYSTEM)
        jobs.offer_freed_car(offer.id)
        assert [one.request_id for one in offers()][1:] == [following.id]

    def test_staff_cannot_pass_it_on_either(self, world: World) -> None:
        offer = services.decline(world.offer(world.person(), world.car()), by=SYSTEM)
        world.person()
        end_intake(world)
        with pytest.raises(Refused, match="intake_is_over"):
            services.offer_next(offer, by=world.by)


class TestSetting:
    def test_usually_offers_stop(self, world: World) -> None:
        assert queries.decided(world.activation.id).after_intake is AfterIntake.STOP

    def test_a_change_is_told_once_in_the_timeline_of_the_support(self, world: World) -> None:
        go_on(world)
        go_on(world)
        [event] = [one for one in audit.timeline(("activation", [world.activation.id])) if "intake" in one.action]
        assert (event.actor_id, event.facts) == (world.by.id, {"before": "stop", "after": "go_on"})

    def test_choosing_what_is_usual_writes_nothing(self, world: World) -> None:
        services.choose_after_intake(world.activation, AfterIntake.STOP, by=world.by)
        assert db.session.scalars(select(AllocationSettings)).all() == []

    def test_each_setting_leaves_the_other_alone(self, world: World) -> None:
        go_on(world)
        services.choose_freed_cars(world.activation, FreedCars.NEXT_PERSON, by=world.by)
        services.choose_after_intake(world.activation, AfterIntake.STOP, by=world.by)
        assert queries.decided(world.activation.id) == queries.Decided(FreedCars.NEXT_PERSON, AfterIntake.STOP)

    def test_while_the_intake_runs_it_is_not_looked_up(self, world: World) -> None:
        with counted_statements() as seen:
            assert not queries.has_stopped_offering(world.activation)
        assert seen == []


class TestPages:
    def test_the_page_of_offers_changes_it_and_says_what_follows(
        self, coordinator: CheckingClient, world: World
    ) -> None:
        assert "案内を止める</strong>" in page(coordinator, "/offers")
        shown = told(coordinator, "/offers/after-intake", after_intake="go_on")
        assert "案内を続ける</strong>：受付の終了後も、順番を待っている方へ案内を続けます。" in shown
        assert "案内を止める</strong>" in told(coordinator, "/offers/after-intake", after_intake="stop")

    def test_nonsense_and_strangers_change_nothing(self, client: CheckingClient, world: World) -> None:
        client.sign_in_as(Role.COORDINATOR)
        assert client.post("/offers/after-intake", data={"after_intake": "x"}).status_code == 400
        client.sign_in_as(Role.DESK)
        assert client.post("/offers/after-intake", data={"after_intake": "go_on"}).status_code == 403
        shown = page(client, "/offers")
        assert "案内を止める</strong>" in shown
        assert "/offers/after-intake" not in shown

    def test_the_pages_of_allocation_say_it_before_anybody_works_in_vain(
        self, coordinator: CheckingClient, world: World
    ) -> None:
        world.person()
        world.car()
        run = world.propose()
        addresses = ["/allocation", f"/allocation/runs/{run.id}"]
        assert not any(NOTICE in page(coordinator, address) for address in addresses)
        end_intake(world)
        for address in addresses:
            shown = page(coordinator, address)
            assert NOTICE in shown
            assert "/offers#after-intake" in shown
            assert "選んだ方に案内する" not in shown
        go_on(world)
        assert not any(NOTICE in page(coordinator, address) for address in addresses)

    def test_whoever_had_the_page_open_reads_the_next_step(self, coordinator: CheckingClient, world: World) -> None:
        world.person()
        world.car()
        run = world.propose()
        end_intake(world)
        answer = coordinator.post(f"/allocation/runs/{run.id}/confirmation", data={"everyone": "yes"})
        assert answer.status_code == 409
        assert REFUSALS["intake_is_over"] in answer.get_data(as_text=True)

    def test_the_page_of_a_declined_offer_has_no_button_that_only_refuses(
        self, coordinator: CheckingClient, world: World
    ) -> None:
        offer = world.offer(world.person(), world.car())
        end_intake(world)
        shown = told(coordinator, f"/offers/{offer.id}/decline")
        assert "受付が終わったため、車両は次の方に案内されません。" in shown
        assert NOTICE in shown
        assert "次の方に案内する</button>" not in shown

    def test_the_run_page_takes_as_many_statements_for_many_as_for_few(
        self, coordinator: CheckingClient, world: World
    ) -> None:
        counts = []
        for people in (2, 8):
            for _ in range(people):
                world.person()
                world.car()
            address = f"/allocation/runs/{world.propose().id}"
            end_intake(world)
            page(coordinator, address)
            world.forget()
            g.pop("_login_user", None)  # who is signed in is read anew as well
            with counted_statements() as seen:
                page(coordinator, address)
            counts.append(len(seen))
            world.activation.intake_until = None
        assert counts[0] == counts[1]
