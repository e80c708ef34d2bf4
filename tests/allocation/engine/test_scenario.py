"""Reading a scenario: what is accepted, and for every fault the place and the reason."""

import json
from datetime import UTC, date, datetime

import pytest

from mra.allocation.engine import ScenarioFault, parse_scenario, read_scenario
from tests.allocation.engine.documents import example

GONE = object()
LONE_SURROGATE = "\ud800"


def spoiled(path, value):
    """The example with one thing changed; the last step of the path is a key or an index."""
    document = example()
    *steps, last = path
    place = document
    for step in steps:
        place = place[step]
    if value is GONE:
        del place[last]
    elif isinstance(place, list) and last == len(place):
        place.append(value)
    else:
        place[last] = value
    return document


def test_the_example_of_the_contract_is_read():
    scenario = parse_scenario(json.dumps(example()))
    [vehicle], [request] = scenario.vehicles, scenario.requests
    assert scenario.weights.unneeded_feature == 200
    assert (vehicle.id, vehicle.features, vehicle.available_until) == ("V1", frozenset({"awd"}), date(2026, 12, 31))
    assert request.submitted_at == datetime(2026, 6, 20, 1, tzinfo=UTC)
    assert (request.classes, request.until_on, request.max_distance_km) == (
        ("kei_van", "kei_truck"),
        date(2026, 7, 4),
        30.0,
    )


@pytest.mark.parametrize("moment", ["2026-06-20T01:00:00Z", "2026-06-20 10:00:00.000000+09:00", "2026-06-20t01:00:00z"])
def test_the_same_moment_may_be_written_differently(moment):
    changed = read_scenario(spoiled(("requests", 0, "submitted_at"), moment))
    assert changed.requests[0].rank == read_scenario(example()).requests[0].rank


def test_a_byte_order_mark_does_no_harm():
    assert parse_scenario(b"\xef\xbb\xbf" + json.dumps(example()).encode()) == read_scenario(example())


def test_a_feature_named_twice_is_one_feature():
    assert read_scenario(spoiled(("vehicles", 0, "features"), ["awd", "awd"])) == read_scenario(example())


V, R = ("vehicles", 0), ("requests", 0)
FAULTS = [
    (("extra",), 1, "$.extra: unknown key"),
    (("two\nlines",), 1, '$["two\\nlines"]: unknown key'),
    (("weights",), GONE, "$.weights: missing"),
    (("weights",), [], "$.weights: must be an object, not a list"),
    (("weights", "km"), GONE, "$.weights.km: missing"),
    (("weights", "km"), 1.5, "$.weights.km: must be a whole number, not 1.5"),
    (("weights", "km"), True, "$.weights.km: must be a whole number, not true"),
    (("weights", "km"), 10**10, "$.weights.km: must lie between -1000000000 and 1000000000"),
    (("weights", "mile"), 1, "$.weights.mile: unknown key"),
    (("vehicles",), None, "$.vehicles: must be a list, not null"),
    (("vehicles",), {}, "$.vehicles: must be a list, not an object"),
    (V, 3, "$.vehicles[0]: must be an object, not 3"),
    ((*V, "colour"), "red", "$.vehicles[0].colour: unknown key"),
    ((*V, "seats"), GONE, "$.vehicles[0].seats: missing"),
    ((*V, "seats"), "4", '$.vehicles[0].seats: must be a whole number, not "4"'),
    ((*V, "seats"), False, "$.vehicles[0].seats: must be a whole number, not false"),
    ((*V, "seats"), 4.0, "$.vehicles[0].seats: must be a whole number, not 4.0"),
    ((*V, "seats"), -1, "$.vehicles[0].seats: must lie between 0 and 1000"),
    ((*V, "id"), 1, "$.vehicles[0].id: must be a text, not 1"),
    ((*V, "id"), "", "$.vehicles[0].id: is empty"),
    ((*V, "id"), LONE_SURROGATE, "$.vehicles[0].id: holds half a character (a lone surrogate)"),
    ((*V, "vehicle_class"), "tank", '$.vehicles[0].vehicle_class: unknown vehicle class "tank"'),
    ((*V, "vehicle_class"), ["kei_van"], "$.vehicles[0].vehicle_class: must be a text, not a list"),
    ((*V, "transmission"), "CVT", '$.vehicles[0].transmission: unknown transmission "CVT"'),
    ((*V, "features"), "awd", '$.vehicles[0].features: must be a list, not "awd"'),
    ((*V, "features", 1), 7, "$.vehicles[0].features[1]: must be a text, not 7"),
    ((*V, "lat"), float("nan"), "$.vehicles[0].lat: must be a finite number"),
    ((*V, "lon"), float("-inf"), "$.vehicles[0].lon: must be a finite number"),
    ((*V, "lat"), True, "$.vehicles[0].lat: must be a number, not true"),
    ((*V, "lat"), 90.1, "$.vehicles[0].lat: must lie between -90 and 90"),
    ((*V, "lon"), 10**400, "$.vehicles[0].lon: must lie between -180 and 180"),
    ((*V, "available_from"), "2026-02-30", "$.vehicles[0].available_from: no such day: 2026-02-30"),
    (
        (*V, "available_until"),
        "20261231",
        '$.vehicles[0].available_until: must be a day such as 2026-07-01, not "20261231"',
    ),
    ((*R, "tier"), float("nan"), "$.requests[0].tier: must be a whole number, not NaN"),
    ((*R, "classes"), "kei_van", '$.requests[0].classes: must be a list, not "kei_van"'),
    ((*R, "classes", 1), "tank", '$.requests[0].classes[1]: unknown vehicle class "tank"'),
    ((*R, "can_drive_manual"), 0, "$.requests[0].can_drive_manual: must be true or false, not 0"),
    ((*R, "max_distance_km"), float("inf"), "$.requests[0].max_distance_km: must be a finite number"),
    ((*R, "max_distance_km"), -1, "$.requests[0].max_distance_km: must lie between 0 and 1000000"),
    ((*R, "until"), "2026-06-30", "$.requests[0].until: lies before from"),
    ((*R, "submitted_at"), "2026-06-20T25:00:00Z", "$.requests[0].submitted_at: no such moment: 2026-06-20T25:00:00Z"),
    (("vehicles", 1), example()["vehicles"][0], "$.vehicles[1].id: the same id as vehicles[0]"),
    (("requests", 1), example()["requests"][0], "$.requests[1].id: the same id as requests[0]"),
]


