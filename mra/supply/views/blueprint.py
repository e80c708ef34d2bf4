"""The blueprint of all pages here, and how they load what they show."""

from flask import Blueprint, abort, redirect, url_for
from werkzeug.wrappers import Response

from mra.core import current
from mra.core.access import COORDINATORS
from mra.disasters import queries as disasters
from mra.disasters.models import Activation
from mra.disasters.rules import ActivationStatus

from .. import queries
from ..models import Call

blueprint = Blueprint("supply", __name__)


def load_activation(activation_id: int) -> Activation:
    """The activation of an address, or the page that says it is not there."""
    return disasters.activation_with_settings(activation_id) or abort(404)


def load_call(call_id: int) -> Call:
    """A call with everything its page shows, or the page that says it is not there."""
    return queries.call_in_full(call_id) or abort(404)


def may_decide(activation: Activation) -> bool:
    """Whether the person who looks may change needs and call: coordinators, until the support is over."""
    return current.role() in COORDINATORS and activation.status is not ActivationStatus.CLOSED


def to_case(call: Call) -> Response:
    """Back to the page of a call after something was done."""
    return redirect(url_for("supply.show_call", call_id=call.id), 303)
