"""The pages of loans, as the desk, a reader and a stranger meet them."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from mra.allocation.rules import OfferStatus
from mra.core import clock
from mra.core.access import Role
from mra.core.clock import JAPAN
from mra.core.db import db
from mra.loans import services
from mra.loans.models import Loan
from mra.loans.rules import LoanStatus
from tests import factories
from tests.conftest import CheckingClient
from tests.loans.test_queries import counted
from tests.loans.world import NUMBER, THURSDAY_TEN, WRONG_CHECK_DIGIT, World


@pytest.fixture
def world(session: None, story_time: datetime) -> World:
    return World(handovers_per_slot=50)


@pytest.fixture
def desk(client: CheckingClient, world: World) -> CheckingClient:
    return client.sign_in_as(Role.DESK)


def page(client: CheckingClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def handover(loan: Loan, **changed: Any) -> dict[str, Any]:
    """What the desk types at a handover."""
    typed: dict[str, Any] = {"odometer_km": "40,012", "fuel_eighths": "6"}
    for driver in loan.car_request.application.drivers:
        typed |= {
            f"number_{driver.id}": NUMBER,
            f"method_{driver.id}": "card",
            f"expires_on_{driver.id}": "令和11年5月2日",
        }
    return typed | changed


def the_driver(loan: Loan) -> int:
    return loan.car_request.application.drivers[0].id


class TestList:
    def test_late_cars_come_first(self, desk: CheckingClient, world: World) -> None:
        world.out()
        world.reserve(at=THURSDAY_TEN + timedelta(days=1))
        with clock.stopped(datetime(2026, 9, 22, 9, 0, tzinfo=JAPAN)):
            shown = page(desk, "/loans")
        assert 'aria-current="true">返却期限超過' in shown
        assert "is-late" in shown

    def test_without_late_cars_today_is_shown(self, desk: CheckingClient, world: World) -> None:
        world.reserve(at=datetime(2026, 8, 18, 15, 0, tzinfo=JAPAN))
        shown = page(desk, "/loans")
        assert 'aria-current="true">本日の引渡し' in shown
        assert "山田 花子" in shown

    @pytest.mark.parametrize("shelf", ["overdue", "handovers_today", "reserved", "on_loan", "returned", "cancelled"])
    def test_an_empty_shelf_says_what_would_fill_it(self, desk: CheckingClient, shelf: str) -> None:
        assert "empty-state" in page(desk, f"/loans?shelf={shelf}")

    def test_a_base_sees_its_own_loans(self, desk: CheckingClient, world: World) -> None:
        other = factories.base(world.activation, "本渡拠点")
        loan = world.reserve()
        assert f"/loans/{loan.id}" in page(desk, f"/loans?shelf=reserved&base={world.base.id}")
        assert f"/loans/{loan.id}" not in page(desk, f"/loans?shelf=reserved&base={other.id}")

    def test_a_plate_leads_to_its_loan(self, desk: CheckingClient, world: World) -> None:
        loan = world.reserve(world.offer(factories.vehicle(world.base, plate_serial=1234)))
        assert f"/loans/{loan.id}" in page(desk, "/loans?q=12-34")
        assert "見つかりません" in page(desk, "/loans?q=99-99")

    def test_the_list_needs_the_same_statements_however_long(self, desk: CheckingClient, world: World) -> None:
        def statements() -> int:
            db.session.commit()
            db.session.expire_all()
            with counted() as sent:
                page(desk, "/loans?shelf=reserved")
            return len(sent)

        world.reserve()
        short = statements()
        for _ in range(8):
            world.reserve()
        assert statements() == short

    def test_without_an_activation_the_page_says_so(self, client: CheckingClient) -> None:
        assert "進行中の支援がありません" in page(client.sign_in_as(Role.VIEWER), "/loans")

    def test_a_stranger_is_asked_to_sign_in(self, client: CheckingClient) -> None:
        assert client.get("/loans").status_code == 303


class TestCase:
    def test_the_buttons_come_from_the_table(self, desk: CheckingClient, world: World) -> None:
        reserved, out = world.reserve(), world.out()
        back = world.take_back(world.out())
        address = "/loans/{}/{}"
        assert address.format(reserved.id, "handover") in page(desk, f"/loans/{reserved.id}")
        assert address.format(reserved.id, "cancellation") in page(desk, f"/loans/{reserved.id}")
        shown = page(desk, f"/loans/{out.id}")
        assert address.format(out.id, "return") in shown
        assert address.format(out.id, "extensions") in shown
        assert address.format(out.id, "cancellation") not in shown
        assert "<form method" not in page(desk, f"/loans/{back.id}").split("<main")[1]

    def test_a_viewer_reads_and_changes_nothing(self, client: CheckingClient, world: World) -> None:
        loan = world.reserve()
        client.sign_in_as(Role.VIEWER)
        assert "handover" not in page(client, f"/loans/{loan.id}")
        assert client.get(f"/loans/{loan.id}/handover").status_code == 403
        for noun in ("handover", "return", "extensions", "cancellation"):
            assert client.post(f"/loans/{loan.id}/{noun}").status_code == 403

    def test_only_the_last_four_of_a_licence_are_shown(self, desk: CheckingClient, world: World) -> None:
        loan = world.out()
        shown = page(desk, f"/loans/{loan.id}")
        assert "5620" in shown
        assert NUMBER not in shown

    def test_the_timeline_tells_who_did_what(self, desk: CheckingClient, world: World) -> None:
        shown = page(desk, f"/loans/{world.out().id}")
        assert "佐藤 明" in shown
        assert "引渡し待ち" in shown

    def test_a_loan_that_nobody_made_is_not_found(self, desk: CheckingClient) -> None:
        page(desk, "/loans/999", 404)

    def test_the_slip_tells_whom_to_ring(self, desk: CheckingClient, world: World) -> None:
        shown = page(desk, f"/loans/{world.out().id}/slip")
        assert "0969-00-0000" in shown
        assert "2026年9月18日" in shown
        assert NUMBER not in shown


class TestHandover:
    def test_the_desk_records_a_handover(self, desk: CheckingClient, world: World) -> None:
        loan = world.reserve()
        assert "返却予定" in page(desk, f"/loans/{loan.id}/handover")
        answer = desk.post(f"/loans/{loan.id}/handover", data=handover(loan))
        assert answer.status_code == 303
        assert loan.status is LoanStatus.ON_LOAN
        assert (loan.odometer_out_km, loan.handed_over_at) == (40_012, clock.now())
        assert loan.car_request.application.drivers[0].licence_expires_on == date(2029, 5, 2)

    def test_everything_that_is_missing_is_told_at_once(self, desk: CheckingClient, world: World) -> None:
        loan = world.reserve()
        answer = desk.post(f"/loans/{loan.id}/handover", data={})
        shown = answer.get_data(as_text=True)
        assert answer.status_code == 422
        for name in ("odometer_km", "fuel_eighths", f"number_{the_driver(loan)}", f"method_{the_driver(loan)}"):
            assert f'href="#field-{name}"' in shown
        assert loan.status is LoanStatus.RESERVED

    def test_a_wrong_check_digit_asks_to_look_again_and_passes_with_a_tick(
        self, desk: CheckingClient, world: World
    ) -> None:
        loan = world.reserve()
        name = f"number_{the_driver(loan)}"
        typed = handover(loan, **{name: WRONG_CHECK_DIGIT})
        answer = desk.post(f"/loans/{loan.id}/handover", data=typed)
        assert answer.status_code == 422
        assert f'name="{name}_confirmed"' in answer.get_data(as_text=True)
        assert WRONG_CHECK_DIGIT in answer.get_data(as_text=True), "what was typed stays"
        again = desk.post(f"/loans/{loan.id}/handover", data=typed | {f"{name}_confirmed": "yes"})
        assert again.status_code == 303
        assert [check.check_digit_matches for check in loan.licence_checks] == [False]

    def test_a_lower_odometer_passes_with_a_tick(self, desk: CheckingClient, world: World) -> None:
        loan = world.reserve()
        typed = handover(loan, odometer_km="39990")
        assert desk.post(f"/loans/{loan.id}/handover", data=typed).status_code == 422
        typed["odometer_km_confirmed"] = "yes"
        assert desk.post(f"/loans/{loan.id}/handover", data=typed).status_code == 303

    @pytest.mark.parametrize("typed", ["x", "-1", "1000000", "4 0 0", "9" * 400])
    def test_an_impossible_odometer_is_told(self, desk: CheckingClient, world: World, typed: str) -> None:
        loan = world.reserve()
        answer = desk.post(f"/loans/{loan.id}/handover", data=handover(loan, odometer_km=typed))
        assert "6桁までの数字" in answer.get_data(as_text=True)

    @pytest.mark.parametrize("typed", ["1234", "abc", "3090123456201", ""])
    def test_a_number_that_is_no_licence_is_told(self, desk: CheckingClient, world: World, typed: str) -> None:
        loan = world.reserve()
        data = handover(loan, **{f"number_{the_driver(loan)}": typed})
        assert desk.post(f"/loans/{loan.id}/handover", data=data).status_code == 422

    def test_an_expired_licence_is_told_beside_its_date(self, desk: CheckingClient, world: World) -> None:
        loan = world.reserve()
        data = handover(loan, **{f"expires_on_{the_driver(loan)}": "2026-08-17"})
        answer = desk.post(f"/loans/{loan.id}/handover", data=data)
        assert answer.status_code == 422
        assert "有効期限が切れています" in answer.get_data(as_text=True)

    def test_a_closed_gate_shows_what_is_missing_and_no_button(self, desk: CheckingClient, world: World) -> None:
        car = factories.vehicle(world.base, lawful_until=date(2026, 9, 16))
        loan = world.reserve(world.offer(car))
        shown = page(desk, f"/loans/{loan.id}/handover")
        assert "お渡しできません" in shown
        assert "引渡しを記録する</button>" not in shown
        answer = desk.post(f"/loans/{loan.id}/handover", data=handover(loan))
        assert answer.status_code == 422
        assert loan.status is LoanStatus.RESERVED

    def test_the_family_is_asked_for_at_75(self, desk: CheckingClient, world: World) -> None:
        loan = world.reserve(world.offer(born_on=date(1951, 8, 18)))
        assert 'name="consent_name"' in page(desk, f"/loans/{loan.id}/handover")
        assert desk.post(f"/loans/{loan.id}/handover", data=handover(loan)).status_code == 422
        told = handover(loan, consent_name="山田 一郎", consent_relation="長男", consent_phone="０９０-1111-2222")
        assert desk.post(f"/loans/{loan.id}/handover", data=told).status_code == 303
        assert loan.car_request.application.family_consent_phone == "+819011112222"

    def test_a_second_press_is_told_that_it_is_done(self, desk: CheckingClient, world: World) -> None:
        loan = world.reserve()
        desk.post(f"/loans/{loan.id}/handover", data=handover(loan))
        assert desk.post(f"/loans/{loan.id}/handover", data=handover(loan)).status_code == 409
        page(desk, f"/loans/{loan.id}/handover", 409)


class TestReturn:
    def test_the_desk_records_a_return(self, desk: CheckingClient, world: World) -> None:
        loan = world.out()
        with clock.stopped(datetime(2026, 9, 10, 11, 0, tzinfo=JAPAN)):
            page(desk, f"/loans/{loan.id}/return")
            answer = desk.post(
                f"/loans/{loan.id}/return", data={"odometer_km": "41200", "fuel_eighths": "8", "is_fit": "yes"}
            )
        assert answer.status_code == 303
        assert loan.status is LoanStatus.RETURNED

    def test_a_car_that_is_not_fit_needs_words(self, desk: CheckingClient, world: World) -> None:
        loan = world.out()
        typed = {"odometer_km": "41200", "fuel_eighths": "0", "is_fit": "breakdown"}
        with clock.stopped(datetime(2026, 9, 10, 11, 0, tzinfo=JAPAN)):
            assert desk.post(f"/loans/{loan.id}/return", data=typed).status_code == 422
            answer = desk.post(f"/loans/{loan.id}/return", data=typed | {"damage_note": "右前タイヤがパンク"})
        assert answer.status_code == 303
        assert "右前タイヤがパンク" in page(desk, f"/loans/{loan.id}")

    def test_a_reservation_has_no_return(self, desk: CheckingClient, world: World) -> None:
        page(desk, f"/loans/{world.reserve().id}/return", 409)


class TestExtensionAndCancellation:
    def test_the_desk_extends_a_loan(self, desk: CheckingClient, world: World) -> None:
        loan = world.out()
        answer = desk.post(f"/loans/{loan.id}/extensions", data={"due_on": "2026/9/25", "reason": "修理が続く"})
        assert answer.status_code == 303
        assert clock.in_japan(loan.due_at).date() == date(2026, 9, 25)
        assert "修理が続く" in page(desk, f"/loans/{loan.id}")

    def test_a_day_on_which_nobody_is_there_is_told_beside_the_field(self, desk: CheckingClient, world: World) -> None:
        loan = world.out()
        answer = desk.post(f"/loans/{loan.id}/extensions", data={"due_on": "2026-09-23", "reason": "修理が続く"})
        assert answer.status_code == 422
        assert "拠点の休みの日" in answer.get_data(as_text=True)
        assert "修理が続く" in answer.get_data(as_text=True)

    def test_the_desk_cancels_with_a_reason(self, desk: CheckingClient, world: World) -> None:
        loan = world.reserve()
        assert desk.post(f"/loans/{loan.id}/cancellation").status_code == 422
        assert desk.post(f"/loans/{loan.id}/cancellation", data={"reason": "no_show"}).status_code == 303
        assert loan.status is LoanStatus.CANCELLED
        assert "来所がなく" in page(desk, f"/loans/{loan.id}")

    def test_a_car_that_is_out_is_not_cancelled(self, desk: CheckingClient, world: World) -> None:
        loan = world.out()
        assert desk.post(f"/loans/{loan.id}/cancellation", data={"reason": "no_show"}).status_code == 409


class TestAcceptanceByPhone:
    def test_the_desk_books_the_time_that_was_said_on_the_phone(self, desk: CheckingClient, world: World) -> None:
        offer = world.offer()
        assert "2026-08-20T10:00" in page(desk, f"/offers/{offer.id}/reservation/new")
        answer = desk.post(f"/offers/{offer.id}/reservation/new", data={"handover_at": "2026-08-20T10:00"})
        assert answer.status_code == 303
        assert offer.status is OfferStatus.ACCEPTED

    def test_a_time_must_be_chosen(self, desk: CheckingClient, world: World) -> None:
        answer = desk.post(f"/offers/{world.offer().id}/reservation/new", data={"handover_at": "soon"})
        assert answer.status_code == 422

    def test_a_time_that_somebody_else_took_is_refused(self, desk: CheckingClient, world: World) -> None:
        world.base.handovers_per_slot = 1
        world.reserve()
        answer = desk.post(f"/offers/{world.offer().id}/reservation/new", data={"handover_at": "2026-08-20T10:00"})
        assert answer.status_code == 422
        assert "予約がいっぱい" in answer.get_data(as_text=True)
        assert 'value="2026-08-20T10:30"' in answer.get_data(as_text=True), "the times that are still free"

    def test_an_offer_that_has_ended_cannot_be_accepted(self, desk: CheckingClient, world: World) -> None:
        offer = world.offer()
        services.accept_offer(offer, handover_at=THURSDAY_TEN, by=world.desk)
        assert "案内は終了しています" in page(desk, f"/offers/{offer.id}/reservation/new")
