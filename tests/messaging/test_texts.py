"""The wording: every text fits one segment, says who writes, and breaks rather than go out with a hole."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader, UndefinedError

from mra.messaging import examples, texts
from mra.messaging.inbound.questions import TEXTS
from mra.messaging.models import Message
from mra.messaging.segments import segments, units

FOLDER = Path(__file__).parents[2] / "templates" / "messages"
NAMES = sorted(path.name.removesuffix(".txt").split(".") for path in FOLDER.iterdir())
ALL = [name for name in NAMES if len(name) == 2]
MAILS = [(template, language) for template, channel, language in (name for name in NAMES if len(name) == 3)]
JAPANESE = {template for template, language in ALL if language == "ja"}
PROMISED_MAIL = re.compile(r"\bpromise_email\(\s*\"(\w+)\"")
LINK = "https://mra.example.jp/a/xxxxxxxxxxxx"
LONGEST = examples.VALUES


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Any:
    with app.app_context():
        yield


def test_the_texts_of_the_main_job_exist() -> None:
    assert {
        "application_received",
        "admitted",
        "asked_back",
        "turned_down",
        "offer_made",
        "offer_retracted",
        "offer_expired",
        "reservation_made",
        "reservation_cancelled",
        "loan_extended",
        "due_soon",
        "overdue",
    } <= JAPANESE
    assert {template for template, _ in ALL} == JAPANESE


@pytest.mark.parametrize(("template", "language"), ALL)
def test_a_text_fits_one_segment_with_the_longest_values(template: str, language: str) -> None:
    text = texts.render(template, language, LONGEST)
    sent = texts.with_link(text.body, LINK)
    assert text.language == language
    assert segments(sent) == 1, (units(sent), sent)


@pytest.mark.parametrize(("template", "language"), ALL)
def test_a_text_says_who_writes(template: str, language: str) -> None:
    body = texts.render(template, language, LONGEST).body
    assert body.startswith("【MRA】" if language == "ja" else "[MRA] ")


def test_a_text_with_a_hole_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        texts.render("admitted", "ja", {})
    with pytest.raises(UndefinedError):
        texts.render("admitted", "ja", {"number": None})


def test_moments_days_numbers_and_phones_get_their_short_form() -> None:
    body = texts.render("reservation_made", "ja", LONGEST).body
    assert "12/25(金)10:00" in body
    assert "050-5799-4740" in body
    assert "25日18:00" in texts.render("offer_made", "ja", LONGEST).body
    assert "05057994740" in texts.render("offer_made", "ja", LONGEST).body
    assert "A123456-" in texts.render("admitted", "ja", LONGEST).body
    assert "Fri 25 Dec" in texts.render("due_soon", "en", LONGEST).body


def test_a_moment_is_told_in_japans_time() -> None:
    late = datetime.fromisoformat("2026-12-24T16:30:00+00:00")
    assert "12/25(金)01:30" in texts.render("reservation_made", "ja", LONGEST | {"when": late}).body
    assert "12/25(金)" in texts.render("due_soon", "ja", LONGEST | {"due": late}).body


def test_without_the_phone_of_an_activation_the_secretariats_stands_in_the_text() -> None:
    assert "0225-00-0000" in texts.render("overdue", "ja", {}).body


def test_a_language_that_a_text_lacks_falls_back_to_japanese() -> None:
    text = texts.render("overdue", "vi", LONGEST)
    assert text.language == "ja"
    assert text.body.startswith("【MRA】")


def test_the_private_link_is_for_the_applicant_alone() -> None:
    body = texts.render("offer_made", "ja", LONGEST).body
    assert texts.LINK in body
    assert "（本人用リンク）" in texts.without_link(body)
    assert LINK in texts.with_link(body, LINK)


class TestMails:
    def test_the_folder_holds_texts_and_mails_only(self) -> None:
        assert all(len(name) == 2 or name[1] == "mail" for name in NAMES)

    def test_every_mail_that_is_promised_has_its_wording_in_japanese(self) -> None:
        sources = [path.read_text() for path in (FOLDER.parents[1] / "mra").rglob("*.py")]
        promised = {template for source in sources for template in PROMISED_MAIL.findall(source)}
        assert promised | {template for template, _ in MAILS} == {name for name, language in MAILS if language == "ja"}

    @pytest.mark.parametrize(("template", "language"), MAILS)
    def test_a_mail_says_who_writes_what_it_is_about_and_whom_to_ring(self, template: str, language: str) -> None:
        mail = texts.render_mail(template, language, LONGEST)
        assert mail.language == language
        assert mail.subject_line.startswith("【モビリティ・レジリエンス・アライアンス】" if language == "ja" else "[")
        assert "\n" not in mail.subject_line
        assert not mail.body.startswith(mail.subject_line)
        assert "050-5799-4740" in mail.body

    @pytest.mark.parametrize(("template", "language"), MAILS)
    def test_the_link_of_a_mail_stands_on_a_line_of_its_own(self, template: str, language: str) -> None:
        """Mail programs guess where an address ends; Japanese letters right behind it become part of it."""
        body = texts.render_mail(template, language, LONGEST).body
        assert all(line == texts.LINK for line in body.splitlines() if texts.LINK in line)

    def test_a_mail_with_a_hole_is_an_error(self) -> None:
        with pytest.raises(UndefinedError):
            texts.render_mail("member_invitation", "ja", {"member_name": ""})

    def test_a_language_that_a_mail_lacks_falls_back_to_japanese(self) -> None:
        assert texts.render_mail("member_invitation", "vi", LONGEST).language == "ja"

    @pytest.mark.parametrize("template", ["member_invitation", "pledge_confirmation", "agreement_review"])
    def test_a_house_that_has_no_phone_number_yet_still_writes_in_peacetime(
        self, template: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(texts, "_help_phone", lambda: "")
        body = texts.render_mail(
            template, "ja", {name: one for name, one in LONGEST.items() if name != "help_phone"}
        ).body
        assert "電話：" not in body

    def test_an_invitation_names_the_organisation_and_the_link(self) -> None:
        mail = texts.render_mail("member_invitation", "ja", LONGEST | {"member_name": "大崎レンタカー株式会社"})
        assert mail.subject_line == "【モビリティ・レジリエンス・アライアンス】担当者登録のご案内"
        assert mail.body.startswith("大崎レンタカー株式会社　ご担当者様\n")
        assert texts.LINK in mail.body


@pytest.fixture
def own_mail(app: Flask) -> Iterator[Callable[[str], None]]:
    """A wording of the test's own, under the key `own`."""
    house = texts._environment().loader
    assert house is not None

    def write(wording: str) -> None:
        texts._environment().loader = ChoiceLoader([DictLoader({"messages/own.mail.ja.txt": wording}), house])

    yield write
    texts._environment().loader = house
    app.extensions.get("mra_mails", {}).pop("messages/own.mail.ja.txt", None)


