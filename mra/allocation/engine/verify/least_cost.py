"""Whether no plan that serves the same people costs less: the certificate of least cost.

The certificate is a price for every car, as on a market, such that

1. no price is negative, and a car nobody has costs nothing;
2. everyone's car is, price included, the cheapest of all cars that suit them.

Then the plan costs as little as possible. For take any other plan for the same people. Price included, nobody pays less
there (2), so it is at least as dear in all; and the prices paid there add up to no more than here, where every car that
has a price is paid for (1). So without the prices it costs at least as much. This is the duality of linear programs,
and by the same theory the prices exist whenever the plan is the cheapest (König and Egerváry, 1931).

The prices are looked for by rounds of underbidding (Bellman and Ford); how they were found does not matter to the proof.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mra.allocation.engine.plan import Assignment, Plan
from mra.allocation.engine.values import Scenario
from mra.allocation.engine.verify.suiting import Cars, possible_costs

_Numbers = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class _Offers:
    """What each person could have instead: `extra` is how much more the other car would cost. Sorted by person."""

    person: _Numbers
    car: _Numbers
    extra: _Numbers
    own: _Numbers


def least_cost_faults(scenario: Scenario, plan: Plan) -> Iterator[str]:
    """Where no prices prove that the plan costs as little as possible: one sentence about one person."""
    requests = {request.id: request for request in scenario.requests}
    number = {vehicle.id: index for index, vehicle in enumerate(scenario.vehicles)}
    given = [one for one in plan.assignments if one.request in requests and one.vehicle in number]
    if not given or len({one.vehicle for one in given}) < len(given):
        return  # a car given away twice is told elsewhere, and makes the question void
    offers = _offers(scenario, given)
    for fault in _first_fault(offers, _prices(offers, len(scenario.vehicles))):
        one, other = given[offers.person[fault]], scenario.vehicles[offers.car[fault]]
        yield f"no prices prove the cost: {one.request} has {one.vehicle} and would change to {other.id}"


def _offers(scenario: Scenario, given: list[Assignment]) -> _Offers:
    requests = {request.id: request for request in scenario.requests}
    number = {vehicle.id: index for index, vehicle in enumerate(scenario.vehicles)}
    cars, rows = Cars(scenario), []
    for index, one in enumerate(given):
        request = requests[one.request]
        rows.append((index, number[one.vehicle], 0))
        for vehicle in cars.suiting(request):
            if vehicle.id != one.vehicle:
                cost = max(possible_costs(request, vehicle, scenario.weights))
                rows.append((index, number[vehicle.id], cost - one.cost))
    own = np.array([number[one.vehicle] for one in given])
    person, car, extra = np.array(rows, dtype=np.int64).T
    return _Offers(np.array(person), np.array(car), np.array(extra), own)


def _prices(offers: _Offers, cars: int) -> _Numbers:
    """Prices that satisfy everybody, if there are any: whoever could change bounds the price of the own car."""
    highest = int(np.abs(offers.extra).max()) * (len(offers.own) + 1) + 1
    prices = np.zeros(cars, dtype=np.int64)
    prices[offers.own] = highest
    first = np.searchsorted(offers.person, np.arange(len(offers.own)))
    for _ in range(len(offers.own) + 1):
        bounds = np.minimum.reduceat(prices[offers.car] + offers.extra, first)
        if (bounds >= prices[offers.own]).all() or bounds.min() < 0:
            break
        prices[offers.own] = bounds
    return prices


def _first_fault(offers: _Offers, prices: _Numbers) -> _Numbers:
    """The first offer that breaks a rule of the certificate, if one does. Cars nobody has never got a price."""
    own_price = prices[offers.own][offers.person]
    return np.flatnonzero((prices[offers.car] + offers.extra < own_price) | (own_price < 0))[:1]
