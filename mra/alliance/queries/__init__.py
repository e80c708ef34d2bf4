"""What others ask of the alliance."""

from .members import contacts_for_call, member_id_of_person, visible_member_ids
from .municipalities import (
    is_reference_loaded,
    municipalities_in,
    municipalities_matching,
    municipalities_of,
    municipality_by_code,
    municipality_choices,
    towns_of,
)
from .pledges import area_names, pledges_for_place

__all__ = [
    "area_names",
    "contacts_for_call",
    "is_reference_loaded",
    "member_id_of_person",
    "municipalities_in",
    "municipalities_matching",
    "municipalities_of",
    "municipality_by_code",
    "municipality_choices",
    "pledges_for_place",
    "towns_of",
    "visible_member_ids",
]
