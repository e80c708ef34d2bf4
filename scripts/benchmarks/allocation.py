"""How long an allocation takes, part by part, beside OR-Tools' flow alone, and how that grows with the pairs.

A line per size, measured in a process of its own on a file:

- `seconds`: from the bytes of the scenario to the bytes of the plan; the best of several rounds. `ratio` is
  `seconds` by `flow_seconds`, the best of as many rounds of the yardstick in the same process, in turn. What both need
  once (starting Python, importing numpy and OR-Tools, the first touch of every page) is in neither; `first_seconds` is
  the very first allocation of the process, with all that but the imports.
- `processor_ratio`: the same by seconds of the processor, which a busy machine disturbs less.
- `reading_seconds` ... `writing_seconds`: the steps once more, each with its own clock, the best of the same rounds.
- `peak_mib`: the most memory the process has held when the first allocation is done, and before anything else is done.
- `flow_seconds`: OR-Tools' `SimpleMinCostFlow` alone on the arcs of those who are served, the arcs built by the same code.
- `same_optimum`: the yardstick's least cost is the plan's. `faults`: what the checker, which shares no code with the
  engine, finds wrong with the served set, the reasons and the least cost.
"""

import argparse
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from ortools.graph.python import min_cost_flow

sys.path.append(str(Path(__file__).resolve().parents[1]))

from _allocation_scenarios import benchmark_scenario
from _figures import report

from mra.allocation.engine import allocate, parse_scenario
from mra.allocation.engine.allocation import in_order, report_plan
from mra.allocation.engine.cost import cheapest
from mra.allocation.engine.pairs import Arcs, build_arcs
from mra.allocation.engine.plan import Plan
from mra.allocation.engine.proofs import contested_blocks
from mra.allocation.engine.served import find_served
from mra.allocation.engine.values import Request, Scenario
from mra.allocation.engine.verify import faults_of

# First day, a large disaster, Nankai Trough; between them the sizes that the fit needs.
SIZES = ((500, 70), (2_000, 350), (6_000, 1_000), (25_000, 5_000), (100_000, 20_000))
MOST_SECONDS = 1800
# Rounds go on for so many seconds, but there are neither fewer nor more of them than this.
ROUND_SECONDS, FEWEST_ROUNDS, MOST_ROUNDS = 8, 3, 300


class Parts(dict[str, float]):
    """Seconds by part: the best of the rounds."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        super().__init__()
        self._clock = clock

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """The time of the block, if it is the best so far."""
        started = self._clock()
        yield
        self[name] = min(self.get(name, math.inf), round(self._clock() - started, 5))


def main() -> int:
    """A line per size, each measured in a process of its own (for its memory); then the fit over all of them."""
    options = _options()
    if options.file:
        report(**_measure(options.file))
        return 0
    sizes = [(options.requests, options.vehicles)] if options.requests else list(SIZES)
    lines = []
    for requests, vehicles in sizes:
        lines.append(_in_a_process(requests, vehicles, options.seed))
        report(**lines[-1])
    if len(lines) >= 4:
        report(**_fit(lines))
    return 0 if all(line["same_optimum"] and not line["faults"] for line in lines) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench allocation")
    parser.add_argument("--requests", type=int, default=0, help="one size instead of all")
    parser.add_argument("--vehicles", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _in_a_process(requests: int, vehicles: int, seed: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scenario.json"
        file.write_text(json.dumps(benchmark_scenario(requests, vehicles, seed)))
        command = [sys.executable, __file__, "--file", str(file)]
        done = subprocess.run(command, stdout=subprocess.PIPE, timeout=MOST_SECONDS, check=True, text=True)
    line: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return line


def _measure(file: Path) -> dict[str, object]:
    document, first, parts, processor = file.read_bytes(), Parts(), Parts(), Parts(time.process_time)
    with first.part("first_seconds"):
        scenario, plan, _ = _whole(document)
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    started, rounds = time.perf_counter(), 0
    while rounds < FEWEST_ROUNDS or (rounds < MOST_ROUNDS and time.perf_counter() - started < ROUND_SECONDS):
        rounds += 1
        with parts.part("seconds"), processor.part("whole"):
            _whole(document)
        with parts.part("flow_seconds"), processor.part("flow"):
            optimum = _flow_alone(scenario, plan)
        arcs = _part_by_part(document, parts)
    with first.part("checking_seconds"):
        faults = faults_of(scenario, plan)
    print(*faults[:10], sep="\n", end="\n" if faults else "", file=sys.stderr)
    return {
        "requests": len(scenario.requests),
        "vehicles": len(scenario.vehicles),
        "pairs": int(arcs.capacity[arcs.group].sum()),
        "arcs": len(arcs.group),
        "served": len(plan.assignments),
        **parts,
        "ratio": round(parts["seconds"] / parts["flow_seconds"], 2),
        "processor_ratio": round(processor["whole"] / processor["flow"], 2),
        "rounds": rounds,
        "peak_mib": peak_mib,
        **first,
        "same_optimum": optimum == plan.total_cost,
        "faults": len(faults),
    }


def _whole(document: bytes) -> tuple[Scenario, Plan, bytes]:
    scenario = parse_scenario(document)
    plan = allocate(scenario)
    return scenario, plan, plan.to_json().encode()


def _part_by_part(document: bytes, parts: Parts) -> Arcs:
    """The same steps once more, each with its own clock."""
    with parts.part("reading_seconds"):
        scenario = parse_scenario(document)
    with parts.part("pairs_seconds"):
        requests, vehicles = in_order(scenario)
        arcs = build_arcs(requests, vehicles, scenario.weights)
    with parts.part("served_set_seconds"):
        served = find_served(arcs)
    with parts.part("cost_seconds"):
        chosen = cheapest(arcs, served)
    with parts.part("proofs_seconds"):
        blocks = contested_blocks(arcs, served)
    with parts.part("writing_seconds"):
        plan = report_plan(requests, vehicles, arcs, served, chosen, blocks)
        plan.to_json().encode()
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
