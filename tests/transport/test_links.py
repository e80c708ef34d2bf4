"""What volunteers see: registering, their own page, an offer from question to money."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from mra.accounts import services as accounts
from mra.accounts.services import make_link, token_of
from mra.core import clock
from mra.core.audit import AuditEvent
from mra.core.db import db
from mra.messaging.models import Message
from mra.transport import rules, services
from mra.transport.models import TransportDriver, TransportJob, TransportOffer
from mra.transport.rules.drivers import DriverStatus
from mra.transport.rules.drives import JobStatus
from mra.transport.rules.offers import OfferStatus
from mra.vehicles.rules import VehicleStatus
from tests import factories
from tests.conftest import CheckingClient

from .test_views import TestDrivers, text_of
from .world import BY, asked, driver, job, on_the_day, taken

pytestmark = pytest.mark.usefixtures("session", "story_time")


def address(kind: str, subject_id: int) -> str:
    """The address behind the newest link of a subject."""
    link = accounts.newest_link(kind, subject_id) or make_link(kind, subject_id)
    db.session.flush()
    return f"/{'drivers' if kind == 'driver' else 'transport'}/{token_of(link)}"


def link_to(offer: TransportOffer) -> str:
    return address("transport", offer.id)


class TestRegistering:
    def test_a_volunteer_registers_on_one_page_and_gets_a_link(self, client: CheckingClient) -> None:
        factories.municipality()
        page = text_of(client, "/drivers/new")
        assert "架け橋ドライバーの登録" in page
        assert "任意保険" in page
        answer = client.post("/drivers", data=TestDrivers.FORM)
        assert answer.headers["Location"] == "/drivers/received"
        assert "SMSでお送りしました" in text_of(client, "/drivers/received")
        person = db.session.scalars(select(TransportDriver)).one()
        assert person.status is DriverStatus.REGISTERED
        assert {message.template for message in db.session.scalars(select(Message))} == {"driver_registered"}
        assert "松本" not in str([event.facts for event in db.session.scalars(select(AuditEvent))])

    def test_what_is_missing_is_said_and_nothing_is_kept(self, client: CheckingClient) -> None:
        answer = client.post("/drivers", data={"phone": "12", "kana": "漢字", "email": "x", "licence_number": "1"})
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        for sentence in ("ふりがなを、ひらがなか", "メールアドレスの形", "12けた", "都合のよい曜日", "同意の欄"):
            assert sentence in page
        assert db.session.scalars(select(TransportDriver)).all() == []

    def test_days_that_cannot_be_are_named(self, client: CheckingClient) -> None:
        factories.municipality()
        answer = client.post("/drivers", data=TestDrivers.FORM | {"free_on": "8/40", "licence_expires_on": "2026/8/1"})
        page = answer.get_data(as_text=True)
        assert "「8/40」を日付として読めません" in page
        assert "有効期限が過ぎています" in page

    def test_the_front_page_leads_there(self, client: CheckingClient) -> None:
        assert "/drivers/new" in text_of(client, "/")


class TestOwnPage:
    def test_a_volunteer_sees_their_data_without_the_number_and_changes_their_days(
        self, client: CheckingClient
    ) -> None:
        person = driver()
        asked(job(), person)
        url = address("driver", person.id)
        page = text_of(client, url)
        assert "下4けた 5620" in page
        assert "309012345620" not in page
        assert "回答待ち" in page
        days = {"weekday": ["6"], "farthest_km": "50", "busy_on": "8/30"}
        assert client.post(f"{url}/availability", data=days).status_code == 303
        assert db.session.get_one(TransportDriver, person.id).free_weekdays == [6]
        assert client.post(f"{url}/availability", data={}).status_code == 422

    def test_leaving_the_list_erases_the_number(self, client: CheckingClient) -> None:
        person = driver()
        url = address("driver", person.id)
        assert client.post(f"{url}/withdrawal").status_code == 303
        page = text_of(client, url)
        assert "登録は終わりました" in page
        assert person.name not in page
        assert client.post(f"{url}/availability", data={"weekday": ["6"], "farthest_km": "50"}).status_code == 409

    def test_a_link_that_nobody_made_opens_nothing(self, client: CheckingClient) -> None:
        assert client.get("/drivers/abcdefghjkmn").status_code == 404
        assert client.get("/transport/abcdefghjkmn").status_code == 404


class TestAnOffer:
    def test_before_the_answer_nobody_sees_where_the_donor_lives(self, client: CheckingClient) -> None:
        (offer,) = asked(job(), driver())
        page = text_of(client, link_to(offer))
        assert "車の運転をお願いできますか" in page
        assert "熊本県天草市" in page
        for secret in ("寄付者宅", "天草市本町1-1", "090-0000-9999", "鍵は玄関"):
            assert secret not in page

    def test_who_takes_it_sees_where_to_go_and_the_other_reads_a_kind_sentence(self, client: CheckingClient) -> None:
        made = job()
        one, other = asked(made, driver(), driver())
        assert client.post(f"{link_to(one)}/acceptance").status_code == 303
        page = text_of(client, link_to(one))
        for told in ("天草市本町1-1", "090-0000-9999", "鍵は玄関", "出発前の確認", "事故や故障のときは", "119番"):
            assert told in page
        late = client.post(f"{link_to(other)}/acceptance")
        assert late.status_code == 409
        assert "先ほどほかの方が引き受けてくださいました" in late.get_data(as_text=True)
        page = text_of(client, link_to(other))
        assert "ほかの方に決まりました" in page
        assert "本町1-1" not in page
        assert client.post(f"{link_to(other)}/departure", data={"odometer_km": "40000"}).status_code == 409

    def test_a_refusal_needs_a_reason(self, client: CheckingClient) -> None:
        (offer,) = asked(job(), driver())
        url = link_to(offer)
        assert client.post(f"{url}/refusal", data={}).status_code == 422
        assert client.post(f"{url}/refusal", data={"why": "day", "reason": "仕事"}).status_code == 303
        assert "ご回答ありがとうございます" in text_of(client, url)
        assert db.session.get_one(TransportOffer, offer.id).status is OfferStatus.REFUSED

    def test_after_the_deadline_the_page_says_whom_to_ring(self, client: CheckingClient) -> None:
        (offer,) = asked(job(), driver())
        url = link_to(offer)
        with clock.stopped(offer.deadline_at + timedelta(minutes=1)):
            page = text_of(client, url)
            assert client.post(f"{url}/acceptance").status_code == 409
        assert "期限を過ぎています" in page
        assert "0960-00-0000" in page

    def test_a_volunteer_drives_from_the_link_alone(self, client: CheckingClient) -> None:
        offer = taken()
        url, job_id = link_to(offer), offer.job_id
        assert "出発を記録する" not in text_of(client, url)
        assert client.post(f"{url}/departure", data={"odometer_km": "40000"}).status_code == 409
        with on_the_day():
            assert "確認をして、出発する" in text_of(client, url)
            assert client.post(f"{url}/departure", data={"odometer_km": "39000"}).status_code == 422
            assert client.post(f"{url}/departure", data={"odometer_km": "40000"}).status_code == 303
            assert "運転中です" in text_of(client, url)
            assert client.post(f"{url}/handback", data={"reason": "つかれた"}).status_code == 409
            assert client.post(f"{url}/arrival", data={"odometer_km": "39000"}).status_code == 422
            seen = {"odometer_km": "40110", "remark": "給油が必要"}
            assert client.post(f"{url}/arrival", data=seen).status_code == 303
            assert client.post(f"{url}/expenses", data={"kind": "fuel", "yen": "３，０００"}).status_code == 303
            assert client.post(f"{url}/expenses", data={"kind": "fuel"}).status_code == 422
            over = client.post(f"{url}/expenses", data={"kind": "toll", "yen": "9000"})
            assert "上限（10,000円）を超えます" in over.get_data(as_text=True)
            assert "お疲れさまでした" in text_of(client, url)
        made = db.session.get_one(TransportJob, job_id)
        assert (made.status, made.vehicle.status) == (JobStatus.ARRIVED, VehicleStatus.READY)
        assert made.vehicle.odometer_km == 40_110

    def test_a_job_is_given_back_from_the_link(self, client: CheckingClient) -> None:
        offer = taken()
        url = link_to(offer)
        assert client.post(f"{url}/handback", data={"reason": ""}).status_code == 422
        assert client.post(f"{url}/handback", data={"reason": "熱が出た"}).status_code == 303
        page = text_of(client, url)
        assert "お知らせありがとうございます" in page
        assert "本町1-1" not in page

    def test_a_job_that_was_called_off_says_do_not_go(self, client: CheckingClient) -> None:
        offer = taken()
        services.cancel_job(offer.job, by=BY, reason="雨")
        page = text_of(client, link_to(offer))
        assert "出発しないでください" in page
        assert "本町1-1" not in page


@pytest.mark.parametrize(
    "lifecycle", [rules.JOB, rules.OFFER, rules.DRIVER, rules.EXPENSE], ids=lambda one: one.subject
)
def test_the_drawing_in_the_readme_is_the_table(lifecycle: object) -> None:
    readme = (Path(services.__file__).parents[1] / "README.md").read_text()
    assert f"## {lifecycle.subject}\n\n```\n{lifecycle.drawing()}\n```\n" in readme  # type: ignore[attr-defined]
