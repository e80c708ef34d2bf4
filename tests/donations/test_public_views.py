"""Somebody gives a car with a phone: no account, no JavaScript, wrong first and then right."""

import gzip
import re
from html import unescape
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from mra.accounts import services as accounts
from mra.core import clock
from mra.core.db import db
from mra.donations import services
from mra.donations.forms import SECTIONS
from mra.donations.forms.donation import FIELDS
from mra.donations.models import Donation
from mra.donations.rules import DonationStatus, Limits, PaperKind, PaperStatus, Use
from mra.donations.services import AppealDetails
from tests import factories
from tests.applications.test_public_views import fields_of
from tests.conftest import CheckingClient
from tests.donations import world
from tests.statements import statements

NEW, CREATE, RECEIPT = "/donations/new", "/donations", "/donations/receipt"


@pytest.fixture(autouse=True)
def _world(client: CheckingClient, story_time: object) -> None:
    world.postal_codes()
    services.standing_appeal()


def page(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True))


def stored() -> int:
    return db.session.scalar(select(func.count()).select_from(Donation)) or 0


def the_donation() -> Donation:
    return db.session.scalars(select(Donation)).one()


def walk(client: CheckingClient, values: world.Typed, until: str = "confirm") -> TestResponse:
    """Fill step after step as a browser would, carrying only what the pages carry."""
    answer = client.get(NEW)
    for section in SECTIONS:
        if section.key == until:
            break
        posting = fields_of(page(answer))
        for name in section.fields:
            if name in values:
                posting.setlist(name, [values[name]])
        answer = client.post(NEW, data=posting)
    return answer


