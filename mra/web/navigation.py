"""The navigation of the staff pages, by role."""

from collections.abc import Callable
from functools import cache

from flask import Flask, current_app, request, url_for

from mra.core import current
from mra.core.access import READERS, Role, mark_of
from mra.desk.queries import call_list
from mra.disasters import queries as disasters

# What one does while a support runs, the cars, what makes ready for the next one, and what is set up once: heading, (label, endpoint).
# An entry that only people of a member may open stands without a heading.
GROUPS = (
    (
        "支援中",
        (
            ("本日の窓口", "desk.today"),
            ("電話リスト", "desk.calls"),
            ("申込", "applications.index"),
            ("割当", "allocation.index"),
            ("案内", "allocation.offers"),
            ("貸出", "loans.index"),
            ("過不足", "supply.current_board"),
            ("連絡", "messaging.index"),
        ),
    ),
    (
        "車両",
        (
            ("車両", "vehicles.index"),
            ("寄付", "donations.index"),
            ("回送", "transport.index"),
            ("書類の期限", "vehicles.documents"),
            ("整備", "upkeep.index"),
            ("返却カーリース", "recalls.index"),
        ),
    ),
    (
        "備え",
        (
            ("アライアンス", "alliance.overview"),
            ("加盟団体", "alliance.members"),
            ("提供表明", "alliance.pledges"),
            ("協定", "alliance.agreements"),
            ("届けられる数", "supply.readiness"),
        ),
    ),
    (
        "管理",
        (
            ("災害と支援", "disasters.index"),
            ("公平性の報告", "reporting.fairness"),
            ("表の読み込み・書き出し", "exchange.index"),
            ("アカウント", "accounts.index"),
            ("定期処理", "schedule.index"),
        ),
    ),
    (
        "",
        (
            ("ホーム", "supply.member_home"),
            ("提供表明", "alliance.member_pledges"),
            ("団体の情報", "alliance.member_organisation"),
        ),
    ),
)


def init_app(app: Flask) -> None:
    """Hand every page its navigation and the phone number of the secretariat."""
    app.context_processor(
        lambda: {
            "navigation": places(current.role()),
            # A function, not a value: a page that tells of a fault of the database must not ask it again.
            # Asked once a page, however many of its parts want to know.
            "activation_switcher": cache(lambda: switcher(current.role())),
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
    menu: list[dict[str, object]] = []
    for heading, group in GROUPS:
        entries = [_entry(label, endpoint) for label, endpoint in group if _may_open(role, endpoint)]
        if entries and heading:
            menu.append({"heading": heading})
        menu += entries
    _mark_current([entry for entry in menu if "url" in entry])
    return menu


def _may_open(role: Role, endpoint: str) -> bool:
    mark = mark_of(current_app.view_functions.get(endpoint))
    return bool(mark and role in mark.roles)


def _entry(label: str, endpoint: str) -> dict[str, object]:
    entry: dict[str, object] = {"label": label, "url": url_for(endpoint), "current": False, "endpoint": endpoint}
    return entry | ({"count": COUNTS[endpoint]()} if endpoint in COUNTS else {})


def switcher(role: Role | None) -> dict[str, object] | None:
    """Between which supports staff can switch; None where there is nothing to choose."""
    choices = disasters.activations_to_choose_from() if role in READERS else []
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
    """One entry is where the person is: by the beginning of the address, otherwise the first of the same capability."""
    here = [entry for entry in entries if f"{request.path}/".startswith(f"{entry['url']}/")]
    if here:
        # /member/pledges lies below /member too: the longest address is the nearest.
        max(here, key=lambda entry: len(str(entry["url"])))["current"] = True
        return
    same = [entry for entry in entries if str(entry["endpoint"]).split(".")[0] == request.blueprint]
    for entry in same[:1]:
        entry["current"] = True


def _help_phone() -> str:
    phone: str = current_app.extensions["mra"].help_phone
    return phone
