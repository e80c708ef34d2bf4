"""Today's list."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from mra.core import current
from mra.core.access import READERS, staff
from mra.disasters import queries as disasters
from mra.loans.rules import LOAN

from .. import rules
from ..queries import today as days
from .blueprint import LOAN_PAGES, blueprint


@blueprint.get("/desk")
@staff(READERS)
def today() -> ResponseReturnValue:
    """Today's handovers, returns, late cars and open questions."""
    activation = disasters.current_activation()
    if activation is None:
        return render_template("desk/no_activation.html")
    bases = days.work_of_bases(activation)
    chosen = request.args.get("base", type=int)
    base_ids = [one.base.id for one in bases if chosen in (None, one.base.id)]
    if chosen is not None and not base_ids:
        abort(404)
    work = days.todays_work(activation, base_ids, chosen)
    return render_template(
        "desk/today.html",
        activation=activation,
        bases=bases,
        chosen=chosen,
        work=work,
        buttons=_loan_buttons(),
        lateness=rules.lateness,
    )


def _loan_buttons() -> dict[str, dict[str, str]]:
    """The moves of a loan that this role may make, each with the page on which it is made."""
    return {
        move.action: {"label": move.label, "endpoint": LOAN_PAGES[move.action]}
        for move in LOAN.moves
        if move.action in LOAN_PAGES and current.role() in move.roles
    }