class TestTheWay:
    def test_step_by_step_to_the_number_and_the_private_page(self, client: CheckingClient) -> None:
        values = world.typed()
        answer = walk(client, values)
        assert "「活用寄付」としてお受けできる車です" in page(answer)
        assert stored() == 0
        posting = fields_of(page(answer))
        posting["personal_consent"] = "yes"
        answer = client.post(CREATE, data=posting)
        assert (answer.status_code, answer.location) == (303, RECEIPT)
        receipt = page(client.get(RECEIPT))
        donation = the_donation()
        assert donation.number in receipt
        link = accounts.newest_link("donation", donation.id)
        assert link is not None
        assert f"/donations/{accounts.token_of(link)}" in receipt
        assert (donation.chassis_number, str(donation.plate)) == ("S510P-0123456", "熊本 480 あ 12-34")
        assert (donation.first_registered_on.isoformat(), donation.email) == ("2019-06-01", "hanako@example.jp")

    def test_pressing_twice_is_one_donation(self, client: CheckingClient) -> None:
        values = world.typed()
        for _ in range(2):
            assert client.post(CREATE, data=values).status_code == 303
        assert stored() == 1

    def test_a_car_beyond_the_limits_is_told_why_and_goes_on_as_recycling(self, client: CheckingClient) -> None:
        values = world.typed(
            odometer_km="210000", no_inspection="yes", inspection_ends_on_era="R", recycling_consent=""
        )
        values |= {"inspection_ends_on_year": "6"}
        told = page(walk(client, values))
        assert "「リサイクル寄付」としてお受けできる車です" in told
        assert "走行距離が150,000kmを超えています。" in told
        assert "車検が切れている" in told
        answer = client.post(CREATE, data=values)
        assert answer.status_code == 422
        assert "リサイクル寄付でよろしければ、印を付けてください。" in page(answer)
        assert stored() == 0
        assert client.post(CREATE, data=values | {"recycling_consent": "yes"}).status_code == 303
        assert the_donation().use is Use.RECYCLING

    def test_one_of_several_calls_is_chosen(self, client: CheckingClient) -> None:
        emergency = services.make_appeal(
            AppealDetails("熊本豪雨 車の緊急募集", "", clock.today()),
            Limits(least_inspection_months=3),
            by=world.PUBLIC,
        )
        short = world.typed(inspection_ends_on_year="8", inspection_ends_on_month="12", inspection_ends_on_day="1")
        answer = client.post(CREATE, data=short)
        assert answer.status_code == 422
        assert "どの呼びかけに寄付するかを選んでください。" in page(answer)
        assert client.post(CREATE, data=short | {"appeal": str(emergency.id)}).status_code == 303
        assert (the_donation().appeal_id, the_donation().use) == (emergency.id, Use.LENDING)

    def test_the_postal_code_fills_in_the_town_and_nothing_typed_is_lost(self, client: CheckingClient) -> None:
        posting = world.typed(address=None, municipality_code=None) | {"step": "place", "look_up": "postal_code"}
        answer = page(client.post(NEW, data=posting))
        assert 'value="今釜新町"' in answer
        assert 'name="chassis_number" value="Ｓ５１０Ｐ－０１２３４５６"' in answer

    def test_the_receipt_is_for_the_browser_that_sent_the_form(self, client: CheckingClient) -> None:
        client.post(CREATE, data=world.typed())
        client.post(f"{RECEIPT}/closing")
        assert client.get(RECEIPT).status_code == 404

    def test_every_field_of_the_form_stands_on_one_of_the_pages(self, client: CheckingClient) -> None:
        shown = "".join(page(walk(client, world.typed(), until=section.key)) for section in SECTIONS)
        # These appear only where they are needed.
        rare = {"appeal", "odd_chassis_seen", "recycling_consent"}
        assert {name for name in FIELDS - rare if f'name="{name}"' not in shown} == set()

    def test_what_was_typed_survives_the_back_button(self, client: CheckingClient) -> None:
        # A browser empties every field that says so, and the form is typed once more.
        for section in SECTIONS:
            assert 'autocomplete="off"' not in page(walk(client, world.typed(), until=section.key)), section.key

    def test_faults_are_told_in_the_order_of_the_fields(self, client: CheckingClient) -> None:
        client.post(CREATE, data=world.typed())
        wrong = world.typed(name="", seats="四", owner="", submission_key=None)
        told = re.findall(r'href="#field-([a-z_]+)"', page(client.post(NEW, data=wrong | {"step": "certificate"})))
        assert told == ["name", "seats", "chassis_number", "owner"]

    def test_pages_are_small_and_ask_the_database_little(self, client: CheckingClient) -> None:
        for section in SECTIONS:
            walk(client, world.typed(), until=section.key)
        with statements() as seen:
            answer = client.post(NEW, data=world.typed(step="handing"))
        assert len(gzip.compress(answer.data)) < 10_000
        assert len(seen) <= 10, "\n".join(seen)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"plate": "石巻 480 あ 12-34"}, "「石巻」という地域名のナンバーはありません。"),
    ({"plate": "熊本 480 し 12-34"}, "「し」はナンバーに使われない文字です。"),
    ({"plate": "熊本 300 さ 12-34"}, "分類番号300は軽自動車のナンバーではありません。車の種類と見比べてください。"),
    ({"chassis_number": ""}, "車台番号を入力してください。"),
    ({"chassis_number": "東[41]12345東"}, "車台番号の形が通常と異なります。"),
    ({"seats": "5"}, "軽自動車の定員は4人までです。"),
    ({"first_registered_year": "40"}, "初度登録年月が未来になっています。"),
    ({"first_registered_era": ""}, "元号を選ぶか、西暦を4けたで入力してください。"),
    ({"first_registered_month": "13"}, "初度登録年月の月は、1〜12の数字で入力してください。"),
    ({"first_registered_era": "H", "first_registered_year": "35"}, "初度登録年月は、その元号にはない日付です。"),
    ({"inspection_ends_on_era": "H", "inspection_ends_on_year": "30"}, "車検の満了日が初度登録より前になっています。"),
    ({"inspection_ends_on_year": "40"}, "満了日が10年以上先になっています。"),
    ({"inspection_ends_on_year": "", "inspection_ends_on_month": "", "inspection_ends_on_day": ""}, "「車検が切れている・ない」に印"),
    ({"no_inspection": "yes"}, "満了日がまだ先です。"),
    ({"owner": ""}, "車検証の所有者を選んでください。"),
    ({"odometer_km": "いっぱい"}, "走行距離はキロメートル単位の整数で入力してください。"),
    ({"transmission": None}, "オートマ（AT）かマニュアル（MT）かを選んでください。"),
    ({"phone": "0120-000-000"}, "0120・0800で始まる番号には連絡できません。"),
    ({"email": "hanako"}, "メールアドレスの形が違います。"),
    ({"kind": "company"}, "会社・団体の名前を入力してください。"),
    ({"handing": ""}, "車の届け方を選んでください。"),
    ({f"handed_from_{part}": value for part, value in (("era", "R"), ("year", "7"), ("month", "4"), ("day", "1"))}, "渡せる日が過去になっています。"),
    ({"personal_consent": None}, "個人情報の取扱いへの同意が必要です。"),
    (
        {f"compulsory_{end}_on_{part}": value for end, year in (("starts", "9"), ("ends", "8")) for part, value in (("era", "R"), ("year", year), ("month", "4"), ("day", "1"))},
        "満了日が開始日より前になっています。",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "sentence"), WRONG, ids=[sentence[:14] for _, sentence in WRONG])
