"""The board of jobs: what somebody has to see to now, then the days, and the ways home."""

from datetime import date, timedelta
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.core import clock, current
from mra.core.access import DESK_STAFF, READERS, staff

from .. import queries
from ..queries import SHELF_WORDS, Shelf
from .blueprint import blueprint

CONVOY_DAYS = 7
LARGEST_ID = 2**63


@blueprint.get("/transport")
@staff(READERS)
def index() -> ResponseReturnValue:
    """All jobs of one filter by day; on the first page what is urgent, and the ways home of the coming week."""
    moment, today = clock.now(), clock.today()
    shelf = next((one for one in Shelf if one.value == request.args.get("show")), Shelf.UNFINISHED)
    edge = _edge()
    page = queries.jobs_page(shelf, edge)
    is_front = shelf is Shelf.UNFINISHED and edge is None
    urgent = queries.urgent_jobs(moment) if is_front else []
    convoys = queries.convoys_of(today, today + timedelta(days=CONVOY_DAYS)) if is_front else []
    return render_template(
        "transport/index.html",
        page=page,
        shelf=shelf,
        urgent=urgent,
        asked=page.asked | queries.asked_of([job for job in urgent if job.id not in page.asked]),
        convoys=[convoy for convoy in convoys if len(convoy.drives) > 1 or convoy.missing],
        filters=_filters(shelf),
        next_url=_next(shelf, page.next_edge),
        may_plan=current.role() in DESK_STAFF,
    )


def _edge() -> tuple[date, int] | None:
    """The row a page starts from; what cannot be one is passed over."""
    day, _, number = request.args.get("after", "").partition("_")
    try:
        edge = date.fromisoformat(day), int(number)
    except ValueError:
        return None
    return edge if 0 < edge[1] < LARGEST_ID else None


def _filters(shelf: Shelf) -> list[dict[str, Any]]:
    counts = queries.shelf_counts()
    return [
        {
            "label": SHELF_WORDS[one],
            "url": url_for("transport.index", show=None if one is Shelf.UNFINISHED else one.value),
            "count": counts.get(one, 0),
            "current": one is shelf,
        }
        for one in Shelf
    ]


def _next(shelf: Shelf, edge: tuple[date, int] | None) -> str | None:
    if edge is None:
        return None
    return url_for("transport.index", show=shelf.value, after=f"{edge[0].isoformat()}_{edge[1]}")
