"""Ways home: jobs of a day between the same two regions drive together, and seats back are counted against drivers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from .drives import JobStatus, WayHome

NEEDS_A_SEAT = frozenset({WayHome.UNDECIDED, WayHome.SEAT})


class Drive(NamedTuple):
    """What the planner knows of one job."""

    job_id: int
    starts_on: date
    from_region: str
    to_region: str
    status: JobStatus
    way_home: WayHome
    seats_home: int


@dataclass(frozen=True)
class Convoy:
    """Jobs of one day between the same regions."""

    starts_on: date
    from_region: str
    to_region: str
    drives: tuple[Drive, ...]

    @property
    def needed(self) -> int:
        """How many drivers need a seat home."""
        return sum(drive.way_home in NEEDS_A_SEAT for drive in self.drives)

    @property
    def undecided(self) -> int:
        """For how many drivers nobody has thought about the way home."""
        return sum(drive.way_home is WayHome.UNDECIDED for drive in self.drives)

    @property
    def offered(self) -> int:
        """How many seats home the companion cars have."""
        return sum(drive.seats_home for drive in self.drives)

    @property
    def missing(self) -> int:
        """How many seats are short."""
        return max(0, self.needed - self.offered)

    @property
    def sentence(self) -> str:
        """What the board says."""
        if self.missing:
            return f"帰りの席が{self.missing}つ足りません"
        if not self.needed:
            return "帰りの手段は決まっています"
        return f"帰りの席は足りています（{self.needed}人に{self.offered}席）"


def convoys(drives: Iterable[Drive]) -> list[Convoy]:
    """The jobs that can go together, day by day; a job that is over or cancelled counts no more."""
    groups: dict[tuple[date, str, str], list[Drive]] = {}
    for drive in drives:
        if drive.status in (JobStatus.OPEN, JobStatus.TAKEN, JobStatus.UNDER_WAY):
            groups.setdefault((drive.starts_on, drive.from_region, drive.to_region), []).append(drive)
    return [Convoy(*key, tuple(group)) for key, group in sorted(groups.items())]
