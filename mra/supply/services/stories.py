"""What became of cars once they were there. Loans live above supply, so they answer through a register.

The shell fills it once, at start: `supply.services.on_vehicle_story(loans.queries.vehicle_stories)`.
"""

from collections.abc import Callable, Collection, Mapping

from ..rules.stories import VehicleStory

VehicleStories = Callable[[Collection[int]], Mapping[int, VehicleStory]]

_tellers: list[VehicleStories] = []


def on_vehicle_story(teller: VehicleStories) -> None:
    """Register who knows what became of cars: one statement whatever the number of ids, each car with its story."""
    _tellers[:] = [teller]


def vehicle_story(vehicle_ids: Collection[int]) -> dict[int, VehicleStory]:
    """How many households borrowed each of these cars, and how far they drove; cars without a story are not in it."""
    return dict(_tellers[0](vehicle_ids)) if _tellers and vehicle_ids else {}
