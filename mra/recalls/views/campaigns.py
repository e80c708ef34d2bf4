"""Campaigns: the list, one of them with its figures and cars, more slots, and letting be."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby
from typing import Any, NamedTuple

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement

from mra.accounts.queries import timeline_lines
from mra.core import clock, current
from mra.core.access import COORDINATORS, DESK_STAFF, READERS, staff
from mra.vehicles import services as vehicles

from .. import queries, services
from ..forms import ReasonForm, SlotsForm
from ..forms.campaigns import HOUR_OPTIONS
from ..models import LeaseReturn, RecallCampaign
from ..queries import Figures
from ..rules import CAMPAIGN, PROBLEM_WORDS, RING_WORDS, ReturnStatus
from .blueprint import blueprint, load_campaign, tabs, to_campaign


class Shelf(NamedTuple):
    """A part of a campaign's returns: its word on the page, and which belong to it."""

    label: str
    statuses: tuple[ReturnStatus, ...]
    tone: str | None = None


SHELVES = {
    "asked": Shelf("回答待ち", (ReturnStatus.ASKED,)),
    "confirmed": Shelf("持込み予定", (ReturnStatus.CONFIRMED,)),
    "collection": Shelf("引取り希望", (ReturnStatus.COLLECTION,), "warning"),
    "problem": Shelf("返却できない", (ReturnStatus.PROBLEM,), "danger"),
    "returned": Shelf("返却済み", (ReturnStatus.RETURNED,), "success"),
}
SPARED = Shelf("要請取消", (ReturnStatus.SPARED,))


@blueprint.get("/recalls")
@staff(READERS)
def index() -> ResponseReturnValue:
    """All campaigns with how far they are."""
    return render_template(
        "recalls/index.html",
        lines=queries.campaign_lines(clock.today()),
        tabs=tabs("campaigns"),
        may_start=current.role() in COORDINATORS,
    )


@blueprint.get("/recalls/<int:campaign_id>")
@staff(READERS)
def show(campaign_id: int) -> ResponseReturnValue:
    """Who confirmed, who is late, which car is where, who comes today and tomorrow."""
    campaign, today = load_campaign(campaign_id), clock.today()
    shown = request.args.get("show", "")
    page = queries.returns_page(
        campaign.id, *_conditions(shown), today=today, after=request.args.get("after", type=int)
    )
    figures, to_ring = queries.figures_of(campaign.id, today), queries.count_to_ring(campaign.id, today)
    after = page.next_after
    moves = {move.action for move in CAMPAIGN.actions(campaign.status, current.role())}
    return render_template(
        "recalls/campaigns/show.html",
        campaign=campaign,
        returns=page.returns,
        journeys=vehicles.journeys_of([one.lease.vehicle_id for one in page.returns if one.is_open]),
        figures=_figures(campaign, figures, shown),
        filters=_filters(campaign, figures, to_ring, shown),
        to_ring=to_ring,
        still_out=figures.still_out,
        arrivals=_arrivals(queries.arrivals_between(campaign.id, today, today + timedelta(days=1))),
        free=queries.free_slots(campaign.id, clock.now()),
        next_url=url_for("recalls.show", campaign_id=campaign.id, show=shown or None, after=after) if after else None,
        ring_words=RING_WORDS,
        problem_words=PROBLEM_WORDS,
        shown=shown,
        today=today,
        may_cancel="cancel" in moves,
        may_arrive=current.role() in DESK_STAFF,
        events=timeline_lines(("recall_campaign", [campaign.id])),
    )


def _conditions(shown: str) -> list[ColumnElement[bool]]:
    if shown == "late":
        return [queries.is_late(clock.today())]
    if shown == "ring":
        return [queries.is_to_be_rung(clock.today())]
    shelf = SPARED if shown == "spared" else SHELVES.get(shown)
    return [LeaseReturn.status.in_(shelf.statuses)] if shelf else []


