"""Who did it: a small value that every use case takes as `by` and every audit event keeps."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """Somebody with an account, somebody holding a private link, or the system itself."""

    STAFF = "staff"
    APPLICANT = "applicant"
    MEMBER = "member"
    DONOR = "donor"
    DRIVER = "driver"
    LESSEE = "lessee"
    PUBLIC = "public"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """`id` is the account's id, or that of the link's subject (application, call, donation …); the system and the unnamed public have none."""

    kind: ActorKind
    id: int | None = None


SYSTEM = Actor(ActorKind.SYSTEM)
PUBLIC = Actor(ActorKind.PUBLIC)
