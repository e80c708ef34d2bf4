"""Reads of recalls: campaigns with their figures, returns and slots, and the register of leases."""

from .campaigns import (
    CampaignLine,
    Figures,
    campaign_in_full,
    campaign_lines,
    figures_of,
    recent_activations,
)
from .leases import (
    LeaseFilter,
    LeasePage,
    lease_counts,
    lease_in_full,
    lease_page,
    returns_of_lease,
)
from .life import life_of, origin_of
from .recallable import Candidate, candidates_for, leases_for_recall
from .returns import (
    RETURNS_PAGE,
    ReturnPage,
    arrivals_between,
    count_to_ring,
    expected_on,
    is_late,
    is_to_be_rung,
    missing_to_lend,
    open_return_of,
    open_returns,
    return_in_full,
    returns_page,
    silent_at_half_time,
)
from .slots import FreeSlot, free_slots, slot_keys, slot_of, taken_places

__all__ = [
    "RETURNS_PAGE",
    "CampaignLine",
    "Candidate",
    "Figures",
    "FreeSlot",
    "LeaseFilter",
    "LeasePage",
    "ReturnPage",
    "arrivals_between",
    "campaign_in_full",
    "campaign_lines",
    "candidates_for",
    "count_to_ring",
    "expected_on",
    "figures_of",
    "free_slots",
    "is_late",
    "is_to_be_rung",
    "lease_counts",
    "lease_in_full",
    "lease_page",
    "leases_for_recall",
    "life_of",
    "missing_to_lend",
    "open_return_of",
    "open_returns",
    "origin_of",
    "recent_activations",
    "return_in_full",
    "returns_of_lease",
    "returns_page",
    "silent_at_half_time",
    "slot_keys",
    "slot_of",
    "taken_places",
]
