"""The SMS that people of the story received, in the words of the house."""

from datetime import datetime, timedelta
from typing import Any

from mra.disasters.models import Activation
from mra.messaging import texts
from mra.messaging.models import Message
from mra.messaging.rules import MESSAGE, MessageStatus

from .ledger import Ledger

PROVIDER = "recording"


class Texts:
    """Writes down texts that were sent and arrived."""

    def __init__(self, ledger: Ledger, activation: Activation) -> None:
        self.ledger, self.activation = ledger, activation

    def arrived(
        self, template: str, subject: tuple[str, int], phone: str, link_id: int, at: datetime, **values: Any
    ) -> None:
        """One text of this kind about this subject, promised at a moment and on the handset ten seconds later."""
        kind, subject_id = subject
        key = f"application-{subject_id}-received" if kind == "application" else f"{template}-{subject_id}"
        text = texts.render(template, "ja", {"help_phone": self.activation.help_phone, **values})
        sent_at, settled_at = at + timedelta(seconds=4), at + timedelta(seconds=10)
        message_id = self.ledger.add(
            Message,
            key=key,
            activation_id=self.activation.id,
            subject_kind=kind,
            subject_id=subject_id,
            template=template,
            language=text.language,
            version=text.version,
            phone=phone,
            body=text.body,
            link_id=link_id,
            status=MessageStatus.DELIVERED,
            provider=PROVIDER,
            provider_id=f"story-{kind}-{subject_id}",
            created_at=at,
            claimed_at=at,
            sent_at=sent_at,
            settled_at=settled_at,
        )
        steps = (("begin", at), ("claim", at), ("hand_to_provider", sent_at), ("confirm", settled_at))
        self.ledger.lived(MESSAGE, message_id, self.activation.id, *steps)