def test_what_cannot_be_gets_a_sentence_and_changes_nothing(
    client: CheckingClient, changes: dict[str, Any], sentence: str
) -> None:
    values = world.typed()
    answer = client.post(CREATE, data={name: value for name, value in (values | changes).items() if value is not None})
    assert answer.status_code == 422
    assert sentence in page(answer)
    assert stored() == 0
    assert client.post(CREATE, data=values).status_code == 303
    assert stored() == 1


def test_an_odd_chassis_number_is_taken_after_a_second_look(client: CheckingClient) -> None:
    values = world.typed(chassis_number="東[41]12345東", odd_chassis_seen="yes")
    assert client.post(CREATE, data=values).status_code == 303


def test_two_cars_with_one_chassis_number_are_told(client: CheckingClient) -> None:
    client.post(CREATE, data=world.typed())
    answer = client.post(CREATE, data=world.typed(plate="熊本 480 い 1"))
    assert answer.status_code == 422
    assert "この車台番号の車の寄付は、すでに受け付けています。" in page(answer)
    factories.vehicle(chassis_number="HA36S-105678")
    answer = client.post(CREATE, data=world.typed(chassis_number="HA36S-105678"))
    assert "この車台番号の車は、すでに登録されています。" in page(answer)
    assert stored() == 1


def test_signs_that_no_keyboard_types_are_dropped(client: CheckingClient) -> None:
    assert client.post(CREATE, data=world.typed(damage="へこみ\x00あり")).status_code == 303
    assert the_donation().damage == "へこみあり"


class TestOwnPage:
    @pytest.fixture
    def donation(self) -> Donation:
        return world.donation(world.registered_car())

    @pytest.fixture
    def address(self, donation: Donation) -> str:
        link = accounts.newest_link("donation", donation.id)
        assert link is not None
        return f"/donations/{accounts.token_of(link)}"

    def test_it_says_what_to_do_next_and_what_each_paper_is(
        self, client: CheckingClient, donation: Donation, address: str
    ) -> None:
        assert "証明書は、まだお取りにならないでください。" in page(client.get(address))
        services.send_papers(donation, by=world.PUBLIC)
        services.record_paper(
            next(one for one in donation.papers if one.kind is PaperKind.SEAL_CERTIFICATE),
            PaperStatus.RECEIVED,
            received_on=clock.today(),
            issued_on=clock.today(),
            remark="",
            by=world.PUBLIC,
        )
        told = page(client.get(address))
        assert "書類をご用意ください（あと6点）" in told
        assert "2026年11月18日(水)まで使えます。" in told
        assert "新所有者の印鑑証明書" not in told

    def test_the_donor_may_change_their_mind(self, client: CheckingClient, donation: Donation, address: str) -> None:
        assert client.post(f"{address}/withdrawal").status_code == 303
        assert donation.status is DonationStatus.WITHDRAWN
        told = page(client.get(address))
        assert "取り下げました" in told
        assert "/withdrawal" not in told

    def test_after_acceptance_nothing_is_withdrawn_by_an_old_page(
        self, client: CheckingClient, donation: Donation, address: str
    ) -> None:
        services.accept(donation, by=world.PUBLIC)
        assert client.post(f"{address}/withdrawal").status_code == 409
        assert donation.status is DonationStatus.ACCEPTED

    def test_a_refusal_shows_its_reason(self, client: CheckingClient, donation: Donation, address: str) -> None:
        services.decline(donation, reason="離島のため、運ぶことができません。", by=world.PUBLIC)
        assert "離島のため、運ぶことができません。" in page(client.get(address))

    def test_nobody_reads_it_without_the_link(self, client: CheckingClient) -> None:
        assert client.get("/donations/aaaaaaaaaaaa").status_code == 404

    def test_it_takes_a_fixed_number_of_statements(self, client: CheckingClient, address: str) -> None:
        client.get(address)
        with statements() as seen:
            client.get(address)
        assert len(seen) <= 10, "\n".join(seen)


def test_the_front_page_leads_to_the_form(client: CheckingClient) -> None:
    assert 'href="/donations/new"' in page(client.get("/"))
