"""The wording: every text fits one segment, says who writes, and breaks rather than go out with a hole."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import UndefinedError

from mra.core.clock import JAPAN
from mra.messaging import texts
from mra.messaging.segments import segments, units

FOLDER = Path(__file__).parents[2] / "templates" / "messages"
ALL = sorted(path.name.removesuffix(".txt").split(".") for path in FOLDER.iterdir())
JAPANESE = {template for template, language in ALL if language == "ja"}
LINK = "https://mra.example.jp/a/xxxxxxxxxxxx"
# The longest values that are to be expected.
LONGEST: dict[str, Any] = {
    "number": 123456,
    "help_phone": "+815057994740",
    "deadline": datetime(2026, 12, 25, 18, 0, tzinfo=JAPAN),
    "when": datetime(2026, 12, 25, 10, 0, tzinfo=JAPAN),
    "due": date(2026, 12, 25),
    "base": "天草市本渡南地区臨時拠点",
}


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
    assert "12/25 18:00" in texts.render("offer_made", "ja", LONGEST).body
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
    assert texts.without_link(body).endswith("（本人用リンク）")
    assert texts.with_link(body, LINK).endswith(LINK)
