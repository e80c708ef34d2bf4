"""The job that reads an inbound message."""

from mra.core.outbox import job

from . import services
from .rules import PROCESS_JOB


@job(PROCESS_JOB)
def process_inbound(inbound_id: int) -> None:
    """Understand and answer one message; a second run finds that done."""
    services.process(inbound_id)
