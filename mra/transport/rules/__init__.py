"""What transport goes by: jobs, offers, drivers, licences, expenses, ways home."""

from . import drivers, expenses, jobs, offers
from .drivers import DRIVER, DriverStatus
from .expenses import EXPENSE, ExpenseKind, ExpenseStatus
from .jobs import JOB, JobStatus
from .licences import LicenceClass
from .offers import OFFER, OfferStatus

REFUSALS = jobs.REFUSALS | offers.REFUSALS | drivers.REFUSALS | expenses.REFUSALS
CONSTRAINTS = jobs.CONSTRAINTS | offers.CONSTRAINTS | drivers.CONSTRAINTS | expenses.CONSTRAINTS

__all__ = [
    "CONSTRAINTS",
    "DRIVER",
    "EXPENSE",
    "JOB",
    "OFFER",
    "REFUSALS",
    "DriverStatus",
    "ExpenseKind",
    "ExpenseStatus",
    "JobStatus",
    "LicenceClass",
    "OfferStatus",
]
