"""The pages that everyone sees: which supports are running, and how one of them works."""

from flask import Response, abort, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue

from mra.core import clock
from mra.core.access import READERS, public, staff
from mra.core.dates import japanese_moment

from .. import queries, rules
from ..models import Activation
from ..priorities import ARRIVAL_WORDING
from .blueprint import blueprint, load_activation

FRESH_SECONDS = 60


@blueprint.get("/")
@public
def front() -> ResponseReturnValue:
    """Which supports are running, what one needs to borrow a car, how to apply."""
    running = queries.running_activations()
    return _shared(
        render_template(
            "disasters/public/front.html",
            running=[(activation, _intake_sentence(activation)) for activation in running],
            closed=queries.closed_activations(),
        )
    )


@blueprint.get("/activations/<slug>")
@public
def show(slug: str) -> ResponseReturnValue:
    """One support: whether it takes applications, its bases, its terms, its order."""
    activation = queries.activation_by_slug(slug) or abort(404)
    return _shared(_page(activation, is_preview=False))


@blueprint.get("/activations/<int:activation_id>/settings/preview")
@staff(READERS)
def preview(activation_id: int) -> ResponseReturnValue:
    """The public page as it will look once the support is open."""
    return _page(load_activation(activation_id), is_preview=True)


def _page(activation: Activation, *, is_preview: bool) -> str:
    terms = queries.terms_in_force_or_none(activation)
    return render_template(
        "disasters/public/show.html",
        activation=activation,
        lendings=rules.lendings(terms.terms) if terms else [],
        takes_applications=activation.takes_applications(clock.now()),
        intake_sentence=_intake_sentence(activation),
        order=queries.priorities_in_force(activation.id),
        arrival=ARRIVAL_WORDING,
        weekdays=rules.WEEKDAY_WORDS,
        is_preview=is_preview,
    )


def _intake_sentence(activation: Activation) -> str:
    sentence = rules.INTAKE_SENTENCES[activation.intake(clock.now())]
    return sentence.format(intake_from=japanese_moment(activation.intake_from))


def _shared(page: str) -> Response:
    """The same page for everybody may be a minute old; whoever carries a session gets a fresh one."""
    answer = make_response(page)
    if current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
        return answer
    answer.headers["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    answer.add_etag()
    answer.make_conditional(request)
    return answer
