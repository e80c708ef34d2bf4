"""The pages of disasters and supports: who may, what they show, what they refuse; and what everyone sees."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import event

from mra.alliance import services as alliance
from mra.alliance.rules.agreements import CandidateDetails
from mra.core import clock
from mra.core.access import Role
from mra.core.actor import SYSTEM
from mra.core.db import db
from mra.core.vehicle_classes import VehicleClass
from mra.disasters import queries, rules, services
from mra.disasters.models import Activation, Base, Disaster
from mra.disasters.rules import ActivationStatus, DisasterKind
from tests import factories
from tests.conftest import CheckingClient

DISASTER = {
    "name": "令和8年8月 熊本豪雨",
    "kind": "flood",
    "occurred_on_year": "2026",
    "occurred_on_month": "8",
    "occurred_on_day": "11",
}
ACTIVATION = {
    "name": "熊本豪雨 車の無償貸出",
    "slug": "kumamoto-2026",
    "intake_from_on_year": "2026",
    "intake_from_on_month": "8",
    "intake_from_on_day": "16",
    "help_phone": "0969-00-0000",
}
BASE = {
    "name": "天草拠点",
    "municipality_code": "43215",
    "address": "天草市東町1-1",
    "phone": "0969-00-0000",
    "opens_at": "9:30",
    "closes_at": "16:00",
    "handovers_per_slot": "2",
    "closed_weekdays": "2",
}
pytestmark = pytest.mark.usefixtures("story_time")


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are sent to the database meanwhile."""
    sent: list[str] = []

    def keep(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    engine = db.session.get_bind()
    event.listen(engine, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", keep)


@pytest.fixture
def coordinator(client: CheckingClient) -> CheckingClient:
    return client.sign_in_as(Role.COORDINATOR)


def page(client: CheckingClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found
    return found[1]


class TestFromDisasterToSupport:
    def test_a_coordinator_opens_a_support_step_by_step(self, coordinator: CheckingClient) -> None:
        factories.municipality()
        assert "はじめに災害を登録します" in page(coordinator, "/disasters")
        to_activation = coordinator.post("/disasters", data=DISASTER).location
        assert "令和8年8月 熊本豪雨 車の無償貸出" in page(coordinator, to_activation)
        settings = coordinator.post(to_activation.removesuffix("/new"), data=ACTIVATION).location
        assert "対象の市区町村を選んでください" in page(coordinator, settings)
        coordinator.post(f"{settings}/municipalities", data={"code": "43215"})
        assert "拠点を登録してください" in page(coordinator, settings)
        coordinator.post(f"{settings}/bases", data=BASE)
        assert "貸出条件を確かめて" in page(coordinator, settings)
        terms = page(coordinator, f"{settings}/terms")
        assert 'value="30"' in terms
        coordinator.post(f"{settings}/terms", data=terms_data() | {"reason": "開始時の条件", "based_on": "0"})
        assert "準備ができました" in page(coordinator, settings)
        assert "確認用ページ" in page(coordinator, f"{settings}/preview")
        assert coordinator.get("/activations/kumamoto-2026").status_code == 404
        assert coordinator.post(f"{settings}/opening").status_code == 303
        assert "車の申込に進む" in page(coordinator, "/activations/kumamoto-2026")
        assert db.session.query(Activation).one().status is ActivationStatus.OPEN

    def test_wrong_input_is_shown_again_with_what_was_typed(self, coordinator: CheckingClient) -> None:
        answer = coordinator.post("/disasters", data=DISASTER | {"occurred_on_month": "13"})
        text = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert "令和8年8月 熊本豪雨" in text
        assert 'value="13"' in text
        assert db.session.query(Disaster).count() == 0

    def test_the_same_disaster_twice_is_refused_in_words(self, coordinator: CheckingClient) -> None:
        coordinator.post("/disasters", data=DISASTER)
        answer = coordinator.post("/disasters", data=DISASTER)
        assert answer.status_code == 409
        assert "すでに登録されています" in answer.get_data(as_text=True)

    def test_a_disaster_is_corrected(self, coordinator: CheckingClient) -> None:
        disaster = factories.activation().disaster
        address = f"/disasters/{disaster.id}"
        assert 'value="11"' in page(coordinator, address)
        assert coordinator.post(address, data=DISASTER | {"kind": "typhoon"}).status_code == 303
        assert disaster.kind is DisasterKind.TYPHOON

    def test_a_taken_address_is_refused_in_words(self, coordinator: CheckingClient) -> None:
        disaster = factories.activation().disaster
        answer = coordinator.post(f"/disasters/{disaster.id}/activations", data=ACTIVATION)
        assert answer.status_code == 409
        assert "アドレス名はすでに使われています" in answer.get_data(as_text=True)

    def test_a_reversed_period_is_shown_at_its_field(self, coordinator: CheckingClient) -> None:
        disaster = factories.activation().disaster
        ends = {"intake_until_on_year": "2026", "intake_until_on_month": "8", "intake_until_on_day": "1"}
        answer = coordinator.post(f"/disasters/{disaster.id}/activations", data=ACTIVATION | ends)
        assert answer.status_code == 422
        assert "受付終了が受付開始より前" in answer.get_data(as_text=True)


def terms_data(**days: str) -> dict[str, str]:
    usual = rules.usual_terms()
    data = {f"days_{kind.value}": str(number) for kind, (number, _) in usual.items()}
    data |= {f"renewable_{kind.value}": "yes" for kind, (_, renewable) in usual.items() if renewable}
    return data | {f"days_{name}": value for name, value in days.items()}


@pytest.fixture
def running(session: None) -> Activation:
    made = factories.activation()
    factories.base(made)
    return made


class TestSettings:
    def test_the_page_tells_everything_and_what_happened(
        self, coordinator: CheckingClient, running: Activation
    ) -> None:
        text = page(coordinator, f"/activations/{running.id}/settings")
        for told in ("天草市", "天草拠点", "水曜日", "30日まで", "受付・貸出中", "支援の開始", "終了準備に入る"):
            assert told in text

    def test_changed_details_are_kept_with_the_mark_of_the_page(
        self, coordinator: CheckingClient, running: Activation
    ) -> None:
        address = f"/activations/{running.id}/settings/details"
        text = page(coordinator, address)
        assert 'name="slug"' not in text
        data = ACTIVATION | {"name": "新しい名前", "edition": hidden(text, "edition")}
        assert coordinator.post(address, data=data).status_code == 303
        assert running.name == "新しい名前"
        assert coordinator.post(address, data=data).status_code == 409

    def test_wrong_details_are_shown_again(self, coordinator: CheckingClient, running: Activation) -> None:
        address = f"/activations/{running.id}/settings/details"
        assert coordinator.post(address, data=ACTIVATION | {"help_phone": "abc"}).status_code == 422

    def test_a_base_is_changed(self, coordinator: CheckingClient, running: Activation) -> None:
        base = db.session.query(Base).one()
        address = f"/activations/{running.id}/settings/bases/{base.id}"
        edition = hidden(page(coordinator, address), "edition")
        assert coordinator.post(address, data=BASE | {"closes_at": "17:00", "edition": edition}).status_code == 303
        assert base.closes_at.hour == 17
        assert "拠点の情報の変更" in page(coordinator, f"/activations/{running.id}/settings")

    def test_a_candidate_of_an_agreement_becomes_a_base(self, coordinator: CheckingClient, running: Activation) -> None:
        place = CandidateDetails(
            "市民体育館駐車場", "43215", "天草市東町3", place=(32.45, 130.19), capacity_cars=30, hours="平日9時から"
        )
        candidate = alliance.add_base_candidate(factories.agreement(), place, by=SYSTEM)
        link = f"/activations/{running.id}/settings/bases/new?candidate={candidate.id}"
        assert link in page(coordinator, f"/activations/{running.id}/settings")
        form = page(coordinator, link)
        assert 'value="市民体育館駐車場"' in form
        assert 'value="天草市東町3"' in form
        assert 'value="32.45, 130.19"' in form
        assert "平日9時から" in form
        coordinator.post(f"/activations/{running.id}/settings/bases", data=BASE | {"name": "市民体育館駐車場"})
        assert link not in page(coordinator, f"/activations/{running.id}/settings")

    def test_a_candidate_that_nobody_knows_is_not_found(self, coordinator: CheckingClient, running: Activation) -> None:
        answer = coordinator.get(f"/activations/{running.id}/settings/bases/new?candidate=987654")
        assert answer.status_code == 404

    def test_a_base_that_never_opens_is_shown_again(self, coordinator: CheckingClient, running: Activation) -> None:
        base = db.session.query(Base).one()
        data = BASE | {"closed_weekdays": list("0123456")}
        for address in ("bases", f"bases/{base.id}"):
            answer = coordinator.post(f"/activations/{running.id}/settings/{address}", data=data)
            assert answer.status_code == 422
            assert "すべての曜日が定休日" in answer.get_data(as_text=True)

    def test_a_base_of_another_support_is_not_found(self, coordinator: CheckingClient, running: Activation) -> None:
        other = factories.activation(slug="other-2026")
        base = db.session.query(Base).one()
        assert coordinator.get(f"/activations/{other.id}/settings/bases/{base.id}").status_code == 404
        assert coordinator.get(f"/activations/{running.id + 1000}/settings").status_code == 404

    def test_new_terms_say_that_running_loans_keep_theirs(
        self, coordinator: CheckingClient, running: Activation
    ) -> None:
        address = f"/activations/{running.id}/settings/terms"
        assert "そのときの条件のままです" in page(coordinator, address)
        data = terms_data(kei_passenger="１４") | {"reason": "申込が多いため", "based_on": "1"}
        assert coordinator.post(address, data=data).status_code == 303
        text = page(coordinator, address)
        for told in ("第2版（現在）", "第1版", "申込が多いため", "coordinatorの佐藤", "30日・延長可 → 14日・延長可"):
            assert told in text

    def test_terms_without_a_reason_are_shown_again(self, coordinator: CheckingClient, running: Activation) -> None:
        answer = coordinator.post(f"/activations/{running.id}/settings/terms", data=terms_data() | {"based_on": "1"})
        assert answer.status_code == 422

    def test_unchanged_terms_are_refused_in_words(self, coordinator: CheckingClient, running: Activation) -> None:
        data = terms_data() | {"reason": "確認", "based_on": "1"}
        answer = coordinator.post(f"/activations/{running.id}/settings/terms", data=data)
        assert answer.status_code == 409
        assert "今の貸出条件と同じ" in answer.get_data(as_text=True)


class TestMunicipalities:
    @pytest.fixture(autouse=True)
    def towns(self, session: None) -> None:
        factories.municipality("43212", "上天草市")
        factories.municipality("46218", "霧島市", "鹿児島県")

    def test_neighbours_of_what_is_chosen_are_at_hand(self, coordinator: CheckingClient, running: Activation) -> None:
        text = page(coordinator, f"/activations/{running.id}/settings/municipalities")
        assert "選んでいる市区町村（1）" in text
        assert "上天草市" in text
        assert "霧島市" not in text

    def test_ticks_survive_the_search_for_more(self, coordinator: CheckingClient, running: Activation) -> None:
        address = f"/activations/{running.id}/settings/municipalities"
        search = {"look_up": "some", "q": "霧島", "prefecture": "", "held": "43215", "code": ["43215", "43212"]}
        answer = coordinator.post(address, data=search)
        assert answer.status_code == 303
        assert "csrf" not in answer.location
        text = page(coordinator, answer.location)
        assert "選んでいる市区町村（2）" in text
        assert "霧島市" in text
        assert [one.code for one in running.municipalities] == ["43215"]

    def test_all_that_was_found_can_be_ticked_at_once(self, coordinator: CheckingClient, running: Activation) -> None:
        address = f"/activations/{running.id}/settings/municipalities"
        search = {"look_up": "all", "held": "43215", "code": "43215", "candidate": ["43212", "46218"]}
        assert "選んでいる市区町村（3）" in page(coordinator, coordinator.post(address, data=search).location)

    def test_the_last_tick_may_go_while_searching(self, coordinator: CheckingClient, running: Activation) -> None:
        address = f"/activations/{running.id}/settings/municipalities"
        answer = coordinator.post(address, data={"look_up": "some", "held": "43215"})
        assert "選んでいる市区町村（0）" in page(coordinator, answer.location)

    def test_a_search_without_a_find_says_what_to_do(self, coordinator: CheckingClient, running: Activation) -> None:
        text = page(coordinator, f"/activations/{running.id}/settings/municipalities?q=無い町&prefecture=99")
        assert "見つかりませんでした" in text

    def test_saving_keeps_the_ticks(self, coordinator: CheckingClient, running: Activation) -> None:
        address = f"/activations/{running.id}/settings/municipalities"
        assert coordinator.post(address, data={"held": "43215", "code": ["43212", "46218"]}).status_code == 303
        assert [one.code for one in running.municipalities] == ["43212", "46218"]

    def test_an_unknown_code_is_refused_in_words(self, coordinator: CheckingClient, running: Activation) -> None:
        answer = coordinator.post(f"/activations/{running.id}/settings/municipalities", data={"code": "99999"})
        assert answer.status_code == 409
        assert "一覧にない市区町村" in answer.get_data(as_text=True)


class TestLifecycle:
    def test_a_support_without_a_base_says_why_it_does_not_open(self, coordinator: CheckingClient) -> None:
        activation = factories.activation(is_open=False)
        settings = f"/activations/{activation.id}/settings"
        assert "拠点を登録してください" in page(coordinator, settings)
        answer = coordinator.post(f"{settings}/opening")
        assert answer.status_code == 409
        assert "貸出拠点が登録されていません" in answer.get_data(as_text=True)
        assert db.session.get_one(Activation, activation.id).status is ActivationStatus.PREPARING

    def test_a_support_is_wound_down_and_closed(self, coordinator: CheckingClient, running: Activation) -> None:
        settings = f"/activations/{running.id}/settings"
        assert coordinator.post(f"{settings}/winding-down").status_code == 303
        assert "受付は終了しました" in page(coordinator, "/activations/kumamoto-2026")
        assert coordinator.post(f"{settings}/closing").status_code == 303
        assert "変更する" not in page(coordinator, settings)
        assert "この支援は終了しました" in page(coordinator, "/activations/kumamoto-2026")

    def test_an_old_page_cannot_close_an_open_support(self, coordinator: CheckingClient, running: Activation) -> None:
        assert coordinator.post(f"/activations/{running.id}/settings/closing").status_code == 409


class TestWhoMay:
    def test_desk_and_viewers_read_and_do_not_change(self, client: CheckingClient, running: Activation) -> None:
        for role in (Role.DESK, Role.VIEWER):
            client.sign_in_as(role)
            base = db.session.query(Base).one()
            settings = f"/activations/{running.id}/settings"
            for readable in ("/disasters", settings, f"{settings}/terms", f"{settings}/preview"):
                text = page(client, readable)
                assert "変更する" not in text
                assert "登録する" not in text
                assert "終了準備に入る" not in text
            for closed in (
                "/disasters/new",
                f"/disasters/{running.disaster_id}",
                f"/disasters/{running.disaster_id}/activations/new",
                f"{settings}/details",
                f"{settings}/municipalities",
                f"{settings}/bases/new",
                f"{settings}/bases/{base.id}",
            ):
                assert client.get(closed).status_code == 403
            for change in ("terms", "opening", "winding-down", "closing", "municipalities", "details", "bases"):
                assert client.post(f"{settings}/{change}").status_code == 403
            client.post("/sign-out")

    def test_the_public_sees_no_settings(self, client: CheckingClient, running: Activation) -> None:
        assert client.get(f"/activations/{running.id}/settings").status_code == 303


class TestPublicPages:
    def test_quiet_times_are_told_calmly(self, client: CheckingClient) -> None:
        text = page(client, "/")
        assert "現在、車の貸出を行っている地域はありません" in text
        assert "運転免許証" in text

    def test_the_front_page_leads_to_what_is_running_and_lists_what_is_over(
        self, client: CheckingClient, running: Activation
    ) -> None:
        over = factories.activation(slug="old-2025")
        over.name = "前の支援"
        db.session.flush()
        services.wind_down(over, by=SYSTEM)
        services.close(over, by=SYSTEM)
        factories.activation(slug="secret-2026", is_open=False)
        text = page(client, "/")
        assert "/activations/kumamoto-2026" in text
        assert text.index("終了した支援") < text.index("前の支援")
        assert "secret-2026" not in text

    def test_a_support_tells_hours_terms_order_and_how_to_apply(
        self, client: CheckingClient, running: Activation
    ) -> None:
        text = page(client, "/activations/kumamoto-2026")
        for told in (
            "9:30〜16:00",
            "水曜日",
            "0969-00-0000",
            "30日まで",
            "3日まで",
            "通院・透析",
            "罹災証明書",
            "75歳以上",
        ):
            assert told in text
        assert 'href="/activations/kumamoto-2026/applications/new"' in text

    @pytest.mark.parametrize(
        ("at", "sentence"),
        [
            (datetime(2026, 8, 15, 12, 0, tzinfo=clock.JAPAN), "2026年8月16日(日) 09:00に始まります"),
            (datetime(2026, 12, 1, 12, 0, tzinfo=clock.JAPAN), "受付は終了しました"),
        ],
    )
    def test_outside_the_intake_a_sentence_says_why_one_cannot_apply(
        self, client: CheckingClient, running: Activation, at: datetime, sentence: str
    ) -> None:
        with clock.stopped(at):
            text = page(client, "/activations/kumamoto-2026")
        assert sentence in text
        assert "applications/new" not in text

    def test_an_unknown_address_is_not_found(self, client: CheckingClient) -> None:
        assert client.get("/activations/no-such-support").status_code == 404

    def test_everybody_may_share_a_page_for_a_minute(self, client: CheckingClient, running: Activation) -> None:
        for address in ("/", "/activations/kumamoto-2026"):
            first = client.get(address)
            assert first.headers["Cache-Control"] == "public, max-age=60"
            assert "Set-Cookie" not in first.headers
            again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
            assert again.status_code == 304
            assert again.get_data() == b""

    def test_a_changed_page_has_a_new_tag(self, client: CheckingClient, running: Activation) -> None:
        tag = client.get("/").headers["ETag"]
        running.name = "新しい名前"
        assert client.get("/", headers={"If-None-Match": tag}).status_code == 200

    def test_whoever_carries_a_session_gets_a_fresh_page(self, coordinator: CheckingClient) -> None:
        assert coordinator.get("/").headers["Cache-Control"] == "no-store"


class TestStatements:
    """The number of statements does not grow with the number of rows."""

    def grow(self) -> None:
        for number in range(4):
            made = factories.activation(slug=f"other-{number}")
            made.municipalities.append(factories.municipality("43212", "上天草市"))
            for name in ("一", "二", "三"):
                factories.base(made, name=f"{name}拠点", municipality_code="43212")

    def lengthen(self, running: Activation, number: int) -> None:
        factories.base(running, name=f"第{number}拠点")
        services.change_terms(
            running,
            terms=rules.usual_terms() | {VehicleClass.KEI_TRUCK: (number + 2, False)},
            reason="変更",
            based_on=number - 1,
            by=factories.staff_member(Role.ADMIN).actor,
        )

    def count(self, client: CheckingClient, address: str) -> int:
        db.session.commit()
        db.session.expire_all()
        with counted() as sent:
            page(client, address)
        return len([one for one in sent if not one.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))])

    def test_front_and_list(self, coordinator: CheckingClient, running: Activation) -> None:
        for address in ("/", "/disasters"):
            before = self.count(coordinator, address)
            self.grow() if address == "/" else None
            assert self.count(coordinator, address) == before

    def test_settings_public_page_and_terms(self, coordinator: CheckingClient, running: Activation) -> None:
        settings = f"/activations/{running.id}/settings"
        addresses = (settings, f"{settings}/terms", "/activations/kumamoto-2026")
        self.lengthen(running, 2)
        before = [self.count(coordinator, address) for address in addresses]
        for number in range(3, 6):
            self.lengthen(running, number)
        assert [self.count(coordinator, address) for address in addresses] == before


class TestListOfDisasters:
    def test_it_pages_by_key(self, coordinator: CheckingClient) -> None:
        first_day = date(2025, 1, 1)
        for number in range(queries.PAGE + 1):
            services.record_disaster(
                name=f"災害{number:03}", kind=DisasterKind.FLOOD, occurred_on=first_day + timedelta(days=number)
            )
        text = page(coordinator, "/disasters")
        assert "災害050" in text
        assert "災害000" not in text
        following = re.search(r'href="(/disasters\?before=\d+)"', text)
        assert following
        assert "災害000" in page(coordinator, following[1])
