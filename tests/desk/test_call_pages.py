"""The pages of the call list: from the button to the result."""

import pytest
from sqlalchemy import select

from mra.core.access import Role
from mra.core.db import db
from mra.desk import services
from mra.desk.call_rules import CallResult
from mra.desk.models import CallRecord
from tests.conftest import CheckingClient
from tests.desk.call_world import World, landline
from tests.statements import statements


@pytest.fixture
def desk(client: CheckingClient, world: World) -> CheckingClient:
    """Somebody at the desk."""
    return client.sign_in_as(Role.DESK)


def page_of(client: CheckingClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


class TestPages:
    def test_an_empty_list_says_what_fills_it(self, desk: CheckingClient) -> None:
        assert "ここに並びます" in page_of(desk, "/call-list")

    def test_a_call_from_the_button_to_its_result(self, desk: CheckingClient, world: World) -> None:
        offer = world.offer(family_name="田中", **landline())
        assert "田中" in page_of(desk, "/call-list")
        taken = desk.post("/call-list/claims")
        screen = page_of(desk, taken.location)
        for part in ("tel:", "お貸しする車が決まりました", "天草拠点", f"/offers/{offer.id}", "留守", "番号違い"):
            assert part in screen, part
        code = world.persons()[0].rows[0].code
        answer = desk.post(taken.location + "/result", data={"result": "told", "matter": [code]})
        assert answer.status_code == 303
        assert db.session.scalars(select(CallRecord.result)).all() == [CallResult.TOLD]

    def test_a_call_without_a_result_is_asked_again(self, desk: CheckingClient, world: World) -> None:
        world.offer(**landline())
        taken = desk.post("/call-list/claims")
        answer = desk.post(taken.location + "/result", data={})
        assert answer.status_code == 422
        assert "電話の結果を選んでください" in answer.get_data(as_text=True)
        assert db.session.scalars(select(CallRecord)).all() == []

    @pytest.mark.parametrize("typed", ["", "25:00", "あとで"])
    def test_later_needs_a_time(self, desk: CheckingClient, world: World, typed: str) -> None:
        world.offer(**landline())
        taken = desk.post("/call-list/claims")
        answer = desk.post(taken.location + "/result", data={"result": "later", "again_at": typed})
        assert answer.status_code == 422

    def test_a_person_can_be_given_back(self, desk: CheckingClient, world: World) -> None:
        world.offer(**landline())
        taken = desk.post("/call-list/claims")
        desk.post(taken.location + "/release")
        assert desk.get(taken.location).status_code == 303
        assert services.claim_next(world.activation.id, staff_id=world.staff.id) is not None

    def test_with_nobody_left_the_button_says_so(self, desk: CheckingClient) -> None:
        assert "いま電話をかける方はいません" in desk.post("/call-list/claims", follow_redirects=True).get_data(
            as_text=True
        )

    def test_a_row_solved_meanwhile_is_refused_in_words(self, desk: CheckingClient, world: World) -> None:
        assert desk.post("/call-list/claims", data={"matter": "offer_untold-99"}).status_code == 409

    def test_a_viewer_reads_and_does_not_ring(self, client: CheckingClient, world: World) -> None:
        world.offer(**landline())
        client.sign_in_as(Role.VIEWER)
        assert "次の電話をかける" not in page_of(client, "/call-list")
        assert client.post("/call-list/claims").status_code == 403

    def test_a_long_list_takes_no_more_statements_than_a_short_one(self, desk: CheckingClient, world: World) -> None:
        world.offer(**landline(1))
        page_of(desk, "/call-list")
        with statements() as short:
            page_of(desk, "/call-list")
        for number in range(2, 9):
            world.offer(**landline(number))
        db.session.commit()
        with statements() as long:
            page_of(desk, "/call-list")
        assert len(long) == len(short)
