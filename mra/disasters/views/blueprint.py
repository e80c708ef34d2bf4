"""The blueprint of all pages here, and how they load what they show."""

from typing import Any

from flask import Blueprint, abort, redirect, url_for
from werkzeug.wrappers import Response

from mra.core import current

from .. import queries, rules
from ..models import Activation

blueprint = Blueprint("disasters", __name__)


def load_activation(activation_id: int) -> Activation:
    """The activation of an address, or the page that says it is not there."""
    return queries.activation_with_settings(activation_id) or abort(404)


def to_settings(activation: Activation, anchor: str | None = None) -> Response:
    """Back to the settings page after a change."""
    return redirect(url_for("disasters.settings", activation_id=activation.id, _anchor=anchor), 303)


def settings_back(activation: Activation) -> dict[str, str]:
    """The way back to the settings page, as the page heading wants it."""
    return {"url": url_for("disasters.settings", activation_id=activation.id), "label": activation.name}


def rights(activation: Activation) -> dict[str, Any]:
    """Whether the person who looks may change the settings, and whether everybody may see the public page."""
    return {
        "may_change": rules.may_change(activation.status, current.role()),
        "is_public": activation.status is not rules.ActivationStatus.PREPARING,
    }
