"""A volunteer registers: one page, on a phone, without an account."""

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from mra.core import current
from mra.core.access import public

from .. import services
from ..forms import DriverForm
from ..rules.drivers import CONSENT_VERSION, Channel
from .blueprint import blueprint

RECEIVED = "driver_received"


@blueprint.get("/drivers/new")
@public
def register_form() -> ResponseReturnValue:
    """What volunteers do, how they are insured, and the form."""
    return _form(DriverForm.new())


def _form(form: DriverForm) -> str:
    return render_template("transport/registration/new.html", form=form, consent_version=CONSENT_VERSION)


@blueprint.post("/drivers")
@public
def register() -> ResponseReturnValue:
    """Keep the registration; the link to the own page comes by SMS or mail, to whoever has that phone."""
    form = DriverForm(request.form)
    if not form.check():
        return _form(form), 422
    driver = services.register(
        form.clean["facts"], submission_key=form.submission_key, channel=Channel.WEB, by=current.actor()
    )
    session[RECEIVED] = "sms" if driver.can_sms else "email" if driver.email else "phone"
    return redirect(url_for("transport.registered"), 303)


@blueprint.get("/drivers/received")
@public
def registered() -> ResponseReturnValue:
    """Thanks, and what comes next."""
    return render_template("transport/registration/received.html", way=session.get(RECEIVED, "phone"))
