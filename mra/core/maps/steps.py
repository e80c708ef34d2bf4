"""Counts as at most five steps of colour, with limits that people can say: 1〜19, 20〜39, 40 and more."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

MOST_STEPS = 5


@dataclass(frozen=True)
class Steps:
    """The lowest count of each step, rising; no step at all where everything is zero."""

    limits: tuple[int, ...]

    def step_of(self, value: int) -> int:
        """0 for nothing, otherwise 1 (light) to 5 (dark)."""
        return bisect_right(self.limits, value)

    def words(self, unit: str) -> list[tuple[int, str]]:
        """Each step with its words for a legend, from few to many."""
        spans = [_span(low, high - 1, unit) for low, high in pairwise(self.limits)]
        if self.limits:
            spans.append(f"{self.limits[-1]:,}{unit}以上")
        return list(enumerate(spans, start=1))


def steps_for(values: Iterable[int]) -> Steps:
    """Equal steps up to the largest of these counts."""
    largest = max(values, default=0)
    if largest < 1:
        return Steps(())
    width = next(width for width in _widths() if largest < width * MOST_STEPS)
    return Steps(tuple(max(1, low) for low in range(0, largest + 1, width) if low > 0 or width > 1))


def _widths() -> Iterable[int]:
    """1, 2, 5, 10, 20, 50 and so on."""
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10


def _span(low: int, high: int, unit: str) -> str:
    return f"{low:,}{unit}" if low == high else f"{low:,}〜{high:,}{unit}"
