"""Redis as memory that workers share and that may be lost at any moment."""

from flask import current_app
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from mra.core.config import Settings


def shared_memory(settings: Settings) -> Redis:
    """The connection of this process; impatient, since nothing may depend on it."""
    made: Redis | None = current_app.extensions.get("mra_shared_memory")
    if made is None:
        retry = Retry(NoBackoff(), retries=0)
        made = Redis.from_url(settings.redis_url, socket_connect_timeout=1, socket_timeout=2, retry=retry)
        current_app.extensions["mra_shared_memory"] = made
    return made
