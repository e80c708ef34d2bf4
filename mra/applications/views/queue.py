"""The queue: everything that came in, oldest first, and the order in which cars are waited for."""

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from mra.core import current
from mra.core.access import DESK_STAFF, READERS, staff
from mra.core.text import keep_name
from mra.disasters.queries import current_activation

from .. import queries, rules
from ..queries import QueueCounts, QueuePage
from ..rules import ApplicationStatus
from .blueprint import WORDS, blueprint

LARGEST_ID = 2**63
LONGEST_SEARCH = 100
WAITING, PROVIDED, ALL, FOUND = "waiting", "provided", "all", "found"
# Where the browser keeps what was last searched for: a name or a number of a person never stands in an address.
LAST_SEARCH = "application_search"
STATUSES = {status.value: status for status in ApplicationStatus if status is not ApplicationStatus.ADMITTED}
LABELS = {
    "received": "受付済",
    "asked_back": "確認中",
    WAITING: "順番待ち",
    PROVIDED: "車が決まった申込",
    "turned_down": "対象外",
    "withdrawn": "取下げ",
    ALL: "すべて",
}
EMPTY = {
    "received": "まだ確認していない申込はありません。新しい申込が届くと、ここに並びます。",
    "asked_back": "回答を待っている申込はありません。申込者に確認の連絡をすると、ここに並びます。",
    WAITING: "順番を待っている申込はありません。申込を受理すると、ここに並びます。",
    PROVIDED: "車が決まった申込はまだありません。貸出の予約ができると、ここに並びます。",
}


@blueprint.get("/applications")
@staff(READERS)
def index() -> ResponseReturnValue:
    """One filter of the queue, or what a search found in all of them."""
    activation = current_activation()
    if activation is None:
        return render_template("applications/no_activation.html")
    search = session.get(LAST_SEARCH, "") if request.args.get("show") == FOUND else ""
    shown = ALL if search else _shown(request.args.get("show", ""))
    counts = queries.counts(activation.id)
    page = _page(activation.id, shown, search)
    return render_template(
        "applications/index.html",
        activation=activation,
        page=page,
        shown=shown,
        search=search,
        filters=_filters(counts, shown, search),
        empty=EMPTY.get(shown, "あてはまる申込はありません。"),
        next_url=_url(shown, search, after=page.next_after),
        previous_url=_url(shown, search, before=page.previous_before),
        words=WORDS,
        may_enter=current.role() in DESK_STAFF,
        family_consent_age=rules.FAMILY_CONSENT_AGE,
    )


@blueprint.post("/applications/search")
@staff(READERS)
def search() -> ResponseReturnValue:
    """Look for an application by its number, a phone or a name, among all of them. The only one found is opened at
    once: somebody is on the phone and asks where their application stands.
    """
    session[LAST_SEARCH] = keep_name(request.form.get("q", ""))[:LONGEST_SEARCH]
    activation = current_activation()
    if activation and session[LAST_SEARCH]:
        found = _page(activation.id, FOUND, session[LAST_SEARCH]).rows
        if len(found) == 1:
            return redirect(f"/applications/{found[0].application.id}", 303)
    return redirect(url_for("applications.index", show=FOUND if session[LAST_SEARCH] else None), 303)


def _shown(wanted: str) -> str:
    return wanted if wanted in LABELS else "received"


def _page(activation_id: int, shown: str, search: str) -> QueuePage:
    edges = {"after": _edge("after"), "before": _edge("before")}
    if search:
        meant = queries.matching(search)
        return QueuePage([]) if meant is None else queries.queue_page(activation_id, meant, **edges)
    if shown == WAITING:
        return queries.waiting_page(activation_id, **edges)
    if shown == PROVIDED:
        return queries.queue_page(activation_id, queries.is_provided(), **edges)
    if shown in STATUSES:
        return queries.queue_page(activation_id, queries.with_status(STATUSES[shown]), **edges)
    return queries.queue_page(activation_id, **edges)


def _edge(name: str) -> int | None:
    """The row a page starts from; what cannot be a row's id is left out."""
    edge = request.args.get(name, type=int)
    return edge if edge is not None and 0 < edge < LARGEST_ID else None


def _filters(counts: QueueCounts, shown: str, search: str) -> list[dict[str, object]]:
    numbers = {value: counts.by_status.get(status, 0) for value, status in STATUSES.items()}
    numbers |= {WAITING: counts.waiting_cars, PROVIDED: counts.provided, ALL: counts.total}
    return [
        {
            "label": label,
            "url": url_for("applications.index", show=key),
            "count": numbers[key],
            "current": key == shown and not search,
        }
        for key, label in LABELS.items()
    ]


def _url(shown: str, search: str, *, after: int | None = None, before: int | None = None) -> str | None:
    if after is None and before is None:
        return None
    return url_for("applications.index", show=FOUND if search else shown, after=after, before=before)
