"""A resident applies: step by step, nothing stored before the end, then the receipt."""

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
from mra.core.db import db
from mra.core.phone import grouped
from mra.disasters.models import Activation
from mra.disasters.queries import activation_taking_forms, terms_in_force

from .. import services
from ..forms import SECTIONS, ApplicationForm, Section
from ..models import Application
from ..rules import USUAL_DISTANCE_KM, Channel
from .blueprint import OFFERED, WORDS, blueprint
from .filling import assist, key_of, new_key

RECEIPT = "receipt"
# Long enough to write the number down, short enough for a telephone that is passed on in a shelter.
RECEIPT_SECONDS = 3600
LAST_BEFORE_CHECK = SECTIONS[-2]


@blueprint.get("/activations/<slug>/applications/new")
@public
def start(slug: str) -> ResponseReturnValue:
    """The first step, with a fresh key against double submits."""
    activation = _activation(slug)
    form = ApplicationForm(
        {
            "submission_key": new_key(),
            "max_distance_km": str(USUAL_DISTANCE_KM),
            "needed_from_year": str(clock.today().year),
        }
    )
    return _show(activation, form, SECTIONS[0])


@blueprint.post("/activations/<slug>/applications/new")
@public
def fill(slug: str) -> ResponseReturnValue:
    """One step further, one back, or the same step again with what a button was asked for."""
    activation = _activation(slug)
    form, here = ApplicationForm(request.form), _section(request.form.get("step", ""))
    if "go" in request.form:
        return _show(activation, form, _section(request.form["go"]))
    if assist(form, request.form):
        return _show(activation, form, here)
    is_checking = request.form.get("checking") == "yes"
    wrong = form.first_wrong(up_to=LAST_BEFORE_CHECK.key if is_checking else here.key)
    if wrong:
        return _show(activation, form, wrong, 422)
    return _show(activation, form, SECTIONS[-1] if is_checking else _after(here))


@blueprint.post("/activations/<slug>/applications")
@public
def create(slug: str) -> ResponseReturnValue:
    """The end: one application, however often the button is pressed."""
    activation = _activation(slug)
    form = ApplicationForm(request.form)
    wrong = form.first_wrong(up_to=SECTIONS[-1].key)
    if wrong:
        return _show(activation, form, wrong, 422)
    said = form.submission()
    application = services.submit(
        said,
        activation=activation,
        channel=Channel.WEB,
        by=current.actor(),
        received_at=clock.now(),
        submission_key=key_of(form),
    )
    if (application.phone, application.family_name) != (said.phone.e164, said.family_name):
        flash("この申込はすでに受け付けています。内容を変えたいときは、お電話ください。", "warning")
    session[RECEIPT] = [application.id, int(clock.now().timestamp())]
    return redirect(url_for("applications.receipt", slug=slug), 303)


@blueprint.get("/activations/<slug>/applications/receipt")
@public
def receipt(slug: str) -> ResponseReturnValue:
    """The number, what happens next and the private link, for the browser that applied and no other."""
    application = _received_here(slug)
    link = accounts.newest_link("application", application.id)
    return render_template(
        "applications/receipt.html",
        application=application,
        activation=application.activation,
        # The resident's page belongs to the desk, which stands above; only its address is known here.
        link=f"/a/{accounts.token_of(link)}" if link else None,
        public_url=_public_url(),
        help_phone=grouped(application.activation.help_phone),
    )


@blueprint.post("/activations/<slug>/applications/receipt/closing")
@public
def close_receipt(slug: str) -> ResponseReturnValue:
    """Forget the receipt on a telephone or tablet that others will use."""
    session.pop(RECEIPT, None)
    flash("この端末の受付の控えを消しました。", "success")
    return redirect(url_for("applications.start", slug=slug), 303)


def _received_here(slug: str) -> Application:
    kept = session.get(RECEIPT)
    if not kept or kept[1] + RECEIPT_SECONDS < clock.now().timestamp():
        abort(404)
    application = db.session.get(Application, kept[0])
    if application is None or application.activation.slug != slug:
        abort(404)
    return application


def _activation(slug: str) -> Activation:
    activation = activation_taking_forms(slug)
    if activation is None:
        abort(404)
    return activation


def _section(key: str) -> Section:
    return next((section for section in SECTIONS if section.key == key), SECTIONS[0])


def _after(here: Section) -> Section:
    return SECTIONS[min(SECTIONS.index(here) + 1, len(SECTIONS) - 1)]


def _show(activation: Activation, form: ApplicationForm, section: Section, status: int = 200) -> Response:
    """One step, with everything typed at the other steps carried along unseen."""
    if not activation.takes_applications(clock.now()):
        return _closed(activation)
    if section is SECTIONS[-1] and status == 200 and (wrong := form.first_wrong(up_to=LAST_BEFORE_CHECK.key)):
        section, status = wrong, 422
    position = SECTIONS.index(section)
    page = render_template(
        f"applications/steps/{section.key}.html",
        activation=activation,
        form=form,
        section=section,
        position=position,
        previous=SECTIONS[position - 1] if position else None,
        sections=SECTIONS,
        carried={name: value for name, value in form.values.items() if name not in section.fields},
        is_checking=request.form.get("checking") == "yes",
        offered=OFFERED,
        words=WORDS,
        help_phone=grouped(activation.help_phone),
        **_needed_at(section, form, activation),
    )
    return _may_be_gone_back_to(make_response(page, status))


def _needed_at(section: Section, form: ApplicationForm, activation: Activation) -> dict[str, object]:
    """What only one of the steps asks of the database, and what it is filled with beforehand."""
    if section.key == "place":
        usual = activation.municipalities[0].code[:2] if activation.municipalities else ""
        return {"prefectures": prefectures(), "municipalities": form.municipality_options(usual)}
    if section.key == "drivers" and not form.text("driver1_name"):
        form.prefill_first_driver()
    if section.key == "wish":
        return {"terms": terms_in_force(activation)}
    return {}


def _may_be_gone_back_to(response: Response) -> Response:
    # Without this, the phone's back button ends on the browser's own "submit again?" page and people give up.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _closed(activation: Activation) -> Response:
    page = render_template("applications/closed.html", activation=activation, help_phone=grouped(activation.help_phone))
    return make_response(page, 200 if request.method == "GET" else 409)


def _public_url() -> str:
    address: str = current_app.extensions["mra"].public_url
    return address
