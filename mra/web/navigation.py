"""The navigation of the staff pages, by role."""

from flask import Flask, current_app, request, url_for

from mra.core import current
from mra.core.access import Role, mark_of

# label, endpoint
PLACES = (
    ("本日の窓口", "desk.today"),
    ("申込", "applications.index"),
    ("割当", "allocation.index"),
    ("案内", "allocation.offers"),
    ("車両", "vehicles.index"),
    ("貸出", "loans.index"),
    ("連絡", "messaging.index"),
    ("支援", "disasters.index"),
    ("アカウント", "accounts.index"),
)


def init_app(app: Flask) -> None:
    """Hand every page its navigation and the phone number of the secretariat."""
    app.context_processor(lambda: {"navigation": places(current.role()), "help_phone": _help_phone()})


def places(role: Role | None) -> list[dict[str, object]]:
    """The entries that this role may open; none for everybody who is not staff."""
    if role is None:
        return []
    entries = []
    for label, endpoint in PLACES:
        view = current_app.view_functions.get(endpoint)
        mark = mark_of(view)
        if mark and role in mark.roles:
            here = (request.endpoint or "").split(".")[0] == endpoint.split(".")[0]
            entries.append({"label": label, "url": url_for(endpoint), "current": here})
    return entries


def _help_phone() -> str:
    phone: str = current_app.extensions["mra"].help_phone
    return phone
