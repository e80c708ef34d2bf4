"""What others ask of transport, and what its pages ask."""

from .board import SHELF_WORDS, Asked, BoardPage, Shelf, asked_of, convoys_of, jobs_page, shelf_counts, urgent_jobs
from .candidates import Carrier, Suitable, Suitables, carriers_for, suitable_drivers
from .drivers import (
    DriverPage,
    asked_offers_of,
    driver_counts,
    driver_in_full,
    driver_of_submission,
    drivers_page,
    has_unfinished_job,
    offers_of_driver,
    registered_person,
)
from .drives import (
    address_of,
    claimed_yen,
    expense_of,
    job_in_full,
    jobs_of_vehicles,
    jobs_to_remind,
    offer_in_full,
    open_offers,
    taken_offer,
)
from .life import journeys_of, life_of

__all__ = [
    "SHELF_WORDS",
    "Asked",
    "BoardPage",
    "Carrier",
    "DriverPage",
    "Shelf",
    "Suitable",
    "Suitables",
    "address_of",
    "asked_of",
    "asked_offers_of",
    "carriers_for",
    "claimed_yen",
    "convoys_of",
    "driver_counts",
    "driver_in_full",
    "driver_of_submission",
    "drivers_page",
    "expense_of",
    "has_unfinished_job",
    "job_in_full",
    "jobs_of_vehicles",
    "jobs_page",
    "jobs_to_remind",
    "journeys_of",
    "life_of",
    "offer_in_full",
    "offers_of_driver",
    "open_offers",
    "registered_person",
    "shelf_counts",
    "suitable_drivers",
    "taken_offer",
    "urgent_jobs",
]
