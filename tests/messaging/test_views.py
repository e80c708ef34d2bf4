"""The pages: what was said to whom, sending once more, and the demo's phone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from mra.accounts import services as accounts
from mra.core import clock
from mra.core.access import Role
from mra.core.db import db
from mra.core.mail_server import MailServer
from mra.core.outbox import OutboxRow
from mra.messaging import services
from mra.messaging.models import Message
from mra.messaging.rules import Accepted, NoAnswer, NotAccepted
from tests.conftest import CheckingClient
from tests.messaging.conftest import Promise

pytestmark = pytest.mark.usefixtures("story_time")


def unreached(promise: Promise, key: str = "one", code: str = "") -> Message:
    """A message that did not arrive, or (without a code) of which nobody knows."""
    message = promise(key=key)
    services.claim(message.id)
    services.record(message.id, outcome=NotAccepted(code) if code else NoAnswer(), provider="twilio")
    return message


def arrived(message: Message) -> Message:
    services.claim(message.id)
    services.record(message.id, outcome=Accepted(f"SM{message.id}", arrived=True), provider="recording")
    return message


def page_of(client: CheckingClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


class TestTheList:
    def test_staff_read_what_was_said_without_the_private_link(self, client: CheckingClient, promise: Promise) -> None:
        link = accounts.make_link("application", 7)
        db.session.flush()
        arrived(promise("offer_made", key="offer-1", deadline=clock.now(), link_id=link.id))
        page = page_of(client.sign_in_as(Role.VIEWER), "/messages")
        assert "車決定" in page
        assert "（本人用リンク）" in page
        assert accounts.token_of(link) not in page
        assert "/applications/7" in page

    def test_a_filter_shows_one_word_with_its_count(self, client: CheckingClient, promise: Promise) -> None:
        arrived(promise(key="one", number="A00001-1"))
        unreached(promise, "two", "21211")
        page = page_of(client.sign_in_as(Role.DESK), "/messages?state=undelivered")
        assert "A00001-1" not in page
        assert "番号を確認してください" in page
        assert "届きませんでした。電話でお知らせするか、再送してください。" in page

    def test_the_list_tells_first_what_did_not_arrive(self, client: CheckingClient, promise: Promise) -> None:
        unreached(promise, "one", "30008")
        page = page_of(client.sign_in_as(Role.DESK), "/messages")
        assert "この24時間に、不達の連絡が1件あります。" in page

    def test_an_unknown_filter_shows_all(self, client: CheckingClient, promise: Promise) -> None:
        promise()
        assert "A00123-4" in page_of(client.sign_in_as(Role.DESK), "/messages?state=nonsense&before=x")

    def test_an_empty_list_says_what_fills_it(self, client: CheckingClient) -> None:
        assert "ここに並びます" in page_of(client.sign_in_as(Role.DESK), "/messages")

    def test_the_list_goes_on_by_key(self, client: CheckingClient, promise: Promise) -> None:
        for number in range(51):
            promise(key=f"message-{number}", number=f"N{number:04}")
        first = page_of(client.sign_in_as(Role.DESK), "/messages")
        assert "N0050" in first
        assert "N0000" not in first
        oldest = min(db.session.scalars(select(Message.id)))
        assert "N0000" in page_of(client, f"/messages?before={oldest + 1}")

    def test_a_long_list_takes_no_more_statements_than_a_short_one(
        self, client: CheckingClient, promise: Promise
    ) -> None:
        client.sign_in_as(Role.DESK)
        unreached(promise, "first")
        with counted_statements() as short:
            page_of(client, "/messages")
        for number in range(30):
            unreached(promise, f"more-{number}", "30008")
        with counted_statements() as long:
            page_of(client, "/messages")
        assert len(short) == len(long)


class TestBothChannels:
    @pytest.fixture
    def link_id(self, session: None) -> int:
        link = accounts.make_link("application", 7)
        db.session.flush()
        return link.id

    def test_staff_read_a_mail_with_its_subject_and_without_the_private_link(
        self, client: CheckingClient, promise_mail: Promise, link_id: int
    ) -> None:
        arrived(promise_mail(link_id=link_id))
        page = page_of(client.sign_in_as(Role.VIEWER), "/messages")
        assert "【モビリティ・レジリエンス・アライアンス】担当者登録のご案内" in page
        assert "メール<br>sato@example.jp" in page
        assert "（本人用リンク）" in page
        assert "/a/" not in page

    def test_a_filter_shows_one_channel_and_counts_it(
        self, client: CheckingClient, promise: Promise, promise_mail: Promise
    ) -> None:
        promise(number="A00001-1")
        promise_mail()
        client.sign_in_as(Role.DESK)
        mails, texts = (page_of(client, f"/messages?channel={channel}") for channel in ("email", "sms"))
        assert ("sato@example.jp" in mails, "A00001-1" in mails) == (True, False)
        assert ("sato@example.jp" in texts, "A00001-1" in texts) == (False, True)
        assert '>すべて<span class="count">1<' in mails
        assert '>すべて<span class="count">2<' in page_of(client, "/messages")

    def test_the_two_filters_go_together_and_on_to_the_next_page(
        self, client: CheckingClient, promise: Promise, promise_mail: Promise
    ) -> None:
        for number in range(51):
            promise_mail(key=f"mail-{number}")
        unreached(promise, "text", "30008")
        page = page_of(client.sign_in_as(Role.DESK), "/messages?channel=email&state=waiting")
        assert "/messages?state=waiting&amp;channel=email&amp;before=" in page
        assert "/messages?state=undelivered&amp;channel=email" in page
        assert "/messages?state=waiting&amp;channel=sms" in page

    def test_an_unknown_channel_shows_all(self, client: CheckingClient, promise_mail: Promise) -> None:
        promise_mail()
        assert "sato@example.jp" in page_of(client.sign_in_as(Role.DESK), "/messages?channel=fax")

    def test_mails_that_did_not_arrive_are_told_with_the_texts(
        self, client: CheckingClient, promise: Promise, promise_mail: Promise, link_id: int
    ) -> None:
        unreached(promise, "text", "30008")
        for key, outcome in (("refused", NotAccepted("mail-550")), ("lost", NoAnswer())):
            services.claim(promise_mail(key=key, link_id=link_id).id)
            mail = db.session.scalars(select(Message).where(Message.key == key)).one()
            services.record(mail.id, outcome=outcome, provider="smtp")
        page = page_of(client.sign_in_as(Role.DESK), "/messages")
        assert "不達の連絡が2件、不明の連絡が1件あります。" in page
        assert "受け取りを断られました" in page

    def test_the_desk_sends_a_mail_once_more(self, client: CheckingClient, promise_mail: Promise, link_id: int) -> None:
        mail = promise_mail(link_id=link_id)
        services.claim(mail.id)
        services.record(mail.id, outcome=NoAnswer(), provider="smtp")
        client.sign_in_as(Role.DESK)
        assert "同じ内容をもう一度sato@example.jpへ送ります。" in page_of(client, "/messages")
        assert client.post(f"/messages/{mail.id}/repetition").status_code == 303
        assert "再送しました" in page_of(client, "/messages")

    def test_a_long_list_of_mails_takes_no_more_statements_than_a_short_one(
        self, client: CheckingClient, promise_mail: Promise
    ) -> None:
        client.sign_in_as(Role.DESK)
        promise_mail(key="first")
        with counted_statements() as short:
            page_of(client, "/messages?channel=email")
        for number in range(30):
            promise_mail(key=f"more-{number}")
        with counted_statements() as long:
            page_of(client, "/messages?channel=email")
        assert len(short) == len(long)

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({}, "SMSとメールは外に送られません"),
            ({"sms_provider": "twilio"}, "、メールは外に送られません"),
            ({"environment": "production", "sms_provider": "twilio"}, "メールの送信設定がないため"),
        ],
    )
    def test_the_list_tells_what_cannot_leave_the_house(
        self,
        app: Flask,
        client: CheckingClient,
        monkeypatch: pytest.MonkeyPatch,
        changes: dict[str, str],
        told: str,
    ) -> None:
        client.sign_in_as(Role.DESK)
        monkeypatch.setitem(app.extensions, "mra", replace(app.extensions["mra"], **changes))
        assert told in page_of(client, "/messages")


class TestSendingOnceMore:
    def test_the_desk_sends_a_lost_message_once_more(self, client: CheckingClient, promise: Promise) -> None:
        message = unreached(promise)
        client.sign_in_as(Role.DESK)
        assert "すでに届いているかもしれません。" in page_of(client, "/messages")
        answer = client.post(f"/messages/{message.id}/repetition", data={"next": "/applications/7"})
        assert (answer.status_code, answer.location) == (303, "/applications/7")
        assert len(db.session.scalars(select(OutboxRow)).all()) == 2
        assert "再送しました" in page_of(client, "/messages")

    def test_a_message_under_way_is_not_sent_once_more(self, client: CheckingClient, promise: Promise) -> None:
        message = promise()
        answer = client.sign_in_as(Role.DESK).post(f"/messages/{message.id}/repetition")
        assert answer.status_code == 409
        assert "再送できません" in answer.get_data(as_text=True)

    def test_a_viewer_sees_no_button_and_may_not_press_it(self, client: CheckingClient, promise: Promise) -> None:
        message = unreached(promise)
        client.sign_in_as(Role.VIEWER)
        assert "再送する" not in page_of(client, "/messages")
        assert client.post(f"/messages/{message.id}/repetition").status_code == 403

    def test_the_way_back_leads_to_no_other_site(self, client: CheckingClient, promise: Promise) -> None:
        message = unreached(promise)
        answer = client.sign_in_as(Role.DESK).post(
            f"/messages/{message.id}/repetition", data={"next": "//elsewhere.example"}
        )
        assert answer.location == "/messages"


class TestThePhoneOfTheDemo:
    def test_a_visitor_reads_what_a_phone_received_and_follows_its_link(
        self, client: CheckingClient, promise: Promise
    ) -> None:
        link = accounts.make_link("application", 7)
        db.session.flush()
        first = arrived(promise())
        arrived(promise("offer_made", key="offer-1", deadline=clock.now(), link_id=link.id))
        assert f"/phone/{first.id}" in page_of(client, "/phone")
        page = page_of(client, f"/phone/{first.id}")
        assert page.index("確認したいこと") < page.index("車決定")
        assert f'href="https://mra.example.jp/a/{accounts.token_of(link)}"' in page

    @pytest.mark.parametrize("typed", ["090-0000-0017", "+81 90 0000 0017", "09000000017"])
    def test_an_invented_number_of_the_story_is_found_too(
        self, client: CheckingClient, promise: Promise, typed: str
    ) -> None:
        message = arrived(promise(phone="+819000000017"))
        assert client.post("/phone", data={"phone": typed}).location == f"/phone/{message.id}"

    def test_a_visitor_finds_a_phone_by_its_number(self, client: CheckingClient, promise: Promise) -> None:
        message = arrived(promise(phone="+819012345678"))
        answer = client.post("/phone", data={"phone": "０９０ー１２３４－５６７８"})
        assert (answer.status_code, answer.location) == (303, f"/phone/{message.id}")

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("", "入力してください"),
            ("12", "形が違います"),
            ("09099999999", "届いた連絡はまだありません"),
            ("nobody@example.jp", "届いた連絡はまだありません"),
            ("sato@", "形が違います"),
        ],
    )
    def test_a_phone_that_is_not_there_is_told_in_words(
        self, client: CheckingClient, typed: str, sentence: str
    ) -> None:
        answer = client.post("/phone", data={"phone": typed})
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)

    def test_a_visitor_reads_the_mails_of_an_address_and_follows_their_link(
        self, client: CheckingClient, promise_mail: Promise
    ) -> None:
        link = accounts.make_link("application", 7)
        db.session.flush()
        first = arrived(promise_mail(link_id=link.id))
        arrived(promise_mail(key="other", email="ito@example.jp", link_id=link.id, member_name="伊藤自動車"))
        assert f'href="/phone/{first.id}"' in page_of(client, "/phone")
        answer = client.post("/phone", data={"phone": "ｓａｔｏ＠example.jp"})
        assert (answer.status_code, answer.location) == (303, f"/phone/{first.id}")
        page = page_of(client, answer.location)
        assert "<strong>【モビリティ・レジリエンス・アライアンス】担当者登録のご案内</strong>" in page
        assert f'href="https://mra.example.jp/a/{accounts.token_of(link)}"' in page
        assert "伊藤自動車" not in page

    def test_phones_and_mailboxes_are_kept_apart(
        self, client: CheckingClient, promise: Promise, promise_mail: Promise
    ) -> None:
        link = accounts.make_link("application", 7)
        db.session.flush()
        text, mail = arrived(promise()), arrived(promise_mail(link_id=link.id))
        assert "担当者登録" not in page_of(client, f"/phone/{text.id}")
        assert "確認したいこと" not in page_of(client, f"/phone/{mail.id}")

    def test_a_message_on_its_way_is_not_on_the_phone_yet(self, client: CheckingClient, promise: Promise) -> None:
        message = promise()
        assert client.get(f"/phone/{message.id}").status_code == 404

    def test_a_revoked_link_leads_nowhere(self, client: CheckingClient, promise: Promise) -> None:
        link = accounts.make_link("application", 7)
        db.session.flush()
        message = arrived(promise("offer_made", deadline=clock.now(), link_id=link.id))
        accounts.revoke_links("application", 7)
        assert "（無効になったリンク）" in page_of(client, f"/phone/{message.id}")

    @pytest.mark.parametrize(
        "changes",
        [{"environment": "production"}, {"sms_provider": "twilio"}, {"mail_server": MailServer("mail.example.jp", 25)}],
    )
    def test_real_peoples_messages_are_on_no_public_page(
        self, app: Flask, client: CheckingClient, promise: Promise, changes: dict[str, Any]
    ) -> None:
        message = arrived(promise())
        settings = app.extensions["mra"]
        app.extensions["mra"] = replace(settings, **changes)
        try:
            answers = [
                client.get("/phone").status_code,
                client.get(f"/phone/{message.id}").status_code,
                client.post("/phone", data={"phone": "09000001234"}).status_code,
            ]
        finally:
            app.extensions["mra"] = settings
        assert answers == [404, 404, 404]


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """The statements that reach the database within the block."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    connection = db.session.connection()
    event.listen(connection, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(connection, "before_cursor_execute", note)
