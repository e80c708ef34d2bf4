"""All pages of tables hang on this."""

from flask import Blueprint, abort

from mra.exchange.tables import TABLES, Table

blueprint = Blueprint("exchange", __name__)


def table_or_404(kind: str) -> Table:
    """The register of that name."""
    return TABLES.get(kind) or abort(404)
