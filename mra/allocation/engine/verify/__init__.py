"""Checks a plan against its scenario by the words of the rules. Shares no code with the solver, only the values.

- `suiting`: which car suits whom, and what the pair costs
- `assignments`: every assignment is possible and costs what it says; everyone is answered exactly once
- `reasons`: every reason holds, each "outranked" by its proof. If all of them hold, the served set is the right one
- `least_cost`: prices prove that no plan which serves the same people costs less
"""

from __future__ import annotations

from mra.allocation.engine.plan import Plan
from mra.allocation.engine.values import Scenario
from mra.allocation.engine.verify.assignments import answer_faults, assignment_faults
from mra.allocation.engine.verify.least_cost import least_cost_faults
from mra.allocation.engine.verify.reasons import Reasons

__all__ = ["faults_of", "least_cost_faults"]


def faults_of(scenario: Scenario, plan: Plan) -> list[str]:
    """Everything that is wrong with the plan, in sentences; empty if it holds."""
    return [
        *assignment_faults(scenario, plan),
        *answer_faults(scenario, plan),
        *Reasons(scenario, plan).faults(),
        *least_cost_faults(scenario, plan),
    ]
