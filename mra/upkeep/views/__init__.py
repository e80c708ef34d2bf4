"""The pages of the upkeep: what is due for the fleet, one car, its work, tyres, damage and odometer."""

from . import car, fleet, tasks, tyres
from .blueprint import blueprint

__all__ = ["blueprint", "car", "fleet", "tasks", "tyres"]
