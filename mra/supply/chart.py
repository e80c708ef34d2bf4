"""A small chart as numbers: steps along the days, for a drawing that needs no script. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

# As narrow as a phone, so that the words of the axes can be read there; a desk shows the same drawing larger.
WIDTH, HEIGHT = 360, 180
LEFT, RIGHT, TOP, BOTTOM = 44, 18, 12, 30
GRID_LINES = 4


class Curve(NamedTuple):
    """One line of the chart: how many by each day, from today on."""

    kind: str
    values: Sequence[int]


class Tick(NamedTuple):
    """A mark of an axis: where it stands, and what is written there."""

    at: float
    label: str


class Drawing(NamedTuple):
    """Everything that the template draws."""

    width: int
    height: int
    paths: list[tuple[str, str]]
    need_y: float
    days: list[Tick]
    amounts: list[Tick]
    left: int
    right: int
    bottom: int


def drawing(curves: Sequence[Curve], need: int, every: int = 2) -> Drawing:
    """The curves as steps, the need as a level line, and the marks of both axes."""
    last = max(1, max((len(curve.values) for curve in curves), default=1) - 1)
    top = rounded_up(max([need, 1, *(max(curve.values, default=0) for curve in curves)]))

    def x(day: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * day / last, 1)

    def y(amount: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * amount / top, 1)

    return Drawing(
        WIDTH,
        HEIGHT,
        [(curve.kind, _steps([(x(day), y(value)) for day, value in enumerate(curve.values)])) for curve in curves],
        y(need),
        [Tick(x(day), f"{day}日" if day else "今日") for day in range(0, last + 1, every)],
        [Tick(y(top * part / GRID_LINES), f"{top * part // GRID_LINES:,}") for part in range(GRID_LINES + 1)],
        LEFT,
        WIDTH - RIGHT,
        HEIGHT - BOTTOM,
    )


def rounded_up(value: int) -> int:
    """The next number that divides well into the lines of the grid: 4, 8, 12, 16, 20, 40, 80 …"""
    scale = 1
    while True:
        for base in (4, 8, 12, 16, 20):
            if value <= base * scale:
                return base * scale
        scale *= 10


def _steps(points: Sequence[tuple[float, float]]) -> str:
    """Arrivals come at once, not little by little: right to the day, then up."""
    if not points:
        return ""
    first_x, first_y = points[0]
    return f"M{first_x} {first_y}" + "".join(f"H{x}V{y}" for x, y in points[1:])
