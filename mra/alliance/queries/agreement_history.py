"""What happened to an agreement, in words."""

from dataclasses import replace
from datetime import date
from typing import Any

from mra.accounts.queries import staff_names
from mra.core import audit
from mra.core.actor import ActorKind
from mra.core.dates import japanese_date
from mra.core.timeline import Line, lines

from ..models import Agreement
from ..rules.agreements import FIELD_WORDS

DAY_WORDS = {
    "signed_on": "締結日",
    "effective_on": "開始",
    "expires_on": "期限",
    "review_on": "見直し日",
    "ended_on": "終了日",
}


def agreement_history(agreement: Agreement) -> list[Line]:
    """The timeline, newest first; the note tells which fields changed and which days were agreed."""
    events = audit.timeline(("agreement", [agreement.id]))
    people = staff_names(event.actor_id for event in events if event.actor_kind is ActorKind.STAFF and event.actor_id)
    told = zip(events, lines(events, people), strict=True)
    return [replace(line, note=_note(event.facts)) for event, line in told]


def _note(facts: dict[str, Any]) -> str | None:
    parts = [FIELD_WORDS.get(name, name) for name in facts.get("fields", [])]
    parts += [f"{word} {_day(facts[name])}" for name, word in DAY_WORDS.items() if facts.get(name)]
    if "threshold_days" in facts:
        parts.append(f"{facts['threshold_days']}日前のお知らせ")
    return "、".join(parts) or None


def _day(text: str) -> str:
    return japanese_date(date.fromisoformat(text))
