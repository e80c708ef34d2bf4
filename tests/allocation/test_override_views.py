"""The pages on which staff order something against the plain order, and what the page of a run says of it."""

import pytest

from mra.allocation.models import Override
from mra.allocation.rules import OverrideStatus
from mra.core.access import Role
from mra.core.application_number import format_number
from mra.core.db import db
from mra.vehicles.rules import Transmission
from tests import factories
from tests.conftest import CheckingClient

from .test_views import page, stock_row, told
from .world import World, at


@pytest.fixture
def coordinator(client: CheckingClient, world: World) -> CheckingClient:
    """A coordinator who is signed in."""
    return client.sign_in_as(Role.COORDINATOR)


def order(client: CheckingClient, status: int = 303, **values: object) -> str:
    return told(client, "/allocation/overrides", status, reason="車いすの方のため", **values)


class TestNew:
    def test_a_pair_of_a_run_is_pinned_and_the_run_asks_to_be_made_anew(
        self, coordinator: CheckingClient, world: World
    ) -> None:
        world.person(received_at=at(17, 9))
        last, car = world.person(family_name="鈴木", received_at=at(18, 9)), world.car()
        run = world.propose()
        address = f"/allocation/overrides/new?run={run.id}&request={last.id}&vehicle={car.id}"
        assert f"/allocation/runs/{run.id}" in page(coordinator, address)
        shown = order(coordinator, kind="pin", request=last.id, vehicle=car.id, run=run.id)
        assert "この組合せを固定" in shown
        assert "作り直してから案内してください" in shown
        assert "選んだ方に案内する" not in shown

    def test_the_next_run_says_who_was_overtaken_by_number(self, coordinator: CheckingClient, world: World) -> None:
        first = world.person(received_at=at(17, 9))
        last, car = world.person(received_at=at(18, 9)), world.car()
        order(coordinator, kind="pin", request=last.id, vehicle=car.id)
        shown = told(coordinator, "/allocation/runs", base=world.base.id)
        assert "指定によって順番が変わった方" in shown
        assert "指定がなければ、車両が割り当てられていました。" in shown
        assert format_number(first.application.serial) in shown

    def test_a_pin_outside_the_wishes_is_told_before_and_after(self, coordinator: CheckingClient, world: World) -> None:
        wish, car = world.person(), world.car()
        wish.seats = 5
        db.session.flush()
        before = page(coordinator, f"/allocation/overrides/new?request={wish.id}&vehicle={car.id}")
        after = order(coordinator, kind="pin", request=wish.id, vehicle=car.id)
        assert "乗車人数に対して座席が足りません。" in before
        assert "乗車人数に対して座席が足りません。" in after

    def test_an_unlawful_pair_is_told_before_and_refused(self, coordinator: CheckingClient, world: World) -> None:
        wish, car = world.person(), world.car(transmission=Transmission.MT)
        assert "マニュアル車を運転できない" in page(
            coordinator, f"/allocation/overrides/new?request={wish.id}&vehicle={car.id}"
        )
        assert "マニュアル車を運転できない" in order(coordinator, 409, kind="pin", request=wish.id, vehicle=car.id)

    def test_a_car_is_held_back_from_the_list(self, coordinator: CheckingClient, world: World) -> None:
        car = world.car()
        assert str(car.plate) in page(coordinator, "/allocation/overrides/new")
        shown = order(coordinator, kind="hold", vehicle=car.id)
        assert "割当から外す" in shown
        assert "車いすの方のため" in shown

    def test_a_person_is_found_by_the_number_that_was_typed(self, coordinator: CheckingClient, world: World) -> None:
        wish, car = world.person(), world.car()
        number = format_number(wish.application.serial)
        order(coordinator, kind="forbid", number=number.lower(), vehicle=car.id)
        assert db.session.query(Override).one().request_id == wish.id

    def test_a_number_of_nobody_who_waits_shows_the_form_again(self, coordinator: CheckingClient, world: World) -> None:
        car = world.car()
        gone = factories.application(world.activation, is_admitted=False)
        number = format_number(gone.serial)
        assert "順番を待っている申込がありません" in order(coordinator, 422, kind="pin", number=number, vehicle=car.id)

    def test_what_is_missing_is_told_at_its_field(self, coordinator: CheckingClient, world: World) -> None:
        shown = told(coordinator, "/allocation/overrides", 422, kind="pin")
        for sentence in ("指定の理由を入力してください", "申込番号を入力してください", "車両を選んでください"):
            assert sentence in shown
        assert "どれかを選んでください" in told(coordinator, "/allocation/overrides", 422, kind="x")


