"""The secretariat's side: the list with what is next on top, the case, its papers, decisions, calls for cars."""

import gzip
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from mra.core import clock
from mra.core.access import Role
from mra.core.db import db
from mra.donations import queries, services
from mra.donations.models import Appeal, Donation
from mra.donations.rules import DonationStatus, PaperKind, PaperStatus, Use
from mra.vehicles import services as vehicles
from tests import factories
from tests.conftest import CheckingClient
from tests.donations import world
from tests.donations.test_services import DESK
from tests.statements import statements


@pytest.fixture(autouse=True)
def _world(client: CheckingClient, story_time: object) -> None:
    world.postal_codes()
    services.standing_appeal()


def page(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True))


def at(donation: Donation, rest: str = "") -> str:
    return f"/donations/{donation.id}{rest}"


def arrived(donation: Donation) -> Donation:
    services.accept(donation, by=DESK)
    car = world.again(donation).vehicle
    assert car is not None
    vehicles.arrive(car, factories.base(factories.activation()), by=DESK)
    return world.again(donation)


class TestTheList:
    def test_what_needs_doing_next_stands_on_top(self, client: CheckingClient) -> None:
        waits, here, new = world.donation(), world.donation(), world.donation()
        services.send_papers(waits, by=DESK)
        arrived(here)
        told = [one.id for one in queries.donation_page(queries.Filters()).donations]
        assert told == [new.id, here.id, waits.id]

    def test_every_shelf_counts_what_it_shows(self, client: CheckingClient) -> None:
        donations = [world.donation() for _ in range(4)]
        services.send_papers(donations[0], by=DESK)
        arrived(donations[1])
        services.withdraw(donations[2], by=DESK)
        db.session.flush()
        counts = queries.counts()
        for shelf, number in counts.items():
            assert len(queries.donation_page(queries.Filters(shelf)).donations) == number, shelf
        assert (counts["all"], counts["open"], counts["arrived"], counts["ended"]) == (4, 3, 1, 1)

    def test_pages_of_fifty_follow_each_other_without_gaps(self, client: CheckingClient) -> None:
        made = {world.donation().id for _ in range(53)}
        first = queries.donation_page(queries.Filters())
        second = queries.donation_page(queries.Filters(), after=first.after)
        assert len(first.donations) == 50
        assert {one.id for one in (*first.donations, *second.donations)} == made
        assert second.after is None

    def test_a_long_list_takes_no_more_statements_than_a_short_one(self, client: CheckingClient) -> None:
        client.sign_in_as(Role.DESK)
        counts = []
        for number in (1, 12):
            for _ in range(number):
                arrived_or_not = world.donation()
                services.accept(arrived_or_not, by=DESK)
                world.donation(world.registered_car())
            db.session.commit()
            db.session.expire_all()
            with statements() as seen:
                answer = client.get("/donations")
            counts.append(len(seen))
            assert len(gzip.compress(answer.data)) < 15_000
        assert counts[0] == counts[1] <= 9, counts

    @pytest.mark.parametrize("typed", ["number", "plate", "chassis", "serial"])
    def test_the_only_one_found_is_opened_at_once(self, client: CheckingClient, typed: str) -> None:
        donation = world.donation()
        world.donation()
        client.sign_in_as(Role.VIEWER)
        query = {
            "number": donation.number.lower(),
            "plate": str(donation.plate),
            "chassis": donation.chassis_number.lower(),
            "serial": str(donation.plate_serial),
        }[typed]
        answer = client.post("/donations/search", data={"q": query})
        assert (answer.status_code, answer.location) == (303, at(donation))

    def test_what_is_not_found_is_told_kindly(self, client: CheckingClient) -> None:
        client.sign_in_as(Role.VIEWER)
        answer = client.post("/donations/search", data={"q": "Y99999-9"})
        assert "にあてはまる寄付はありません。" in page(client.get(answer.location))

    def test_odd_places_in_the_list_are_the_beginning(self, client: CheckingClient) -> None:
        client.sign_in_as(Role.VIEWER)
        for after in ("x", "9_", "1_" + "9" * 40, "_", "1_2_3"):
            assert client.get(f"/donations?after={after}").status_code == 200


