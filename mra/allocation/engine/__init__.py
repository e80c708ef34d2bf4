"""The allocation engine: plain values in, plain values out.

It matches waiting requests with free vehicles so that nobody is overtaken, the cost is the smallest possible, and
everyone without a car gets a reason that can be checked. It knows no database and no web; it stands beside `rules`.

- `values`: what it is given; `scenario`: reading that from JSON (`quick_reading`: where nothing is doubtful)
- `pairs`: which vehicles suit which requests (`nearness`: how far)
- `served`: who is served; `cost`: who gets which; `ties`: which of several such plans; `proofs`: why not
- `groupsets`, `components`: sets of groups of vehicles, and what is connected
- `plan`: what it answers; `verify`: checks an answer without any of the above but the values
"""

from mra.allocation.engine.allocation import allocate
from mra.allocation.engine.plan import Assignment, ContestedSet, Plan, Unserved
from mra.allocation.engine.scenario import parse_scenario, read_scenario
from mra.allocation.engine.values import (
    TRANSMISSIONS,
    VEHICLE_CLASSES,
    Request,
    Scenario,
    ScenarioFault,
    Vehicle,
    Weights,
    distance_km,
)

__all__ = [
    "TRANSMISSIONS",
    "VEHICLE_CLASSES",
    "Assignment",
    "ContestedSet",
    "Plan",
    "Request",
    "Scenario",
    "ScenarioFault",
    "Unserved",
    "Vehicle",
    "Weights",
    "allocate",
    "distance_km",
    "parse_scenario",
    "read_scenario",
]
