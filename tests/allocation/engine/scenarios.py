"""Scenarios for the engine's tests: people and cars in a few words, and small random ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from mra.allocation.engine import Request, Scenario, Vehicle, Weights

JAPAN = timezone(timedelta(hours=9))
WAJIMA = (37.39, 136.90)
# One degree of latitude is 111.195 km.
ANAMIZU = (37.23, 136.90)

WEIGHTS = Weights(class_rank=1000, km=10, spare_seat=50, unneeded_feature=200)

_CAR = Vehicle(
    id="V1",
    vehicle_class="kei_van",
    seats=4,
    transmission="AT",
    features=frozenset(),
    lat=WAJIMA[0],
    lon=WAJIMA[1],
    available_from=date(2026, 7, 1),
    available_until=date(2026, 12, 31),
)
_PERSON = Request(
    id="A1",
    tier=2,
    submitted_at=datetime(2026, 6, 20, 10, tzinfo=JAPAN),
    classes=("kei_van", "kei_truck"),
    seats=2,
    can_drive_manual=False,
    required_features=frozenset(),
    lat=WAJIMA[0],
    lon=WAJIMA[1],
    max_distance_km=30,
    from_on=date(2026, 7, 1),
    until_on=date(2026, 7, 4),
)


def car(id_: str = "V1", **facts: Any) -> Vehicle:
    """A kei van in Wajima, but for these facts."""
    return replace(_CAR, id=id_, **facts)


def person(id_: str = "A1", **facts: Any) -> Request:
    """Somebody in Wajima who wants a kei van, but for these facts."""
    return replace(_PERSON, id=id_, **facts)


def scenario(vehicles: list[Vehicle], requests: list[Request], weights: Weights = WEIGHTS) -> Scenario:
    """These cars and these people."""
    return Scenario(weights, tuple(vehicles), tuple(requests))


# Between two of the places it is 17.7912128 km: a millimetre decides. (To the last digit the formulas may differ.)
_JUST_TOO_SHORT, _JUST_ENOUGH = 17.791212, 17.791213
_CLASSES = ("kei_van", "kei_truck", "minivan")
_PLACES = (WAJIMA, ANAMIZU, (37.14, 136.73))
_feature_sets = st.frozensets(st.sampled_from(("awd", "studless")), max_size=2)
# The same instant is written in different ways.
_offsets = st.sampled_from((JAPAN, UTC, timezone(timedelta(hours=-9, minutes=-30))))
_weights = st.one_of(st.just(0), st.integers(-20, 1000))
_days = st.integers(0, 3).map(lambda days: date(2026, 7, 1) + timedelta(days=days))


@st.composite
def _cars(draw: st.DrawFn, number: int) -> Vehicle:
    lat, lon = draw(st.sampled_from(_PLACES))
    return car(
        f"V{number}",
        vehicle_class=draw(st.sampled_from(_CLASSES)),
        seats=draw(st.integers(2, 5)),
        transmission=draw(st.sampled_from(("AT", "AT", "MT"))),
        features=draw(_feature_sets),
        lat=lat,
        lon=lon,
        available_from=draw(st.sampled_from((date(2026, 6, 1), date(2026, 7, 2)))),
        available_until=draw(st.sampled_from((date(2026, 7, 6), date(2026, 12, 31)))),
    )


@st.composite
def _people(draw: st.DrawFn, number: int) -> Request:
    lat, lon = draw(st.sampled_from(_PLACES))
    from_on = draw(_days)
    return person(
        f"A{number}",
        tier=draw(st.integers(1, 2)),
        submitted_at=datetime(2026, 6, 20, draw(st.integers(9, 11)), tzinfo=JAPAN).astimezone(draw(_offsets)),
        classes=tuple(draw(st.lists(st.sampled_from(_CLASSES), min_size=1, max_size=3, unique=True))),
        seats=draw(st.integers(1, 4)),
        can_drive_manual=draw(st.booleans()),
        required_features=draw(st.sampled_from((frozenset(), frozenset(), frozenset({"awd"})))),
        lat=lat,
        lon=lon,
        max_distance_km=draw(st.sampled_from((0, 20, 60, _JUST_TOO_SHORT, _JUST_ENOUGH))),
        from_on=from_on,
        until_on=from_on + timedelta(days=draw(st.integers(0, 3))),
    )


@st.composite
def small_scenarios(draw: st.DrawFn, most: int = 6) -> Scenario:
    """A few cars and people with few differences, so that they compete; some are alike but for their ids."""
    return Scenario(
        Weights(draw(_weights), draw(_weights), draw(_weights), draw(_weights)),
        tuple(draw(_some(_cars, "V", most))),
        tuple(draw(_some(_people, "A", most))),
    )


@st.composite
def _some(draw: st.DrawFn, one: Callable[[int], st.SearchStrategy[Any]], letter: str, most: int) -> list[Any]:
    things: list[Any] = []
    for number in range(draw(st.integers(0, most))):
        is_like_the_last = bool(things) and draw(st.booleans())
        things.append(replace(things[-1], id=f"{letter}{number}") if is_like_the_last else draw(one(number)))
    return things
