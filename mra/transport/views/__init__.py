"""Pages: the board, jobs, drivers, and what stands behind private links."""

from . import asking, board, driver_link, drivers, driving, job_link, planning, registration
from .blueprint import blueprint

__all__ = ["asking", "blueprint", "board", "driver_link", "drivers", "driving", "job_link", "planning", "registration"]
