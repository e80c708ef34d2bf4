"""The blueprint of all pages here, and how they load what they show."""

from typing import Any

from flask import Blueprint, abort, current_app, redirect, url_for
from werkzeug.wrappers import Response

from mra.vehicles.models import Lease

from .. import queries
from ..models import LeaseReturn, RecallCampaign

blueprint = Blueprint("recalls", __name__)


def load_campaign(campaign_id: int) -> RecallCampaign:
    """A campaign, or the page that says it is not there."""
    return queries.campaign_in_full(campaign_id) or abort(404)


def load_return(return_id: int) -> LeaseReturn:
    """A return with everything its page shows, or the page that says it is not there."""
    return queries.return_in_full(return_id) or abort(404)


def load_lease(lease_id: int) -> Lease:
    """A lease, or the page that says it is not there."""
    return queries.lease_in_full(lease_id) or abort(404)


def to_campaign(campaign: RecallCampaign) -> Response:
    """Back to the page of a campaign after something was done."""
    return redirect(url_for("recalls.show", campaign_id=campaign.id), 303)


def to_return(lease_return: LeaseReturn) -> Response:
    """Back to the page of a return after something was done."""
    return redirect(url_for("recalls.show_return", return_id=lease_return.id), 303)


def to_lease(lease: Lease) -> Response:
    """Back to the page of a lease after something was done."""
    return redirect(url_for("recalls.show_lease", lease_id=lease.id), 303)


def tabs(here: str) -> list[dict[str, Any]]:
    """Campaigns and the register beside each other."""
    return [
        {"label": "返却要請", "url": url_for("recalls.index"), "current": here == "campaigns"},
        {"label": "リースの一覧", "url": url_for("recalls.leases"), "current": here == "leases"},
    ]


def transport_url(vehicle_id: int) -> str | None:
    """Where a drive for this car is arranged, where drives are arranged at all."""
    is_there = "transport.new" in current_app.view_functions
    return url_for("transport.new", vehicle=vehicle_id) if is_there else None
