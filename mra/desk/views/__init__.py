"""Today at the desk, one applicant's case, and the page behind a resident's private link."""

from . import call_list, case, resident, suppressions, today
from .blueprint import blueprint

__all__ = ["blueprint", "call_list", "case", "resident", "suppressions", "today"]
