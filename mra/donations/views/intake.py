"""Staff enter what a donor says on the phone: one page, the same rules, the same list."""

from uuid import uuid4

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from mra.alliance.forms.address import prefectures
from mra.core import clock, current
from mra.core.access import DESK_STAFF, staff

from .. import services
from ..forms import DonationForm, key_of_appeal
from ..rules import Channel, judging
from ..rules.judging import USE_WORDS
from .blueprint import OFFERED, WORDS, blueprint, to_case
from .public import FIRST_PREFECTURE, appeal_choices, open_appeals


@blueprint.get("/donations/intake/new")
@staff(DESK_STAFF)
def new_intake() -> ResponseReturnValue:
    """An empty form."""
    appeals = open_appeals()
    first = {"submission_key": str(uuid4()), "appeal": key_of_appeal(appeals[0]), "kind": "person"}
    return _page(DonationForm(first, appeals=appeals))


@blueprint.post("/donations/intake")
@staff(DESK_STAFF)
def create_intake() -> ResponseReturnValue:
    """Register it, and say the number and what becomes of the car."""
    form = DonationForm(request.form, appeals=open_appeals())
    if form.assist_with_address(request.form):
        return _page(form)
    donation = services.submitted_with(form.submission_key())
    if donation is None:
        if not form.check() or form.appeal is None:
            return _page(form), 422
        donation = services.submit(
            form.submission(),
            appeal=form.appeal,
            channel=Channel.PHONE,
            by=current.actor(),
            received_at=clock.now(),
            submission_key=form.submission_key(),
            entered_by_staff_id=current.staff_id(),
        )
    flash(f"{donation.number} で受け付けました（{USE_WORDS[donation.use]}）。番号を寄付者に伝えてください。", "success")
    return to_case(donation)


def _page(form: DonationForm) -> str:
    return render_template(
        "donations/intake.html",
        form=form,
        appeals=form.appeals,
        appeal_choices=appeal_choices(list(form.appeals)),
        conditions=judging.conditions,
        prefectures=prefectures(),
        municipalities=form.municipality_options(FIRST_PREFECTURE),
        offered=OFFERED,
        words=WORDS,
    )
