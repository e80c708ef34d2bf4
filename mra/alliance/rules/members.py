"""Members in two levels: an umbrella body (業界団体・本部) and the local firms under it."""

from enum import StrEnum


class ContactHours(StrEnum):
    """When a contact may be rung: at any time, in office hours, or at night and on holidays."""

    ALWAYS = "always"
    DAY = "day"
    NIGHT = "night"


CONTACT_HOURS_WORDS = {
    ContactHours.ALWAYS: "昼夜とも",
    ContactHours.DAY: "昼間（平日の営業時間）",
    ContactHours.NIGHT: "夜間・休日",
}

REFUSALS: dict[str, str] = {}
CONSTRAINTS: dict[str, str] = {}
