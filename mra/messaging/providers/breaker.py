"""A fuse per provider: after several failures in a row nobody is sent there for a while, then one message tries.

It stands in Redis, so that all workers share it. It is a courtesy to the provider and to the people who wait; without
Redis it lets everything pass, and an emptied Redis only closes it early.
"""

import logging
from datetime import timedelta

from redis.exceptions import RedisError

from mra.core.config import Settings

from ..rules import Answer, NoAnswer, NotAccepted
from ..shared_memory import shared_memory

log = logging.getLogger(__name__)

FAILURES_TO_OPEN = 5
WINDOW = timedelta(minutes=2)
OPEN_FOR = timedelta(seconds=60)
# Longer than one call: while one message tries, the others wait.
PROBE_FOR = timedelta(seconds=45)


def is_failure(answer: Answer) -> bool:
    """Whether an answer speaks against the provider, not against the message."""
    return isinstance(answer, NoAnswer) or (isinstance(answer, NotAccepted) and answer.may_pass)


class Breaker:
    """The fuse of one provider: closed, open for a minute, then half open for one message."""

    def __init__(self, settings: Settings, name: str) -> None:
        self.name, self._settings = name, settings
        self._failures, self._open, self._tripped, self._probe = (
            f"mra:{settings.environment}:sms:{name}:{part}" for part in ("failures", "open", "tripped", "probe")
        )

    def lets_pass(self) -> bool:
        """Whether a message may go this way now; half open, the first that asks may."""
        try:
            redis = shared_memory(self._settings)
            is_open, is_tripped = redis.mget(self._open, self._tripped)
            if is_open:
                return False
            if not is_tripped:
                return True
            return bool(redis.set(self._probe, "1", nx=True, px=PROBE_FOR))
        except RedisError as fault:
            log.warning("breaker_without_memory", extra={"fault": type(fault).__name__})
            return True

    def note(self, answer: Answer) -> None:
        """Take in how a call ended."""
        try:
            if is_failure(answer):
                self._note_failure()
            else:
                shared_memory(self._settings).delete(self._failures, self._open, self._tripped, self._probe)
        except RedisError as fault:
            log.warning("breaker_without_memory", extra={"fault": type(fault).__name__})

    def _note_failure(self) -> None:
        redis = shared_memory(self._settings)
        pipe = redis.pipeline()
        pipe.incr(self._failures)
        pipe.expire(self._failures, WINDOW)
        pipe.exists(self._tripped)
        failures, _, is_tripped = pipe.execute()
        if failures >= FAILURES_TO_OPEN or is_tripped:
            pipe = redis.pipeline()
            pipe.set(self._open, "1", px=OPEN_FOR)
            pipe.set(self._tripped, "1", px=10 * OPEN_FOR)
            pipe.delete(self._probe)
            pipe.execute()
            log.warning("provider_paused", extra={"provider": self.name, "failures": failures})

    def is_open(self) -> bool:
        """Whether the provider rests at present, for the page of messages."""
        try:
            return bool(shared_memory(self._settings).exists(self._open, self._tripped))
        except RedisError:
            return False
