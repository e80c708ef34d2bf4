"""The pages of allocation: who sees them, what they say, what their buttons do."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import g
from sqlalchemy import select

from mra.allocation import queries, rules
from mra.allocation.models import Offer
from mra.allocation.rules import OfferStatus
from mra.core import clock
from mra.core.access import Role
from mra.core.actor import SYSTEM
from mra.core.application_number import format_number
from mra.core.audit import move
from mra.core.db import db
from mra.messaging.models import Message
from tests import factories
from tests.conftest import CheckingClient

from .world import MORNING, World, counted_statements, pairs_of


@pytest.fixture
def coordinator(client: CheckingClient, world: World) -> CheckingClient:
    """A coordinator who is signed in."""
    return client.sign_in_as(Role.COORDINATOR)


def page(client: CheckingClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def told(client: CheckingClient, address: str, status: int = 303, **values: object) -> str:
    """Post a form; the page that follows a success, or the page of the refusal."""
    answer = client.post(address, data=values)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return page(client, answer.headers["Location"]) if status == 303 else answer.get_data(as_text=True)


def stock_row(kind: str, *counts: int) -> str:
    """The beginning of a row that tells how many cars of a class there are, and are left."""
    cells = "".join(f'<td class="numeric"><span class="nowrap">{count}台</span></td>' for count in counts)
    return f"<td>{kind}</td>{cells}"


class TestIndex:
    def test_it_says_what_waits_and_what_is_free(self, coordinator: CheckingClient, world: World) -> None:
        world.car()
        world.person()
        shown = page(coordinator, "/allocation")
        assert "天草拠点（空き 1台）" in shown
        assert "軽乗用車 1台" in shown
        assert "1台分" in shown

    def test_without_a_support_it_says_what_would_fill_it(self, client: CheckingClient) -> None:
        assert "進行中の支援がありません" in page(client.sign_in_as(Role.VIEWER), "/allocation")

    def test_a_viewer_sees_figures_and_no_button(self, client: CheckingClient, world: World) -> None:
        shown = page(client.sign_in_as(Role.VIEWER), "/allocation")
        assert "割当案を作れるのは調整担当です" in shown
        assert '/allocation/runs"' not in shown

    def test_a_viewer_cannot_propose(self, client: CheckingClient, world: World) -> None:
        client.sign_in_as(Role.VIEWER)
        assert client.post("/allocation/runs", data={"base": world.base.id}).status_code == 403

    def test_a_desk_cannot_propose(self, client: CheckingClient, world: World) -> None:
        client.sign_in_as(Role.DESK)
        assert client.post("/allocation/runs", data={"base": world.base.id}).status_code == 403

    def test_no_base_chosen_shows_the_page_again(self, coordinator: CheckingClient, world: World) -> None:
        assert "1つ以上選んでください" in told(coordinator, "/allocation/runs", 422)

    def test_earlier_proposals_are_listed(self, coordinator: CheckingClient, world: World) -> None:
        run = world.propose()
        assert f"/allocation/runs/{run.id}" in page(coordinator, "/allocation")


class TestRun:
    def test_it_says_who_would_get_which_car(self, coordinator: CheckingClient, world: World) -> None:
        car_request, car = world.person(circumstances=["hospital"]), world.car()
        shown = told(coordinator, "/allocation/runs", base=world.base.id)
        for word in ("山田 花子", "第1順位：通院・透析に車が必要な方", "第1希望", str(car.plate), "天草拠点"):
            assert word in shown
        assert f'value="{car_request.id}:{car.id}" checked' in shown
        assert "2026年8月21日(金) 10:00" in shown

    def test_it_says_who_gets_none_and_why(self, coordinator: CheckingClient, world: World) -> None:
        world.car()
        world.person(received_at=MORNING - timedelta(days=2))
        world.person(family_name="鈴木", given_name="一郎", received_at=MORNING - timedelta(days=1))
        shown = told(coordinator, "/allocation/runs", base=world.base.id)
        assert "鈴木 一郎" in shown
        assert "ご希望に合う車が1台ありますが、すべて順番が先の方に割り当てられました。" in shown

    def test_those_without_a_car_are_counted_and_picked_out_by_reason(
        self, coordinator: CheckingClient, world: World
    ) -> None:
        world.car()
        world.person(received_at=MORNING - timedelta(days=2))
        world.person(family_name="鈴木", received_at=MORNING - timedelta(days=1))
        world.person(family_name="早川").classes = ["truck_dump"]
        db.session.flush()
        run = world.propose()
        shown = page(coordinator, f"/allocation/runs/{run.id}")
        assert "順番が先の方に割当" in shown
        assert "車種の空きなし" in shown
        picked = page(coordinator, f"/allocation/runs/{run.id}?why=class")
        assert "早川" in picked
        assert "鈴木" not in picked
        assert "鈴木" in page(coordinator, f"/allocation/runs/{run.id}?why=nonsense")

    def test_it_says_what_stays_free(self, coordinator: CheckingClient, world: World) -> None:
        world.car()
        shown = told(coordinator, "/allocation/runs", base=world.base.id)
        assert "割り当てられる組み合わせがありません" in shown
        assert stock_row("軽乗用車", 1, 1) in shown

    def test_confirming_tells_how_many_were_offered(self, coordinator: CheckingClient, world: World) -> None:
        car_request, car = world.person(), world.car()
        run = world.propose()
        shown = told(coordinator, f"/allocation/runs/{run.id}/confirmation", pair=f"{car_request.id}:{car.id}")
        assert "1人に案内しました" in shown
        assert "この割当案の全員に案内しました" in shown
        assert "案内済" in shown

    def test_a_pair_taken_meanwhile_is_told_and_the_other_goes_through(
        self, coordinator: CheckingClient, world: World
    ) -> None:
        taken, free = world.car(), world.car()
        people = [world.person(), world.person()]
        run = world.propose()
        world.offer(world.person(), taken)
        pairs = [f"{people[0].id}:{taken.id}", f"{people[1].id}:{free.id}"]
        shown = told(coordinator, f"/allocation/runs/{run.id}/confirmation", pair=pairs)
        assert "1人に案内しました" in shown
        name = f"{format_number(people[0].application.serial)} {taken.plate_text}"
        assert f"1人には案内できませんでした（{name}）。この車両は先に別の方へ案内または貸出されました。" in shown

    def test_who_withdrew_meanwhile_is_told_by_number(self, coordinator: CheckingClient, world: World) -> None:
        wish, car = world.person(), world.car()
        run = world.propose()
        move(wish, "withdraw", by=SYSTEM)
        db.session.flush()
        shown = told(coordinator, f"/allocation/runs/{run.id}/confirmation", pair=f"{wish.id}:{car.id}")
        assert f"（{format_number(wish.application.serial)} {car.plate_text}）" in shown
        assert "希望が順番待ちではなくなっています" in shown

    def test_a_run_over_nothing_says_what_would_fill_it(self, coordinator: CheckingClient, world: World) -> None:
        shown = told(coordinator, "/allocation/runs", base=world.base.id)
        assert "いま案内できる車両がありません" in shown
        assert "順番を待っている方がいません" in shown
        assert "選んだ方に案内する" not in shown

    def test_nobody_chosen_shows_the_page_again(self, coordinator: CheckingClient, world: World) -> None:
        world.person()
        world.car()
        run = world.propose()
        assert "1人以上選んでください" in told(coordinator, f"/allocation/runs/{run.id}/confirmation", 422)

    def test_everyone_means_the_pages_not_shown_as_well(self, coordinator: CheckingClient, world: World) -> None:
        for _ in range(3):
            world.person()
            world.car()
        run = world.propose()
        assert "3人に案内しました" in told(coordinator, f"/allocation/runs/{run.id}/confirmation", everyone="yes")

    def test_after_a_page_is_offered_the_next_one_is_named(
        self, coordinator: CheckingClient, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(queries.runs, "PAGE_LENGTH", 1)
        for _ in range(2):
            world.person()
            world.car()
        run = world.propose()
        (request, car), _second = pairs_of(run)
        shown = told(coordinator, f"/allocation/runs/{run.id}/confirmation", pair=f"{request}:{car}")
        assert "まだ案内していない方を表示する" in shown
        assert f"/allocation/runs/{run.id}?start=1" in shown
        assert "選んだ方に案内する" not in shown

    def test_very_many_are_offered_in_steps(
        self, coordinator: CheckingClient, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rules, "OFFERS_AT_ONCE", 2)
        for _ in range(3):
            world.person()
            world.car()
        address = f"/allocation/runs/{world.propose().id}/confirmation"
        assert "2人に案内しました" in told(coordinator, address, everyone="yes")
        assert "1人に案内しました" in told(coordinator, address, everyone="yes")

    def test_an_old_proposal_offers_to_be_made_anew(self, coordinator: CheckingClient, world: World) -> None:
        car_request, car = world.person(), world.car()
        run = world.propose()
        with clock.stopped(MORNING + timedelta(minutes=31)):
            shown = page(coordinator, f"/allocation/runs/{run.id}")
            assert "古い割当案です" in shown
            assert "選んだ方に案内する" not in shown
            address = f"/allocation/runs/{run.id}/confirmation"
            assert "古くなりました" in told(coordinator, address, 409, pair=f"{car_request.id}:{car.id}")

    def test_a_desk_reads_and_does_not_confirm(self, client: CheckingClient, world: World) -> None:
        car_request, car = world.person(), world.car()
        run = world.propose()
        client.sign_in_as(Role.DESK)
        assert "選んだ方に案内する" not in page(client, f"/allocation/runs/{run.id}")
        pair = {"pair": f"{car_request.id}:{car.id}"}
        assert client.post(f"/allocation/runs/{run.id}/confirmation", data=pair).status_code == 403

    def test_an_unknown_run_is_not_found(self, coordinator: CheckingClient) -> None:
        page(coordinator, "/allocation/runs/999999", 404)


class TestOffers:
    def test_the_list_shows_open_offers_with_their_deadline(self, coordinator: CheckingClient, world: World) -> None:
        world.offer(world.person(), world.car())
        shown = page(coordinator, "/offers")
        assert "8/21(金) 10:00" in shown
        assert "山田 花子" in shown

    def test_whom_no_sms_reaches_is_marked_with_the_phone_number(
        self, coordinator: CheckingClient, world: World
    ) -> None:
        world.offer(world.person(can_sms=False, phone="+81969221111"), world.car())
        shown = page(coordinator, "/offers?list=call")
        assert "電話で知らせる" in shown
        assert "0969-22-1111" in shown

    def test_whose_sms_came_back_is_marked_too(self, coordinator: CheckingClient, world: World) -> None:
        world.person()
        world.car()
        world.confirm_all(world.propose())
        text = db.session.scalars(select(Message)).one()
        move(text, "claim", by=SYSTEM)
        text.claimed_at = clock.now()
        db.session.flush()
        move(text, "bounce", by=SYSTEM)
        assert "山田 花子" in page(coordinator, "/offers?list=call")

    def test_an_unknown_list_is_the_open_one(self, coordinator: CheckingClient) -> None:
        assert "回答を待っている案内はありません" in page(coordinator, "/offers?list=nonsense")

    def test_a_decline_on_the_phone_is_recorded(self, coordinator: CheckingClient, world: World) -> None:
        offer = world.offer(world.person(), world.car())
        shown = told(coordinator, f"/offers/{offer.id}/decline")
        assert "辞退を記録しました" in shown
        assert "次の方に案内する" in shown

    def test_a_late_answer_is_refused_in_words(self, coordinator: CheckingClient, world: World) -> None:
        offer = world.offer(world.person(), world.car(), hours=1)
        with clock.stopped(MORNING + timedelta(hours=2)):
            assert "回答期限が過ぎました" in told(coordinator, f"/offers/{offer.id}/decline", 409)

    def test_a_retraction_needs_its_reason(self, coordinator: CheckingClient, world: World) -> None:
        offer = world.offer(world.person(), world.car())
        assert "理由を入力してください" in told(coordinator, f"/offers/{offer.id}/retraction", 422)
        assert "200文字まで" in told(coordinator, f"/offers/{offer.id}/retraction", 422, reason="長" * 201)

    def test_a_retraction_is_told_with_its_reason(self, coordinator: CheckingClient, world: World) -> None:
        offer = world.offer(world.person(), world.car())
        shown = told(coordinator, f"/offers/{offer.id}/retraction", reason="故障が見つかったため")
        assert "案内を取り消しました" in shown
        assert "故障が見つかったため" in shown

    def test_the_next_person_gets_the_car(self, coordinator: CheckingClient, world: World) -> None:
        offer = world.offer(world.person(), world.car())
        move(offer, "decline", by=SYSTEM)
        offer.ended_at = clock.now()
        world.person(family_name="鈴木", given_name="一郎")
        shown = told(coordinator, f"/offers/{offer.id}/successor")
        assert "次の方に案内しました" in shown
        assert "鈴木 一郎" in shown

    def test_an_expired_offer_has_no_answer_buttons(self, coordinator: CheckingClient, world: World) -> None:
        offer = world.offer(world.person(), world.car(), hours=1)
        with clock.stopped(MORNING + timedelta(hours=2)):
            shown = page(coordinator, f"/offers/{offer.id}")
        assert "期限切れ" in shown
        assert "承諾を記録" not in shown
        assert offer.status is OfferStatus.MADE

    def test_a_viewer_sees_an_offer_without_buttons(self, client: CheckingClient, world: World) -> None:
        offer = world.offer(world.person(), world.car())
        client.sign_in_as(Role.VIEWER)
        assert "辞退を記録する" not in page(client, f"/offers/{offer.id}")
        assert client.post(f"/offers/{offer.id}/decline").status_code == 403
        assert client.post(f"/offers/{offer.id}/retraction", data={"reason": "x"}).status_code == 403

    def test_a_desk_records_answers_and_retracts_nothing(self, client: CheckingClient, world: World) -> None:
        offer = world.offer(world.person(), world.car())
        client.sign_in_as(Role.DESK)
        shown = page(client, f"/offers/{offer.id}")
        assert "辞退を記録する" in shown
        assert f"/offers/{offer.id}/reservation/new" in shown
        assert "案内を取り消す" not in shown

    def test_an_unknown_offer_is_not_found(self, coordinator: CheckingClient) -> None:
        page(coordinator, "/offers/999999", 404)


class TestStatements:
    """Long lists cost as many statements as short ones."""

    @pytest.fixture
    def addresses(self, coordinator: CheckingClient, world: World) -> Iterator[list[str]]:
        """The pages with little on them; twelve times as much comes in the test."""
        self.fill(world, 1)
        run = world.propose()
        return ["/allocation", "/offers", "/offers?list=call", "/allocation/overrides", f"/allocation/runs/{run.id}"]  # type: ignore[return-value]

    def fill(self, world: World, size: int) -> None:
        for _ in range(size):
            world.offer(world.person(can_sms=False), world.car())
            world.person()
            world.car()
        world.person().seats = 9
        for _ in range(size):
            factories.override(world.activation, world.car())
            factories.override(world.activation, world.car(), world.person())

    def test_pages_take_as_many_statements_for_many_as_for_few(
        self, coordinator: CheckingClient, world: World, addresses: list[str]
    ) -> None:
        few = [self.count(coordinator, world, address) for address in addresses]
        world.forget()
        self.fill(world, 12)
        run = world.propose()
        many = [self.count(coordinator, world, address) for address in [*addresses[:4], f"/allocation/runs/{run.id}"]]
        assert many == few
        # Two of them begin and end the request; one reads the rule that names the tiers; two count whom to ring.
        assert max(many) <= 21

    def count(self, client: CheckingClient, world: World, address: str) -> int:
        world.forget()
        g.pop("_login_user", None)  # the tests share one application context: who is signed in is read anew as well
        with counted_statements() as seen:
            page(client, address)
        return len(seen)


def test_what_is_offered_is_one_offer(coordinator: CheckingClient, world: World) -> None:
    world.person()
    world.car()
    run = world.propose()
    address = f"/allocation/runs/{run.id}/confirmation"
    told(coordinator, address, everyone="yes")
    told(coordinator, address, everyone="yes")
    assert len(db.session.scalars(select(Offer)).all()) == 1
