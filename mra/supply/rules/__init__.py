"""What an activation needs, what may be asked of whom, what a delivery goes through, and the gap between them."""

from . import calls, deliveries, needs
from .calls import CALL, CallStatus
from .deliveries import DELIVERY, DeliveryStatus

REFUSALS = needs.REFUSALS | calls.REFUSALS | deliveries.REFUSALS
CONSTRAINTS = needs.CONSTRAINTS | calls.CONSTRAINTS

__all__ = ["CALL", "CONSTRAINTS", "DELIVERY", "REFUSALS", "CallStatus", "DeliveryStatus"]
