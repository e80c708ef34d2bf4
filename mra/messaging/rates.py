"""How many SMS a second our sender hands over, all workers together: each message is given its slot.

The next free slot stands in Redis. Without Redis, or with an emptied one, messages go at once and the provider's own
queue has to bear it.
"""

import logging
from datetime import UTC, datetime

from redis.exceptions import RedisError

from mra.core.config import Settings

from .shared_memory import shared_memory

log = logging.getLogger(__name__)

# A slot within the next second is now: a job of its own would come later than that.
NEAR_SECONDS = 1.0
TAKE_SLOT = """
local free = tonumber(redis.call('GET', KEYS[1]) or '0')
local slot = math.max(free, tonumber(ARGV[1]))
redis.call('SET', KEYS[1], string.format('%.3f', slot + tonumber(ARGV[2])), 'EX', 86400)
return string.format('%.3f', slot)
"""


def slot(settings: Settings, moment: datetime) -> datetime:
    """The moment at which one more SMS may be handed over; taken for good."""
    if not (settings.sends_sms and settings.sms_per_second):
        return moment
    key, gap = f"mra:{settings.environment}:sms:slot", 1 / settings.sms_per_second
    try:
        told = shared_memory(settings).eval(TAKE_SLOT, 1, key, f"{moment.timestamp():.3f}", f"{gap:.3f}")
    except RedisError as fault:
        log.warning("rate_without_memory", extra={"fault": type(fault).__name__})
        return moment
    at = float(told)
    return moment if at - moment.timestamp() < NEAR_SECONDS else datetime.fromtimestamp(at, UTC)
