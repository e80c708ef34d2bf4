"""Reading a scenario in one go: the common case, in which nothing about the document is doubtful.

Whatever raises the least doubt is left to the careful reader. This one accepts nothing that the careful one refuses, and
reads nothing differently; it knows no words for faults.
"""

from __future__ import annotations

import re

import msgspec

from mra.allocation.engine.values import TRANSMISSIONS, VEHICLE_CLASSES, Scenario

# More digits than microseconds would be rounded, and two moments that differ would become one.
_BELOW_MICROSECONDS = re.compile(rb":[0-9]{2}\.[0-9]{7}")
_LONG_FRACTION = re.compile(rb"\.[0-9]{7}")
_KEYS_OF_SCENARIO, _KEYS_OF_WEIGHTS = 3, 4
# Keys and single texts; what stands in lists comes on top.
_TEXTS_OF_VEHICLE, _TEXTS_OF_REQUEST = 9 + 5, 12 + 4


def read_quickly(document: bytes | str) -> Scenario | None:
    """The scenario, if there is no doubt about it."""
    try:
        text = document.encode() if isinstance(document, str) else document
        scenario = msgspec.json.decode(text, type=Scenario)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    is_certain = _no_key_stands_twice(text, scenario) and _is_plausible(scenario) and not _rounds_moments(text)
    return scenario if is_certain else None


def _rounds_moments(text: bytes) -> bool:
    """Asked in two steps, because a point is rarer than a colon."""
    return bool(_LONG_FRACTION.search(text) and _BELOW_MICROSECONDS.search(text))


def _no_key_stands_twice(text: bytes, scenario: Scenario) -> bool:
    """Counted by quotation marks: without a backslash in the document, each of them begins or ends a key or a text.

    The decoder has seen every key at least once and no other keys; so the sum is right only if each stands once.
    """
    texts = _KEYS_OF_SCENARIO + _KEYS_OF_WEIGHTS
    texts += sum([_TEXTS_OF_VEHICLE + len(vehicle.features) for vehicle in scenario.vehicles])
    texts += sum(
        [_TEXTS_OF_REQUEST + len(request.classes) + len(request.required_features) for request in scenario.requests]
    )
    return b"\\" not in text and text.count(b'"') == 2 * texts


def _is_plausible(scenario: Scenario) -> bool:
    """Only known words, and nobody brings the car back before taking it."""
    classes = {vehicle.vehicle_class for vehicle in scenario.vehicles}
    classes.update(*{request.classes for request in scenario.requests})
    return (
        classes.issubset(VEHICLE_CLASSES)
        and {vehicle.transmission for vehicle in scenario.vehicles}.issubset(TRANSMISSIONS)
        and all(request.from_on <= request.until_on for request in scenario.requests)
    )
