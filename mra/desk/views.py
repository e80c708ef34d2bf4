"""Today at the desk, and one applicant's case."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from mra.core.access import READERS, staff

blueprint = Blueprint("desk", __name__)


@blueprint.get("/desk")
@staff(READERS)
def today() -> ResponseReturnValue:
    """Today's handovers, returns, late cars and open questions."""
    return render_template("desk/today.html")
