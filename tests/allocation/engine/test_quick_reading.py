"""The quick reader: what it reads it reads as the careful one does, and what is doubtful it leaves alone."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mra.allocation.engine import ScenarioFault
from mra.allocation.engine.quick_reading import read_quickly
from mra.allocation.engine.scenario import read_carefully
from scripts.benchmarks._allocation_scenarios import benchmark_scenario
from tests.allocation.engine.documents import example
from tests.allocation.engine.test_scenario import FAULTS, spoiled


def careful(text):
    try:
        return read_carefully(text)
    except ScenarioFault:
        return None


@pytest.mark.parametrize("document", [example(), benchmark_scenario(200, 50)], ids=["example", "benchmark"])
def test_a_proper_scenario_is_read_by_both_alike(document):
    text = json.dumps(document, indent=1)
    assert read_quickly(text) == read_carefully(text) is not None


@pytest.mark.parametrize(("path", "value", "sentence"), FAULTS, ids=[sentence for _, _, sentence in FAULTS])
def test_what_has_a_fault_is_left_to_the_careful_reader(path, value, sentence):
    assert read_quickly(json.dumps(spoiled(path, value))) is None


_PATHS = [("weights", key) for key in example()["weights"]]
_PATHS += [(name, 0, key) for name in ("vehicles", "requests") for key in example()[name][0]]
_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-2, 200),
    st.floats(),
    st.floats(-200, 200),
    st.text(max_size=3),
    st.sampled_from(("AT", "kei_van", "2026-02-29", "2026-7-1", "2026-07-01", "0000-01-01", "2026-07-01T00:00:00Z")),
    st.from_regex(
        r"2026-0[67]-[0-9]{2}[Tt ][0-9]{2}:[0-5][0-9]:[0-6]0(\.[0-9]{1,8})?(Z|z|[+-][0-9]{2}:?[0-9]{2})", fullmatch=True
    ),
    st.lists(st.sampled_from(("kei_van", "kei_truck", "awd", "", "\u00e9")), max_size=3),
)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(_PATHS), _VALUES, st.booleans())
def test_whatever_stands_somewhere_it_reads_as_the_careful_reader_or_not_at_all(path, value, is_ascii):
    text = json.dumps(spoiled(path, value), ensure_ascii=is_ascii).encode("utf-8", "surrogatepass")
    assert read_quickly(text) in (None, careful(text))


@pytest.mark.parametrize(
    ("plain", "twice"),
    [
        (b'"km": 10', b'"km": 10, "km": 20'),
        (b'"seats": 4', b'"seats": 4, "seats": 5'),
        (b'"tier": 2', b'"\\u0074ier": 1, "tier": 2'),
        (b'"weights": {', b'"vehicles": [], "weights": {'),
    ],
)
def test_a_key_that_stands_twice_is_noticed(plain, twice):
    text = json.dumps(example()).encode().replace(plain, twice, 1)
    assert read_quickly(text) is None
    with pytest.raises(ScenarioFault, match="stands twice"):
        read_carefully(text)