class TestTheCase:
    def test_from_papers_to_thanks_by_buttons(self, client: CheckingClient) -> None:
        client.sign_in_as(Role.DESK)
        donation = world.donation()
        assert "内容を確認し、書類を送ります" in page(client.get(at(donation)))
        assert client.post(at(donation, "/envelope")).status_code == 303
        kinds = [paper.kind.value for paper in world.again(donation).papers]
        assert client.post(at(donation, "/papers"), data={"kind": kinds}).status_code == 303
        assert client.post(at(donation, "/acceptance")).status_code == 303
        told = page(client.get(at(donation)))
        assert "車両の画面を開く" in told
        assert client.post(at(donation, "/name-change"), data=_day("name_changed_on")).status_code == 409
        car = world.again(donation).vehicle
        assert car is not None
        vehicles.arrive(car, factories.base(factories.activation()), by=DESK)
        assert client.post(at(donation, "/name-change"), data=_day("name_changed_on")).status_code == 303
        assert world.again(donation).status is DonationStatus.COMPLETED

    def test_pressing_accept_twice_says_that_it_is_done(self, client: CheckingClient) -> None:
        client.sign_in_as(Role.DESK)
        donation = world.donation()
        client.post(at(donation, "/acceptance"))
        answer = client.post(at(donation, "/acceptance"))
        assert answer.status_code == 409
        assert "ほかの人の操作で先に進んでいます" in page(answer)

    def test_recycling_from_the_recycler_to_the_amount(self, client: CheckingClient) -> None:
        client.sign_in_as(Role.DESK)
        donation = world.donation(world.car(odometer_km=200_000))
        assert "リサイクルを手配する" in page(client.get(at(donation)))
        assert client.post(at(donation, "/recycling"), data={"recycler": ""}).status_code == 422
        assert client.post(at(donation, "/recycling"), data={"recycler": "石巻自動車"}).status_code == 303
        assert client.post(at(donation, "/appraisal"), data={"appraised_yen": "四万"}).status_code == 422
        assert client.post(at(donation, "/appraisal"), data={"appraised_yen": "４２，０００円"}).status_code == 303
        assert world.again(donation).appraised_yen == 42_000

    def test_only_coordinators_refuse_and_change_the_use(self, client: CheckingClient) -> None:
        donation = world.donation()
        client.sign_in_as(Role.DESK)
        assert "お断りする" not in page(client.get(at(donation)))
        assert client.post(at(donation, "/refusal"), data={"reason": "理由"}).status_code == 403
        client.sign_in_as(Role.COORDINATOR)
        assert client.post(at(donation, "/refusal"), data={"reason": ""}).status_code == 422
        answer = client.post(at(donation, "/use"), data={"use": "recycling", "reason": "エンジンに異音"})
        assert answer.status_code == 303
        assert world.again(donation).use is Use.RECYCLING
        assert client.post(at(donation, "/refusal"), data={"reason": "遠すぎるため"}).status_code == 303
        assert world.again(donation).status is DonationStatus.DECLINED

    def test_every_decision_has_a_page(self, client: CheckingClient) -> None:
        donation = world.donation()
        client.sign_in_as(Role.COORDINATOR)
        for decision in ("name-change", "recycling", "appraisal", "refusal", "withdrawal", "use"):
            assert client.get(at(donation, f"/{decision}/new")).status_code == 200
        assert client.get(at(donation, "/partner/edit")).status_code == 200

    def test_readers_see_no_buttons(self, client: CheckingClient) -> None:
        donation = world.donation()
        client.sign_in_as(Role.VIEWER)
        told = page(client.get(at(donation)))
        assert "書類の送付を記録する" not in told
        assert "名義変更の予定日" not in told

    def test_the_timeline_tells_papers_by_their_names(self, client: CheckingClient) -> None:
        donation = world.donation()
        services.receive_all(world.again(donation).papers[:1], received_on=clock.today(), by=DESK)
        client.sign_in_as(Role.DESK)
        told = page(client.get(at(donation)))
        assert "書類の一覧に追加" not in told
        assert '<p class="timeline__note">車検証</p>' in told

    def test_a_case_takes_a_fixed_number_of_statements(self, client: CheckingClient) -> None:
        donation = arrived(world.donation(world.registered_car()))
        client.sign_in_as(Role.COORDINATOR)
        client.get(at(donation))
        with statements() as seen:
            client.get(at(donation))
        assert len(seen) <= 13, "\n".join(seen)


