"""Staff take calls and paper in, look for people, and decide."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from mra.accounts import services as accounts
from mra.applications import queries
from mra.applications.models import Application
from mra.applications.rules import ApplicationStatus, Channel, Evidence
from mra.core import clock
from mra.core.access import Role
from mra.core.actor import SYSTEM
from mra.core.application_number import format_number
from mra.core.audit import move
from mra.core.db import db
from mra.disasters.models import Activation
from mra.messaging.models import Message
from tests import factories
from tests.applications import typed
from tests.conftest import CheckingClient
from tests.statements import statements


@pytest.fixture(autouse=True)
def activation(client: CheckingClient, story_time: object) -> Activation:
    typed.postal_codes()
    return factories.activation()


@pytest.fixture
def desk(client: CheckingClient) -> CheckingClient:
    return client.sign_in_as(Role.DESK)


def page(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True))


def only() -> Application:
    return db.session.scalars(select(Application)).one()


def found(desk: CheckingClient, typed: str) -> TestResponse:
    """What the search shows."""
    return desk.get(desk.post("/applications/search", data={"q": typed}).headers["Location"])


class TestIntake:
    def test_a_call_stands_in_the_queue_from_the_minute_it_came(self, desk: CheckingClient) -> None:
        answer = desk.post("/applications", data=typed.by_phone())
        made = only()
        assert (answer.status_code, answer.location) == (303, f"/applications/{made.id}")
        assert made.channel is Channel.PHONE
        assert clock.in_japan(made.received_at).strftime("%H:%M") == "08:55"
        assert made.entered_by_staff_id is not None
        assert made.requests[0].submitted_at == made.received_at

    def test_the_next_paper_can_follow_at_once(self, desk: CheckingClient) -> None:
        answer = desk.post("/applications", data=typed.by_phone(channel="paper", then="again"))
        assert answer.location == "/applications/new?channel=paper"
        assert format_number(only().serial) in page(desk.get(answer.location))

    def test_an_empty_form_says_now(self, desk: CheckingClient) -> None:
        text = page(desk.get("/applications/new"))
        assert 'value="2026/08/18"' in text
        assert 'value="09:00"' in text

    @pytest.mark.parametrize(
        ("field", "changes"),
        [
            ("received_time", {"received_time": "9:01"}),
            ("received_time", {"received_time": "25:00"}),
            ("received_time", {"received_time": ""}),
            ("received_on", {"received_on": ""}),
            ("received_on", {"received_on": "2026/8/10"}),
            ("channel", {"channel": "web"}),
            ("family_name", {"family_name": ""}),
            ("personal_consent", {"personal_consent": None}),
        ],
    )
    def test_what_is_wrong_is_shown_and_nothing_is_stored(
        self, desk: CheckingClient, field: str, changes: dict[str, Any]
    ) -> None:
        answer = desk.post("/applications", data=typed.by_phone(**changes))
        assert answer.status_code == 422
        assert f'href="#field-{field}"' in page(answer)
        assert db.session.scalar(select(func.count()).select_from(Application)) == 0

    def test_an_address_is_looked_up_without_registering(self, desk: CheckingClient) -> None:
        answer = desk.post("/applications", data=typed.by_phone(look_up="postal_code", address=""))
        assert answer.status_code == 200
        assert 'value="今釜新町"' in page(answer)

    def test_a_likely_duplicate_is_told_and_never_refused(self, desk: CheckingClient) -> None:
        desk.post("/applications", data=typed.by_phone())
        first = only()
        desk.post("/applications", data=typed.by_phone())
        assert db.session.scalar(select(func.count()).select_from(Application)) == 2
        text = page(desk.get("/applications"))
        assert f"申込があります（{format_number(first.serial)}）" in text
        assert text.count("重複かもしれません") == 2

    def test_a_family_that_shares_a_phone_is_no_duplicate(self, desk: CheckingClient) -> None:
        desk.post("/applications", data=typed.by_phone())
        desk.post("/applications", data=typed.by_phone(given_name="一郎", given_kana="イチロウ", born_on_year="50"))
        assert "重複かもしれません" not in page(desk.get("/applications"))

    def test_in_quiet_times_there_is_nothing_to_enter(self, desk: CheckingClient, activation: Activation) -> None:
        move(activation, "wind_down", by=SYSTEM)
        db.session.flush()
        move(activation, "close", by=SYSTEM)
        assert "動いている支援がありません" in page(desk.get("/applications/new"))
        assert "動いている支援がありません" in page(desk.get("/applications"))
        assert desk.post("/applications", data=typed.by_phone()).status_code == 303

    def test_a_viewer_enters_nothing(self, client: CheckingClient) -> None:
        client.sign_in_as(Role.VIEWER)
        assert client.get("/applications/new").status_code == 403
        assert "電話・紙の申込を入力する" not in page(client.get("/applications"))


class TestQueue:
    def test_the_oldest_stands_first(self, desk: CheckingClient, activation: Activation) -> None:
        now = clock.now()
        young = factories.application(activation, is_admitted=False, received_at=now)
        old = factories.application(activation, is_admitted=False, received_at=now - timedelta(hours=5))
        text = page(desk.get("/applications"))
        assert text.index(format_number(old.serial)) < text.index(format_number(young.serial))

    def test_each_filter_shows_its_own(self, desk: CheckingClient, activation: Activation) -> None:
        waits = factories.application(activation)
        asked = factories.application(activation, is_admitted=False)
        move(asked, "ask_back", by=SYSTEM)
        asked.decision_reason, asked.decided_at = "免許証の期限", clock.now()
        served = factories.application(activation)
        move(served.requests[0], "reserve", by=SYSTEM)
        for show, application in (("waiting", waits), ("asked_back", asked), ("provided", served)):
            text = page(desk.get(f"/applications?show={show}"))
            assert [other for other in (waits, asked, served) if format_number(other.serial) in text] == [application]
        assert 'すべて<span class="count">3' in page(desk.get("/applications?show=all"))

    def test_the_waiting_order_shows_places(self, desk: CheckingClient, activation: Activation) -> None:
        now = clock.now()
        early = factories.application(activation, circumstances=["shopping"], received_at=now - timedelta(hours=9))
        urgent = factories.application(activation, circumstances=["hospital"], received_at=now)
        text = page(desk.get("/applications?show=waiting"))
        assert text.index(format_number(urgent.serial)) < text.index(format_number(early.serial))
        assert "2番" in text
        assert queries.place_in_queue(early.requests[0]) == 2

    @pytest.mark.parametrize("typed_text", ["5678", "09012345678", "０９０−１２３４−５６７８", "+81 90-1234-5678"])
    def test_people_are_found_by_phone(self, desk: CheckingClient, activation: Activation, typed_text: str) -> None:
        wanted = factories.application(activation, phone="+819012345678", is_admitted=False)
        other = factories.application(activation, phone="+819099998888", is_admitted=False)
        text = page(found(desk, typed_text))
        assert format_number(wanted.serial) in text
        assert format_number(other.serial) not in text

    @pytest.mark.parametrize("typed_text", ["やまだ", "ﾔﾏﾀﾞ", "山田花子", "ハナコ", "山田", "花子", "田"])
    def test_people_are_found_by_name(self, desk: CheckingClient, activation: Activation, typed_text: str) -> None:
        wanted = factories.application(activation)
        assert format_number(wanted.serial) in page(found(desk, typed_text))

    @pytest.mark.parametrize("typed_text", ["山花", "田山", "林", "ヤマハナ"])
    def test_letters_that_do_not_stand_together_find_nobody(
        self, desk: CheckingClient, activation: Activation, typed_text: str
    ) -> None:
        factories.application(activation)
        assert "あてはまる申込はありません" in page(found(desk, typed_text))

    def test_a_number_is_found_however_it_is_typed(self, desk: CheckingClient, activation: Activation) -> None:
        wanted = factories.application(activation)
        number = format_number(wanted.serial)
        for text in (number, number.lower().replace("-", ""), "Ａ" + number[1:]):
            assert queries.application_by_number(text) == wanted
            assert number in page(found(desk, text))

    def test_nobodys_name_stands_in_an_address(self, desk: CheckingClient, activation: Activation) -> None:
        for _ in range(2):
            factories.application(activation)
        address = desk.post("/applications/search", data={"q": "山田"}).headers["Location"]
        assert address == "/applications?show=found"

    def test_the_only_one_found_is_opened_at_once(self, desk: CheckingClient, activation: Activation) -> None:
        caller = factories.application(activation)
        answer = desk.post("/applications/search", data={"q": format_number(caller.serial)})
        assert answer.headers["Location"] == f"/applications/{caller.id}"

    def test_a_wrong_check_digit_finds_nobody(self, activation: Activation) -> None:
        number = format_number(factories.application(activation).serial)
        assert queries.application_by_number(number[:-1] + str((int(number[-1]) + 1) % 10)) is None

    @pytest.mark.parametrize("odd", ["%", "_", "\x00zz", "12", "🚗", "Ａ" * 500])
    def test_an_odd_search_finds_nobody_and_says_so(
        self, desk: CheckingClient, activation: Activation, odd: str
    ) -> None:
        factories.application(activation)
        assert "あてはまる申込はありません" in page(found(desk, odd))

    @pytest.mark.parametrize("show", ["received", "waiting"])
    def test_pages_follow_each_other_without_gaps(
        self, desk: CheckingClient, activation: Activation, show: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(queries, "PAGE_ROWS", 5)
        made = [factories.application(activation, is_admitted=show == "waiting") for _ in range(13)]
        numbers = [format_number(application.serial) for application in made]
        rows = [application.requests[0].id if show == "waiting" else application.id for application in made]
        first = page(desk.get(f"/applications?show={show}"))
        second = page(desk.get(f"/applications?show={show}&after={rows[4]}"))
        back = page(desk.get(f"/applications?show={show}&before={rows[10]}"))
        assert [number for number in numbers if number in first] == numbers[:5]
        assert [number for number in numbers if number in second] == numbers[5:10]
        assert [number for number in numbers if number in back] == numbers[5:10]
        assert f"after={rows[4]}" in first
        assert show != "waiting" or "6番" in second

    @pytest.mark.parametrize("edge", ["after=999", "before=999", "after=x", f"after={2**70}", "before=-1"])
    def test_an_edge_that_is_not_there_breaks_nothing(self, desk: CheckingClient, edge: str) -> None:
        assert desk.get(f"/applications?show=waiting&{edge}").status_code == 200
        assert desk.get(f"/applications?{edge}").status_code == 200

    @pytest.mark.parametrize("show", ["received", "waiting", "all"])
    def test_a_long_queue_takes_no_more_statements_than_a_short_one(
        self, desk: CheckingClient, activation: Activation, show: str
    ) -> None:
        def count() -> int:
            with statements() as seen:
                desk.get(f"/applications?show={show}")
            return len(seen)

        factories.application(activation, is_admitted=show == "waiting")
        short = count()
        for _ in range(30):
            factories.application(activation, is_admitted=show == "waiting", cars=2)
        assert count() == short


class TestDecisions:
    def test_admitting_leads_to_the_case(self, desk: CheckingClient, activation: Activation) -> None:
        received = factories.application(activation, is_admitted=False)
        answer = desk.post(f"/applications/{received.id}/admission")
        assert (answer.status_code, answer.location) == (303, f"/applications/{received.id}")
        assert received.status is ApplicationStatus.ADMITTED

    def test_without_proof_the_reason_is_asked_for(self, desk: CheckingClient, activation: Activation) -> None:
        received = factories.application(activation, is_admitted=False, evidence=[Evidence.CONSULT.value])
        answer = desk.post(f"/applications/{received.id}/admission")
        assert answer.status_code == 422
        assert "証明のない申込を受理する" in page(answer)
        assert received.status is ApplicationStatus.RECEIVED
        desk.post(f"/applications/{received.id}/admission", data={"reason": "写真は流された。役場に確認済み"})
        assert received.status is ApplicationStatus.ADMITTED

    def test_a_question_and_its_answer(self, desk: CheckingClient, activation: Activation) -> None:
        received = factories.application(activation, is_admitted=False)
        desk.post(f"/applications/{received.id}/questions", data={"reason": "免許証の期限"})
        assert received.status is ApplicationStatus.ASKED_BACK
        desk.post(f"/applications/{received.id}/answers")
        assert received.status is ApplicationStatus.RECEIVED

    @pytest.mark.parametrize("decision", ["questions", "rejection", "withdrawal"])
    def test_a_decision_without_a_reason_is_asked_again(
        self, client: CheckingClient, activation: Activation, decision: str
    ) -> None:
        client.sign_in_as(Role.COORDINATOR)
        received = factories.application(activation, is_admitted=False)
        assert client.get(f"/applications/{received.id}/{decision}/new").status_code == 200
        answer = client.post(f"/applications/{received.id}/{decision}", data={"reason": " "})
        assert answer.status_code == 422
        assert "理由を入力してください" in page(answer)
        assert received.status is ApplicationStatus.RECEIVED

    def test_only_a_coordinator_turns_down(self, desk: CheckingClient, activation: Activation) -> None:
        received = factories.application(activation, is_admitted=False)
        assert desk.post(f"/applications/{received.id}/rejection", data={"reason": "対象外"}).status_code == 403
        assert received.status is ApplicationStatus.RECEIVED

    def test_a_reserved_car_holds_the_application(self, desk: CheckingClient, activation: Activation) -> None:
        admitted = factories.application(activation)
        move(admitted.requests[0], "reserve", by=SYSTEM)
        answer = desk.post(f"/applications/{admitted.id}/withdrawal", data={"reason": "不要"})
        assert answer.status_code == 409
        assert "先に予約の取消または返却" in page(answer)
        assert admitted.status is ApplicationStatus.ADMITTED

    def test_one_car_of_a_group_is_withdrawn(self, desk: CheckingClient, activation: Activation) -> None:
        admitted = factories.application(activation, cars=2)
        second = admitted.requests[1]
        desk.post(f"/applications/{admitted.id}/requests/{second.id}/withdrawal")
        assert len(queries.waiting(activation.id)) == 1
        other = factories.application(activation)
        assert desk.post(f"/applications/{other.id}/requests/{second.id}/withdrawal").status_code == 404

    def test_an_old_page_cannot_decide_again(self, desk: CheckingClient, activation: Activation) -> None:
        admitted = factories.application(activation)
        assert desk.post(f"/applications/{admitted.id}/admission").status_code == 409

    def test_what_is_not_there_cannot_be_decided(self, desk: CheckingClient) -> None:
        assert desk.post("/applications/999999/admission").status_code == 404


class TestPrivateLink:
    def test_a_lost_link_stops_working_and_a_new_one_is_sent(
        self, desk: CheckingClient, activation: Activation
    ) -> None:
        lost = factories.application(activation)
        old = accounts.token_of(accounts.make_link("application", lost.id))
        assert desk.get(f"/a/{old}").status_code == 200
        desk.post(f"/applications/{lost.id}/links")
        assert desk.get(f"/a/{old}").status_code == 404
        told = db.session.scalars(select(Message).where(Message.template == "your_page")).one()
        new = accounts.newest_link("application", lost.id)
        assert new is not None
        assert told.link_id == new.id
        assert desk.get(f"/a/{accounts.token_of(new)}").status_code == 200

    def test_staff_never_see_the_link(self, desk: CheckingClient, activation: Activation) -> None:
        lost = factories.application(activation)
        desk.post(f"/applications/{lost.id}/links")
        new = accounts.newest_link("application", lost.id)
        assert new is not None
        case = page(desk.get(f"/applications/{lost.id}"))
        assert accounts.token_of(new) not in case
        assert "本人用リンクの作り直し" in case