@pytest.mark.parametrize(("path", "value", "sentence"), FAULTS, ids=[sentence for _, _, sentence in FAULTS])
def test_a_fault_is_named_with_its_place(path, value, sentence):
    with pytest.raises(ScenarioFault) as caught:
        parse_scenario(json.dumps(spoiled(path, value)))
    assert str(caught.value) == sentence


@pytest.mark.parametrize("moment", ["2026-06-20T10:00:00", "2026-06-20", "2026-06-20T10:00:00.1234567Z", "now"])
def test_a_moment_needs_its_offset_and_microseconds_at_most(moment):
    with pytest.raises(ScenarioFault, match=r"requests\[0\]\.submitted_at: must be a moment with its offset"):
        read_scenario(spoiled((*R, "submitted_at"), moment))


@pytest.mark.parametrize("key", [*example()["requests"][0]])
def test_no_fact_of_a_request_may_be_missing(key):
    with pytest.raises(ScenarioFault, match=rf"requests\[0\]\.{key}: missing"):
        read_scenario(spoiled((*R, key), GONE))


@pytest.mark.parametrize("key", [*example()["vehicles"][0]])
def test_no_fact_of_a_vehicle_may_be_missing(key):
    with pytest.raises(ScenarioFault, match=rf"vehicles\[0\]\.{key}: missing"):
        read_scenario(spoiled((*V, key), GONE))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"", "$: is not JSON: Expecting value (line 1, column 1)"),
        (b"{", "$: is not JSON"),
        (b"[]", "$: must be an object, not a list"),
        (b"\xff\xfe", "$: is not UTF-8 (byte 0)"),
        (b"[" * 100_000, "$: is nested too deeply"),
        (b"9" * 5000, "$: holds a number that is too long"),
        (b'{"weights": {"km": 1, "km": 2}, "vehicles": [], "requests": []}', "$.weights.km: stands twice"),
        (json.dumps(example()).replace("37.04", "1e999").encode(), "$.vehicles[0].lat: must be a finite number"),
    ],
)
def test_what_is_no_proper_json_is_refused(text, sentence):
    with pytest.raises(ScenarioFault) as caught:
        parse_scenario(text)
    assert str(caught.value).startswith(sentence)
    assert "\n" not in str(caught.value)
