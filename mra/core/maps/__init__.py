"""Maps as drawings: shapes and signs in, what an SVG needs out. Pure: no database, no network, no JavaScript."""

from .country import Country, country
from .drawing import Drawing, Ground, Sign, draw
from .frame import Frame, frame_around, mercator
from .steps import steps_for

__all__ = ["Country", "Drawing", "Frame", "Ground", "Sign", "country", "draw", "frame_around", "mercator", "steps_for"]
