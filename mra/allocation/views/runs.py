"""Proposals: who would get which car, who none and why, and what comes of confirming."""

from itertools import groupby

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from mra.allocation import queries, rules, services
from mra.allocation.forms import ConfirmationForm, ProposalForm
from mra.allocation.models import AllocationRun
from mra.allocation.queries import PAGE_LENGTH, OfferList
from mra.core import clock, current
from mra.core.access import COORDINATORS, READERS, staff
from mra.disasters.models import Activation
from mra.disasters.queries import current_activation

from .blueprint import blueprint

# So many refused pairs are told one by one; more would hide what to do next.
NAMED_REFUSALS = 10


@blueprint.get("/allocation")
@staff(READERS)
def index() -> ResponseReturnValue:
    """What waits, what is free, and the earlier proposals."""
    activation = current_activation()
    if activation is None:
        return render_template("allocation/no_activation.html")
    return _index(activation, None)


def _index(activation: Activation, form: ProposalForm | None) -> str:
    free = queries.free_figures(activation.id)
    form = form or ProposalForm(MultiDict([("base", str(one.base_id)) for one in free]))
    return render_template(
        "allocation/index.html",
        activation=activation,
        form=form,
        waiting=queries.waiting_figures(activation.id),
        free=free,
        runs=queries.latest_runs(activation.id),
        open_offers=queries.offer_count(activation.id, OfferList.OPEN),
        override_counts=queries.override_counts(activation.id),
    )


@blueprint.post("/allocation/runs")
@staff(COORDINATORS)
def propose() -> ResponseReturnValue:
    """Work out who would get which car."""
    activation = current_activation() or abort(404)
    form = ProposalForm(request.form)
    if not form.check():
        return _index(activation, form), 422
    run = services.propose(activation, base_ids=form.clean["base_ids"], by=current.actor())
    return redirect(url_for("allocation.show_run", run_id=run.id), 303)


@blueprint.get("/allocation/runs/<int:run_id>")
@staff(READERS)
def show_run(run_id: int) -> ResponseReturnValue:
    """Who would get which car, who none and why, and what stays free."""
    return _run_page(_run(run_id), ConfirmationForm({}))


def _run(run_id: int) -> AllocationRun:
    return queries.run_for_page(run_id) or abort(404)


def _run_page(run: AllocationRun, form: ConfirmationForm) -> str:
    starts = {name: _start(name) for name in ("start", "unserved", "overtaken")}
    to_do = queries.pairs_not_yet_offered(run)
    pairs = queries.proposed_pairs(run, start=starts["start"])
    why = _why()
    reasons = queries.reason_counts(run)
    at_once = [request for request, _ in to_do[: rules.OFFERS_AT_ONCE]]
    return render_template(
        "allocation/run.html",
        run=run,
        form=form,
        is_old=run.is_old(clock.now()) or queries.has_new_rule(run),
        has_new_orders=queries.has_new_orders(run),
        starts=starts,
        page_length=PAGE_LENGTH,
        pairs=pairs,
        unserved=queries.unserved_people(run, start=starts["unserved"], why=why),
        why=why,
        reasons=reasons,
        reason_words=rules.NO_CAR_WORDS,
        to_look_at=sum(count for reason, count in reasons.items() if reason in rules.NEEDS_LOOKING_AT),
        overtaken=queries.overtaken_people(run, start=starts["overtaken"]),
        stock=queries.stock_after(run),
        not_yet_offered=len(to_do),
        to_do_start=queries.page_start_of(run, to_do[0]) if to_do else starts["start"],
        here=[pair.car_request.application for pair in pairs if pair.offer is None],
        at_once=len(at_once),
        to_phone=len(queries.without_sms(run, at_once)),
        deadlines=[(base, queries.answer_deadline(run.activation, base)) for base in queries.bases_of(run)],
    )


def _why() -> rules.NoCar | None:
    """The reason by which those without a car are picked out; anything that is no reason is all of them."""
    told = request.args.get("why", "")
    return rules.NoCar(told) if told in set(rules.NoCar) else None


def _start(name: str) -> int:
    """Where a page of a list begins; anything that is no such place is the beginning."""
    return max(request.args.get(name, 0, type=int), 0)


@blueprint.post("/allocation/runs/<int:run_id>/confirmation")
@staff(COORDINATORS)
def confirm(run_id: int) -> ResponseReturnValue:
    """Offer the chosen cars to their people."""
    run, form = _run(run_id), ConfirmationForm(request.form)
    if not form.check():
        return _run_page(run, form), 422
    pairs = (
        queries.pairs_not_yet_offered(run)[: rules.OFFERS_AT_ONCE] if form.clean["everyone"] else form.clean["pairs"]
    )
    _tell(services.confirm(run, pairs=pairs, by=current.actor()))
    return redirect(url_for("allocation.show_run", run_id=run_id), 303)


def _tell(outcome: services.Confirmation) -> None:
    """What became of the confirmation; each refused pair by number and plate, with one sentence for each reason."""
    if outcome.offers:
        to_phone = sum(not offer.car_request.application.can_sms for offer in outcome.offers)
        how = f"SMS {len(outcome.offers) - to_phone}通" + (f"、電話で知らせる方 {to_phone}人" if to_phone else "")
        then = "電話で知らせる方は「案内」の「電話で知らせる」に並びます。" if to_phone else ""
        flash(
            f"{len(outcome.offers)}人に案内しました（{how}）。{then}回答があると「案内」の一覧に表示されます。",
            "success",
        )
    names = queries.names_of_pairs((request, car) for request, car, _ in outcome.refused)
    for code, refused in groupby(sorted(outcome.refused, key=lambda one: one[2]), key=lambda one: one[2]):
        flash(_refusal(code, [names[request, car] for request, car, _ in refused]), "warning")


def _refusal(code: str, names: list[str]) -> str:
    more = f" ほか{len(names) - NAMED_REFUSALS}件" if len(names) > NAMED_REFUSALS else ""
    listed = "、".join(names[:NAMED_REFUSALS])
    return f"{len(names)}人には案内できませんでした（{listed}{more}）。{rules.REFUSALS[code]}"
