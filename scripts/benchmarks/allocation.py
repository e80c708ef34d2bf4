"""How long an allocation takes, part by part, beside OR-Tools' flow alone, and how that grows with the pairs."""

import argparse
import json
import math
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from ortools.graph.python import min_cost_flow

sys.path.append(str(Path(__file__).resolve().parents[1]))

from _allocation_scenarios import benchmark_scenario
from _figures import report

from mra.allocation.engine import allocate, parse_scenario
from mra.allocation.engine.cost import cheapest
from mra.allocation.engine.pairs import Arcs, build_arcs
from mra.allocation.engine.plan import Plan
from mra.allocation.engine.proofs import contested_blocks
from mra.allocation.engine.served import find_served
from mra.allocation.engine.values import Request, Scenario
from mra.allocation.engine.verify import faults_of

# First day, a large disaster, Nankai Trough; between them the sizes that the fit needs.
SIZES = ((500, 70), (2_000, 350), (6_000, 1_000), (25_000, 5_000), (100_000, 20_000))
MOST_SECONDS = 600
CHECKED_UP_TO = 10_000


class Parts(dict[str, float]):
    """Seconds by part."""

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Add the time of the block to a part."""
        started = time.perf_counter()
        yield
        self[name] = round(self.get(name, 0.0) + time.perf_counter() - started, 4)


def main() -> int:
    """A line per size, each measured in a process of its own (for its memory); then the fit over all of them."""
    options = _options()
    if options.here:
        report(**_measure(options.requests, options.vehicles, options.seed))
        return 0
    sizes = [(options.requests, options.vehicles)] if options.requests else list(SIZES)
    lines = [_in_a_process(requests, vehicles, options.seed) for requests, vehicles in sizes]
    for line in lines:
        report(**line)
    if len(lines) >= 4:
        report(**_fit(lines))
    return 0 if all(line["same_optimum"] for line in lines) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench allocation")
    parser.add_argument("--requests", type=int, default=0, help="one size instead of all")
    parser.add_argument("--vehicles", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def _in_a_process(requests: int, vehicles: int, seed: int) -> dict[str, float]:
    words = ["--requests", str(requests), "--vehicles", str(vehicles), "--seed", str(seed), "--here"]
    done = subprocess.run(
        [sys.executable, __file__, *words], stdout=subprocess.PIPE, timeout=MOST_SECONDS, check=True, text=True
    )
    line: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return line


def _measure(requests: int, vehicles: int, seed: int) -> dict[str, object]:
    document = json.dumps(benchmark_scenario(requests, vehicles, seed))
    parts, whole = Parts(), Parts()
    with whole.part("seconds"):
        scenario = parse_scenario(document)
        plan = allocate(scenario)
        plan.to_json()
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    arcs = _part_by_part(document, scenario, parts)
    flow = Parts()
    with flow.part("seconds"):
        optimum = _flow_alone(scenario, plan)
    return {
        "requests": requests,
        "vehicles": vehicles,
        "pairs": int(arcs.capacity[arcs.group].sum()),
        "arcs": len(arcs.group),
        "served": len(plan.assignments),
        **whole,
        **{f"{name}_seconds": seconds for name, seconds in parts.items()},
        "peak_mib": peak_mib,
        "flow_seconds": flow["seconds"],
        "times_flow": round(whole["seconds"] / flow["seconds"], 2),
        "same_optimum": optimum == plan.total_cost,
        "faults": len(faults_of(scenario, plan)) if requests <= CHECKED_UP_TO else None,
    }


def _part_by_part(document: str, scenario: Scenario, parts: Parts) -> Arcs:
    """The same steps once more, each with its own clock."""
    with parts.part("reading"):
        parse_scenario(document)
    ranked = sorted(scenario.requests, key=lambda request: request.rank)
    vehicles = sorted(scenario.vehicles, key=lambda vehicle: vehicle.id)
    with parts.part("pairs"):
        arcs = build_arcs(ranked, vehicles, scenario.weights)
    with parts.part("served_set"):
        served = find_served(arcs)
    with parts.part("cost"):
        cheapest(arcs, served)
    with parts.part("proofs"):
        contested_blocks(arcs, served)
    return arcs


def _flow_alone(scenario: Scenario, plan: Plan) -> int:
    """The yardstick: OR-Tools' flow on the arcs of those who are served, arc building included; its least cost."""
    names = {assignment.request for assignment in plan.assignments}
    people: list[Request] = [request for request in scenario.requests if request.id in names]
    arcs = build_arcs(people, scenario.vehicles, scenario.weights)
    count, groups = len(people), len(arcs.capacity)
    sink = count + groups
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(arcs.requests, count + arcs.group, np.ones_like(arcs.group), arcs.cost)
    flow.add_arcs_with_capacity_and_unit_cost(
        np.arange(count, sink), np.full(groups, sink), arcs.capacity, np.zeros_like(arcs.capacity)
    )
    supplies = np.zeros(sink + 1, dtype=np.int64)
    supplies[:count], supplies[sink] = 1, -count
    flow.set_nodes_supplies(np.arange(sink + 1), supplies)
    if flow.solve() != flow.OPTIMAL:
        raise RuntimeError("the yardstick's flow found no optimum")
    return int(flow.optimal_cost())


def _fit(lines: list[dict[str, float]]) -> dict[str, object]:
    """seconds ~ pairs^exponent, by least squares on logarithms; 1 or less means no faster than the pairs."""
    x = [math.log(line["pairs"]) for line in lines]
    y = [math.log(line["seconds"]) for line in lines]
    slope, _intercept = np.polyfit(x, y, 1)
    return {"fit": "seconds ~ pairs^exponent", "sizes": len(lines), "exponent": round(float(slope), 3)}


if __name__ == "__main__":
    sys.exit(main())
