"""A donor offers a car: step by step, nothing stored before the end, then the receipt."""

from uuid import uuid4

from flask import (
    Response,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from mra.accounts import services as accounts
from mra.alliance.forms.address import prefectures
from mra.core import clock, current
from mra.core.access import public

from .. import queries, services
from ..forms import SECTIONS, DonationForm, Section, key_of_appeal
from ..models import Appeal, Donation
from ..rules import Channel, judging
from .blueprint import OFFERED, WORDS, blueprint

RECEIPT = "donation_receipt"
RECEIPT_SECONDS = 3600
LAST_BEFORE_CHECK = SECTIONS[-2]
FIRST_PREFECTURE = "13"


@blueprint.get("/donations/new")
@public
def start() -> ResponseReturnValue:
    """The first step, with a fresh key against double submits."""
    appeals = open_appeals()
    chosen = request.args.get("appeal", "")
    return _show(DonationForm({"submission_key": str(uuid4()), "appeal": chosen}, appeals=appeals), SECTIONS[0])


@blueprint.post("/donations/new")
@public
def fill() -> ResponseReturnValue:
    """One step further, one back, or the same step again with what a button was asked for."""
    form, here = DonationForm(request.form, appeals=open_appeals()), _section(request.form.get("step", ""))
    if "go" in request.form:
        return _show(form, _section(request.form["go"]))
    if form.assist_with_address(request.form):
        return _show(form, here)
    is_checking = request.form.get("checking") == "yes"
    wrong = form.first_wrong(up_to=LAST_BEFORE_CHECK.key if is_checking else here.key)
    if wrong:
        return _show(form, wrong, 422)
    return _show(form, SECTIONS[-1] if is_checking else _after(here))


@blueprint.post("/donations")
@public
def create() -> ResponseReturnValue:
    """The end: one donation, however often the button is pressed."""
    form = DonationForm(request.form, appeals=open_appeals())
    first = services.submitted_with(form.submission_key())
    if first is None:
        wrong = form.first_wrong(up_to=SECTIONS[-1].key)
        if wrong or form.appeal is None:
            return _show(form, wrong or SECTIONS[0], 422)
        first = services.submit(
            form.submission(),
            appeal=form.appeal,
            channel=Channel.WEB,
            by=current.actor(),
            received_at=clock.now(),
            submission_key=form.submission_key(),
        )
    session[RECEIPT] = [first.id, int(clock.now().timestamp())]
    return redirect(url_for("donations.receipt"), 303)


@blueprint.get("/donations/receipt")
@public
def receipt() -> ResponseReturnValue:
    """The number, what happens next and the private link, for the browser that sent the form and no other."""
    donation = _received_here()
    link = accounts.newest_link("donation", donation.id)
    return render_template(
        "donations/receipt.html",
        donation=donation,
        link=url_for("donations.own_page", token=accounts.token_of(link)) if link else None,
        public_url=current_app.extensions["mra"].public_url,
        words=WORDS,
    )


@blueprint.post("/donations/receipt/closing")
@public
def close_receipt() -> ResponseReturnValue:
    """Forget the receipt on a device that others will use."""
    session.pop(RECEIPT, None)
    flash("この端末の受付の控えを消しました。", "success")
    return redirect(url_for("donations.start"), 303)


def open_appeals() -> list[Appeal]:
    """The calls of today; there is always one."""
    services.standing_appeal()
    return queries.open_appeals()


def appeal_choices(appeals: list[Appeal]) -> list[tuple[str, str, str]]:
    """What the form offers, where several calls are open."""
    return [(key_of_appeal(one), one.name, "、".join(judging.conditions(one.version.limits)[:3])) for one in appeals]


def _received_here() -> Donation:
    kept = session.get(RECEIPT)
    if not kept or kept[1] + RECEIPT_SECONDS < clock.now().timestamp():
        abort(404)
    return queries.donation_in_full(kept[0]) or abort(404)


def _section(key: str) -> Section:
    return next((section for section in SECTIONS if section.key == key), SECTIONS[0])


def _after(here: Section) -> Section:
    return SECTIONS[min(SECTIONS.index(here) + 1, len(SECTIONS) - 1)]


def _show(form: DonationForm, section: Section, status: int = 200) -> Response:
    """One step, with everything typed at the other steps carried along unseen."""
    if section is SECTIONS[-1] and status == 200 and (wrong := form.first_wrong(up_to=LAST_BEFORE_CHECK.key)):
        section, status = wrong, 422
    position = SECTIONS.index(section)
    page = render_template(
        f"donations/steps/{section.key}.html",
        form=form,
        section=section,
        position=position,
        previous=SECTIONS[position - 1] if position else None,
        sections=SECTIONS,
        carried={name: value for name, value in form.values.items() if name not in section.fields},
        is_checking=request.form.get("checking") == "yes",
        appeals=form.appeals,
        appeal_choices=appeal_choices(list(form.appeals)),
        conditions=judging.conditions,
        offered=OFFERED,
        words=WORDS,
        **_needed_at(section, form),
    )
    answer = make_response(page, status)
    # Without this, the phone's back button ends on the browser's own "submit again?" page and people give up.
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _needed_at(section: Section, form: DonationForm) -> dict[str, object]:
    """What only one of the steps asks of the database."""
    if section.key == "place":
        return {"prefectures": prefectures(), "municipalities": form.municipality_options(FIRST_PREFECTURE)}
    return {}
