"""What others ask of the alliance."""

from .members import member_id_of_person
from .municipalities import (
    is_reference_loaded,
    municipalities_in,
    municipalities_matching,
    municipalities_of,
    municipality_by_code,
    municipality_choices,
    towns_of,
)

__all__ = [
    "is_reference_loaded",
    "member_id_of_person",
    "municipalities_in",
    "municipalities_matching",
    "municipalities_of",
    "municipality_by_code",
    "municipality_choices",
    "towns_of",
]
