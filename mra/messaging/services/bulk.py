"""Messages to many people at once: counted first, confirmed, then sent slice by slice."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select

from mra.core import clock
from mra.core.actor import SYSTEM, Actor
from mra.core.audit import begin, lock, move, move_or_refuse
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.outbox import later

from .. import bulk_rules, kinds, texts
from ..bulk_rules import BulkStatus
from ..inbound import suppression
from ..models import BulkMessage, BulkRecipient
from ..segments import JAPANESE_SEGMENT, segments, units
from ..watch import yen_left
from . import gate, numbers
from .promising import promise_text
from .registers import Addressee, Choice

TEMPLATE = "bulk_notice"
JOB = "messaging.send_bulk"


@dataclass(frozen=True)
class _Counted:
    """An audience as it is written to: every number once."""

    people: dict[str, Addressee]
    without_sms: int
    stopped: int
    marked: int
    doubles: int


def draft(choice: Choice, *, words: str, by: Actor) -> BulkMessage:
    """Write the message down with the people of this moment, for the preview; nothing is sent yet."""
    counted = _count(choice)
    # The numbers to ring are few, the people many.
    longest = max((measure(words, phone) for phone in {one.help_phone for one in counted.people.values()}), default=0)
    bulk = BulkMessage(
        activation_id=choice.activation_id,
        audience=choice.label[:200],
        audience_code=choice.value,
        words=words,
        people=len(counted.people),
        without_sms=counted.without_sms,
        stopped=counted.stopped,
        marked=counted.marked,
        doubles=counted.doubles,
        segments=longest,
        yen=longest * len(counted.people) * gate.settings().sms_yen_per_segment,
        created_at=clock.now(),
    )
    begin(bulk, by=by, people=len(counted.people))
    if counted.people:
        rows = [
            {
                "bulk_id": bulk.id,
                "phone": one.phone,
                "subject_kind": one.subject_kind,
                "subject_id": one.subject_id,
                "help_phone": one.help_phone,
            }
            for one in counted.people.values()
        ]
        db.session.execute(insert(BulkRecipient), rows)
    return bulk


def measure(words: str, help_phone: str) -> int:
    """In how many segments these words travel, with what stands around them."""
    return segments(_filled_in(words, help_phone))


def room(help_phone: str) -> int:
    """How many signs of Japanese fit one segment, beside what stands around them."""
    return JAPANESE_SEGMENT - units(_filled_in("あ", help_phone)) + 1


def text_of(bulk: BulkMessage) -> str:
    """The text as the first of its people gets it, for the preview."""
    phone = db.session.scalar(
        select(BulkRecipient.help_phone).where(BulkRecipient.bulk_id == bulk.id).order_by(BulkRecipient.id).limit(1)
    )
    return _filled_in(bulk.words, phone or "+810000000000")


def _filled_in(words: str, help_phone: str) -> str:
    return texts.render(TEMPLATE, texts.FIRST_LANGUAGE, _values(words, help_phone)).body


def _values(words: str, help_phone: str) -> dict[str, Any]:
    """What is filled in; how to stop it is said only where a reply reaches us."""
    return {"words": words, "help_phone": help_phone, "takes_replies": gate.settings().takes_replies}


def _count(choice: Choice) -> _Counted:
    people: dict[str, Addressee] = {}
    landlines: set[str] = set()
    seen = 0
    for one in choice.people():
        seen += 1
        if one.can_sms:
            people.setdefault(one.phone, one)
        else:
            landlines.add(one.phone)
    if len(people) > bulk_rules.MOST_PEOPLE:
        raise Refused("bulk_too_many")
    doubles = seen - len(people) - len(landlines)
    # Those whom the moment of sending would refuse anyhow: neither people nor yen of the preview.
    stopped = set(suppression.stopped_among(people))
    marked = numbers.marked_among(people) - stopped
    for phone in stopped | marked:
        del people[phone]
    return _Counted(people, len(landlines), len(stopped), len(marked), doubles)


def start(bulk: BulkMessage, *, by: Actor) -> None:
    """A person has read the preview and says yes."""
    move_or_refuse(bulk, "start", "bulk_over", by=by)
    if bulk.people == 0:
        raise Refused("bulk_nobody")
    if bulk.created_at < clock.now() - bulk_rules.PREVIEW_HOLDS:
        raise Refused("bulk_preview_old")
    _promise_slice(bulk)


def pause(bulk: BulkMessage, *, by: Actor) -> None:
    """Stop after what is already on its way."""
    move_or_refuse(bulk, "pause", "bulk_over", by=by)


def resume(bulk: BulkMessage, *, by: Actor) -> None:
    """Go on where it stopped."""
    move_or_refuse(bulk, "resume", "bulk_over", by=by)
    if not _has_money(bulk):
        raise Refused("bulk_no_money")
    bulk.is_out_of_money = False
    _promise_slice(bulk)


def cancel(bulk: BulkMessage, *, by: Actor) -> None:
    """Send no more of it; what still waits is dropped when its turn comes."""
    move_or_refuse(bulk, "cancel", "bulk_over", by=by)
    bulk.ended_at = clock.now()


def send_slice(bulk_id: int, number: int) -> None:
    """Promise the messages of one slice, and the next slice; run twice, the second finds its number used."""
    bulk = db.session.get_one(BulkMessage, bulk_id)
    lock(bulk)
    if bulk.status is not BulkStatus.RUNNING or bulk.slices != number:
        return
    morning = kinds.due_at(TEMPLATE, clock.now(), gate.settings().quiet_hours)
    if morning > clock.now():
        key = f"bulk-{bulk.id}-{number}-waits-{clock.now():%Y%m%dT%H%M%S%f}"
        later(JOB, key=key, due_at=morning, bulk_id=bulk.id, number=number)
    elif not _has_money(bulk):
        move(bulk, "pause", by=SYSTEM)
        bulk.is_out_of_money = True
    else:
        _send(bulk)


def _send(bulk: BulkMessage) -> None:
    to_come = BulkRecipient.bulk_id == bulk.id, BulkRecipient.message_id.is_(None)
    people = db.session.scalars(
        select(BulkRecipient).where(*to_come).order_by(BulkRecipient.id).limit(bulk_rules.SLICE)
    ).all()
    for one in people:
        _send_to(bulk, one)
    db.session.flush()
    if db.session.scalar(select(func.count()).select_from(BulkRecipient).where(*to_come)):
        bulk.slices += 1
        _promise_slice(bulk, later_by_a_slice=True)
    else:
        move(bulk, "finish", by=SYSTEM)
        bulk.ended_at = clock.now()


def _send_to(bulk: BulkMessage, person: BulkRecipient) -> None:
    message = promise_text(
        TEMPLATE,
        phone=person.phone,
        can_sms=True,
        subject_kind=person.subject_kind,
        subject_id=person.subject_id,
        activation_id=bulk.activation_id,
        key=f"bulk-{bulk.id}-{person.id}",
        cause=("bulk", bulk.id),
        **_values(bulk.words, person.help_phone),
    )
    person.message_id = message.id if message else None


def _promise_slice(bulk: BulkMessage, *, later_by_a_slice: bool = False) -> None:
    due_at = clock.now() + bulk_rules.BETWEEN_SLICES if later_by_a_slice else clock.now()
    # A slice that a pause swallowed is promised again when the message goes on: by another key, to the same number.
    key = f"bulk-{bulk.id}-{bulk.slices}-{clock.now():%Y%m%dT%H%M%S%f}"
    later(JOB, key=key, due_at=due_at, bulk_id=bulk.id, number=bulk.slices)


def _has_money(bulk: BulkMessage) -> bool:
    """Whether the money of the day and of the support lasts for one more slice, those on their way counted.

    One after the other: of two messages to many each would count on what the other is just spending.
    """
    if yen_left(bulk.activation_id) is None:
        return True
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext("the money of messages to many"))))
    left = (yen_left(bulk.activation_id) or 0) - gate.yen_to_come()
    each = bulk.segments * gate.settings().sms_yen_per_segment
    to_come = select(func.count()).where(BulkRecipient.bulk_id == bulk.id, BulkRecipient.message_id.is_(None))
    return left >= each * min(bulk_rules.SLICE, db.session.scalar(to_come) or 0)
