"""A volunteer's own page behind the private link: when they can drive, what they were asked, leaving the list."""

from flask import abort, flash, redirect, render_template, url_for
from flask.globals import request
from flask.typing import ResponseReturnValue

from mra.core import current
from mra.core.access import link

from .. import queries, services
from ..forms import AvailabilityForm
from ..models import TransportDriver
from .blueprint import blueprint


@blueprint.get("/drivers/<token>")
@link("driver")
def own_page(token: str) -> ResponseReturnValue:
    """Who we think they are, their days, their drives."""
    person = _person()
    return _page(person, token, AvailabilityForm.of(person))


def _person() -> TransportDriver:
    return queries.driver_in_full(current.link_subject_id()) or abort(404)


def _page(person: TransportDriver, token: str, form: AvailabilityForm) -> str:
    return render_template(
        "transport/registration/own.html",
        driver=person,
        token=token,
        form=form,
        offers=queries.offers_of_driver(person.id, limit=20),
        may_leave=person.lifecycle.allows("withdraw", person.status),
    )


@blueprint.post("/drivers/<token>/availability")
@link("driver")
def change_availability(token: str) -> ResponseReturnValue:
    """Other days, another distance."""
    person = _person()
    form = AvailabilityForm(request.form)
    if not form.check():
        return _page(person, token, form), 422
    services.change_availability(person, by=current.actor(), **form.clean)
    flash("運転できる日を変更しました。", "success")
    return redirect(url_for("transport.own_page", token=token), 303)


@blueprint.post("/drivers/<token>/withdrawal")
@link("driver")
def withdraw(token: str) -> ResponseReturnValue:
    """Off the list, by themselves."""
    services.withdraw(_person(), by=current.actor())
    flash("登録を終えました。免許証の番号も消しました。ご協力、ありがとうございました。", "success")
    return redirect(url_for("transport.own_page", token=token), 303)
