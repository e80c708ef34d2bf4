"""What buttons inside the form do before anything is submitted: look addresses up, add and remove drivers."""

from uuid import UUID, uuid4

from werkzeug.datastructures import MultiDict

from mra.alliance.models import Municipality
from mra.alliance.municipality_codes import PREFECTURES
from mra.alliance.queries import municipalities_in
from mra.core.postal import parse_postal_code
from mra.core.text import keep_name

from .. import rules
from ..forms import ApplicationForm
from ..forms.people import look_up

Posted = MultiDict[str, str]


def new_key() -> str:
    """The key of a form that was opened just now."""
    return str(uuid4())


def key_of(form: ApplicationForm) -> UUID:
    """The key the form was opened with; a form without a readable one gets a new one."""
    try:
        return UUID(form.text("submission_key"))
    except ValueError:
        return uuid4()


def assist(form: ApplicationForm, posted: Posted) -> bool:
    """Do what a button inside the form asks for; False if it was the button that goes on."""
    if posted.get("look_up") == "postal_code":
        _look_up_postal_code(form)
    elif posted.get("look_up") == "prefecture":
        form.values["looked_up"] = form.values["municipality_code"] = ""
    elif "town" in posted:
        form.values["address"] = keep_name(posted["town"])[:200]
    elif "add_driver" in posted:
        form.values["driver_count"] = str(min(form.driver_count() + 1, rules.MOST_DRIVERS))
    elif posted.get("remove_driver", "") in {str(number) for number in range(2, rules.MOST_DRIVERS + 1)}:
        form.remove_driver(int(posted["remove_driver"]))
    else:
        return False
    return True


def _look_up_postal_code(form: ApplicationForm) -> None:
    code = parse_postal_code(form.text("postal_code"))
    if code is None:
        form.wrong("postal_code", "郵便番号は7けたの数字で入力してください。例：868-0000")
        return
    look_up(form, code)
    if not form.towns:
        form.wrong("postal_code", "この郵便番号は見つかりません。番号を確かめるか、下で市区町村を選んでください。")


def prefectures() -> list[tuple[str, str]]:
    """All prefectures, from north to south."""
    return list(PREFECTURES.items())


def municipality_options(form: ApplicationForm, usual_prefecture: str) -> list[tuple[str, str]]:
    """What the municipality select offers: those of the postal code, else those of the chosen prefecture."""
    if form.towns:
        found = {town.municipality_code: town.municipality.full_name for town in form.towns}
        return list(found.items())
    if not form.text("prefecture"):
        form.values["prefecture"] = form.text("municipality_code")[:2] or usual_prefecture
    if form.text("prefecture") not in PREFECTURES:
        return []
    return [(place.code, _short_name(place)) for place in municipalities_in(form.text("prefecture"))]


def _short_name(place: Municipality) -> str:
    return f"{place.county}{place.name}"
