"""Where registers go out as tables and come back."""

from flask import render_template
from flask.typing import ResponseReturnValue

from mra.core.access import COORDINATORS, staff
from mra.exchange import queries
from mra.exchange.rules import FORMAT_WORDS
from mra.exchange.tables import TABLES

from .blueprint import blueprint


@blueprint.get("/exchange")
@staff(COORDINATORS)
def index() -> ResponseReturnValue:
    """Every register with what can be done, and what was handed in last."""
    return render_template(
        "exchange/index.html",
        tables=[(table, table.count()) for table in TABLES.values()],
        labels={name: table.label for name, table in TABLES.items()},
        formats=FORMAT_WORDS,
        imports=queries.latest_imports(),
    )
