"""What people type about needs, calls and deliveries, as clean values, with a sentence for each thing that is wrong."""

from .answers import AnswerForm, AttemptForm, PassingOnForm, ReasonForm
from .calls import WishesForm
from .deliveries import ArrivalForm, DepartureForm
from .needs import NEW_LINES, NeedsForm

__all__ = [
    "NEW_LINES",
    "AnswerForm",
    "ArrivalForm",
    "AttemptForm",
    "DepartureForm",
    "NeedsForm",
    "PassingOnForm",
    "ReasonForm",
    "WishesForm",
]
