"""What can be done with tables: hand in, check, confirm, cancel; write out."""

from .checking import check_slice, hand_in
from .clearing import forget_old
from .exports import export_rows, lost_signs, write_out
from .storing import cancel, confirm, count_good, store

__all__ = [
    "cancel",
    "check_slice",
    "confirm",
    "count_good",
    "export_rows",
    "forget_old",
    "hand_in",
    "lost_signs",
    "store",
    "write_out",
]
