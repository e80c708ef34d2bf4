"""The way to RQ: two queues, JSON only (a pickle in Redis would be a way to run code)."""

import logging

from flask import Flask
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

from mra.core.config import Settings
from mra.core.outbox import LONGER, promised_here

QUEUE_NAME = "mra"
# What computes for long, and what is periodic: behind it no SMS waits.
LONG_QUEUE_NAME = "mra-long"
DRAIN = "mra.web.jobs.drain"
LONG_DRAIN = "mra.web.jobs.drain_long"
SCHEDULED_DRAIN = "mra.web.jobs.scheduled_drain"
# With so many jobs waiting nobody need be called again: those that wait will see what was promised before they began.
ENOUGH_WAITING = 20
RESULT_SECONDS = 60
FAILURE_SECONDS = 7 * 24 * 3600

log = logging.getLogger(__name__)


def redis_connection(settings: Settings) -> Redis:
    """A connection to Redis; short time-outs and one quick retry, since Redis is only transport.

    The client's own three retries with growing pauses would keep a person waiting for seconds while Redis is away.
    """
    return Redis.from_url(
        settings.redis_url, socket_connect_timeout=1, socket_timeout=10, retry=Retry(NoBackoff(), retries=1)
    )


def queue_of(app: Flask, *, is_long: bool = False) -> Queue:
    """The queue of messages, or that of what takes long."""
    connection = app.extensions.get("mra_redis")
    if connection is None:
        connection = app.extensions["mra_redis"] = redis_connection(app.extensions["mra"])
    return Queue(LONG_QUEUE_NAME if is_long else QUEUE_NAME, connection=connection, serializer=JSONSerializer)


def ask_for_drain(app: Flask, *, is_long: bool = False) -> None:
    """Call for a worker. Redis down: log it, the schedule calls again."""
    try:
        waiting = queue_of(app, is_long=is_long)
        if waiting.count < ENOUGH_WAITING:
            name = LONG_DRAIN if is_long else DRAIN
            seconds = app.extensions["mra"].job_seconds * (LONGER if is_long else 1)
            waiting.enqueue(name, job_timeout=seconds, result_ttl=RESULT_SECONDS, failure_ttl=FAILURE_SECONDS)
    except RedisError as fault:
        log.warning("nudge_failed", extra={"fault": type(fault).__name__})


def nudge(app: Flask) -> None:
    """Ask for a drain now, if this request or job promised something."""
    for is_long in (False, True):
        if promised_here(is_long=is_long):
            ask_for_drain(app, is_long=is_long)
