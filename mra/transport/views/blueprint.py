"""The blueprint of all pages here, how they load what they show, and the words of their choices."""

from flask import Blueprint, abort, redirect, url_for
from werkzeug.wrappers import Response

from .. import queries
from ..forms import choices
from ..models import TransportDriver, TransportJob, TransportOffer
from ..rules.drivers import CHANNEL_WORDS, DISTANCE_WORDS, WEEKDAY_WORDS
from ..rules.drives import INSURANCE_WORDS, MEANS_WORDS, WAY_HOME_WORDS, WORRY_WORDS
from ..rules.expenses import EXPENSE_KIND_WORDS
from ..rules.licences import LICENCE_HINTS, LICENCE_WORDS
from ..rules.offers import CLOSE_REASON_WORDS, REFUSAL_REASON_WORDS

blueprint = Blueprint("transport", __name__)

WORDS = {
    "channel": CHANNEL_WORDS,
    "close_reason": CLOSE_REASON_WORDS,
    "expense": EXPENSE_KIND_WORDS,
    "insurance": INSURANCE_WORDS,
    "licence": LICENCE_WORDS,
    "means": MEANS_WORDS,
    "refusal_reason": REFUSAL_REASON_WORDS,
    "way_home": WAY_HOME_WORDS,
    "worry": WORRY_WORDS,
}
OPTIONS = {
    "distance": [(str(km), word) for km, word in DISTANCE_WORDS.items()],
    "expense": choices(EXPENSE_KIND_WORDS),
    "insurance": choices(INSURANCE_WORDS),
    "licence": [(kind.value, word, LICENCE_HINTS[kind]) for kind, word in LICENCE_WORDS.items()],
    "licence_plain": choices(LICENCE_WORDS),
    "means": choices(MEANS_WORDS),
    "refusal_reason": choices(REFUSAL_REASON_WORDS),
    "way_home": choices(WAY_HOME_WORDS),
    "weekday": [(str(number), word) for number, word in WEEKDAY_WORDS.items()],
}


@blueprint.context_processor
def words() -> dict[str, object]:
    """The words and choices that the pages here print."""
    return {"words": WORDS, "options": OPTIONS}


def load_job(job_id: int) -> TransportJob:
    """A job with everything its page shows, or the page that says it is not there."""
    return queries.job_in_full(job_id) or abort(404)


def load_offer(offer_id: int) -> TransportOffer:
    """An offer with its job."""
    return queries.offer_in_full(offer_id) or abort(404)


def load_driver(driver_id: int) -> TransportDriver:
    """A volunteer."""
    return queries.driver_in_full(driver_id) or abort(404)


def to_job(job: TransportJob) -> Response:
    """Back to the page of a job after something was done."""
    return redirect(url_for("transport.show", job_id=job.id), 303)


def to_driver(driver: TransportDriver) -> Response:
    """Back to the page of a volunteer after something was done."""
    return redirect(url_for("transport.driver", driver_id=driver.id), 303)
