"""The benchmark of the allocation measures what it says it measures."""

import json

import allocation
import pytest

from scripts.benchmarks._allocation_scenarios import benchmark_scenario


@pytest.fixture
def line(tmp_path, monkeypatch):
    monkeypatch.setattr(allocation, "ROUND_SECONDS", 0)
    file = tmp_path / "scenario.json"
    file.write_text(json.dumps(benchmark_scenario(60, 20)))
    return allocation._measure(file)


def test_a_line_tells_size_seconds_memory_and_whether_the_plan_holds(line):
    assert (line["requests"], line["vehicles"], line["same_optimum"], line["faults"]) == (60, 20, True, 0)
    assert line["pairs"] >= line["arcs"] >= line["served"] > 0
    assert line["peak_mib"] > 0
    parts = ["reading", "pairs", "served_set", "cost", "proofs", "writing"]
    assert sum(line[f"{part}_seconds"] for part in parts) > 0
    assert line["ratio"] == pytest.approx(line["seconds"] / line["flow_seconds"], abs=0.01)


@pytest.mark.parametrize("exponent", [0.5, 1, 2])
def test_the_fit_finds_how_time_grows_with_the_pairs(exponent):
    lines = [{"pairs": pairs, "seconds": 3 * pairs**exponent} for pairs in (100, 1_000, 50_000, 1_000_000)]
    assert allocation._fit(lines)["exponent"] == exponent