def _figures(campaign: RecallCampaign, figures: Figures, shown: str) -> list[dict[str, Any]]:
    """Large numbers in a row, each of them a filter."""

    def figure(label: str, show: str | None, value: int, tone: str | None = None) -> dict[str, Any]:
        url = url_for("recalls.show", campaign_id=campaign.id, show=show) + "#cars"
        return {"label": label, "value": value, "unit": "台", "url": url, "tone": tone if value else None}

    parts = [figure(shelf.label, key, figures.of(*shelf.statuses), shelf.tone) for key, shelf in SHELVES.items()]
    return [figure("要請", None, figures.asked), *parts, figure("遅れ", "late", figures.late, "danger")]


def _filters(campaign: RecallCampaign, figures: Figures, to_ring: int, shown: str) -> list[dict[str, Any]]:
    def link(label: str, show: str | None, number: int) -> dict[str, Any]:
        url = url_for("recalls.show", campaign_id=campaign.id, show=show) + "#cars"
        return {"label": label, "url": url, "count": number, "current": (show or "") == shown}

    parts = [link(shelf.label, key, figures.of(*shelf.statuses)) for key, shelf in SHELVES.items()]
    everything = link("すべて", None, sum(figures.by_status.values()))
    late, ring = link("遅れ", "late", figures.late), link("電話する", "ring", to_ring)
    return [everything, ring, late, *parts, link(SPARED.label, "spared", figures.of(*SPARED.statuses))]


def _arrivals(expected: Iterable[LeaseReturn]) -> list[tuple[Any, list[tuple[Any, list[LeaseReturn]]]]]:
    """Who comes, by day and by place."""
    by_day = []
    for day, of_day in groupby(expected, key=lambda one: one.slot and one.slot.day):
        kept = sorted(of_day, key=lambda one: (one.slot.base_id, one.slot.starts_at) if one.slot else (0, one.asked_at))
        places = groupby(kept, key=lambda one: one.slot and one.slot.base)
        by_day.append((day, [(base, list(found)) for base, found in places]))
    return by_day


@blueprint.get("/recalls/<int:campaign_id>/slots/new")
@staff(COORDINATORS)
def new_slots(campaign_id: int) -> ResponseReturnValue:
    """More days, hours or bases."""
    campaign = load_campaign(campaign_id)
    return _slots_page(campaign, SlotsForm.new(campaign.activation))


def _slots_page(campaign: RecallCampaign, form: SlotsForm) -> str:
    return render_template("recalls/campaigns/slots.html", campaign=campaign, form=form, hour_options=HOUR_OPTIONS)


@blueprint.post("/recalls/<int:campaign_id>/slots")
@staff(COORDINATORS)
def add_slots(campaign_id: int) -> ResponseReturnValue:
    """The slots are open at once."""
    campaign = load_campaign(campaign_id)
    form = SlotsForm(request.form, campaign.activation)
    if not form.check():
        return _slots_page(campaign, form), 422
    added = services.add_slots(campaign, form.clean["places"], by=current.actor())
    flash(f"返却日時の枠を{added}件追加しました。", "success")
    return to_campaign(campaign)


@blueprint.get("/recalls/<int:campaign_id>/cancellation")
@staff(COORDINATORS)
def new_cancellation(campaign_id: int) -> ResponseReturnValue:
    """Who will be told, before anybody is."""
    return _cancellation(load_campaign(campaign_id), ReasonForm({}))


def _cancellation(campaign: RecallCampaign, form: ReasonForm) -> str:
    return render_template(
        "recalls/campaigns/cancellation.html", campaign=campaign, form=form, still_out=queries.open_returns(campaign.id)
    )


@blueprint.post("/recalls/<int:campaign_id>/cancellation")
@staff(COORDINATORS)
def cancel(campaign_id: int) -> ResponseReturnValue:
    """The cars are not needed any more."""
    campaign = load_campaign(campaign_id)
    form = ReasonForm(request.form)
    if not form.check():
        return _cancellation(campaign, form), 422
    spared = services.cancel(campaign, reason=form.clean["reason"], by=current.actor())
    untold = sum(1 for _, messages in spared if not messages)
    flash(f"返却要請を取り消しました。{len(spared)}件のリースは、これまでどおり続きます。", "success")
    if untold:
        flash(f"SMSもメールも届かない方が{untold}件あります。電話で取消を知らせてください。", "warning")
    return to_campaign(campaign)
