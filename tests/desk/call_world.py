"""An activation with people to ring, and what they write to us."""

from datetime import datetime

from sqlalchemy import func, select

from mra.accounts.models import Staff
from mra.allocation.models import Offer
from mra.allocation.services.offers import new_link
from mra.allocation.services.replies import tell_of_offer
from mra.applications.models import Application
from mra.core.db import db
from mra.desk import services
from mra.desk.call_rules import CallResult, CallState, Matter, Why
from mra.desk.queries import call_list
from mra.desk.queries.call_list import Person
from mra.disasters.models import Activation, Base
from mra.messaging import services as messaging
from mra.messaging.inbound import services as inbound
from mra.messaging.inbound.models import InboundMessage
from mra.messaging.models import Message
from tests import factories


class World:
    """An activation with a base; people of whom some get no SMS."""

    def __init__(self) -> None:
        self.activation: Activation = factories.activation()
        self.base: Base = factories.base(self.activation)
        self.staff: Staff = factories.staff_member()

    def offer(self, *, hours: int = 24, **values: object) -> Offer:
        """Somebody is offered a car; no text is sent by this."""
        application = factories.application(self.activation, **values)
        return factories.offer(application.requests[0], factories.vehicle(self.base), hours=hours)

    def text(self, offer: Offer) -> Message:
        """The text of an offer, claimed for sending."""

        tell_of_offer(offer, new_link(offer.car_request.application_id))
        message = db.session.scalars(select(Message).where(Message.subject_id == offer.id)).one()
        messaging.claim(message.id)
        return message

    def persons(self) -> list[Person]:
        """The list as it stands, those to be rung now first."""
        return [one for state in CallState for one in call_list.page(self.activation.id, state).persons]

    def matters(self) -> list[tuple[Matter, Why]]:
        """What the list is about, in order."""
        return [(row.matter, row.why) for person in self.persons() for row in person.rows]

    def call(self, result: CallResult, again_at: datetime | None = None) -> None:
        """The next person is rung, and it comes to this."""
        claim = services.claim_next(self.activation.id, staff_id=self.staff.id)
        assert claim is not None
        person = call_list.person(self.activation.id, claim.phone)
        assert person is not None
        codes = [row.code for row in person.rows]
        services.record_call(claim, person, codes=codes, result=result, by=self.staff.actor, again_at=again_at)


def landline(number: int = 1) -> dict[str, object]:
    return {"phone": f"+8196900000{number:02}", "can_sms": False}


def said(phone: str, body: str) -> InboundMessage:
    count = db.session.scalar(select(func.count(InboundMessage.id)))
    message = inbound.take_in(provider="twilio", provider_id=f"SM-in-{count}", phone=phone, body=body)
    assert message is not None
    inbound.process(message.id)
    return message


def tell(application: Application, template: str) -> object:
    """The text is promised and claimed; what the claim gives to the provider."""
    message = messaging.promise_text(
        template,
        phone=application.phone,
        can_sms=True,
        subject_kind="application",
        subject_id=application.id,
        activation_id=application.activation_id,
        key=f"{template}-{application.id}",
        number=application.serial,
    )
    assert message is not None
    return messaging.claim(message.id)
