"""The page behind a lessee's private link: where and when to bring the car, or why not."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.core import clock, current
from mra.core.access import link
from mra.disasters.models import Base

from .. import queries, services
from ..forms import CollectionForm, ProblemForm, SlotForm
from ..models import LeaseReturn
from ..queries import FreeSlot
from ..rules import PROBLEM_WORDS, ReturnStatus, is_slot_fixed
from .blueprint import blueprint

PROBLEM_OPTIONS = [(one.value, word) for one, word in PROBLEM_WORDS.items()]


class Place(NamedTuple):
    """A base with the days on which it still takes cars, and the slots of each."""

    base: Base
    days: list[tuple[date, list[FreeSlot]]]


@blueprint.get("/recalls/<token>")
@link("recall")
def by_link(token: str) -> ResponseReturnValue:
    """What is asked until when, or what became of it."""
    return _page(_return(), token)


def _return() -> LeaseReturn:
    return queries.return_in_full(current.link_subject_id()) or abort(404)


def _page(one: LeaseReturn, token: str, **forms: Any) -> str:
    free = queries.free_slots(one.campaign_id, clock.now(), keep=one.slot_id) if one.is_open else []
    is_fixed = bool(
        one.status is ReturnStatus.CONFIRMED and one.slot and is_slot_fixed(one.slot.starts_at, clock.today())
    )
    missed = one.status is ReturnStatus.CONFIRMED and one.slot is not None and one.slot.day < clock.today()
    return render_template(
        "recalls/by_link/show.html",
        one=one,
        lease=one.lease,
        token=token,
        is_open=one.is_open,
        is_fixed=is_fixed,
        missed=missed,
        is_late=one.is_late(clock.today()),
        places=_places(_in_time(free, one.due_on)),
        problem_options=PROBLEM_OPTIONS,
        problem_words=PROBLEM_WORDS,
        stands=one.status.value,
        **_forms(one) | forms,
    )


def _forms(one: LeaseReturn) -> dict[str, Any]:
    return {
        "slot_form": SlotForm({"slot": str(one.slot_id or "")}, []),
        "collection_form": CollectionForm({"address": one.collection_address}),
        "problem_form": ProblemForm({}),
    }


def _in_time(free: Sequence[FreeSlot], due_on: date) -> Sequence[FreeSlot]:
    """The slots until the last day for the car; those after it only where there is no other left."""
    return [one for one in free if one.slot.day <= due_on] or free


def _places(free: Sequence[FreeSlot]) -> list[Place]:
    """The slots to choose from, by base and day."""
    in_order = sorted(free, key=lambda one: (one.slot.base_id, one.slot.starts_at))
    by_base = groupby(in_order, key=lambda one: one.slot.base)
    return [
        Place(base, [(day, list(slots)) for day, slots in groupby(found, key=lambda one: one.slot.day)])
        for base, found in by_base
    ]


def _done(token: str, sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for("recalls.by_link", token=token), 303)


@blueprint.post("/recalls/<token>/slot")
@link("recall")
def choose_slot_by_link(token: str) -> ResponseReturnValue:
    """A place is kept at once; whoever was a moment later chooses another."""
    one = _return()
    form = SlotForm(request.form, queries.free_slots(one.campaign_id, clock.now(), keep=one.slot_id))
    if one.is_open and not form.check():
        return _page(one, token, slot_form=form), 422
    services.choose_slot_by_link(one, form.clean.get("slot"), by=current.actor())
    return _done(token, "返却の日時を承りました。")


@blueprint.post("/recalls/<token>/collection")
@link("recall")
def ask_collection_by_link(token: str) -> ResponseReturnValue:
    """Somebody is to fetch the car."""
    one = _return()
    form = CollectionForm(request.form)
    if not form.check():
        return _page(one, token, collection_form=form), 422
    services.ask_collection_by_link(one, by=current.actor(), **form.clean)
    return _done(token, "引取りのご希望を承りました。事務局からお電話します。")


@blueprint.post("/recalls/<token>/problem")
@link("recall")
def tell_problem_by_link(token: str) -> ResponseReturnValue:
    """The car cannot come now."""
    one = _return()
    form = ProblemForm(request.form)
    if not form.check():
        return _page(one, token, problem_form=form), 422
    services.tell_problem_by_link(one, by=current.actor(), **form.clean)
    return _done(token, "返却できないことを承りました。事務局からお電話します。")
