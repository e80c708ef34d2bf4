"""The pages of reports."""

from . import car_life, fairness
from .blueprint import blueprint

__all__ = ["blueprint", "car_life", "fairness"]
