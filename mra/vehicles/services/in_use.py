"""Whether a car is offered or lent. Offers and loans live above vehicles, so they answer through a register.

The shell fills it once, at start:

    vehicles.services.in_use_checks.append(allocation.queries.offered_vehicles)
    vehicles.services.in_use_checks.append(loans.queries.lent_vehicles)

A check takes ids of cars and returns, for those in use, the word that people see: `{7: "案内中"}`, `{9: "貸出中"}`.
It is one statement whatever the number of ids, and it sees what the present transaction has written.

The other side of the bargain: whoever makes an offer or a loan first locks the row of the car (`audit.lock`) and finds
it ready. Then one of two people who take a car out of service and offer it at the same moment waits for the other.
"""

from collections.abc import Callable, Collection, Mapping

from mra.core.errors import Refused
from mra.vehicles.models import Vehicle

InUseCheck = Callable[[Collection[int]], Mapping[int, str]]

in_use_checks: list[InUseCheck] = []


def uses_of(vehicle_ids: Collection[int]) -> dict[int, str]:
    """What each of these cars is in use for; free cars are not in it."""
    uses: dict[int, str] = {}
    if vehicle_ids:
        for check in in_use_checks:
            uses |= check(vehicle_ids)
    return uses


def refuse_if_in_use(vehicle: Vehicle) -> None:
    """A car that is offered or lent stays where it is; called with the row of the car locked."""
    use = uses_of([vehicle.id]).get(vehicle.id)
    if use:
        raise Refused("vehicle_in_use", use=use)
