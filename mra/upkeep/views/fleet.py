"""What is due for the fleet: work that is overdue or comes soon, and cars on worn tyres."""

from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.core import clock
from mra.core.access import READERS, staff
from mra.upkeep import queries
from mra.upkeep.queries import DueCounts, Place
from mra.upkeep.rules import TREAD_WORDS, tread_of
from mra.vehicles.queries import bases_in_use

from .blueprint import blueprint
from .words import SEASON_WORDS, task_line


@blueprint.get("/upkeep")
@staff(READERS)
def index() -> ResponseReturnValue:
    """The work of the next 60 days or 1,000 km, what is overdue on top; or the cars on worn tyres."""
    base_id = _number(request.args.get("base", ""))
    if request.args.get("show") == "tyres":
        return _tyres(base_id)
    page = queries.due_page(
        base_id=base_id, after=_place(request.args.get("after", "")), before=_place(request.args.get("before", ""))
    )
    return render_template(
        "upkeep/index.html",
        **_around(base_id, {}),
        rows=[(task, task_line(task, task.vehicle)) for task in page.tasks],
        next_url=_url(base_id, {"after": str(page.after)}) if page.after else None,
        previous_url=_url(base_id, {"before": str(page.before)}) if page.before else None,
    )


def _tyres(base_id: int | None) -> str:
    chosen = {"show": "tyres"}
    sets, after = queries.worn_page(base_id=base_id, after=_number(request.args.get("after", "")) or 0)
    return render_template(
        "upkeep/tyres/index.html",
        **_around(base_id, chosen),
        rows=[(one, one.last_reading, TREAD_WORDS[tread_of(one.season, one.readings[0].tread_mm)]) for one in sets],
        seasons=SEASON_WORDS,
        next_url=_url(base_id, chosen | {"after": str(after)}) if after else None,
    )


def _around(base_id: int | None, chosen: dict[str, str]) -> dict[str, Any]:
    counts = queries.due_counts(base_id)
    return {
        "links": _links(base_id, counts, chosen),
        "counts": counts,
        "base_id": base_id,
        "chosen": chosen,
        "base_choices": [(str(base.id), base.name) for base in bases_in_use(keep=base_id)],
        "today": clock.today(),
    }


def _links(base_id: int | None, counts: DueCounts, chosen: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"label": "整備の予定", "count": counts.due, "url": _url(base_id, {}), "current": not chosen},
        {
            "label": "すり減ったタイヤ",
            "count": counts.worn,
            "url": _url(base_id, {"show": "tyres"}),
            "current": bool(chosen),
        },
    ]


def _url(base_id: int | None, more: dict[str, str]) -> str:
    asked: dict[str, Any] = ({"base": base_id} if base_id else {}) | more
    return url_for("upkeep.index", **asked)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _place(text: str) -> Place | None:
    day, _, task_id = text.partition("_")
    number = _number(task_id)
    try:
        return Place(date.fromisoformat(day), number) if number is not None else None
    except ValueError:
        return None
