"""Jobs: check a part of a long table, store one that was confirmed; forget what is long settled."""

from mra.core.outbox import job

from . import services
from .services.checking import CHECK_JOB
from .services.storing import STORE_JOB

job(CHECK_JOB, is_long=True)(services.check_slice)
job(STORE_JOB, is_long=True)(services.store)


def forget_old() -> None:
    """What people typed into tables is forgotten a month after it is settled."""
    services.forget_old()
