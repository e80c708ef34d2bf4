"""Loans as the desk asks for them, in a number of statements that does not grow."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import event

from mra.core import clock
from mra.core.application_number import format_number
from mra.core.clock import JAPAN
from mra.core.db import db
from mra.loans import queries, services
from mra.loans.queries import Shelf
from tests import factories
from tests.loans.world import THURSDAY_TEN, World


@pytest.fixture
def world(session: None, story_time: datetime) -> World:
    return World(handovers_per_slot=100)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    connection = db.session.connection()
    event.listen(connection, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(connection, "before_cursor_execute", note)


class TestDays:
    def test_the_desk_sees_who_comes_in_order(self, world: World) -> None:
        late = world.reserve(at=THURSDAY_TEN + timedelta(hours=2))
        early = world.reserve()
        world.reserve(at=THURSDAY_TEN + timedelta(days=1))
        services.cancel(world.reserve(), by=world.desk, reason="no_show")
        assert queries.handovers_on([world.base.id], THURSDAY_TEN.date()) == [early, late]

    def test_the_desk_sees_what_comes_back(self, world: World) -> None:
        due = world.out()
        world.take_back(world.out())
        assert queries.returns_due([world.base.id], date(2026, 9, 18)) == [due]
        assert queries.returns_due([world.base.id], date(2026, 9, 17)) == []

    def test_another_base_has_its_own_day(self, world: World) -> None:
        world.reserve()
        other = factories.base(world.activation, "本渡拠点")
        assert queries.handovers_on([other.id], THURSDAY_TEN.date()) == []

    def test_a_car_is_overdue_from_the_minute_it_should_be_back(self, world: World) -> None:
        loan = world.out()
        with clock.stopped(loan.due_at):
            assert queries.overdue(world.activation.id) == []
        with clock.stopped(loan.due_at + timedelta(minutes=1)):
            assert queries.overdue(world.activation.id) == [loan]


class TestShelves:
    def test_every_loan_stands_where_the_desk_looks_for_it(self, world: World) -> None:
        world.reserve(at=datetime(2026, 8, 18, 15, 0, tzinfo=JAPAN))
        world.reserve()
        world.out()
        world.take_back(world.out())
        services.cancel(world.reserve(), by=world.desk, reason="no_show")
        assert queries.counts(world.activation.id) == {
            Shelf.OVERDUE: 0,
            Shelf.HANDOVERS_TODAY: 1,
            Shelf.RESERVED: 2,
            Shelf.ON_LOAN: 1,
            Shelf.RETURNED: 1,
            Shelf.CANCELLED: 1,
        }

    @pytest.mark.parametrize("shelf", list(Shelf))
    def test_the_counts_are_those_of_the_pages(self, world: World, shelf: Shelf) -> None:
        world.reserve()
        world.out()
        world.take_back(world.out())
        services.cancel(world.reserve(), by=world.desk, reason="no_show")
        with clock.stopped(datetime(2026, 9, 20, 9, 0, tzinfo=JAPAN)):
            loans, _ = queries.page_of(shelf, activation_id=world.activation.id)
            assert len(loans) == queries.counts(world.activation.id)[shelf]

    @pytest.mark.parametrize("shelf", [Shelf.RESERVED, Shelf.CANCELLED])
    def test_pages_follow_each_other_without_a_gap(
        self, world: World, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(queries, "PAGE_SIZE", 2)
        made = [world.reserve(at=THURSDAY_TEN + timedelta(minutes=30 * (number // 2))) for number in range(5)]
        if shelf is Shelf.CANCELLED:
            for loan in made:
                services.cancel(loan, by=world.desk, reason="mistake")
        seen: list[int] = []
        after: int | None = None
        for _ in range(3):
            loans, after = queries.page_of(shelf, activation_id=world.activation.id, after=after)
            seen += [loan.id for loan in loans]
        ids = [loan.id for loan in made]
        assert seen == (ids if shelf is Shelf.RESERVED else ids[::-1])
        assert after is None

    def test_a_list_needs_the_same_statements_however_long(self, world: World) -> None:
        def read() -> int:
            db.session.expire_all()
            activation_id = world.activation.id
            with counted() as sent:
                loans, _ = queries.page_of(Shelf.RESERVED, activation_id=activation_id)
                for loan in loans:
                    assert loan.vehicle.name
                    assert loan.base.name
                    assert loan.car_request.application.full_name
            return len(sent)

        world.reserve()
        short = read()
        for _ in range(6):
            world.reserve()
        assert read() == short


class TestSearch:
    @pytest.mark.parametrize("text", ["熊本 580 わ 12-34", "熊本580わ1234", "12-34", "1234", "１２３４"])
    def test_a_car_is_found_by_its_plate(self, world: World, text: str) -> None:
        loan = world.reserve(world.offer(factories.vehicle(world.base, plate_serial=1234)))
        world.reserve(world.offer(factories.vehicle(world.base, plate_serial=1235)))
        assert queries.search(text) == [loan]

    def test_a_loan_is_found_by_the_application_number(self, world: World) -> None:
        loan = world.reserve()
        world.reserve()
        number = format_number(loan.car_request.application.serial)
        assert queries.search(number) == [loan]
        assert queries.search(number.replace("-", "").lower()) == [loan]

    @pytest.mark.parametrize("text", ["山田", "090-0000-1234", "1", "A99999-9"])
    def test_other_words_find_nothing(self, world: World, text: str) -> None:
        world.reserve()
        assert queries.search(text) == []


class TestHandoverSlots:
    def free(self, world: World, **about: object) -> dict[str, list[str]]:
        found = queries.handover_slots(world.base, from_day=date(2026, 8, 18), **about)  # type: ignore[arg-type]
        return {f"{day:%d}": [f"{clock.in_japan(at):%H:%M}" for at in times] for day, times in found}

    def test_the_next_open_days_are_offered_from_now_on(self, world: World) -> None:
        free = self.free(world)
        assert list(free) == ["18", "20", "21", "22", "23", "24"], "the 19th is a Wednesday"
        assert (free["18"][0], free["18"][-1], len(free["18"])) == ("09:30", "15:30", 13)

    def test_a_full_half_hour_is_left_out(self, world: World) -> None:
        world.base.handovers_per_slot = 1
        world.reserve()
        free = self.free(world)
        assert "10:00" not in free["20"]
        assert "10:00" in free["21"]

    def test_nothing_is_offered_after_the_support_has_ended(self, world: World) -> None:
        world.activation.intake_until = datetime(2026, 8, 19, 9, 0, tzinfo=JAPAN)
        world.activation.ends_on = date(2026, 8, 20)
        assert list(self.free(world)) == ["18", "20"]

    def test_the_statements_do_not_grow_with_days_or_bookings(self, world: World) -> None:
        def read(days: int) -> int:
            db.session.expire_all()
            assert world.base.activation.id
            with counted() as sent:
                queries.handover_slots(world.base, from_day=date(2026, 8, 18), days=days)
            return len(sent)

        few = read(2)
        for number in range(5):
            world.reserve(at=THURSDAY_TEN + timedelta(minutes=30 * number))
        assert read(14) == few == 1
