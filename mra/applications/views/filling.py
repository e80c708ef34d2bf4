"""What buttons inside the form do before anything is submitted: look addresses up, add and remove drivers."""

from uuid import UUID, uuid4

from werkzeug.datastructures import MultiDict

from .. import rules
from ..forms import ApplicationForm

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
    if form.assist_with_address(posted):
        return True
    if "add_driver" in posted:
        form.values["driver_count"] = str(min(form.driver_count() + 1, rules.MOST_DRIVERS))
    elif posted.get("remove_driver", "") in {str(number) for number in range(2, rules.MOST_DRIVERS + 1)}:
        form.remove_driver(int(posted["remove_driver"]))
    else:
        return False
    return True
