"""The page behind a member's private link: one question, answered on a phone at two in the morning."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.core import clock, current
from mra.core.access import link

from .. import queries, services
from ..forms import AnswerForm, PassingOnForm
from ..models import Call
from ..rules.calls import ANSWER_WORDS, Standing, standing
from ..services.answers import left_to_pass_on
from .blueprint import blueprint


@blueprint.get("/calls/<token>")
@link("call")
def call_by_link(token: str) -> ResponseReturnValue:
    """What is asked, or what became of the answer."""
    return answer_page(_call(), _addresses(token))


@blueprint.post("/calls/<token>/answer")
@link("call")
def answer_by_link(token: str) -> ResponseReturnValue:
    """The answer counts at once; changing it takes a telephone call."""
    return take_answer(_call(), _addresses(token))


@blueprint.get("/calls/<token>/passing-on")
@link("call")
def show_passing_on(token: str) -> ResponseReturnValue:
    """Which firms, and how much of each."""
    return passing_on_page(_call(), _addresses(token))


@blueprint.post("/calls/<token>/passing-on")
@link("call")
def pass_on_by_link(token: str) -> ResponseReturnValue:
    """The firms are asked, each by a link of its own."""
    return take_passing_on(_call(), _addresses(token))


def _call() -> Call:
    return queries.call_in_full(current.link_subject_id()) or abort(404)


def _addresses(token: str) -> dict[str, str]:
    return {
        "home": url_for("supply.call_by_link", token=token),
        "answer": url_for("supply.answer_by_link", token=token),
        "passing_on": url_for("supply.show_passing_on", token=token),
    }


def answer_page(call: Call, addresses: dict[str, str], form: AnswerForm | None = None) -> str:
    """The question while it can be answered, otherwise where things stand; the same for a link and for a signed-in person."""
    stands = standing(call.status, is_passed_on=call.is_passed_on, deadline_at=call.deadline_at, moment=clock.now())
    return render_template(
        "supply/answer/show.html",
        call=call,
        place=queries.place_word(call.need),
        addresses=addresses,
        form=form or AnswerForm.of(call),
        answers=[(kind.value, word) for kind, word in ANSWER_WORDS.items()],
        stands=stands,
        parts=queries.parts_in_full([call.id]) if call.is_passed_on else [],
        may_pass_on=may_pass_on(stands, call),
    )


def may_pass_on(stands: Standing, call: Call) -> bool:
    """Whether the page offers to ask firms: an umbrella body, in time, and a call that is not about a leased car."""
    if stands not in (Standing.ANSWERABLE, Standing.WITH_FIRMS) or call.deadline_at <= clock.now():
        return False
    return call.lease_id is None and bool(queries.firms_of(call.member_id))


def take_answer(call: Call, addresses: dict[str, str]) -> ResponseReturnValue:
    """Read and keep an answer."""
    form = AnswerForm(request.form, call.quantity)
    if not form.check():
        return answer_page(call, addresses, form), 422
    services.answer_by_link(call, by=current.actor(), **form.clean)
    flash("回答を送りました。", "success")
    return redirect(addresses["home"], 303)


def passing_on_page(call: Call, addresses: dict[str, str], form: PassingOnForm | None = None) -> str:
    """The firms of an umbrella body with a number beside each."""
    firms = queries.firms_of(call.member_id)
    if not firms or call.lease_id is not None:
        abort(404)
    left = left_to_pass_on(call)
    return render_template(
        "supply/answer/passing_on.html",
        call=call,
        place=queries.place_word(call.need),
        addresses=addresses,
        form=form or PassingOnForm.of(call, firms, left),
        firms=firms,
        left=left,
        parts=queries.parts_in_full([call.id]),
    )


def take_passing_on(call: Call, addresses: dict[str, str]) -> ResponseReturnValue:
    """Ask the firms."""
    firms = queries.firms_of(call.member_id)
    form = PassingOnForm(request.form, call, firms, left_to_pass_on(call))
    if not form.check():
        return passing_on_page(call, addresses, form), 422
    made = services.pass_on(call, by=current.actor(), **form.clean)
    flash(f"{len(made)}社に取り次ぎました。回答がそろうと、自動でまとまります。", "success")
    return redirect(addresses["home"], 303)
