"""The wording of messages: one file per text and language in `templates/messages`, filled in strictly.

A text is `KEY.ja.txt`; an e-mail is `KEY.mail.ja.txt`: its subject on the first line, an empty line, its body.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from flask import current_app
from jinja2 import Environment, StrictUndefined, Template

from mra.core import application_number, clock, dates, phone
from mra.core.text import digits, keep_name

LINK = "{link}"
LINK_SHOWN = "（本人用リンク）"
FIRST_LANGUAGE = "ja"
LONGEST_SUBJECT = 250
VERSION_SIGNS = 8
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Text:
    """A text as it is stored: all values filled in, `{link}` still open; `version` names its wording."""

    body: str
    language: str
    version: str


@dataclass(frozen=True)
class Mail:
    """An e-mail as it is stored: all values filled in, `{link}` still open in its body."""

    subject_line: str
    body: str
    language: str
    version: str


class MailFault(Exception):
    """An e-mail's wording breaks the rules of the folder; names the template only."""


def render(template: str, language: str, values: dict[str, Any]) -> Text:
    """Fill in a text; a missing value is an error. A language that a text does not have falls back to Japanese."""
    names = [f"messages/{template}.{tongue}.txt" for tongue in (language, FIRST_LANGUAGE)]
    found = _environment().select_template(names)
    body = found.render(_known(values)).strip()
    return Text(body, language if found.name == names[0] else FIRST_LANGUAGE, _version_of(found))


def render_mail(template: str, language: str, values: dict[str, Any]) -> Mail:
    """Fill in an e-mail, as `render` does a text.

    Its two parts are filled in apart and the subject is put on one line, so that no value can add a header or move the
    border between the two.
    """
    names = [f"messages/{template}.mail.{tongue}.txt" for tongue in (language, FIRST_LANGUAGE)]
    found = _environment().select_template(names)
    subject, body = _parts_of(str(found.name))
    known = _known(values)
    subject_line = keep_name(" ".join(subject.render(known).split()))
    if not subject_line or LINK in subject_line:
        raise MailFault(f"the mail {template} needs a subject, and one without a link")
    text = body.render(known).strip()
    tongue = language if found.name == names[0] else FIRST_LANGUAGE
    return Mail(_shortened(subject_line), text, tongue, _version_of(found))


def _known(values: dict[str, Any]) -> dict[str, Any]:
    """The values that are there, so that one that is not makes a hole that is noticed."""
    known = values | {"help_phone": values.get("help_phone") or _help_phone()}
    return {name: value for name, value in known.items() if value not in (None, "")}


def _parts_of(name: str) -> tuple[Template, Template]:
    """A mail's subject and body as two templates, read once per process."""
    made: dict[str, tuple[Template, Template]] = current_app.extensions.setdefault("mra_mails", {})
    if name not in made:
        environment = _environment()
        assert environment.loader is not None
        source = environment.loader.get_source(environment, name)[0]
        first_line, border, rest = source.partition("\n\n")
        if not border or "\n" in first_line:
            raise MailFault(f"{name}: the subject on the first line, an empty line, the body")
        made[name] = environment.from_string(first_line), environment.from_string(rest)
    return made[name]


def _version_of(found: Template) -> str:
    """The version of a wording: the beginning of its file's fingerprint, worked out once for each reading of the file."""
    known: dict[str, tuple[Template, str]] = current_app.extensions.setdefault("mra_wordings", {})
    name = str(found.name)
    if name not in known or known[name][0] is not found:
        environment = _environment()
        assert environment.loader is not None
        source = environment.loader.get_source(environment, name)[0]
        known[name] = found, sha256(source.encode()).hexdigest()[:VERSION_SIGNS]
    return known[name][1]


def _shortened(subject_line: str) -> str:
    """A subject as long as one has room for; mail programs cut far earlier."""
    return subject_line if len(subject_line) <= LONGEST_SUBJECT else subject_line[: LONGEST_SUBJECT - 1] + "…"


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


def _deadline(value: datetime | str) -> str:
    """`25日18:00`, for a moment a few days away."""
    if isinstance(value, str):
        return value
    local = clock.in_japan(value)
    return f"{local.day}日{local:%H:%M}"


def _bare_phone(value: str) -> str:
    """`0960000000`, where there is no room for hyphens; phones make it a link all the same."""
    return digits(phone.grouped(value))


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
    "text_deadline": _deadline,
    "text_bare_phone": _bare_phone,
    "text_number": _number,
    "text_phone": phone.grouped,
    "english_bare_moment": _english_bare_moment,
    "english_day": _english_day,
    "english_moment": _english_moment,
}
