"""The page behind a member's link, and the pages of a member's people: one question, and what became of it."""

from datetime import timedelta
from typing import Any

import pytest

from mra.accounts import services as accounts
from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.audit import move
from mra.core.db import db
from mra.disasters.models import Activation
from mra.supply import queries, services
from mra.supply.models import Call, Need
from mra.supply.queries import members
from mra.supply.rules.calls import CallStatus
from tests import factories
from tests.conftest import CheckingClient
from tests.statements import statements

from .conftest import sign_in_member
from .world import BY, agreed, call, need, umbrella

DAY = {"ready_on_year": 2026, "ready_on_month": 8, "ready_on_day": 25}


@pytest.fixture
def needed(session: None, story_time: object) -> Need:
    support = factories.activation()
    return need(support, factories.base(support))


@pytest.fixture
def asked(needed: Need) -> Call:
    return call(needed, factories.pledge(factories.member("青葉商会"), lead_time_days=4))


def address(of: Call) -> str:
    link = accounts.newest_link("call", of.id)
    assert link
    return f"/calls/{accounts.token_of(link)}"


def answer(client: CheckingClient, of: Call, **values: object) -> Any:
    return client.post(f"{address(of)}/answer", data=DAY | values)


def shown(client: CheckingClient, path: str) -> str:
    found = client.get(path)
    assert found.status_code == 200, found.get_data(as_text=True)
    return found.get_data(as_text=True)


class TestByLink:
    def test_one_sees_what_where_and_until_when(self, client: CheckingClient, asked: Call) -> None:
        page = shown(client, address(asked))
        for words in (
            "青葉商会",
            "軽乗用車　5台",
            "天草拠点",
            "2026年8月19日(水) 09:00",
            "全部出せます",
            "0960-00-0000",
        ):
            assert words in page
        assert 'name="ready_on_day" inputmode="numeric" maxlength="4" value="22"' in page

    @pytest.mark.parametrize(
        ("values", "status", "agreed_quantity"),
        [
            ({"answer": "all"}, CallStatus.AGREED, 5),
            ({"answer": "part", "quantity": "２"}, CallStatus.AGREED, 2),
            ({"answer": "none", "reason": "出払っています"}, CallStatus.REFUSED, None),
        ],
    )
    def test_all_part_or_none(
        self,
        client: CheckingClient,
        asked: Call,
        values: dict[str, str],
        status: CallStatus,
        agreed_quantity: int | None,
    ) -> None:
        assert answer(client, asked, **values).status_code == 303
        assert (asked.status, asked.agreed_quantity) == (status, agreed_quantity)
        assert "ご回答ありがとうございます" in shown(client, address(asked))

    @pytest.mark.parametrize(
        ("values", "sentence"),
        [
            ({}, "どれか1つを選んでください"),
            ({"answer": "part", "quantity": "0"}, "出せる数を、1以上5以下で"),
            ({"answer": "part", "quantity": "-1"}, "出せる数を、1以上5以下で"),
            ({"answer": "part", "quantity": "6"}, "出せる数を、1以上5以下で"),
            ({"answer": "none"}, "出せない理由を入力してください"),
            ({"answer": "all", "ready_on_day": "1"}, "用意できる日は、今日から1年以内"),
            ({"answer": "all", "ready_on_year": "", "ready_on_month": "", "ready_on_day": ""}, "いつ用意できるか"),
        ],
    )
    def test_a_slip_is_told_and_nothing_changes(
        self, client: CheckingClient, asked: Call, values: dict[str, str], sentence: str
    ) -> None:
        told = answer(client, asked, **values)
        assert told.status_code == 422
        assert sentence in told.get_data(as_text=True)
        assert asked.status is CallStatus.ASKED

    def test_answered_twice(self, client: CheckingClient, asked: Call) -> None:
        answer(client, asked, answer="all")
        again = answer(client, asked, answer="none", reason="やはり無理です")
        assert again.status_code == 409
        assert "すでに回答をいただいています。変更は0960-00-0000へ" in again.get_data(as_text=True)
        assert asked.agreed_quantity == 5
        assert "この内容で回答する" not in shown(client, address(asked))

    def test_after_the_deadline(self, client: CheckingClient, asked: Call) -> None:
        with clock.stopped(asked.deadline_at):
            late = answer(client, asked, answer="all")
            assert "期限を過ぎています" in shown(client, address(asked))
        assert late.status_code == 409
        assert "回答の期限（8/19(水) 09:00）を過ぎた" in late.get_data(as_text=True)
        assert asked.status is CallStatus.ASKED

    def test_after_it_was_cancelled(self, client: CheckingClient, asked: Call) -> None:
        services.cancel(asked, by=BY, reason="足りました")
        told = answer(client, asked, answer="all")
        assert told.status_code == 409
        assert "この要請は取り消されました" in told.get_data(as_text=True)
        assert "ご回答は不要です" in shown(client, address(asked))

    def test_after_the_link_was_revoked(self, client: CheckingClient, asked: Call) -> None:
        path = address(asked)
        accounts.revoke_links("call", asked.id)
        told = client.post(f"{path}/answer", data=DAY | {"answer": "all"})
        assert told.status_code == 404
        assert "このリンクは使えません" in told.get_data(as_text=True)
        assert asked.status is CallStatus.ASKED

    def test_what_became_of_it(self, client: CheckingClient, asked: Call, needed: Need) -> None:
        answer(client, asked, answer="all")
        services.depart(asked, quantity=2, base=needed.base, departed_on=clock.today(), expected_on=None, by=SYSTEM)
        assert "2<" in shown(client, address(asked))
        assert "輸送中" in shown(client, address(asked))