class TestList:
    def test_it_says_why_and_by_whom_and_lifts(self, coordinator: CheckingClient, world: World) -> None:
        made = factories.override(world.activation, world.car(), world.person())
        shown = page(coordinator, "/allocation/overrides")
        assert "点検のため" in shown
        assert f"/allocation/overrides/{made.id}#lifting" in shown
        after = told(coordinator, f"/allocation/overrides/{made.id}/lifting", reason="点検が終わったため")
        assert "有効な指定はありません" in after
        assert "点検が終わったため" in after
        assert made.status is OverrideStatus.LIFTED

    def test_lifting_asks_why(self, coordinator: CheckingClient, world: World) -> None:
        made = factories.override(world.activation, world.car())
        assert "解除する理由を入力してください" in told(coordinator, f"/allocation/overrides/{made.id}/lifting", 422)

    def test_the_timeline_says_who_did_what(self, coordinator: CheckingClient, world: World) -> None:
        made = factories.override(world.activation, world.car())
        told(coordinator, f"/allocation/overrides/{made.id}/lifting", reason="点検が終わったため")
        shown = page(coordinator, f"/allocation/overrides/{made.id}")
        assert "割当の指定" in shown
        assert "指定の解除" in shown
        assert "解除する理由" not in shown

    def test_others_read_and_order_nothing(self, client: CheckingClient, world: World) -> None:
        made = factories.override(world.activation, world.car())
        for role in (Role.DESK, Role.VIEWER):
            client.sign_in_as(role)
            assert "新しく指定する" not in page(client, "/allocation/overrides")
            assert "解除する理由" not in page(client, f"/allocation/overrides/{made.id}")
            assert client.post("/allocation/overrides", data={"kind": "hold"}).status_code == 403
            assert client.post(f"/allocation/overrides/{made.id}/lifting").status_code == 403

    def test_an_unknown_one_is_not_found(self, coordinator: CheckingClient) -> None:
        page(coordinator, "/allocation/overrides/999999", 404)


class TestRunPage:
    def test_it_says_how_many_texts_go_out_and_whom_to_phone(self, coordinator: CheckingClient, world: World) -> None:
        for can_sms in (True, True, False):
            world.person(can_sms=can_sms)
            world.car()
        run = world.propose()
        assert "SMSを2通送り、1人に電話で知らせます" in page(coordinator, f"/allocation/runs/{run.id}")
        shown = told(coordinator, f"/allocation/runs/{run.id}/confirmation", everyone="yes")
        assert "3人に案内しました（SMS 2通、電話で知らせる方 1人）" in shown

    def test_whom_to_ask_about_the_address_stands_on_top(self, coordinator: CheckingClient, world: World) -> None:
        world.person(place=None)
        factories.municipality().place = None
        db.session.flush()
        shown = told(coordinator, "/allocation/runs", base=world.base.id)
        assert "確認が必要な方が1人います" in shown
        assert "住所の位置が分からないため" in shown

    def test_it_says_what_each_base_would_still_have(self, coordinator: CheckingClient, world: World) -> None:
        world.person()
        world.car()
        world.car()
        factories.override(world.activation, world.car())
        shown = told(coordinator, "/allocation/runs", base=world.base.id)
        assert stock_row("軽乗用車", 2, 1, 1) in shown


class TestFreedCars:
    def test_the_page_of_offers_says_what_becomes_of_freed_cars(
        self, coordinator: CheckingClient, world: World
    ) -> None:
        assert "次の割当案に入れる</strong>" in page(coordinator, "/offers")
        shown = told(coordinator, "/offers/freed-cars", freed_cars="next_person")
        assert "すぐに次の方へ案内する</strong>" in shown

    def test_nonsense_and_strangers_change_nothing(self, client: CheckingClient, world: World) -> None:
        client.sign_in_as(Role.COORDINATOR)
        assert client.post("/offers/freed-cars", data={"freed_cars": "x"}).status_code == 400
        client.sign_in_as(Role.DESK)
        assert client.post("/offers/freed-cars", data={"freed_cars": "next_person"}).status_code == 403
        assert "次の割当案に入れる</strong>" in page(client, "/offers")
