"""The navigation of the staff pages, by role."""

from collections.abc import Callable
from functools import cache

from flask import Flask, current_app, request, url_for

from mra.core import current
from mra.core.access import Role, mark_of
from mra.desk.queries import call_list
from mra.disasters import queries as disasters

# label, endpoint
PLACES = (
    ("本日の窓口", "desk.today"),
    ("電話リスト", "desk.calls"),
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
    app.context_processor(
        lambda: {
            "navigation": places(current.role()),
            # A function, not a value: a page that tells of a fault of the database must not ask it again.
            "activation_switcher": lambda: switcher(current.role()),
            "help_phone": _help_phone(),
        }
    )


def _people_to_ring() -> Callable[[], int]:
    """How many people are to be rung, asked when it is printed, and once for both menus of a page."""

    @cache
    def counted() -> int:
        activation = disasters.current_activation()
        return call_list.count(activation.id) if activation else 0

    return counted


# endpoint → what makes the function that counts for one page
COUNTS = {"desk.calls": _people_to_ring}


def places(role: Role | None) -> list[dict[str, object]]:
    """The entries that this role may open; none for everybody who is not staff."""
    if role is None:
        return []
    entries: list[dict[str, object]] = []
    for label, endpoint in PLACES:
        mark = mark_of(current_app.view_functions.get(endpoint))
        if mark and role in mark.roles:
            entry = {"label": label, "url": url_for(endpoint), "current": False, "endpoint": endpoint}
            entries.append(entry | ({"count": COUNTS[endpoint]()} if endpoint in COUNTS else {}))
    _mark_current(entries)
    return entries


def switcher(role: Role | None) -> dict[str, object] | None:
    """Between which supports staff can switch; None where there is nothing to choose."""
    choices = disasters.activations_to_choose_from() if role else []
    if len(choices) < 2:
        return None
    here = disasters.current_activation()
    options = [
        {
            "label": name,
            "url": url_for("disasters.choose", activation_id=number),
            "current": here is not None and here.id == number,
        }
        for number, name in choices
    ]
    return {"current": here.name if here else None, "options": options}


def _mark_current(entries: list[dict[str, object]]) -> None:
    """One entry is where the person is: by the beginning of the address, otherwise by the capability of the page."""
    here = [entry for entry in entries if f"{request.path}/".startswith(f"{entry['url']}/")]
    here = here or [entry for entry in entries if str(entry["endpoint"]).split(".")[0] == request.blueprint]
    if here:
        here[0]["current"] = True


def _help_phone() -> str:
    phone: str = current_app.extensions["mra"].help_phone
    return phone