class TestUmbrella:
    @pytest.fixture
    def above(self, needed: Need) -> Call:
        body, _firms = umbrella()
        return call(needed, factories.pledge(body, quantity=8), 8)

    def form(self, of: Call, *quantities: object) -> dict[str, object]:
        local = clock.in_japan(of.deadline_at)
        firms = queries.firms_of(of.member_id)
        return {
            "deadline_on_year": local.year,
            "deadline_on_month": local.month,
            "deadline_on_day": local.day,
            "deadline_time": "8:00",
        } | {f"quantity_{firm.id}": quantity for firm, quantity in zip(firms, quantities, strict=False)}

    def test_it_asks_its_firms_and_their_answers_come_together(self, client: CheckingClient, above: Call) -> None:
        assert "加盟店に取り次ぐ" in shown(client, address(above))
        assert "整備工場1" in shown(client, f"{address(above)}/passing-on")
        assert client.post(f"{address(above)}/passing-on", data=self.form(above, 5, 3)).status_code == 303
        first, second = queries.passed_on(above.id)
        answer(client, first, answer="part", quantity=4)
        assert "整備工場1" in shown(client, address(above))
        answer(client, second, answer="none", reason="車検中です")
        assert (above.status, above.agreed_quantity) == (CallStatus.AGREED, 4)
        [line] = queries.board_of(above.activation).lines
        assert line.line.committed == 4

    @pytest.mark.parametrize(
        ("quantities", "sentence"),
        [
            (("", ""), "取り次ぐ加盟店に、数を入力してください"),
            ((5, 4), "取り次ぐ数の合計が、要請された数を超えています。8台以内"),
            ((0, 3), "整備工場1の数を1以上で"),
        ],
    )
    def test_a_slip_is_told(
        self, client: CheckingClient, above: Call, quantities: tuple[object, ...], sentence: str
    ) -> None:
        told = client.post(f"{address(above)}/passing-on", data=self.form(above, *quantities))
        assert told.status_code == 422
        assert sentence in told.get_data(as_text=True)

    def test_the_firms_have_no_longer_than_the_umbrella(self, client: CheckingClient, above: Call) -> None:
        told = client.post(f"{address(above)}/passing-on", data=self.form(above, 5) | {"deadline_time": "9:01"})
        assert "事務局への回答の期限より前" in told.get_data(as_text=True)

    def test_a_firm_has_nobody_to_ask(self, client: CheckingClient, asked: Call) -> None:
        assert client.get(f"{address(asked)}/passing-on").status_code == 404


