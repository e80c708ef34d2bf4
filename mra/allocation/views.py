"""Allocation runs and offers."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from mra.accounts.queries import timeline_lines
from mra.core import clock, current
from mra.core.access import COORDINATORS, DESK_STAFF, READERS, staff
from mra.core.db import db
from mra.disasters.models import Activation
from mra.disasters.queries import current_activation

from . import queries, rules, services
from .forms import ConfirmationForm, ProposalForm, RetractionForm
from .models import AllocationRun, Offer
from .queries import PAGE_LENGTH, OfferList

blueprint = Blueprint("allocation", __name__)

LIST_WORDS = {
    OfferList.OPEN: "回答待ち",
    OfferList.CALL: "電話で知らせる",
    OfferList.ACCEPTED: "承諾",
    OfferList.DECLINED: "辞退",
    OfferList.EXPIRED: "期限切れ",
    OfferList.RETRACTED: "案内取消",
}
EMPTY_WORDS = {
    OfferList.OPEN: "回答を待っている案内はありません。割当案を確認して案内すると、ここに並びます。",
    OfferList.CALL: "電話で知らせる方はいません。SMSが届かない方に案内すると、ここに並びます。",
    OfferList.ACCEPTED: "承諾された案内はまだありません。",
    OfferList.DECLINED: "辞退された案内はまだありません。",
    OfferList.EXPIRED: "回答のないまま期限が過ぎた案内はありません。",
    OfferList.RETRACTED: "取り消した案内はありません。",
}


@blueprint.context_processor
def words() -> dict[str, Any]:
    """What the pages of allocation print besides the filters of the house."""
    return {"tier_word": rules.tier_word, "may_allocate": current.role() in COORDINATORS}


# Proposals


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
    start, unserved_start = _start("start"), _start("unserved")
    to_do = queries.pairs_not_yet_offered(run)
    return render_template(
        "allocation/run.html",
        run=run,
        form=form,
        is_old=run.is_old(clock.now()),
        start=start,
        unserved_start=unserved_start,
        page_length=PAGE_LENGTH,
        pairs=queries.proposed_pairs(run, start=start),
        unserved=queries.unserved_people(run, start=unserved_start),
        unserved_count=len(run.reasons),
        stock_after=queries.stock_after(run),
        not_yet_offered=len(to_do),
        to_do_start=queries.page_start_of(run, to_do[0]) if to_do else start,
        at_once=rules.OFFERS_AT_ONCE,
        deadlines=[(base, queries.answer_deadline(run.activation, base)) for base in queries.bases_of(run)],
    )


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
    """What became of the confirmation, with one sentence for each reason of refusal."""
    if outcome.offers:
        flash(f"{len(outcome.offers)}人に案内しました。回答があると「案内」の一覧に表示されます。", "success")
    codes = [code for *_, code in outcome.refused]
    for code in dict.fromkeys(codes):
        flash(f"{codes.count(code)}人には案内できませんでした。{rules.REFUSALS[code]}", "warning")


# Offers


@blueprint.get("/offers")
@staff(READERS)
def offers() -> ResponseReturnValue:
    """The offers, those that run out first on top."""
    activation = current_activation()
    if activation is None:
        return render_template("allocation/no_activation.html")
    which = _list(request.args.get("list", ""))
    found = queries.offers_page(activation.id, which, after=request.args.get("after", type=int))
    counts = queries.offer_counts(activation.id)
    shown = found[:PAGE_LENGTH]
    return render_template(
        "allocation/offers/index.html",
        offers=shown,
        empty=EMPTY_WORDS[which],
        total=counts[which],
        lists=[
            {"label": word, "count": counts[one], "url": _list_url(one), "current": one is which}
            for one, word in LIST_WORDS.items()
        ],
        next_url=_list_url(which, after=shown[-1].offer.id) if len(found) > PAGE_LENGTH else None,
    )


def _list(name: str) -> OfferList:
    return OfferList(name) if name in set(OfferList) else OfferList.OPEN


def _list_url(which: OfferList, **values: Any) -> str:
    return url_for("allocation.offers", list=which.value, **values)


@blueprint.get("/offers/<int:offer_id>")
@staff(READERS)
def show_offer(offer_id: int) -> ResponseReturnValue:
    """One offer: to whom, which car, until when, and what can be done now."""
    return _offer_page(offer_id, RetractionForm({}))


def _offer_page(offer_id: int, form: RetractionForm) -> str:
    listed = queries.offer_for_page(offer_id) or abort(404)
    status = listed.offer.status_at(clock.now())
    return render_template(
        "allocation/offers/show.html",
        offer=listed.offer,
        needs_call=listed.needs_call,
        status=status,
        word=rules.OFFER.word(status),
        moves=rules.OFFER.actions(status, current.role()),
        has_successor=status in rules.GIVES_WAY,
        timeline=timeline_lines(("offer", [offer_id])),
        form=form,
    )


@blueprint.post("/offers/<int:offer_id>/decline")
@staff(DESK_STAFF)
def decline(offer_id: int) -> ResponseReturnValue:
    """The applicant said no on the phone."""
    services.decline(db.get_or_404(Offer, offer_id), by=current.actor())
    flash("辞退を記録しました。車両は次の方に案内できます。", "success")
    return redirect(url_for("allocation.show_offer", offer_id=offer_id), 303)


@blueprint.post("/offers/<int:offer_id>/retraction")
@staff(COORDINATORS)
def retract(offer_id: int) -> ResponseReturnValue:
    """The offer is taken back."""
    offer, form = db.get_or_404(Offer, offer_id), RetractionForm(request.form)
    if not form.check():
        return _offer_page(offer_id, form), 422
    services.retract(offer, by=current.actor(), reason=form.clean["reason"])
    flash("案内を取り消しました。申込者は順番待ちに戻ります。", "success")
    return redirect(url_for("allocation.show_offer", offer_id=offer_id), 303)


@blueprint.post("/offers/<int:offer_id>/successor")
@staff(COORDINATORS)
def offer_next(offer_id: int) -> ResponseReturnValue:
    """The same car for the next person."""
    successor = services.offer_next(db.get_or_404(Offer, offer_id), by=current.actor())
    flash("次の方に案内しました。", "success")
    return redirect(url_for("allocation.show_offer", offer_id=successor.id), 303)
