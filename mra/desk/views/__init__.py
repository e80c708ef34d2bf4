"""Today at the desk, the map of a support, one applicant's case, and the page behind a resident's private link."""

from . import call_list, case, map, resident, suppressions, today
from .blueprint import blueprint

__all__ = ["blueprint", "call_list", "case", "map", "resident", "suppressions", "today"]
