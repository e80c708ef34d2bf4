"""The pages of reports."""

from . import fairness
from .blueprint import blueprint

__all__ = ["blueprint", "fairness"]
