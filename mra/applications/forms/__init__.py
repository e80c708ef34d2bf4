"""What applicants and staff type about an application, turned into clean values with a sentence for each fault."""

from .application import SECTIONS, ApplicationForm, Section
from .decision import DecisionForm
from .intake import IntakeForm
from .priorities import PrioritiesForm, TierForm

__all__ = ["SECTIONS", "ApplicationForm", "DecisionForm", "IntakeForm", "PrioritiesForm", "Section", "TierForm"]
