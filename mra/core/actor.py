"""Who did it: a small value that every use case takes as `by` and every audit event keeps."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """Staff with an account, an applicant holding a private link, or the system itself."""

    STAFF = "staff"
    APPLICANT = "applicant"
    PUBLIC = "public"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """`id` is the staff account's id or the application's id; the system and the unnamed public have none."""

    kind: ActorKind
    id: int | None = None


SYSTEM = Actor(ActorKind.SYSTEM)
PUBLIC = Actor(ActorKind.PUBLIC)
