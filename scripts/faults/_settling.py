"""Waiting until every message has come to its end, with the long pauses of the house cut short."""

import json
import time
import urllib.request

from _house import House
from flask import Flask
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import func, select, update

from mra.core import clock
from mra.core.db import db
from mra.core.outbox import OutboxRow
from mra.messaging.models import Message
from mra.messaging.rules import MessageStatus
from mra.web.queue import DRAIN, QUEUE_NAME

TICK_SECONDS = 0.25
UNDER_WAY = (MessageStatus.QUEUED, MessageStatus.SENDING)


class Settling:
    """Waits, and lets hours pass meanwhile: pauses before another try, the rest of a fuse, the schedule's next round."""

    def __init__(self, app: Flask, house: House, seconds_between_leaps: float) -> None:
        self.app, self.house, self.pause = app, house, seconds_between_leaps
        self.redis = Redis.from_url(house.redis_server.url(), socket_timeout=5)

    def wait(self, seconds: float) -> bool:
        """Whether everything came to its end in time."""
        ends_at, next_leap_at = time.monotonic() + seconds, time.monotonic()
        while not self._is_over():
            if time.monotonic() >= ends_at:
                return False
            self.house.mend()
            if self.house.is_whole() and time.monotonic() >= next_leap_at:
                self._leap()
                next_leap_at = time.monotonic() + self.pause
            time.sleep(TICK_SECONDS)
        return True

    def _is_over(self) -> bool:
        with self.app.app_context():
            open_messages = select(func.count()).select_from(Message).where(Message.status.in_(UNDER_WAY))
            open_rows = select(func.count()).select_from(OutboxRow).where(OutboxRow.done_at.is_(None))
            is_quiet = not db.session.scalar(open_messages) and not db.session.scalar(open_rows)
        return is_quiet and not self._callbacks_waiting()

    def _callbacks_waiting(self) -> int:
        with urllib.request.urlopen(f"{self.house.provider}/waiting", timeout=30) as answer:  # noqa: S310 - our own loopback address
            return int(json.loads(answer.read())["waiting"])

    def _leap(self) -> None:
        """What waits for a later hour is due now, and the schedule comes round at once."""
        with self.app.app_context():
            waiting = OutboxRow.queued_at.is_(None), OutboxRow.done_at.is_(None), OutboxRow.due_at > clock.now()
            db.session.execute(update(OutboxRow).where(*waiting).values(due_at=clock.now()))
            db.session.commit()
        try:
            self._rest_is_over()
        except RedisError:
            return  # The next leap is soon enough.

    def _rest_is_over(self) -> None:
        queue = Queue(QUEUE_NAME, connection=self.redis, serializer=JSONSerializer)
        for key in self.redis.scan_iter("mra:*:sms:*:*"):
            self.redis.delete(key)
        queue.enqueue(DRAIN)
        queue.enqueue("mra.web.jobs.sweep")
        queue.enqueue("mra.web.jobs.run_periodic", "messages-without-answer")
