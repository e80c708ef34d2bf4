"""Jobs: send one text, send one e-mail; give up waiting for lost answers."""

import logging

from mra.core.outbox import job, outside_job

from . import mail_providers, providers, services
from .rules import Answer

log = logging.getLogger(__name__)


def _record(message_id: int, outcome: Answer) -> None:
    services.record(message_id, outcome=outcome, provider=providers.current().name)


def _record_mail(message_id: int, outcome: Answer) -> None:
    services.record(message_id, outcome=outcome, provider=mail_providers.current().name)


outside_job("messaging.send_text", claim=services.claim, call=providers.send, record=_record)
outside_job("messaging.send_mail", claim=services.claim, call=mail_providers.send, record=_record_mail)
job("messaging.send_bulk")(services.bulk.send_slice)


def lose_track_of_stuck() -> None:
    """Messages whose worker died while sending become "unknown", for people to look at."""
    if count := services.lose_track_of_stuck():
        log.warning("messages_without_answer", extra={"count": count})


def tell_admins() -> None:
    """Where sending goes wrong, the admins read it in a mail of the day."""
    services.tell_admins()
