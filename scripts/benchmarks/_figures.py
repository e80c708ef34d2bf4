"""How figures are summed up and printed: one JSON object per line, which the runner marks with the benchmark's name."""

import json
from collections.abc import Sequence
from statistics import median, quantiles


def middle(values: Sequence[float]) -> float:
    """The median, to a hundredth."""
    return round(median(values), 2)


def nearly_worst(values: Sequence[float]) -> float:
    """What 95 of 100 stay below, to a hundredth."""
    if len(values) < 2:
        return round(values[0], 2)
    return round(quantiles(values, n=20, method="inclusive")[18], 2)


def report(**figures: object) -> None:
    """One line of results."""
    print(json.dumps(figures, ensure_ascii=False), flush=True)
