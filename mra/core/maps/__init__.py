"""Maps as drawings: shapes and signs in, what an SVG needs out. Pure: no database, no network, no JavaScript."""

from .drawing import Drawing, Ground, Sign, draw
from .frame import Frame, frame_around, mercator
from .steps import steps_for

__all__ = ["Drawing", "Frame", "Ground", "Sign", "draw", "frame_around", "mercator", "steps_for"]
