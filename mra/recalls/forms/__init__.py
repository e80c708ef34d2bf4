"""What people type about leases and recalls, as clean values, with a sentence for each thing that is wrong."""

from .answers import CollectionForm, ProblemForm, RingForm, SlotForm
from .campaigns import CampaignForm, ReasonForm, SlotsForm
from .leases import LeaseForm, RenewalForm

__all__ = [
    "CampaignForm",
    "CollectionForm",
    "LeaseForm",
    "ProblemForm",
    "ReasonForm",
    "RenewalForm",
    "RingForm",
    "SlotForm",
    "SlotsForm",
]