class TestSignedIn:
    def test_open_questions_on_top_and_only_ones_own(self, client: CheckingClient, needed: Need, asked: Call) -> None:
        stranger = call(needed, factories.pledge(factories.member("よその会社")))
        sign_in_member(client, asked.member)
        page = shown(client, "/member")
        assert "回答をお願いします" in page
        assert "よその会社" not in page
        assert client.get(f"/member/calls/{stranger.id}").status_code == 404
        assert client.post(f"/member/calls/{stranger.id}/answer", data={"answer": "all"}).status_code == 404

    def test_a_long_history_pushes_no_question_off_the_page(
        self, needed: Need, asked: Call, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(members, "CALLS_SHOWN", 2)
        member = asked.member
        assert member
        for number in range(3):
            agreed(need(needed.activation, quantity=2, detail=f"予備{number}"), factories.pledge(member), 1)
        assert queries.member_home(member.id).to_answer == [asked]

    def test_answering_from_there(self, client: CheckingClient, asked: Call) -> None:
        sign_in_member(client, asked.member)
        assert client.post(f"/member/calls/{asked.id}/answer", data=DAY | {"answer": "all"}).status_code == 303
        assert asked.agreed_quantity == 5

    def test_an_umbrella_sees_and_answers_for_its_firms(self, client: CheckingClient, needed: Need) -> None:
        body, [firm, _other] = umbrella()
        of_firm = call(needed, factories.pledge(firm))
        sign_in_member(client, body)
        assert "整備工場1" in shown(client, "/member")
        assert client.get(f"/member/calls/{of_firm.id}").status_code == 200

    def test_a_firm_does_not_see_its_umbrella(self, client: CheckingClient, needed: Need) -> None:
        body, [firm, _other] = umbrella()
        above = call(needed, factories.pledge(body))
        sign_in_member(client, firm)
        assert client.get(f"/member/calls/{above.id}").status_code == 404

    def test_what_a_pledge_became(self, client: CheckingClient, needed: Need, support_cars: Call) -> None:
        sign_in_member(client, support_cars.member)
        page = shown(client, "/member")
        assert "納入済み" in page
        assert ">1<" in page
        assert ">300<" in page
        assert "世帯・団体" in page

    @pytest.fixture
    def support_cars(self, needed: Need) -> Call:
        made = agreed(needed, factories.pledge(factories.member()), 1)
        car = factories.vehicle()
        brought = services.depart(
            made,
            quantity=1,
            base=needed.base,
            departed_on=clock.today(),
            expected_on=None,
            cars=[car],
            by=SYSTEM,
        )
        services.deliver(brought, quantity=1, at=clock.now(), by=SYSTEM)
        application = factories.application(needed.activation)
        loan = factories.loan_out(application.requests[0], car, handed_over_at=clock.now() - timedelta(days=3))
        move(loan, "take_back", by=SYSTEM)
        loan.returned_at, loan.odometer_in_km, loan.fuel_in_eighths = clock.now(), 40_300, 8
        db.session.flush()
        return made

    def test_a_long_history_takes_no_more_statements(self, client: CheckingClient, needed: Need, asked: Call) -> None:
        body, firms = umbrella(3)
        call(needed, factories.pledge(body))
        sign_in_member(client, body)
        shown(client, "/member")
        with statements() as few:
            shown(client, "/member")
        for firm in firms:
            for _ in range(4):
                made = agreed(needed, factories.pledge(firm), 1)
                services.depart(
                    made, quantity=1, base=needed.base, departed_on=clock.today(), expected_on=None, by=SYSTEM
                )
        with statements() as many:
            shown(client, "/member")
        assert len(many) <= len(few) + 3, "one statement more for each kind of thing that was not there before"

    def test_staff_have_no_member_page(self, coordinator: CheckingClient, needed: Need) -> None:
        assert coordinator.get("/member").status_code == 403


def test_activations_are_told_apart(needed: Need) -> None:
    other: Activation = factories.activation(slug="other-2026")
    assert queries.board_of(other).lines == []
