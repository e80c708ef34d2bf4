"""Turning posted pages into clean values."""

from .drivers import AvailabilityForm, DriverForm, LicenceForm
from .driving import AskForm, ExpenseForm, OdometerForm, ReasonForm, RefusalForm
from .fields import choices
from .planning import JobForm

__all__ = [
    "AskForm",
    "AvailabilityForm",
    "DriverForm",
    "ExpenseForm",
    "JobForm",
    "LicenceForm",
    "OdometerForm",
    "ReasonForm",
    "RefusalForm",
    "choices",
]