class TestTheTwoPartsOfAMail:
    def test_a_value_of_several_lines_adds_no_line_to_the_subject(self, own_mail: Callable[[str], None]) -> None:
        own_mail("{{ name }}様へ\n\n{{ name }}様、こんにちは。")
        mail = texts.render_mail("own", "ja", {"name": "佐藤\r\nBcc: all@example.jp\n\n偽の本文"})
        assert mail.subject_line == "佐藤 Bcc: all@example.jp 偽の本文様へ"
        assert mail.body.endswith("様、こんにちは。")

    def test_no_control_letter_gets_into_the_subject(self, own_mail: Callable[[str], None]) -> None:
        own_mail("{{ name }}様へ\n\nこんにちは。")
        value = "佐藤\x00\x0b\x1b\x7f\x85\u2028Bcc: x"
        assert texts.render_mail("own", "ja", {"name": value}).subject_line.split() == ["佐藤", "Bcc:", "x様へ"]

    def test_a_subject_is_cut_where_it_becomes_endless(self, own_mail: Callable[[str], None]) -> None:
        own_mail("{{ name }}様へ\n\nこんにちは。")
        subject_line = texts.render_mail("own", "ja", {"name": "佐" * 300}).subject_line
        assert len(subject_line) == Message.subject_line.type.length
        assert subject_line.endswith("佐…")

    @pytest.mark.parametrize(
        "wording", ["件名だけ", "件名\n本文\n\n続き", "\n\n本文", "{{ '' }}\n\n本文", "開く {link}\n\n本文"]
    )
    def test_a_mail_that_breaks_the_form_is_an_error(self, own_mail: Callable[[str], None], wording: str) -> None:
        own_mail(wording)
        with pytest.raises(texts.MailFault):
            texts.render_mail("own", "ja", LONGEST)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("template", sorted(TEXTS))
def test_a_text_that_asks_has_a_link_and_a_phone_number(template: str, language: str) -> None:
    """A reply is never the only way."""
    body = texts.render(template, language, LONGEST).body
    assert texts.LINK in body
    assert "05057994740" in body.replace("-", "")
