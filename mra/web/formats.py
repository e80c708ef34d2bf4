"""How values are printed on pages: Japan's time, Japan's dates, plates and phones as people write them."""

from datetime import date, datetime, time

from flask import Flask
from flask_login import current_user

from mra.core import application_number, clock, dates, phone, postal
from mra.core.access import ROLE_WORDS
from mra.core.lifecycle import Lifecycle, Word
from mra.core.vehicle_classes import FEATURE_WORDS, VEHICLE_CLASS_WORDS


def init_app(app: Flask) -> None:
    """The filters of the templates."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        moment=dates.japanese_moment,
        short_moment=dates.short_moment,
        day=_day,
        short_day=dates.short_date,
        clock_time=_clock_time,
        phone=phone.grouped,
        postal=postal.grouped,
        application_number=application_number.format_number,
        class_word=VEHICLE_CLASS_WORDS.__getitem__,
        feature_word=lambda feature: FEATURE_WORDS.get(feature, feature),
        word=_word,
    )
    app.context_processor(lambda: {"now": clock.now(), "today": clock.today(), "signed_in": _signed_in()})


def _day(day: date | datetime) -> str:
    return dates.japanese_date(clock.in_japan(day).date() if isinstance(day, datetime) else day)


def _clock_time(at: time) -> str:
    return f"{at.hour}:{at.minute:02}"


def _word(subject: object) -> Word:
    """The word and tone of a subject's status."""
    lifecycle: Lifecycle = subject.lifecycle  # type: ignore[attr-defined]
    return lifecycle.word(subject.status)  # type: ignore[attr-defined]


def _signed_in() -> dict[str, str] | None:
    if not current_user or not current_user.is_authenticated:
        return None
    return {"name": current_user.name, "role": ROLE_WORDS[current_user.role], "sign_out_url": "/sign-out"}