class TestPapers:
    @pytest.fixture
    def donation(self, client: CheckingClient) -> Donation:
        client.sign_in_as(Role.DESK)
        return world.donation(world.registered_car())

    def test_a_certificate_needs_its_date_of_issue(self, client: CheckingClient, donation: Donation) -> None:
        path = at(donation, "/papers/seal_certificate")
        received = {"status": "received"} | _day("received_on")
        answer = client.post(path, data=received)
        assert answer.status_code == 422
        assert "発行日を入力してください。" in page(answer)
        late = _day("issued_on", clock.today() + timedelta(days=1))
        assert "未来の日付です。" in page(client.post(path, data=received | late))
        right = _day("issued_on", clock.today() - timedelta(days=80))
        assert client.post(path, data=received | right).status_code == 303
        told = page(client.get(at(donation)))
        assert "まもなく期限" in told
        paper = queries.paper_of(donation.id, "seal_certificate")
        assert paper is not None
        assert paper.status is PaperStatus.RECEIVED

    def test_an_envelope_asks_next_for_the_date_of_the_certificate(
        self, client: CheckingClient, donation: Donation
    ) -> None:
        answer = client.post(at(donation, "/papers"), data={"kind": ["keys", "seal_certificate"]})
        assert answer.location == at(donation, "/papers/seal_certificate/edit")

    def test_a_paper_that_is_not_on_the_list_is_not_there(self, client: CheckingClient, donation: Donation) -> None:
        for kind in ("application_request", "nothing"):
            assert client.get(at(donation, f"/papers/{kind}/edit")).status_code == 404

    def test_every_paper_has_a_page(self, client: CheckingClient, donation: Donation) -> None:
        for kind in (PaperKind.KEYS, PaperKind.OUR_GARAGE_CERTIFICATE):
            assert client.get(at(donation, f"/papers/{kind.value}/edit")).status_code == 200

    def test_a_day_for_the_name_change_is_planned_ahead(self, client: CheckingClient, donation: Donation) -> None:
        past = _day("planned_on", clock.today() - timedelta(days=1))
        assert client.post(at(donation, "/planned-name-change"), data=past).status_code == 422
        ahead = _day("planned_on", clock.today() + timedelta(days=9))
        assert client.post(at(donation, "/planned-name-change"), data=ahead).status_code == 303


class TestIntake:
    def test_a_call_is_entered_on_one_page(self, client: CheckingClient) -> None:
        client.sign_in_as(Role.DESK)
        assert client.get("/donations/intake/new").status_code == 200
        wrong = client.post("/donations/intake", data=world.typed(plate="石巻 480 あ 1", owner=""))
        assert wrong.status_code == 422
        assert "車検証の所有者を選んでください。" in page(wrong)
        values = world.typed(submission_key=str(uuid4()))
        for _ in range(2):
            answer = client.post("/donations/intake", data=values)
        donation = db.session.scalars(select(Donation)).one()
        assert answer.location == at(donation)
        assert (donation.channel.value, donation.entered_by_staff_id is not None) == ("phone", True)

    def test_readers_enter_nothing(self, client: CheckingClient) -> None:
        client.sign_in_as(Role.VIEWER)
        assert client.post("/donations/intake", data=world.typed()).status_code == 403


class TestAppeals:
    def test_a_coordinator_calls_for_cars_and_changes_the_limits(self, client: CheckingClient) -> None:
        client.sign_in_as(Role.COORDINATOR)
        assert 'value="3"' in page(client.get("/donations/appeals/new"))
        posting: dict[str, Any] = {
            "name": "熊本豪雨 車の緊急募集",
            "least_inspection_months": "３",
            "most_age_years": "15",
            "most_km": "150,000",
            "classes": ["kei_truck", "kei_van"],
        } | _day("opens_on")
        assert client.post("/donations/appeals", data=posting | {"classes": []}).status_code == 422
        before = _day("closes_on", clock.today() - timedelta(days=1))
        assert client.post("/donations/appeals", data=posting | before).status_code == 422
        answer = client.post("/donations/appeals", data=posting)
        assert answer.status_code == 303
        assert "軽トラック・軽バン" in page(client.get(answer.location))
        changed = posting | {"most_km": "100000", "number": "1", "reason": "車が足りているため"}
        assert client.post(f"{answer.location}/limits", data=changed).status_code == 303
        assert client.post(f"{answer.location}/limits", data=changed | {"most_km": "90000"}).status_code == 409
        told = page(client.get(answer.location))
        assert "第2版（いまの条件）" in told
        assert client.post(f"{answer.location}/closing").status_code == 303
        assert client.post(f"{answer.location}/reopening").status_code == 303

    def test_the_standing_call_cannot_be_closed(self, client: CheckingClient) -> None:
        client.sign_in_as(Role.COORDINATOR)
        standing = db.session.scalars(select(Appeal).where(Appeal.is_standing)).one()
        assert "受付を終える" not in page(client.get(f"/donations/appeals/{standing.id}"))
        assert client.post(f"/donations/appeals/{standing.id}/closing").status_code == 409
        for rest in ("/edit", "/limits/new"):
            assert client.get(f"/donations/appeals/{standing.id}{rest}").status_code == 200
        changed = {"name": "通常の受付", "description": "いつでもどうぞ。"} | _day("opens_on")
        assert client.post(f"/donations/appeals/{standing.id}", data=changed).status_code == 303

    def test_the_desk_reads_calls_and_changes_none(self, client: CheckingClient) -> None:
        client.sign_in_as(Role.DESK)
        assert client.get("/donations/appeals").status_code == 200
        assert client.get("/donations/appeals/new").status_code == 403


def _day(name: str, day: Any = None) -> dict[str, str]:
    moment = day or clock.today()
    return {f"{name}_year": str(moment.year), f"{name}_month": str(moment.month), f"{name}_day": str(moment.day)}
