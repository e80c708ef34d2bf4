"""Everything periodic stands here: name, when, what, why. Two schedulers at once do no harm."""

from collections.abc import Callable
from dataclasses import dataclass

from mra.allocation import jobs as allocation_jobs
from mra.loans import jobs as loans_jobs
from mra.messaging import jobs as messaging_jobs


@dataclass(frozen=True)
class Entry:
    """One periodic job: every `seconds`, on Japan's clock; `why` is for the person who wonders."""

    name: str
    seconds: int
    job: Callable[[], object]
    why: str


ENTRIES: tuple[Entry, ...] = (
    Entry(
        "allocation.expire_offers",
        60,
        allocation_jobs.expire_offers,
        "Writes down which offers have run out and tells their people; expiry itself is judged when read.",
    ),
    Entry(
        "allocation.refresh_forecasts",
        600,
        allocation_jobs.refresh_forecasts,
        "Works out for everybody who waits what they may expect; their pages only look it up.",
    ),
    Entry(
        "loans.remind_due",
        3600,
        loans_jobs.remind_due,
        "Reminds borrowers three days before the car is due (the day before, for loans of a few days) and once when it is late, in the daytime.",
    ),
    Entry(
        "messages-without-answer",
        300,
        messaging_jobs.lose_track_of_stuck,
        "a worker that dies while sending leaves a message of which nobody knows whether it left: a person must decide",
    ),
    Entry(
        "messages-alarm",
        600,
        messaging_jobs.tell_admins,
        "Tells the admins once a day by mail when SMS fail, the account is not in order or the day's money is gone.",
    ),
)


def entry(name: str) -> Entry:
    """The entry of a name."""
    return next(found for found in ENTRIES if found.name == name)
