"""What allocation reads: what is free, who waits, what a run proposed, which offers stand."""

from .free import FreeCars, free_figures, free_vehicles
from .offers import (
    ListedOffer,
    OfferList,
    newest_offer,
    offer_counts,
    offer_for_page,
    offers_page,
    offers_to_close,
    open_offers,
)
from .runs import (
    PAGE_LENGTH,
    ListedRun,
    PersonWithoutCar,
    ProposedPair,
    StayingFree,
    bases_of,
    latest_runs,
    newest_links,
    pairs_not_yet_offered,
    proposed_pairs,
    requests_with_applicants,
    run_for_page,
    staying_free,
    unserved_people,
)
from .standing import answer_deadline, holds
from .waiting import WaitingRequest, waiting_figures, waiting_requests

__all__ = [
    "PAGE_LENGTH",
    "FreeCars",
    "ListedOffer",
    "ListedRun",
    "OfferList",
    "PersonWithoutCar",
    "ProposedPair",
    "StayingFree",
    "WaitingRequest",
    "answer_deadline",
    "bases_of",
    "free_figures",
    "free_vehicles",
    "holds",
    "latest_runs",
    "newest_links",
    "newest_offer",
    "offer_counts",
    "offer_for_page",
    "offers_page",
    "offers_to_close",
    "open_offers",
    "pairs_not_yet_offered",
    "proposed_pairs",
    "requests_with_applicants",
    "run_for_page",
    "staying_free",
    "unserved_people",
    "waiting_figures",
    "waiting_requests",
]
