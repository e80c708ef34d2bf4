"""The statistics of the forecast.

**Question.** k cars that suit somebody must come free before it is that person's turn: one for each person ranked before
who competes for the same cars, and one of their own, less those that are free now. When does the k-th come free?

**Method.** Cars are taken to come free by chance at a steady but unknown rate (a Poisson process). n of them came free
in the T days that we looked back on. With Jeffreys' prior, which prefers no rate to another, the rate is then
Gamma(n + 1/2, T); the k-th release comes after Gamma(k, rate). Together the waiting time is T * k / (n + 1/2) times a
variable of Fisher's F with 2k and 2n + 1 degrees of freedom. So the range widens by itself where k is small (chance of
the next few cars) and where n is small (we hardly know the rate). We tell the middle 80 percent: eight people of ten
get their car within their range, one earlier, one later.

**Why it is wider than that in three places.**

1. *Cars come back in clumps*: after a weekend, or all that were lent on the first day. The variance of the daily counts
   over their mean (d, never taken below 1) measures it. Clumps of d cars then arrive like single cars would: we count
   n / d observations and wait for k / d clumps.
2. *Next month is not last month.* Whatever the number of releases, they never count for more than 25 (`MOST_TRUST`):
   no rate is trusted to better than about a fifth.
3. *Two answers about the future.* The past knows nothing of sixty cars that are due on one day; the book of due dates
   nothing of extensions and early returns. Where the book answers too, the range is stretched until it holds its answer.

**When we say nothing.** Fewer than five releases, on fewer than three days, or a look back of less than a week: too
little to know a rate. A range so wide that it would help nobody is not told either: cars come back too irregularly.

The quantile of F is Paulson's (1942), with the cube roots of Wilson and Hilferty: within a few percent here, far less
than what is rounded away in the words. `tests/allocation/forecast` simulates that the range holds what it promises.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import sqrt
from statistics import NormalDist, pvariance

COVERAGE = 0.8
LEAST_RELEASES = 5
LEAST_RELEASE_DAYS = 3
LEAST_DAYS_SEEN = 7
MOST_TRUST = 25
# Beyond twelve weeks nobody knows; a range from next week until then would tell nothing.
FARTHEST_DAYS = 84
VAGUE_FROM_DAYS = 14
EDGE = NormalDist().inv_cdf((1 + COVERAGE) / 2)


class Kind(StrEnum):
    """What can be said at all."""

    SOON = "soon"
    RANGE = "range"
    FAR = "far"
    VAGUE = "vague"
    TOO_LITTLE = "too_little"
    NO_CARS = "no_cars"


@dataclass(frozen=True)
class Prospect:
    """A range of days from now, or why there is none; without `high_days`, at least `low_days`."""

    kind: Kind
    low_days: float | None = None
    high_days: float | None = None


@dataclass(frozen=True)
class Flow:
    """How suitable cars came free in the days looked back on."""

    releases: int
    days: int
    release_days: int
    dispersion: float

    @classmethod
    def of(cls, released_on: Sequence[date], *, days: int) -> "Flow":
        """From the days on which single cars came free, all within the `days` looked back on."""
        daily = list(Counter(released_on).values())
        counts = daily + [0] * (days - len(daily))
        mean = len(released_on) / days if days else 0.0
        dispersion = max(1.0, pvariance(counts, mean) / mean) if mean else 1.0
        return cls(len(released_on), days, len(daily), dispersion)

    @property
    def is_enough(self) -> bool:
        """Whether a rate can be told from it."""
        return (
            self.releases >= LEAST_RELEASES and self.release_days >= LEAST_RELEASE_DAYS and self.days >= LEAST_DAYS_SEEN
        )


def waiting_days(releases_needed: int, flow: Flow) -> tuple[float, float]:
    """Within how many days that many cars will have come free: the ends of the middle 80 percent."""
    seen = flow.releases / flow.dispersion
    trusted = min(seen, MOST_TRUST)
    days = flow.days * trusted / seen
    clumps = max(1.0, releases_needed / flow.dispersion)
    known = trusted + 0.5
    low, high = (days * clumps / known * _fisher(2 * clumps, 2 * known, edge) for edge in (-EDGE, EDGE))
    return low, high


def _fisher(upper: float, lower: float, edge: float) -> float:
    """The quantile of F with these degrees of freedom that stands where `edge` stands in a normal distribution."""
    a, b = 2 / (9 * upper), 2 / (9 * lower)
    root = sqrt(max(0.0, (1 - a) ** 2 * b + (1 - b) ** 2 * a - edge**2 * a * b))
    cube_root = ((1 - a) * (1 - b) + edge * root) / ((1 - b) ** 2 - edge**2 * b)
    return max(0.0, cube_root) ** 3


def prospect(
    *, ahead_least: int, ahead_most: int, free: int, due_in_days: Sequence[int], flow: Flow, has_cars: bool = True
) -> Prospect:
    """What somebody may expect.

    Of those ranked before, `ahead_least` can be helped by the same cars only; up to `ahead_most` compete for them, but
    some of these may get another car. The early end counts on the first number, the late end on the second.
    """
    if ahead_most < free:
        return Prospect(Kind.SOON)
    if not has_cars:
        return Prospect(Kind.NO_CARS)
    if not flow.is_enough:
        return Prospect(Kind.TOO_LITTLE)
    low, high = _range(ahead_least + 1 - free, ahead_most + 1 - free, sorted(due_in_days), flow)
    if low > FARTHEST_DAYS:
        return Prospect(Kind.FAR, low)
    if high <= FARTHEST_DAYS:
        return Prospect(Kind.RANGE, low, high)
    return Prospect(Kind.VAGUE) if low < VAGUE_FROM_DAYS else Prospect(Kind.RANGE, low)


def _range(least: int, most: int, due_in_days: Sequence[int], flow: Flow) -> tuple[float, float]:
    """The ends by the past, stretched to hold what the book of due dates says."""
    low = waiting_days(least, flow)[0] if least > 0 else 0.0
    high = waiting_days(most, flow)[1]
    if 0 < least <= len(due_in_days):
        low = min(low, float(due_in_days[least - 1]))
    if most <= len(due_in_days):
        high = max(high, float(due_in_days[most - 1]))
    return low, high
