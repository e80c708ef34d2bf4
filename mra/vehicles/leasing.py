"""Return-on-disaster leases (災害時返却カーリース): cars lent cheaply in peace that come back within days of a recall.

Source: the association's contract; return within 10 days of the request to the named place, the lessee carries the
voluntary insurance.
"""

from enum import StrEnum

from mra.core.lifecycle import Lifecycle, Move, Word

RETURN_WITHIN_DAYS = 10


class LeaseStatus(StrEnum):
    """Whether the car is with its lessee."""

    RUNNING = "running"
    RECALLED = "recalled"
    ENDED = "ended"


LEASE = Lifecycle(
    "lease",
    LeaseStatus.RUNNING,
    {
        LeaseStatus.RUNNING: Word("リース中", "success"),
        LeaseStatus.RECALLED: Word("返却要請中", "warning"),
        LeaseStatus.ENDED: Word("終了", "neutral"),
    },
    Move("recall", (LeaseStatus.RUNNING,), LeaseStatus.RECALLED, "返却要請"),
    Move("spare", (LeaseStatus.RECALLED,), LeaseStatus.RUNNING, "返却要請の取消"),
    Move("end", (LeaseStatus.RUNNING, LeaseStatus.RECALLED), LeaseStatus.ENDED, "リースの終了"),
    begun="リースの登録",
)
