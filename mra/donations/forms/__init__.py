"""What donors and staff type becomes clean values, with a sentence for each thing that is wrong."""

from .appeals import AppealForm, LimitsForm
from .case import AppraisalForm, NameChangeForm, PaperForm, PlanForm, ReasonForm, RecyclerForm, UseForm
from .donation import SECTIONS, DonationForm, Section, key_of_appeal

__all__ = [
    "SECTIONS",
    "AppealForm",
    "AppraisalForm",
    "DonationForm",
    "LimitsForm",
    "NameChangeForm",
    "PaperForm",
    "PlanForm",
    "ReasonForm",
    "RecyclerForm",
    "Section",
    "UseForm",
    "key_of_appeal",
]
