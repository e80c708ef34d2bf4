"""What can be done with the alliance's ledger."""

from . import members, people, pledges
from .agreement_parts import (
    add_agreement_contact,
    add_agreement_file,
    add_base_candidate,
    change_agreement_contact,
    change_base_candidate,
    remove_agreement_contact,
    remove_base_candidate,
)
from .agreement_reminders import remind_reviews
from .agreements import change_agreement, end_agreement, register_agreement, renew_agreement, sign_agreement
from .reference_data import Loaded, load_reference

__all__ = [
    "Loaded",
    "add_agreement_contact",
    "add_agreement_file",
    "add_base_candidate",
    "change_agreement",
    "change_agreement_contact",
    "change_base_candidate",
    "end_agreement",
    "load_reference",
    "members",
    "people",
    "pledges",
    "register_agreement",
    "remind_reviews",
    "remove_agreement_contact",
    "remove_base_candidate",
    "renew_agreement",
    "sign_agreement",
]
