"""The one blueprint of the capability, what its pages are told, and how they load a case."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, redirect, url_for
from werkzeug.wrappers import Response

from mra.core.vehicle_classes import VEHICLE_CLASS_WORDS
from mra.vehicles.rules import DRIVE_WORDS, TRANSMISSION_WORDS

from .. import queries, rules
from ..forms.car import ERA_CHOICES
from ..models import Donation
from ..rules.judging import CONDITION_WORDS, USE_WORDS
from ..rules.papers import DONOR_KIND_WORDS, OWNER_WORDS
from ..rules.papers import WORDS as PAPER_WORDS

blueprint = Blueprint("donations", __name__)

WORDS: dict[str, Mapping[Any, str]] = {
    "condition": CONDITION_WORDS,
    "use": USE_WORDS,
    "kind": DONOR_KIND_WORDS,
    "owner": OWNER_WORDS,
    "handing": rules.HANDING_WORDS,
    "channel": rules.CHANNEL_WORDS,
    "transmission": TRANSMISSION_WORDS,
    "drive": DRIVE_WORDS,
    "paper": PAPER_WORDS,
}
# The words that the form's fields offer, in the order in which they are offered.
OFFERED = {
    "eras": list(ERA_CHOICES),
    "classes": list(VEHICLE_CLASS_WORDS.items()),
    "conditions": list(CONDITION_WORDS.items()),
    "kinds": list(DONOR_KIND_WORDS.items()),
    "owners": list(OWNER_WORDS.items()),
    "handings": [
        (
            "pick_up",
            rules.HANDING_WORDS[rules.Handing.PICK_UP],
            "職員またはボランティアの運転手（架け橋ドライバー）がうかがいます。",
        ),
        (
            "last_drive",
            rules.HANDING_WORDS[rules.Handing.LAST_DRIVE],
            "最後のドライブとして、ご自身で拠点まで運んでいただきます。",
        ),
    ],
    "transmissions": [("AT", "オートマ（AT）"), ("MT", "マニュアル（MT）")],
    "drives": [("2WD", "2WD"), ("4WD", "4WD")],
    "consent_version": rules.CONSENT_VERSION,
}


def load_donation(donation_id: int) -> Donation:
    """A donation with everything its page shows, or the page that says it is not there."""
    return queries.donation_in_full(donation_id) or abort(404)


def to_case(donation: Donation) -> Response:
    """Back to the page of a donation after something was done."""
    return redirect(url_for("donations.show", donation_id=donation.id), 303)
