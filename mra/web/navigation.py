"""The navigation of the staff pages, by role."""

from flask import Flask, current_app, request, url_for

from mra.core import current
from mra.core.access import Role, mark_of
from mra.disasters import queries as disasters

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
    ("定期処理", "schedule.index"),
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


def places(role: Role | None) -> list[dict[str, object]]:
    """The entries that this role may open; none for everybody who is not staff."""
    if role is None:
        return []
    entries = []
    for label, endpoint in PLACES:
        mark = mark_of(current_app.view_functions.get(endpoint))
        if mark and role in mark.roles:
            entries.append({"label": label, "url": url_for(endpoint), "current": False, "endpoint": endpoint})
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
