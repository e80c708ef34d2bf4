"""What became of a car: how many borrowed it, how far they drove. Numbers only, never a person."""

from collections.abc import Iterable
from typing import NamedTuple


class VehicleStory(NamedTuple):
    """How many households or groups borrowed a car, and the kilometres of the loans that are over."""

    borrowers: int
    driven_km: int


def together(stories: Iterable[VehicleStory]) -> VehicleStory:
    """The story of several cars."""
    told = list(stories)
    return VehicleStory(sum(one.borrowers for one in told), sum(one.driven_km for one in told))
