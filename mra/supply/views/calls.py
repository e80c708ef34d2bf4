"""Calls of a support: the list, whom to call for a need, a last look, and the calling itself."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.alliance.queries import pledges as alliance
from mra.alliance.rules.pledges import words as pledge_words
from mra.core import clock, current
from mra.core.access import COORDINATORS, READERS, staff
from mra.disasters.models import Activation

from .. import queries, services
from ..forms import WishesForm
from ..models import Need
from ..rules.calls import CALL, CallStatus
from .blueprint import blueprint, load_activation, may_decide


@blueprint.get("/activations/<int:activation_id>/calls")
@staff(READERS)
def calls(activation_id: int) -> ResponseReturnValue:
    """Who was asked for what, and what they said."""
    activation = load_activation(activation_id)
    status = next((one for one in CallStatus if one.value == request.args.get("status")), None)
    page = queries.calls_page(activation.id, status, request.args.get("before", type=int))
    counts = queries.call_counts(activation.id)
    return render_template(
        "supply/calls/index.html",
        activation=activation,
        calls=page.calls,
        next_before=page.next_before,
        status=status,
        filters=_filters(activation, status, counts),
    )


@blueprint.get("/alliance/pledges/<int:pledge_id>/calls")
@staff(READERS)
def pledge_calls(pledge_id: int) -> ResponseReturnValue:
    """What became of a pledge, in all supports."""
    pledge = alliance.pledge_with_member(pledge_id) or abort(404)
    page = queries.calls_of_pledge(pledge.id, request.args.get("before", type=int))
    return render_template(
        "supply/calls/of_pledge.html",
        pledge=pledge,
        words=pledge_words(pledge),
        calls=page.calls,
        next_before=page.next_before,
    )


def _filters(activation: Activation, status: CallStatus | None, counts: dict[CallStatus, int]) -> list[dict[str, Any]]:
    def link(label: str, value: CallStatus | None, count: int) -> dict[str, Any]:
        url = url_for("supply.calls", activation_id=activation.id, status=value)
        return {"label": label, "url": url, "count": count, "current": status is value}

    shelves = [link(CALL.words[one].label, one, counts.get(one, 0)) for one in CallStatus]
    return [link("すべて", None, sum(counts.values())), *shelves]


@blueprint.get("/activations/<int:activation_id>/calls/new")
@staff(COORDINATORS)
def new_calls(activation_id: int) -> ResponseReturnValue:
    """Who could help with a need, and how much to ask of whom."""
    activation, need = _need(activation_id, request.args.get("need", type=int))
    candidates = queries.candidates_for(need, clock.now())
    return _choose(activation, need, WishesForm.of(_gap(activation, need), candidates))


@blueprint.post("/activations/<int:activation_id>/calls/preview")
@staff(COORDINATORS)
def preview_calls(activation_id: int) -> ResponseReturnValue:
    """Who will be told what, before anybody is."""
    activation, need, form = _posted(activation_id)
    if not form.check():
        return _choose(activation, need, form), 422
    chosen = form.clean["chosen"]
    return render_template(
        "supply/calls/preview.html",
        activation=activation,
        need=need,
        form=form,
        chosen=chosen,
        total=sum(quantity for _, quantity in chosen),
        place=queries.place_word(need),
    )


@blueprint.post("/activations/<int:activation_id>/calls")
@staff(COORDINATORS)
def create_calls(activation_id: int) -> ResponseReturnValue:
    """Ask them."""
    activation, need, form = _posted(activation_id)
    if not form.check() or "change" in request.form:
        return _choose(activation, need, form), 422
    wishes = [
        services.Wish(quantity, pledge=candidate.pledge, lease=candidate.lease)
        for candidate, quantity in form.clean["chosen"]
    ]
    made = services.make_calls(
        need, wishes, deadline_at=form.clean["deadline_at"], message=form.clean["message"], by=current.actor()
    )
    untold = sum(1 for _, messages in made if not messages)
    flash(f"{len(made)}件の要請を出しました。回答が届くと、ここに表示されます。", "success")
    if untold:
        flash(
            f"連絡先にSMSもメールも届かない要請が{untold}件あります。「電話で確認」から電話をかけてください。",
            "warning",
        )
    return redirect(url_for("supply.board", activation_id=activation.id), 303)


def _need(activation_id: int, need_id: int | None) -> tuple[Activation, Need]:
    activation = load_activation(activation_id)
    if not may_decide(activation):
        abort(404)
    return activation, queries.need_of(activation.id, need_id or 0) or abort(404)


def _posted(activation_id: int) -> tuple[Activation, Need, WishesForm]:
    activation, need = _need(activation_id, request.form.get("need", type=int))
    return activation, need, WishesForm(request.form, queries.candidates_for(need, clock.now()))


def _gap(activation: Activation, need: Need) -> int:
    """What is short and not asked for yet."""
    lines = queries.board_of(activation).lines
    line = next(one.line for one in lines if one.need.id == need.id)
    return max(0, line.gap - line.waiting)


def _choose(activation: Activation, need: Need, form: WishesForm) -> str:
    lines = queries.board_of(activation).lines
    return render_template(
        "supply/calls/new.html",
        activation=activation,
        need=need,
        line=next(one.line for one in lines if one.need.id == need.id),
        candidates=list(form.candidates.values()),
        form=form,
        place=queries.place_word(need),
    )
