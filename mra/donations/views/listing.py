"""The list of donations: what needs doing next on top."""

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from mra.core import current
from mra.core.access import DESK_STAFF, READERS, staff
from mra.core.text import keep_name

from .. import queries
from ..queries import SHELVES, Filters
from .blueprint import WORDS, blueprint

LAST_SEARCH = "donation_search"
FOUND = "found"
LONGEST_SEARCH = 60
LABELS = {
    "open": "対応中",
    "received": "受付済",
    "preparing": "書類準備中",
    "running_out": "期限に注意",
    "coming": "引取り待ち・回送中",
    "arrived": "名義変更待ち",
    "recycling": "リサイクル",
    "done": "完了",
    "ended": "お断り・取下げ",
    "all": "すべて",
}
EMPTY = {
    "open": "対応中の寄付はありません。新しい申込が届くと、ここに並びます。",
    "received": "新しい申込はありません。申込が届くと、ここに並びます。",
    "preparing": "書類を準備中の寄付はありません。書類の送付を記録すると、ここに並びます。",
    "running_out": "期限が近い証明書はありません。",
    "coming": "引取りを待っている車はありません。車両として登録すると、ここに並びます。",
    "arrived": "名義変更を待っている車はありません。寄付車が拠点に着くと、ここに並びます。",
    "recycling": "手配中のリサイクルはありません。",
}


@blueprint.get("/donations")
@staff(READERS)
def index() -> ResponseReturnValue:
    """One shelf, or what a search found on all of them."""
    search = session.get(LAST_SEARCH, "") if request.args.get("show") == FOUND else ""
    shown = request.args.get("show", "")
    shown = shown if shown in SHELVES else "open"
    page = queries.donation_page(Filters(shown, search), after=request.args.get("after"))
    return render_template(
        "donations/index.html",
        page=page,
        search=search,
        filters=_filters(queries.counts(), "" if search else shown),
        empty=EMPTY.get(shown, "あてはまる寄付はありません。"),
        next_url=url_for("donations.index", show=FOUND if search else shown, after=page.after) if page.after else None,
        may_enter=current.role() in DESK_STAFF,
        words=WORDS,
    )


@blueprint.post("/donations/search")
@staff(READERS)
def search() -> ResponseReturnValue:
    """Look for a donation by its number, plate or chassis number; the only one found is opened at once."""
    wanted = session[LAST_SEARCH] = keep_name(request.form.get("q", ""))[:LONGEST_SEARCH]
    if not wanted:
        return redirect(url_for("donations.index"), 303)
    found = queries.donation_page(Filters("all", wanted)).donations
    if len(found) == 1:
        return redirect(url_for("donations.show", donation_id=found[0].id), 303)
    return redirect(url_for("donations.index", show=FOUND), 303)


def _filters(counts: dict[str, int], shown: str) -> list[dict[str, object]]:
    return [
        {
            "label": label,
            "url": url_for("donations.index", show=shelf),
            "count": counts[shelf],
            "current": shelf == shown,
        }
        for shelf, label in LABELS.items()
    ]
