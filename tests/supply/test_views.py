"""The pages of the secretariat: needs, calling, the call list, deliveries, the board."""

import re
from datetime import timedelta
from typing import Any

import pytest

from mra.alliance.services import pledges
from mra.core import clock
from mra.core.access import Role
from mra.core.actor import SYSTEM
from mra.core.db import db
from mra.disasters.models import Activation, Base
from mra.supply import queries, services
from mra.supply.models import Call, Need
from mra.supply.rules.calls import CallStatus
from tests import factories
from tests.conftest import CheckingClient
from tests.statements import statements

from .world import BY, agreed, call, need, tomorrow, umbrella


@pytest.fixture
def support(session: None, story_time: object) -> Activation:
    return factories.activation()


@pytest.fixture
def base(support: Activation) -> Base:
    return factories.base(support)


@pytest.fixture
def needed(support: Activation, base: Base) -> Need:
    return need(support, base)


def page(client: CheckingClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def selects(seen: list[str]) -> int:
    """How many reads there were, apart from the savepoints of the tests and what they had prepared."""
    return sum(statement.startswith("SELECT") for statement in seen)


def shown(answer: Any) -> str:
    text: str = answer.get_data(as_text=True)
    return text


class TestNeeds:
    def post(self, client: CheckingClient, of: Activation, **values: object) -> Any:
        return client.post(f"/activations/{of.id}/needs", data=values)

    def test_the_whole_table_is_saved_at_once(self, coordinator: CheckingClient, needed: Need, base: Base) -> None:
        answer = self.post(
            coordinator,
            needed.activation,
            **{f"version_{needed.id}": 1, f"quantity_{needed.id}": "１２", f"note_{needed.id}": "AT希望"},
            new_base_1=base.id,
            new_item_1="tyre..本",
            new_detail_1="155/65R14",
            new_quantity_1="40",
            new_needed_on_1="2026-08-25",
        )
        assert answer.status_code == 303
        [cars, tyres] = queries.needs_of(needed.activation_id)
        assert (cars.quantity, cars.note, tyres.quantity, tyres.unit) == (12, "AT希望", 40, "本")
        assert "タイヤ 0→40本" in page(coordinator, f"/activations/{needed.activation_id}/settings")

    def test_nothing_is_added_that_nobody_needs(self, coordinator: CheckingClient, needed: Need, base: Base) -> None:
        typed = {"new_base_1": base.id, "new_item_1": "tyre..本", "new_quantity_1": "０"}
        answer = self.post(coordinator, needed.activation, **typed)
        assert answer.status_code == 422
        assert "追加するものの数は1以上の数字で入力してください" in shown(answer)
        assert len(queries.needs_of(needed.activation_id)) == 1

    def test_the_page_of_another_support_than_the_menus_says_so(
        self, coordinator: CheckingClient, needed: Need
    ) -> None:
        board = f"/activations/{needed.activation_id}/board"
        assert "この支援に切り替える" not in page(coordinator, board)
        other = factories.activation(slug="other")
        other.name = "ほかの豪雨 車の無償貸出"
        db.session.flush()
        coordinator.post(f"/activations/{other.id}/selection")
        assert "この支援に切り替える" in page(coordinator, board)
        coordinator.post(f"/activations/{needed.activation_id}/selection")
        assert "この支援に切り替える" not in page(coordinator, board)

    @pytest.mark.parametrize("typed", ["", "-1", "たくさん", "9999999999999"])
    def test_a_number_that_is_none_is_told_at_its_field(
        self, coordinator: CheckingClient, needed: Need, typed: str
    ) -> None:
        values = {f"version_{needed.id}": 1, f"quantity_{needed.id}": typed}
        answer = self.post(coordinator, needed.activation, **values)
        assert answer.status_code == 422
        assert "数は0以上の数字で入力してください" in shown(answer)
        assert db.session.get_one(Need, needed.id).quantity == 10

    def test_who_comes_second_sees_what_the_first_did(self, coordinator: CheckingClient, needed: Need) -> None:
        first = {f"version_{needed.id}": 1, f"quantity_{needed.id}": 12}
        assert self.post(coordinator, needed.activation, **first).status_code == 303
        second = {f"version_{needed.id}": 1, f"quantity_{needed.id}": 8}
        answer = self.post(coordinator, needed.activation, **second)
        assert answer.status_code == 409
        assert "coordinatorの佐藤（8/18(火) 09:00）が" in shown(answer)
        assert f'name="version_{needed.id}" value="2"' in shown(answer)
        assert db.session.get_one(Need, needed.id).quantity == 12
        again = {f"version_{needed.id}": 2, f"quantity_{needed.id}": 8}
        assert self.post(coordinator, needed.activation, **again).status_code == 303

    def test_the_same_item_twice_is_told(self, coordinator: CheckingClient, needed: Need, base: Base) -> None:
        answer = self.post(
            coordinator,
            needed.activation,
            **{f"version_{needed.id}": 1, f"quantity_{needed.id}": 10},
            new_base_1=base.id,
            new_item_1="vehicle.kei_passenger.台",
            new_quantity_1="3",
        )
        assert answer.status_code == 422
        assert "同じ拠点の同じ品目が2行あります" in shown(answer)

    def test_viewers_read_and_do_not_change(self, client: CheckingClient, needed: Need) -> None:
        client.sign_in_as(Role.VIEWER)
        assert "保存する" not in page(client, f"/activations/{needed.activation_id}/needs")
        assert self.post(client, needed.activation).status_code == 403


class TestCalling:
    def values(self, of: Need, key: str, quantity: object = 5, **more: object) -> dict[str, object]:
        deadline = clock.in_japan(tomorrow())
        return {
            "need": of.id,
            "chosen": key,
            f"quantity_{key}": quantity,
            "deadline_on_year": deadline.year,
            "deadline_on_month": deadline.month,
            "deadline_on_day": deadline.day,
            "deadline_time": "17:00",
            "message": "至急お願いします",
        } | more

    def test_the_page_proposes_the_fastest_until_the_gap_is_met(
        self, coordinator: CheckingClient, needed: Need
    ) -> None:
        slow = factories.pledge(factories.member("遅い社"), quantity=20, lead_time_days=10)
        fast = factories.pledge(factories.member("速い社"), quantity=7, lead_time_days=2)
        shown_page = page(coordinator, f"/activations/{needed.activation_id}/calls/new?need={needed.id}")
        assert shown_page.index("速い社") < shown_page.index("遅い社")
        assert f'name="quantity_pledge-{fast.id}" value="7"' in shown_page
        assert f'name="quantity_pledge-{slow.id}" value="3"' in shown_page
        assert 'name="deadline_time" type="text" value="17:00"' in shown_page

    def test_the_last_look_says_who_is_told_by_which_way(self, coordinator: CheckingClient, needed: Need) -> None:
        told = factories.pledge(factories.member("連絡のつく社"), quantity=3)
        address = f"/activations/{needed.activation_id}/calls/preview"
        answer = coordinator.post(address, data=self.values(needed, f"pledge-{told.id}"))
        assert answer.status_code == 200
        assert "高橋 誠（SMS・メール）" in shown(answer)
        assert "残りより多い要請があります" in shown(answer)
        assert queries.call_counts(needed.activation_id) == {}

    def test_a_member_without_contact_is_told_to_be_rung(self, coordinator: CheckingClient, needed: Need) -> None:
        silent = factories.pledge(factories.member(with_contact=False))
        values = self.values(needed, f"pledge-{silent.id}")
        answer = coordinator.post(f"/activations/{needed.activation_id}/calls/preview", data=values)
        assert "SMSもメールも届かない要請先が1件" in shown(answer)
        coordinator.post(f"/activations/{needed.activation_id}/calls", data=values)
        assert "連絡先なし" in page(coordinator, f"/activations/{needed.activation_id}/call-list")

    def test_confirming_calls_once(self, coordinator: CheckingClient, needed: Need) -> None:
        pledge = factories.pledge(factories.member())
        address, values = f"/activations/{needed.activation_id}/calls", self.values(needed, f"pledge-{pledge.id}")
        assert coordinator.post(address, data=values).status_code == 303
        again = coordinator.post(address, data=values)
        assert again.status_code == 409
        assert "同じ内容の要請を先ほど出しています" in shown(again)
        assert queries.call_counts(needed.activation_id) == {CallStatus.ASKED: 1}

    def test_a_choice_that_is_gone_meanwhile_is_not_left_out_silently(
        self, coordinator: CheckingClient, needed: Need
    ) -> None:
        stays, goes = factories.pledge(factories.member()), factories.pledge(factories.member())
        values = self.values(needed, f"pledge-{stays.id}") | {f"quantity_pledge-{goes.id}": 5}
        pledges.lapse(goes, reason="廃車", by=SYSTEM)
        data = values | {"chosen": [f"pledge-{stays.id}", f"pledge-{goes.id}"]}
        answer = coordinator.post(f"/activations/{needed.activation_id}/calls", data=data)
        assert answer.status_code == 422
        assert "要請できなくなったものがあります" in shown(answer)
        assert queries.call_counts(needed.activation_id) == {}

    @pytest.mark.parametrize("quantity", ["0", "-2", "", "三"])
    def test_a_quantity_that_is_none_is_told(self, coordinator: CheckingClient, needed: Need, quantity: str) -> None:
        pledge = factories.pledge(factories.member("青葉社"))
        values = self.values(needed, f"pledge-{pledge.id}", quantity)
        answer = coordinator.post(f"/activations/{needed.activation_id}/calls/preview", data=values)
        assert answer.status_code == 422
        assert "青葉社への要請の数を、1以上で入力してください。" in shown(answer)

    def test_a_deadline_in_the_past_is_told(self, coordinator: CheckingClient, needed: Need) -> None:
        pledge = factories.pledge(factories.member())
        values = self.values(needed, f"pledge-{pledge.id}", deadline_on_day=17)
        answer = coordinator.post(f"/activations/{needed.activation_id}/calls/preview", data=values)
        assert answer.status_code == 422
        assert "回答の期限が過去になっています" in shown(answer)

    def test_nobody_ticked_is_told(self, coordinator: CheckingClient, needed: Need) -> None:
        factories.pledge(factories.member())
        values = self.values(needed, "") | {"chosen": []}
        answer = coordinator.post(f"/activations/{needed.activation_id}/calls/preview", data=values)
        assert "要請先が選ばれていません" in shown(answer)

    def test_the_page_asks_the_database_as_often_for_many_as_for_one(
        self, coordinator: CheckingClient, needed: Need
    ) -> None:
        address = f"/activations/{needed.activation_id}/calls/new?need={needed.id}"
        factories.pledge(factories.member())
        page(coordinator, address)
        with statements() as few:
            page(coordinator, address)
        above = factories.member("本部")
        for _ in range(12):
            factories.pledge(factories.member(under=above))
            factories.lease(factories.vehicle())
        with statements() as many:
            page(coordinator, address)
        assert selects(many) <= selects(few) + 1


class TestACase:
    def test_staff_record_an_answer_after_the_deadline(self, coordinator: CheckingClient, needed: Need) -> None:
        made = call(needed, factories.pledge(factories.member()))
        with clock.stopped(made.deadline_at + timedelta(hours=1)):
            coordinator = CheckingClient.sign_in_as(coordinator, Role.DESK)
            assert "回答の期限を過ぎています" in page(coordinator, f"/supply/calls/{made.id}")
            day = {"ready_on_year": 2026, "ready_on_month": 8, "ready_on_day": 25}
            data = {"answer": "part", "quantity": "3"} | day
            assert coordinator.post(f"/supply/calls/{made.id}/answer", data=data).status_code == 303
        assert (made.status, made.agreed_quantity) == (CallStatus.AGREED, 3)

    def test_what_came_of_ringing_stands_on_the_list(self, coordinator: CheckingClient, needed: Need) -> None:
        made = call(needed, factories.pledge(factories.member("静かな社")))
        with clock.stopped(made.deadline_at):
            client = CheckingClient.sign_in_as(coordinator, Role.DESK)
            data = {"result": "ring_again", "note": "15時以降"}
            assert client.post(f"/supply/calls/{made.id}/attempts", data=data).status_code == 303
            listed = page(client, f"/activations/{needed.activation_id}/call-list")
        assert "静かな社" in listed
        assert "あとでかけ直す" in listed
        assert "090-0000-5678" in listed

    def test_cancelling_needs_a_reason(self, coordinator: CheckingClient, needed: Need) -> None:
        made = call(needed, factories.pledge(factories.member()))
        address = f"/supply/calls/{made.id}/cancellation"
        answer = coordinator.post(address, data={"reason": ""})
        assert answer.status_code == 409
        assert "取り消す理由を入力してください" in shown(answer)
        assert coordinator.post(address, data={"reason": "足りました"}).status_code == 303
        assert "取消" in page(coordinator, f"/supply/calls/{made.id}")

    def test_a_delivery_in_part_then_the_rest(self, coordinator: CheckingClient, needed: Need, base: Base) -> None:
        made = agreed(needed, factories.pledge(factories.member()))
        car = factories.vehicle()
        assert 'value="5"' in page(coordinator, f"/supply/calls/{made.id}/deliveries/new")
        day = {"departed_on_year": 2026, "departed_on_month": 8, "departed_on_day": 18}
        data = {"quantity": "3", "base": base.id, "plates": car.plate_text} | day
        assert coordinator.post(f"/supply/calls/{made.id}/deliveries", data=data).status_code == 303
        assert "未登録 2台" in page(coordinator, f"/supply/calls/{made.id}")
        [delivery] = made.deliveries
        address = f"/supply/deliveries/{delivery.id}/arrival"
        assert "届いた車両の登録番号" in page(coordinator, address)
        assert coordinator.post(address, data={"quantity": "2"}).status_code == 303
        shown_page = page(coordinator, f"/supply/calls/{made.id}")
        assert "出発時の記録より1台少なく到着しました。" in shown_page
        assert "まだ出発していないものが3台あります" in shown_page

    def test_more_than_was_promised_is_kept_and_pointed_out(
        self, coordinator: CheckingClient, needed: Need, base: Base
    ) -> None:
        made = agreed(needed, factories.pledge(factories.member()))
        day = {"departed_on_year": 2026, "departed_on_month": 8, "departed_on_day": 18}
        answer = coordinator.post(f"/supply/calls/{made.id}/deliveries", data={"quantity": "50", "base": base.id} | day)
        assert answer.status_code == 303
        assert "これから出発する予定の5台より多く記録しました" in page(coordinator, f"/supply/calls/{made.id}")

    @pytest.mark.parametrize(
        ("field", "typed", "sentence"),
        [
            ("quantity", "0", "数は1以上の数字で入力してください"),
            ("plates", "熊本 580 わ 99-99", "「熊本 580 わ 99-99」の車両が見つかりません"),
            ("departed_on_day", "20", "到着の予定日が出発日より前"),
            ("departed_on_day", "32", "年・月・日を数字で入力してください"),
        ],
    )
    def test_a_departure_with_a_slip_is_told(
        self, coordinator: CheckingClient, needed: Need, base: Base, field: str, typed: str, sentence: str
    ) -> None:
        made = agreed(needed, factories.pledge(factories.member()))
        day = {"departed_on_year": 2026, "departed_on_month": 8, "departed_on_day": 18}
        day |= {"expected_on_year": 2026, "expected_on_month": 8, "expected_on_day": 19}
        data = {"quantity": "3", "base": base.id} | day | {field: typed}
        answer = coordinator.post(f"/supply/calls/{made.id}/deliveries", data=data)
        assert answer.status_code == 422
        assert sentence in shown(answer)

    def test_a_named_car_that_stayed_behind_is_ticked_off(
        self, coordinator: CheckingClient, needed: Need, base: Base
    ) -> None:
        made = agreed(needed, factories.pledge(factories.member()))
        came, stayed = factories.vehicle(), factories.vehicle()
        day = {"departed_on_year": 2026, "departed_on_month": 8, "departed_on_day": 18}
        plates = f"{came.plate_text}\n{stayed.plate_text}"
        data = {"quantity": "2", "base": base.id, "plates": plates} | day
        coordinator.post(f"/supply/calls/{made.id}/deliveries", data=data)
        address = f"/supply/deliveries/{made.deliveries[0].id}/arrival"
        assert stayed.plate_text in page(coordinator, address)
        refused = coordinator.post(address, data={"quantity": "1"})
        assert "届いていない車を外してください" in shown(refused)
        assert coordinator.post(address, data={"quantity": "1", "missing": stayed.id}).status_code == 303
        assert stayed.plate_text not in page(coordinator, f"/supply/calls/{made.id}")

    def test_a_call_of_nowhere_is_not_found(self, coordinator: CheckingClient, support: Activation) -> None:
        page(coordinator, "/supply/calls/987654", 404)
        page(coordinator, "/supply/deliveries/987654/arrival", 404)
        page(coordinator, f"/activations/{support.id}/calls/new?need=987654", 404)


class TestTheBoard:
    def row(self, text: str, item: str) -> list[str]:
        found = re.search(rf"<tr[^>]*>\s*<th scope=\"row\">{item}.*?</tr>", text, re.S)
        assert found
        return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", found[0], re.S)][:5]

    def test_needed_arrived_in_transit_committed_gap(
        self, coordinator: CheckingClient, needed: Need, base: Base
    ) -> None:
        factories.vehicle(base)
        made = agreed(needed, factories.pledge(factories.member()))
        services.depart(made, quantity=2, base=base, departed_on=clock.today(), expected_on=None, by=SYSTEM)
        call(needed, factories.pledge(factories.member()), 3)
        text = page(coordinator, f"/activations/{needed.activation_id}/board")
        cells = self.row(text, "軽乗用車")
        assert cells == ["10台", "1台", "2台", "3台", "4台回答待ち 3台"]
        assert "天草拠点の軽乗用車が" in text
        assert "軽乗用車" in page(coordinator, "/board")

    def test_the_curve_has_its_table(self, coordinator: CheckingClient, needed: Need) -> None:
        agreed(needed, factories.pledge(factories.member()))
        text = page(coordinator, f"/activations/{needed.activation_id}/board?item={needed.id}")
        assert "軽乗用車がそろう見込み" in text
        assert "車両全体を見る" in text

    def test_a_quiet_house_has_an_empty_board(self, client: CheckingClient) -> None:
        client.sign_in_as(Role.VIEWER)
        assert "動いている支援がありません" in page(client, "/board")

    def test_a_long_choice_of_whom_to_call_takes_no_more_statements(
        self, coordinator: CheckingClient, needed: Need
    ) -> None:
        address = f"/activations/{needed.activation_id}/calls/new?need={needed.id}"
        factories.pledge(factories.member())
        page(coordinator, address)
        db.session.expire_all()
        with statements() as few:
            page(coordinator, address)
        for _ in range(8):
            member = factories.member(under=factories.member())
            factories.contact(member)
            factories.pledge(member)
        db.session.expire_all()
        with statements() as many:
            page(coordinator, address)
        assert _questions(many) == _questions(few)

    def test_a_large_board_takes_no_more_statements_than_a_small_one(
        self, coordinator: CheckingClient, needed: Need, support: Activation
    ) -> None:
        address = f"/activations/{support.id}/board"
        call(needed, factories.pledge(factories.member()))
        page(coordinator, address)
        with statements() as few:
            page(coordinator, address)
        for number in range(5):
            other = factories.base(support, f"拠点{number}")
            of = need(support, other)
            for _ in range(3):
                factories.vehicle(other)
                call(of, factories.pledge(factories.member()), 1)
                made = agreed(of, factories.pledge(factories.member()), 2)
                services.depart(made, quantity=1, base=other, departed_on=clock.today(), expected_on=None, by=SYSTEM)
        with statements() as many:
            page(coordinator, address)
        assert selects(many) == selects(few) <= 12
        with statements() as listed:
            page(coordinator, f"/activations/{support.id}/calls")
        assert selects(listed) <= 12

    def test_the_list_of_calls_pages_by_key(self, coordinator: CheckingClient, needed: Need) -> None:
        pledge = factories.pledge(factories.member("長い一覧社"))
        for _ in range(51):
            made = Call(
                activation_id=needed.activation_id,
                need_id=needed.id,
                pledge_id=pledge.id,
                member_id=pledge.member_id,
                quantity=1,
                unit="台",
                message="",
                asked_at=clock.now(),
                deadline_at=tomorrow(),
            )
            services.calls.begin(made, by=SYSTEM)
        first = page(coordinator, f"/activations/{needed.activation_id}/calls?status=asked")
        assert first.count("長い一覧社") == 50
        following = re.search(r'href="([^"]*before=\d+[^"]*)"', first)
        assert following
        assert page(coordinator, following[1].replace("&amp;", "&")).count("長い一覧社") == 1


class TestWhatBecameOfAPledge:
    def test_staff_see_its_calls_and_those_to_its_firms(self, coordinator: CheckingClient, needed: Need) -> None:
        above, firms = umbrella()
        pledge = factories.pledge(above, quantity=8)
        asked = call(needed, pledge, 8)
        services.pass_on(asked, {firms[0]: 8}, deadline_at=asked.deadline_at, message="", by=BY)
        call(needed, factories.pledge(factories.member("別の会社")))
        assert f"/alliance/pledges/{pledge.id}/calls" in page(coordinator, f"/alliance/pledges/{pledge.id}")
        text = page(coordinator, f"/alliance/pledges/{pledge.id}/calls")
        assert "整備工場1" in text
        assert needed.activation.name in text
        assert "別の会社" not in text

    def test_a_pledge_that_was_never_called_says_what_to_do(self, coordinator: CheckingClient) -> None:
        pledge = factories.pledge(factories.member())
        assert "まだ要請していません" in page(coordinator, f"/alliance/pledges/{pledge.id}/calls")
        page(coordinator, "/alliance/pledges/987654/calls", 404)

    def test_a_long_history_takes_no_more_statements(self, coordinator: CheckingClient, needed: Need) -> None:
        pledge = factories.pledge(factories.member())

        def count() -> int:
            db.session.expire_all()
            with statements() as seen:
                page(coordinator, f"/alliance/pledges/{pledge.id}/calls")
            return selects(seen)

        agreed(needed, pledge, 1)
        before = count()
        for number in range(3):
            agreed(need(needed.activation, quantity=2, detail=f"予備{number}"), pledge, 1)
        assert count() == before


def _questions(sent: list[str]) -> int:
    return len([one for one in sent if one.startswith(("SELECT", "WITH"))])
