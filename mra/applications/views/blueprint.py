"""The one blueprint of the capability, and what all its pages are told."""

from flask import Blueprint

from mra.core.circumstances import CIRCUMSTANCE_MEANINGS, CIRCUMSTANCE_WORDS
from mra.core.reading import ERA_CHOICES, EXPIRY_ERA_CHOICES
from mra.core.vehicle_classes import VEHICLE_CLASS_WORDS

from .. import rules

blueprint = Blueprint("applications", __name__)

# The words that the application's fields offer, in the order in which they are offered.
OFFERED = {
    "kinds": list(rules.APPLICANT_KIND_WORDS.items()),
    "eras": list(ERA_CHOICES),
    "expiry_eras": list(EXPIRY_ERA_CHOICES),
    "licence_kinds": list(rules.LICENCE_KIND_WORDS.items()),
    "evidence": list(rules.EVIDENCE_WORDS.items()),
    "circumstances": [(one, words, CIRCUMSTANCE_MEANINGS.get(one)) for one, words in CIRCUMSTANCE_WORDS.items()],
    "classes": list(VEHICLE_CLASS_WORDS.items()),
    "features": list(rules.WISHABLE_FEATURES.items()),
    "distances": [(str(km), f"{km}km まで") for km in rules.DISTANCES_KM],
    "consent_version": rules.CONSENT_VERSION,
    "most_drivers": rules.MOST_DRIVERS,
}
WORDS = {
    "kind": rules.APPLICANT_KIND_WORDS,
    "licence": rules.LICENCE_KIND_WORDS,
    "evidence": rules.EVIDENCE_WORDS,
    "circumstance": CIRCUMSTANCE_WORDS,
    "channel": rules.CHANNEL_WORDS,
}
