"""The door of the pages of allocation."""

from typing import Any

from flask import Blueprint

from mra.core import current
from mra.core.access import COORDINATORS

blueprint = Blueprint("allocation", __name__)


@blueprint.context_processor
def words() -> dict[str, Any]:
    """What the pages of allocation print besides the filters of the house."""
    return {"may_allocate": current.role() in COORDINATORS}
