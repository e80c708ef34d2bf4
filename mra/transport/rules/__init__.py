"""What transport goes by: jobs, offers, drivers, licences, expenses, ways home."""

from . import drivers, drives, expenses, offers
from .drivers import DRIVER, DriverStatus
from .drives import JOB, JobStatus
from .expenses import EXPENSE, ExpenseKind, ExpenseStatus
from .licences import LicenceClass
from .offers import OFFER, OfferStatus

REFUSALS = drives.REFUSALS | offers.REFUSALS | drivers.REFUSALS | expenses.REFUSALS
CONSTRAINTS = drives.CONSTRAINTS | offers.CONSTRAINTS | drivers.CONSTRAINTS | expenses.CONSTRAINTS

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
