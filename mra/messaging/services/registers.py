"""What capabilities above tell messaging, since it may not ask them."""

from collections.abc import Callable, Iterable

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


Admins = Callable[[], Iterable[tuple[int, str]]]
_admins: list[Admins] = []


def on_admins(who: Admins) -> None:
    """Register who knows the admins: their ids and e-mail addresses."""
    _admins[:] = [who]


def admins() -> list[tuple[int, str]]:
    """The admins who are told when sending goes wrong."""
    return list(_admins[0]()) if _admins else []
