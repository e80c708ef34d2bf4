"""The gap board: what is short and what to do next, everything that is needed, and how many come by which day."""

from datetime import timedelta
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.core import clock
from mra.core.access import READERS, staff
from mra.core.dates import short_date
from mra.disasters import queries as disasters
from mra.disasters.models import Activation

from .. import queries
from ..arrivals import COUNTED_ON, Arrival, by_day
from ..chart import Curve, drawing
from ..queries import Board
from .blueprint import blueprint, load_activation, may_decide

DAYS_AHEAD = 14
TABLE_DAYS = (0, 1, 3, 5, 7, 10, 14)
WAITING_SHOWN = 8


@blueprint.get("/board")
@staff(READERS)
def current_board() -> ResponseReturnValue:
    """The board of the support that this person works on."""
    activation = disasters.current_activation()
    if activation is None:
        return render_template("supply/no_activation.html")
    return _page(activation)


@blueprint.get("/activations/<int:activation_id>/board")
@staff(READERS)
def board(activation_id: int) -> ResponseReturnValue:
    """The board of one support."""
    return _page(load_activation(activation_id))


def _page(activation: Activation) -> str:
    found = queries.board_of(activation)
    return render_template(
        "supply/board.html",
        activation=activation,
        board=found,
        places=_places(activation, found),
        waiting_shown=WAITING_SHOWN,
        curve=_curve(found, request.args.get("item", type=int)),
        may_decide=may_decide(activation),
    )


def _places(activation: Activation, found: Board) -> list[tuple[str, list[Any]]]:
    """The lines by base, those that name no base last; bases without a need are left out."""
    names: dict[int | None, str] = {base.id: base.name for base in activation.bases}
    names[None] = "支援全体（拠点を決めていないもの）"
    grouped = ((name, [one for one in found.lines if one.need.base_id == key]) for key, name in names.items())
    return [(name, lines) for name, lines in grouped if lines]


def _curve(found: Board, need_id: int | None) -> dict[str, Any] | None:
    """How many come by which day: of one item, or of all cars together."""
    chosen = [one for one in found.lines if one.need.id == need_id]
    chosen = chosen or [one for one in found.lines if one.need.vehicle_class]
    if not chosen:
        return None
    arrivals: list[Arrival] = [arrival for one in chosen for arrival in one.line.arrivals]
    need = sum(one.need.quantity for one in chosen)
    days = list(range(DAYS_AHEAD + 1))
    sure, hoped = by_day(arrivals, days, COUNTED_ON), by_day(arrivals, days)
    today = clock.today()
    single = chosen[0].need if need_id and len(chosen) == 1 else None
    return {
        "title": single.word if single else "車両（すべての車種）",
        "unit": chosen[0].need.unit,
        "need": need,
        "drawing": drawing([Curve("hoped", hoped), Curve("sure", sure)], need),
        "rows": [(short_date(today + timedelta(days=day)), day, sure[day], hoped[day]) for day in TABLE_DAYS],
        "all_url": url_for(request.endpoint or "supply.current_board", **(request.view_args or {})) if single else None,
    }
