"""Reading a scenario from JSON. Every fault names its place in the document, so that a person can go and mend it.

`quick_reading` reads what is beyond doubt; everything else is read here, field by field, and what is refused is refused
here in words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from math import isfinite
from typing import Any, TypeVar

from mra.allocation.engine.quick_reading import read_quickly
from mra.allocation.engine.values import (
    MAX_DISTANCE_KM,
    MAX_SEATS,
    MAX_WEIGHT,
    TRANSMISSIONS,
    VEHICLE_CLASSES,
    Request,
    Scenario,
    ScenarioFault,
    Vehicle,
    Weights,
)

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:?[0-9]{2})"
)
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

_T = TypeVar("_T")


class _RepeatedKey(dict[str, Any]):
    """A JSON object in which a key stands twice; found while parsing, reported where its path is known."""

    key: str


def parse_scenario(document: bytes | str) -> Scenario:
    """Read the JSON text of a scenario."""
    return read_quickly(document) or read_carefully(document)


def read_carefully(document: bytes | str) -> Scenario:
    """Read the JSON text of a scenario field by field; what is wrong with it is told here."""
    try:
        text = document.decode("utf-8-sig") if isinstance(document, bytes) else document
        tree = json.loads(text, object_pairs_hook=_object)
    except UnicodeDecodeError as error:
        raise ScenarioFault("", f"is not UTF-8 (byte {error.start})") from None
    except json.JSONDecodeError as error:
        raise ScenarioFault("", f"is not JSON: {error.msg} (line {error.lineno}, column {error.colno})") from None
    except RecursionError:
        raise ScenarioFault("", "is nested too deeply") from None
    except ValueError:  # Python refuses to convert a whole number of more than 4,300 digits
        raise ScenarioFault("", "holds a number that is too long") from None
    return read_scenario(tree)


def read_scenario(tree: object) -> Scenario:
    """Read a scenario from parsed JSON."""
    fields = _fields(tree, ("weights", "vehicles", "requests"))
    return Scenario(
        weights=_inside(".weights", read_weights, fields["weights"]),
        vehicles=_each(".vehicles", read_vehicle, fields["vehicles"]),
        requests=_each(".requests", read_request, fields["requests"]),
    )


def read_weights(tree: object) -> Weights:
    """Read what makes a pair dear."""
    names = ("class_rank", "km", "spare_seat", "unneeded_feature")
    fields = _fields(tree, names)
    return Weights(*(_whole(fields, name, -MAX_WEIGHT, MAX_WEIGHT) for name in names))


_VEHICLE_KEYS = (
    "id",
    "vehicle_class",
    "seats",
    "transmission",
    "features",
    "lat",
    "lon",
    "available_from",
    "available_until",
)


def read_vehicle(tree: object) -> Vehicle:
    """Read one vehicle. One whose papers end before it is available is no fault: it simply suits nobody."""
    fields = _fields(tree, _VEHICLE_KEYS)
    return Vehicle(
        id=_word(fields, "id"),
        vehicle_class=_one_of(fields["vehicle_class"], ".vehicle_class", VEHICLE_CLASSES, "vehicle class"),
        seats=_whole(fields, "seats", 0, MAX_SEATS),
        transmission=_one_of(fields["transmission"], ".transmission", TRANSMISSIONS, "transmission"),
        features=_words(fields, "features"),
        lat=_number(fields, "lat", -90, 90),
        lon=_number(fields, "lon", -180, 180),
        available_from=_day(fields, "available_from"),
        available_until=_day(fields, "available_until"),
    )


_REQUEST_KEYS = (
    "id",
    "tier",
    "submitted_at",
    "classes",
    "seats",
    "can_drive_manual",
    "required_features",
    "lat",
    "lon",
    "max_distance_km",
    "from",
    "until",
)


def read_request(tree: object) -> Request:
    """Read one request."""
    fields = _fields(tree, _REQUEST_KEYS)
    request = Request(
        id=_word(fields, "id"),
        tier=_whole(fields, "tier", -MAX_WEIGHT, MAX_WEIGHT),
        submitted_at=_moment(fields, "submitted_at"),
        classes=_classes(fields, "classes"),
        seats=_whole(fields, "seats", 0, MAX_SEATS),
        can_drive_manual=_truth(fields, "can_drive_manual"),
        required_features=_words(fields, "required_features"),
        lat=_number(fields, "lat", -90, 90),
        lon=_number(fields, "lon", -180, 180),
        max_distance_km=_number(fields, "max_distance_km", 0, MAX_DISTANCE_KM),
        from_on=_day(fields, "from"),
        until_on=_day(fields, "until"),
    )
    if request.until_on < request.from_on:
        raise ScenarioFault(".until", "lies before from")
    return request


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) == len(pairs):
        return fields
    repeated, seen = _RepeatedKey(fields), set[str]()
    repeated.key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return repeated


def _fields(tree: object, keys: tuple[str, ...]) -> dict[str, Any]:
    """The members of an object that must have exactly these keys."""
    if not isinstance(tree, dict):
        raise ScenarioFault("", f"must be an object, not {_shown(tree)}")
    if isinstance(tree, _RepeatedKey):
        raise ScenarioFault(_step(tree.key), "stands twice")
    if len(tree) != len(keys) or any(key not in tree for key in keys):
        _refuse_keys(tree, keys)
    return tree


def _refuse_keys(tree: dict[str, Any], keys: tuple[str, ...]) -> None:
    for key in tree:
        if key not in keys:
            raise ScenarioFault(_step(key), "unknown key")
    for key in keys:
        if key not in tree:
            raise ScenarioFault(_step(key), "missing")


def _inside(path: str, read: Callable[[object], _T], tree: object) -> _T:
    try:
        return read(tree)
    except ScenarioFault as fault:
        raise fault.within(path) from None


def _each(path: str, read: Callable[[object], _T], tree: object) -> tuple[_T, ...]:
    items = []
    for index, item in enumerate(_list(tree, path)):
        try:
            items.append(read(item))
        except ScenarioFault as fault:
            raise fault.within(f"{path}[{index}]") from None
    return tuple(items)


def _list(tree: object, path: str) -> list[Any]:
    if not isinstance(tree, list):
        raise ScenarioFault(path, f"must be a list, not {_shown(tree)}")
    return tree


def _text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise ScenarioFault(path, f"must be a text, not {_shown(value)}")
    if not value:
        raise ScenarioFault(path, "is empty")
    if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
        raise ScenarioFault(path, "holds half a character (a lone surrogate)")
    return value


def _word(fields: dict[str, Any], key: str) -> str:
    return _text(fields[key], f".{key}")


def _words(fields: dict[str, Any], key: str) -> frozenset[str]:
    items = _list(fields[key], f".{key}")
    return frozenset(_text(item, f".{key}[{index}]") for index, item in enumerate(items))


def _classes(fields: dict[str, Any], key: str) -> tuple[str, ...]:
    items = _list(fields[key], f".{key}")
    return tuple(
        _one_of(item, f".{key}[{index}]", VEHICLE_CLASSES, "vehicle class") for index, item in enumerate(items)
    )


def _one_of(value: object, path: str, words: tuple[str, ...], what: str) -> str:
    text = _text(value, path)
    if text not in words:
        raise ScenarioFault(path, f"unknown {what} {_shown(text)}")
    return text


def _whole(fields: dict[str, Any], key: str, least: int, most: int) -> int:
    value = fields[key]
    if type(value) is not int:  # true is an int to Python, not to the secretariat
        raise ScenarioFault(f".{key}", f"must be a whole number, not {_shown(value)}")
    if not least <= value <= most:
        raise ScenarioFault(f".{key}", f"must lie between {least} and {most}")
    return value


def _number(fields: dict[str, Any], key: str, least: int, most: int) -> float:
    value = fields[key]
    if type(value) is not int and type(value) is not float:
        raise ScenarioFault(f".{key}", f"must be a number, not {_shown(value)}")
    if not isinstance(value, int) and not isfinite(value):
        raise ScenarioFault(f".{key}", "must be a finite number")
    if not least <= value <= most:
        raise ScenarioFault(f".{key}", f"must lie between {least} and {most}")
    return float(value)


def _truth(fields: dict[str, Any], key: str) -> bool:
    value = fields[key]
    if not isinstance(value, bool):
        raise ScenarioFault(f".{key}", f"must be true or false, not {_shown(value)}")
    return value


def _day(fields: dict[str, Any], key: str) -> date:
    text = _word(fields, key)
    if not _DAY.fullmatch(text):
        raise ScenarioFault(f".{key}", f"must be a day such as 2026-07-01, not {_shown(text)}")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ScenarioFault(f".{key}", f"no such day: {text}") from None


def _moment(fields: dict[str, Any], key: str) -> datetime:
    text = _word(fields, key)
    if not _MOMENT.fullmatch(text):
        expected = "a moment with its offset from UTC, such as 2026-06-20T10:00:00+09:00"
        raise ScenarioFault(f".{key}", f"must be {expected}, not {_shown(text)}")
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError:
        raise ScenarioFault(f".{key}", f"no such moment: {text}") from None


def _step(key: str) -> str:
    return f".{key}" if _PLAIN_KEY.fullmatch(key) else f"[{json.dumps(key)}]"


def _shown(value: object) -> str:
    """A value as it stood in the document, on one line and short."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    shown = json.dumps(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."
