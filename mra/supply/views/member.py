"""The pages of signed-in people of a member: what is asked, what was promised, and what became of it."""

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue

from mra.alliance.rules.pledges import words as pledge_words
from mra.core import current
from mra.core.access import member

from .. import queries, services
from ..models import Call
from ..rules.stories import VehicleStory, together
from .answers import answer_page, passing_on_page, take_answer, take_passing_on
from .blueprint import blueprint


@blueprint.get("/member")
@member
def member_home() -> ResponseReturnValue:
    """Questions to answer on top, then promises and what became of them."""
    home = queries.member_home(current.member_id())
    return render_template("supply/member/home.html", home=home, pledge_words=pledge_words, stories=_stories(home))


def _stories(home: queries.MemberHome) -> dict[int, VehicleStory]:
    """What became of the cars of each pledge, by the pledge's id."""
    cars = {story.pledge.id: [car for call in story.calls for car in _cars(call)] for story in home.pledges}
    told = services.vehicle_story({car for several in cars.values() for car in several})
    return {
        number: together(told[car] for car in several if car in told) for number, several in cars.items() if several
    }


def _cars(call: Call) -> list[int]:
    brought = [*call.deliveries, *(delivery for part in call.passed_on for delivery in part.deliveries)]
    return [car.id for delivery in brought for car in delivery.vehicles]


@blueprint.get("/member/calls/<int:call_id>")
@member
def member_call(call_id: int) -> ResponseReturnValue:
    """One question, or what became of the answer."""
    call = _own(call_id)
    return answer_page(call, _addresses(call))


@blueprint.post("/member/calls/<int:call_id>/answer")
@member
def member_answer(call_id: int) -> ResponseReturnValue:
    """Answer for the own organisation or for a firm under it."""
    call = _own(call_id)
    return take_answer(call, _addresses(call))


@blueprint.get("/member/calls/<int:call_id>/passing-on")
@member
def member_show_passing_on(call_id: int) -> ResponseReturnValue:
    """Which firms, and how much of each."""
    call = _own(call_id)
    return passing_on_page(call, _addresses(call))


@blueprint.post("/member/calls/<int:call_id>/passing-on")
@member
def member_pass_on(call_id: int) -> ResponseReturnValue:
    """The firms are asked."""
    call = _own(call_id)
    return take_passing_on(call, _addresses(call))


def _own(call_id: int) -> Call:
    return queries.call_of_members(current.member_id(), call_id) or abort(404)


def _addresses(call: Call) -> dict[str, str]:
    return {
        "home": url_for("supply.member_call", call_id=call.id),
        "answer": url_for("supply.member_answer", call_id=call.id),
        "passing_on": url_for("supply.member_show_passing_on", call_id=call.id),
        "back": url_for("supply.member_home"),
    }
