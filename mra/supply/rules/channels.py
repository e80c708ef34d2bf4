"""By which ways somebody can be told: a phone that gets texts, an e-mail address, or only a voice."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol


class Reachable(Protocol):
    """A contact of a member."""

    name: str
    phone: str | None
    can_sms: bool
    email: str | None


class Lessee(Protocol):
    """Whoever has a car on lease."""

    lessee_name: str
    lessee_phone: str | None
    lessee_can_sms: bool
    lessee_email: str | None


class Channels(NamedTuple):
    """How one person is told: `sms` and `email` are addresses, `phone` is the number to ring."""

    name: str
    phone: str | None
    sms: str | None
    email: str | None

    @classmethod
    def of_contact(cls, contact: Reachable) -> "Channels":
        """The ways to a contact of a member."""
        return cls(contact.name, contact.phone, contact.phone if contact.can_sms else None, contact.email)

    @classmethod
    def of_lease(cls, lease: Lessee) -> "Channels":
        """The ways to a lessee."""
        sms = lease.lessee_phone if lease.lessee_can_sms else None
        return cls(lease.lessee_name, lease.lessee_phone, sms, lease.lessee_email)

    @property
    def words(self) -> str:
        """The ways in words: SMS・メール, or 電話."""
        written = [word for word, address in (("SMS", self.sms), ("メール", self.email)) if address]
        return "・".join(written) or "電話で確認"

    @property
    def is_told(self) -> bool:
        """Whether a message can be sent at all."""
        return bool(self.sms or self.email)


def each_address_once(several: Iterable[Channels]) -> list[Channels]:
    """The same people, without a phone or an address that somebody before them has too: an office shares one mailbox."""
    seen: set[str | None] = set()
    kept = []
    for one in several:
        fresh = one._replace(
            sms=None if one.sms in seen else one.sms,
            email=None if one.email in seen else one.email,
        )
        seen |= {one.sms, one.email}
        kept.append(fresh)
    return kept
