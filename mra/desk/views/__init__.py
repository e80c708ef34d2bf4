"""Today at the desk, the map of a support, one applicant's case, and the page behind a resident's private link."""

from . import case, map, resident, today
from .blueprint import blueprint

__all__ = ["blueprint", "case", "map", "resident", "today"]
