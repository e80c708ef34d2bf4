"""A map put together: what stands where, in which words. The template `components/map.html` only prints it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from shapely import MultiPolygon

from mra.core.geo import Coordinates

from .frame import WIDTH, Frame, mercator
from .paths import middle_of, path_of
from .steps import Steps
from .tiles import Tile, tiles_for

Box = tuple[float, float, float, float]

# Sizes of words and signs in units; the style sheet draws them larger on a phone, where fewer words are shown.
LETTER, LINE = 24, 28
# Words keep away from a sign as a phone shows it, half as large again.
SIGN, ARRIVING = 66, 90
NO_STEPS = Steps(())


@dataclass(frozen=True)
class Ground:
    """A shape to be drawn (Web Mercator).

    `value` colours it and is written into it, `is_named` writes its name, `is_marked` its name and gives a thick border.
    """

    name: str
    shape: MultiPolygon
    title: str
    url: str | None = None
    value: int | None = None
    is_marked: bool = False
    is_named: bool = False


@dataclass(frozen=True)
class Sign:
    """A numbered square at a place, and behind it a triangle with the number of cars on their way to it."""

    text: str
    place: Coordinates
    title: str
    url: str | None = None
    arriving: int = 0


@dataclass(frozen=True)
class DrawnGround:
    """A shape as the template prints it."""

    path: str
    title: str
    url: str | None
    step: int | None
    is_marked: bool


@dataclass(frozen=True)
class DrawnSign:
    """A sign as the template prints it."""

    text: str
    title: str
    url: str | None
    arriving: int
    x: int
    y: int

    @property
    def box(self) -> Box:
        """The room it takes."""
        reach = SIGN / 2 + (ARRIVING if self.arriving else 0)
        return self.x - SIGN / 2, self.y - SIGN / 2, self.x + reach, self.y + SIGN / 2


@dataclass(frozen=True)
class Word:
    """A name or a number on the map; `kind` name or value."""

    kind: str
    text: str
    x: int
    y: int


@dataclass(frozen=True)
class Drawing:
    """Everything of one map. Marked shapes come last, so that their borders lie above those of their neighbours."""

    width: int
    height: int
    grounds: list[DrawnGround]
    signs: list[DrawnSign]
    words: list[Word]
    legend: list[tuple[int, str]]
    has_marked: bool
    line: str = ""
    tiles: list[Tile] = field(default_factory=list)


def draw(
    grounds: Sequence[Ground],
    frame: Frame,
    *,
    signs: Sequence[Sign] = (),
    steps: Steps = NO_STEPS,
    unit: str = "件",
    line: str = "",
    has_tiles: bool = False,
) -> Drawing:
    """The map of these shapes and signs, as seen through the frame; `line` is a path between its parts."""
    ordered = sorted(grounds, key=lambda ground: ground.is_marked)
    drawn_signs = list(_signs(signs, frame))
    return Drawing(
        width=WIDTH,
        height=frame.height,
        grounds=[drawn for ground in ordered if (drawn := _ground(ground, frame, steps)).path],
        signs=drawn_signs,
        words=_words(grounds, frame, [sign.box for sign in drawn_signs]),
        legend=steps.words(unit),
        has_marked=any(ground.is_marked for ground in grounds),
        line=line,
        tiles=tiles_for(frame) if has_tiles else [],
    )


def _ground(ground: Ground, frame: Frame, steps: Steps) -> DrawnGround:
    step = None if ground.value is None else steps.step_of(ground.value)
    return DrawnGround(path_of(ground.shape, frame), ground.title, ground.url, step, ground.is_marked)


def _signs(signs: Iterable[Sign], frame: Frame) -> Iterable[DrawnSign]:
    """Signs in their order; one that would cover another stands below it."""
    taken: list[Box] = []
    for sign in signs:
        east, north = mercator(sign.place)
        if not frame.holds(east, north):
            continue
        drawn = DrawnSign(sign.text, sign.title, sign.url, sign.arriving, *frame.units(east, north))
        while any(_overlap(drawn.box, other) for other in taken):
            drawn = replace(drawn, y=drawn.y + SIGN // 2)
        taken.append(drawn.box)
        yield drawn


def _words(grounds: Iterable[Ground], frame: Frame, taken: list[Box]) -> list[Word]:
    """Numbers and names of what matters, largest number first, as far as there is room for them."""
    words: list[Word] = []
    wanted = [ground for ground in grounds if ground.is_marked or ground.is_named or ground.value]
    for ground in sorted(wanted, key=lambda one: (not one.is_marked, -(one.value or 0), -one.shape.area)):
        x, y, room = middle_of(ground.shape, frame)
        lines = [("name", ground.name)] if ground.is_marked or ground.is_named else []
        lines += [("value", f"{ground.value:,}")] if ground.value else []
        for kind, text, line_y in _fitting(lines, x, y, room, taken):
            taken.append(_box(x, line_y, _width(text), LINE))
            words.append(Word(kind, text, x, line_y))
    return [word for word in words if 0 < word.x < WIDTH and 0 < word.y < frame.height]


def _fitting(
    lines: Sequence[tuple[str, str]], x: int, y: int, room: float, taken: list[Box]
) -> list[tuple[str, str, int]]:
    """The lines stacked around a place: all of them or only the last, moved up or down where a sign stands."""
    for shown in (lines, lines[-1:]):
        for shift in (0, LINE, -LINE, 2 * LINE, -2 * LINE, 3 * LINE, -3 * LINE):
            top = y + shift - (len(shown) - 1) * LINE // 2
            placed = [(kind, text, top + number * LINE) for number, (kind, text) in enumerate(shown)]
            is_inside = abs(shift) <= room + LINE / 2 and all(
                _width(text) <= 4 * max(room, LETTER) for _, text in shown
            )
            boxes = [_box(x, line_y, _width(text), LINE) for _, text, line_y in placed]
            if is_inside and not any(_overlap(box, other) for box in boxes for other in taken):
                return placed
    return []


def _width(text: str) -> float:
    return sum(LETTER if ord(letter) > 0x2000 else LETTER * 0.6 for letter in text)


def _box(x: float, y: float, width: float, height: float) -> Box:
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
