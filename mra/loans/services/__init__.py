"""Reserving a car, handing it over, taking it back, cancelling, extending, reminding.

Rows are locked in one order everywhere: activation, base, vehicle, application, request, offer, loan. So desks wait for each other
instead of deadlocking.
"""

from .checks import due_if_handed_over, name_faults, paper_faults, papers_gate
from .handover import drivers_told, hand_over, lacks_family_consent
from .reservation import accept_offer, cancel
from .returns import extend, extension_faults, longest_extension, refuse_while_cars_are_out, take_back
from .texts import remind_due, still_holds

__all__ = [
    "accept_offer",
    "cancel",
    "drivers_told",
    "due_if_handed_over",
    "extend",
    "extension_faults",
    "hand_over",
    "lacks_family_consent",
    "longest_extension",
    "name_faults",
    "paper_faults",
    "papers_gate",
    "refuse_while_cars_are_out",
    "remind_due",
    "still_holds",
    "take_back",
]
