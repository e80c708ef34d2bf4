"""What capabilities above tell messaging, since it may not ask them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

LinkMaker = Callable[[int], str | None]
_link_maker: list[LinkMaker] = []
# Whether what a text says about this case is still so: the text's template, the id of the case.
SendCheck = Callable[[str, int], bool]
_send_checks: dict[str, SendCheck] = {}


def on_link(maker: LinkMaker) -> None:
    """Register who turns the id of a private link into its address (None: the link works no more).

    Links belong to a capability above this one, so it comes to us rather than we to it.
    """
    _link_maker[:] = [maker]


def link_address(link_id: int | None) -> str | None:
    """The address of a private link, for the text on its way out; never for a page of staff."""
    if link_id is None:
        return None
    if not _link_maker:
        raise RuntimeError("nobody registered for private links")
    return _link_maker[0](link_id)


def on_send_check(cause_kind: str, check: SendCheck) -> None:
    """Register who knows, at the moment of sending, whether a text about a case of this kind still holds.

    A car may come back and an offer may end while a text waits for the morning.
    """
    _send_checks[cause_kind] = check


def still_holds(cause_kind: str, template: str, cause_id: int) -> bool:
    """Whether a text is still to be sent; where nobody registered, it is."""
    check = _send_checks.get(cause_kind)
    return check is None or check(template, cause_id)


HelpPhones = Callable[[int | None], str | None]
_help_phones: list[HelpPhones] = []


def on_help_phone(who: HelpPhones) -> None:
    """Register who knows the number to ring of a support; without a support, that of the one that runs now."""
    _help_phones[:] = [who]


def help_phone_of(activation_id: int | None) -> str | None:
    """The number to ring about a support, for a text to which nobody gave one; None where there is none."""
    return _help_phones[0](activation_id) if _help_phones else None


Admins = Callable[[], Iterable[tuple[int, str]]]
_admins: list[Admins] = []


def on_admins(who: Admins) -> None:
    """Register who knows the admins: their ids and e-mail addresses."""
    _admins[:] = [who]


def admins() -> list[tuple[int, str]]:
    """The admins who are told when sending goes wrong."""
    return list(_admins[0]()) if _admins else []


@dataclass(frozen=True)
class Addressee:
    """One person of an audience."""

    phone: str
    can_sms: bool
    subject_kind: str
    subject_id: int
    help_phone: str


@dataclass(frozen=True)
class Audience:
    """People who can be written to together, such as all who have a car of a base.

    `scopes` tells which there are: the id of the scope, its name, its activation. `holds` tells whether somebody, by the
    subject's id, still belongs to a scope: asked when their message goes out.
    """

    kind: str
    label: str
    scopes: Callable[[], Iterable[tuple[int, str, int | None]]]
    people: Callable[[int], Iterable[Addressee]]
    holds: Callable[[int, int], bool] = lambda _scope_id, _subject_id: True


_audiences: dict[str, Audience] = {}


def on_audience(audience: Audience) -> None:
    """Register people who can be written to together; they belong to capabilities above this one."""
    _audiences[audience.kind] = audience


@dataclass(frozen=True)
class Choice:
    """One audience that exists today, as the form offers it."""

    value: str
    label: str
    activation_id: int | None
    people: Callable[[], Iterable[Addressee]]


def audience_choices() -> list[Choice]:
    """All audiences of today."""
    return [
        Choice(f"{one.kind}-{scope_id}", f"{name}：{one.label}", activation_id, partial(one.people, scope_id))
        for one in _audiences.values()
        for scope_id, name, activation_id in one.scopes()
    ]


def still_in_audience(code: str, subject_id: int) -> bool:
    """Whether somebody still belongs to the people that a message to many was written for; where nobody knows, yes."""
    kind, _, scope = code.rpartition("-")
    audience = _audiences.get(kind)
    return audience is None or audience.holds(int(scope), subject_id)
