"""The fairness report: how long people waited, and every override; on a page, and to hand out."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue

from mra.allocation import queries as allocation
from mra.allocation.models import Override
from mra.allocation.rules import OVERRIDE_WORDS
from mra.core import clock
from mra.core.access import READERS, staff
from mra.core.db import db
from mra.core.vehicle_classes import VEHICLE_CLASS_WORDS
from mra.disasters import queries as disasters
from mra.disasters.models import Activation

from ..fairness import DIMENSION_WORDS, FEWEST_TOLD, HEADINGS, cell, table
from ..queries import fairness as queries
from .blueprint import blueprint

OVERRIDE_HEADINGS = ("番号", "指定", "車種", "順位", "指定した日", "終わった日")
BYTE_ORDER_MARK = "\ufeff"  # Without it Excel reads UTF-8 as CP932.


@blueprint.get("/reports/fairness")
@staff(READERS)
def fairness() -> ResponseReturnValue:
    """The report of the support that one works on."""
    activation = disasters.current_activation()
    if activation is None:
        return render_template("reporting/no_activation.html")
    return _page(activation)


@blueprint.get("/reports/fairness/<int:activation_id>")
@staff(READERS)
def fairness_of(activation_id: int) -> ResponseReturnValue:
    """The report of one support, also of one that is closed: that is when people ask."""
    return _page(db.session.get(Activation, activation_id) or abort(404))


def _page(activation: Activation) -> str:
    return render_template(
        "reporting/fairness.html",
        activation=activation,
        report=queries.waits(activation),
        dimensions=DIMENSION_WORDS,
        overrides=allocation.overrides(activation.id),
        kinds=OVERRIDE_WORDS,
        fewest=FEWEST_TOLD,
        by_hand=queries.tiers_set_by_hand(activation.id),
    )


@blueprint.get("/reports/fairness/<int:activation_id>.csv")
@staff(READERS)
def download_fairness(activation_id: int) -> ResponseReturnValue:
    """The report without persons, for a spreadsheet: waiting times of every group, then every override."""
    activation = db.session.get(Activation, activation_id) or abort(404)
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text)
    writer.writerow((cell(f"{activation.name} 公平性の報告"), f"{clock.today().isoformat()} 現在"))
    _write(writer, HEADINGS, table(queries.waits(activation)))
    _write(
        writer, ("職員が理由を付けて優先順位を変えた希望（台）",), [(str(queries.tiers_set_by_hand(activation.id)),)]
    )
    _write(writer, OVERRIDE_HEADINGS, _override_rows(allocation.overrides(activation.id)))
    name = f"fairness-{activation.slug}-{clock.today().isoformat()}.csv"
    return Response(
        text.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
    )


def _write(writer: "csv._writer", headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:  # type: ignore[name-defined]
    writer.writerow(())
    writer.writerow(headings)
    writer.writerows([cell(text) for text in row] for row in rows)


def _override_rows(overrides: Sequence[Override]) -> Iterable[Sequence[str]]:
    """Numbered anew and without reasons, plates and people: what staff wrote may be about a person."""
    for number, one in enumerate(reversed(overrides), 1):
        yield (
            str(number),
            OVERRIDE_WORDS[one.kind].label,
            VEHICLE_CLASS_WORDS[one.vehicle.vehicle_class],
            f"第{one.car_request.tier}順位" if one.car_request else "",
            clock.in_japan(one.made_at).date().isoformat(),
            clock.in_japan(one.lifted_at).date().isoformat() if one.lifted_at else "",
        )
