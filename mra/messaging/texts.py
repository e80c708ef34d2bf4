"""The wording of messages: one file per text and language in `templates/messages`, filled in strictly."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app
from jinja2 import Environment, StrictUndefined

from mra.core import application_number, clock, dates, phone

LINK = "{link}"
LINK_SHOWN = "（本人用リンク）"
FIRST_LANGUAGE = "ja"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Text:
    """A text as it is stored: all values filled in, `{link}` still open."""

    body: str
    language: str


def render(template: str, language: str, values: dict[str, Any]) -> Text:
    """Fill in a text; a missing value is an error. A language that a text does not have falls back to Japanese."""
    known = values | {"help_phone": values.get("help_phone") or _help_phone()}
    names = [f"messages/{template}.{tongue}.txt" for tongue in (language, FIRST_LANGUAGE)]
    found = _environment().select_template(names)
    body = found.render({name: value for name, value in known.items() if value not in (None, "")}).strip()
    return Text(body, language if found.name == names[0] else FIRST_LANGUAGE)


def with_link(body: str, address: str) -> str:
    """The text as it leaves the house."""
    return body.replace(LINK, address)


def without_link(body: str) -> str:
    """The text as staff see it: the private link belongs to the applicant alone."""
    return body.replace(LINK, LINK_SHOWN)


def _help_phone() -> str:
    number: str = current_app.extensions["mra"].help_phone
    return number


def _environment() -> Environment:
    """The templates of the house, made strict, without HTML, and with the short forms that a text has room for."""
    made: Environment | None = current_app.extensions.get("mra_texts")
    if made is None:
        made = current_app.jinja_env.overlay(undefined=StrictUndefined, autoescape=False)
        made.filters = made.filters | FILTERS
        current_app.extensions["mra_texts"] = made
    return made


def _local(value: date) -> date:
    return clock.in_japan(value) if isinstance(value, datetime) else value


def _day(value: date | str) -> str:
    """`12/25(金)`."""
    return value if isinstance(value, str) else dates.short_date(_local(value))


def _moment(value: datetime | str) -> str:
    """`12/25(金)10:00`."""
    return value if isinstance(value, str) else f"{_day(value)}{clock.in_japan(value):%H:%M}"


def _bare_moment(value: datetime | str) -> str:
    """`12/25 18:00`, where there is no room for the day of the week."""
    if isinstance(value, str):
        return value
    local = clock.in_japan(value)
    return f"{local.month}/{local.day} {local:%H:%M}"


def _english_bare_moment(value: datetime | str) -> str:
    """`25 Dec 10:00`."""
    return value if isinstance(value, str) else _english_moment(value).partition(" ")[2]


def _english_day(value: date | str) -> str:
    """`Fri 25 Dec`."""
    if isinstance(value, str):
        return value
    local = _local(value)
    return f"{WEEKDAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]}"


def _english_moment(value: datetime | str) -> str:
    """`Fri 25 Dec 10:00`."""
    return value if isinstance(value, str) else f"{_english_day(value)} {clock.in_japan(value):%H:%M}"


def _number(value: int | str) -> str:
    return application_number.format_number(value) if isinstance(value, int) else value


FILTERS: dict[str, Callable[..., str]] = {
    "text_day": _day,
    "text_moment": _moment,
    "text_bare_moment": _bare_moment,
    "text_number": _number,
    "text_phone": phone.grouped,
    "english_bare_moment": _english_bare_moment,
    "english_day": _english_day,
    "english_moment": _english_moment,
}
