"""The call list of a support: who did not answer or could not be reached, with the number to ring now."""

from flask import render_template
from flask.typing import ResponseReturnValue

from mra.core import clock
from mra.core.access import READERS, staff

from .. import queries
from ..rules.calls import ATTEMPT_WORDS
from .blueprint import blueprint, load_activation


@blueprint.get("/activations/<int:activation_id>/call-list")
@staff(READERS)
def call_list(activation_id: int) -> ResponseReturnValue:
    """Whom to ring, why, and what to say."""
    activation = load_activation(activation_id)
    silent = queries.silent_calls(activation.id, clock.now())
    return render_template("supply/call_list.html", activation=activation, silent=silent, attempt_words=ATTEMPT_WORDS)
