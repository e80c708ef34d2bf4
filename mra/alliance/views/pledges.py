"""The ledger of pledges: the list, one pledge, and what the secretariat does with it."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.accounts.queries import timeline_lines
from mra.core import clock, current
from mra.core.access import COORDINATORS, READERS, staff
from mra.core.lifecycle import Move

from .. import services
from ..forms.pledges import KIND_CHOICES, LapseForm, PledgeForm, kind_named
from ..models import Member, Pledge
from ..queries import contacts_for_call
from ..queries import pledges as queries
from ..queries.pledges import PledgeFilter
from ..queries.regions import read_region, region_text
from ..rules import pledges as rules
from .blueprint import blueprint
from .members import load_member, to_member
from .pledge_forms import form_page, kind_page, lapse_page
from .pledge_rows import facts, rows

SHELF_WORDS = {
    queries.DOUBTFUL: "要確認",
    queries.EXPIRING: "60日以内に期限",
    queries.ALL: "すべて",
    queries.OVER: "終了・期限切れ",
}


@blueprint.get("/alliance/pledges")
@staff(READERS)
def pledges() -> ResponseReturnValue:
    """One shelf of the ledger, narrowed to a kind and a region."""
    place = request.args.get("place", "").strip()[:100]
    region = read_region(place)
    shelf = request.args.get("show", "")
    wanted = PledgeFilter(
        shelf if shelf in SHELF_WORDS else queries.ALL,
        kind_named(request.args.get("kind", "")),
        region.keys[0] if region.keys else None,
    )
    page = queries.pledges_page(wanted, request.args.get("after", type=int))
    counts = queries.pledge_counts(wanted)
    return render_template(
        "alliance/pledges/index.html",
        rows=rows(page.pledges),
        wanted=wanted,
        values={"kind": wanted.kind.value if wanted.kind else "", "place": place, "show": wanted.shelf},
        fault=next(iter(region.faults), None),
        is_narrowed=bool(wanted.kind or place or wanted.shelf != queries.ALL),
        links=_links(wanted, counts, place),
        kinds=_kinds(wanted, counts),
        doubtful=sum(number for (one, _), number in counts.items() if one == queries.DOUBTFUL),
        doubtful_url=url_for("alliance.pledges", show=queries.DOUBTFUL),
        next_url=_url(wanted, place, after=page.next_after) if page.next_after else None,
        whom_to_call={row.id: contacts_for_call(row, clock.now())[:1] for row in {p.member for p in page.pledges}},
    )


def _url(wanted: PledgeFilter, place: str, *, shelf: str | None = None, after: int | None = None) -> str:
    kind = wanted.kind.value if wanted.kind else None
    return url_for("alliance.pledges", show=shelf or wanted.shelf, kind=kind, place=place or None, after=after)


def _links(wanted: PledgeFilter, counts: dict[Any, int], place: str) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": _url(wanted, place, shelf=shelf),
            "count": sum(n for (one, kind), n in counts.items() if one == shelf and wanted.kind in (None, kind)),
            "current": shelf == wanted.shelf,
        }
        for shelf, label in SHELF_WORDS.items()
    ]


def _kinds(wanted: PledgeFilter, counts: dict[Any, int]) -> list[tuple[str, str]]:
    numbers = {kind.value: number for (shelf, kind), number in counts.items() if shelf == wanted.shelf}
    return [(value, f"{label}（{numbers.get(value, 0)}）") for value, label in KIND_CHOICES]


@blueprint.get("/alliance/pledges/<int:pledge_id>")
@staff(READERS)
def show_pledge(pledge_id: int) -> ResponseReturnValue:
    """One pledge, whom to call about it, and what happened to it."""
    pledge = load_pledge(pledge_id)
    member, row = pledge.member, rows([pledge])[0]
    doubtful = pledge.is_doubtful(clock.today()) and pledge.counts_on(clock.today())
    return render_template(
        "alliance/pledges/show.html",
        row=row,
        member=member,
        facts=facts(row, region=region_text(pledge.area)),
        contacts=contacts_for_call(member, clock.now()),
        actions=_actions(pledge, doubtful=doubtful),
        may_change=bool(_moves(pledge)),
        doubtful=doubtful,
        events=timeline_lines(("pledge", [pledge.id])),
    )


def load_pledge(pledge_id: int) -> Pledge:
    """The pledge of an address, or the page that says it is not there."""
    return queries.pledge_with_member(pledge_id) or abort(404)


def _to_pledge(pledge: Pledge, sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for("alliance.show_pledge", pledge_id=pledge.id), 303)


def _moves(pledge: Pledge) -> tuple[Move, ...]:
    role = current.role()
    return rules.PLEDGE.actions(pledge.status, role) if role else ()


def _actions(pledge: Pledge, *, doubtful: bool) -> list[dict[str, Any]]:
    """The buttons of the lifecycle; where the word is old, the question to the member among them."""
    buttons = [_button(pledge, move) for move in _moves(pledge)]
    if buttons and doubtful:
        url = url_for("alliance.ask_confirmation", member_id=pledge.member_id)
        confirm = "最初の連絡先に、SMSとメールでリンクを1回送ります。ほかの提供表明も一緒に確認できます。"
        buttons.insert(1, {"label": "再確認を依頼する", "url": url, "confirm": confirm})
    return buttons


def _button(pledge: Pledge, move: Move) -> dict[str, Any]:
    if move.action == "confirm":
        url = url_for("alliance.confirm_pledge", pledge_id=pledge.id)
        confirm = "加盟団体に電話などで確かめ、今も有効だと確認できたときに使います。"
        return {"label": move.label, "url": url, "tone": "primary", "confirm": confirm}
    url = url_for("alliance.new_lapse", pledge_id=pledge.id)
    return {"label": move.label, "url": url, "method": "get", "tone": "quiet"}


@blueprint.get("/alliance/members/<int:member_id>/pledges/new")
@staff(COORDINATORS)
def new_pledge(member_id: int) -> ResponseReturnValue:
    """The kind first, then the form of that kind."""
    member, kind = load_member(member_id), kind_named(request.args.get("kind", ""))
    here, back = url_for("alliance.new_pledge", member_id=member.id), _member_back(member)
    if kind is None:
        return kind_page(here, back)
    return form_page(PledgeForm.new(kind), url_for("alliance.create_pledge", member_id=member.id), back, by_staff=True)


@blueprint.post("/alliance/members/<int:member_id>/pledges")
@staff(COORDINATORS)
def create_pledge(member_id: int) -> ResponseReturnValue:
    """Take down what a member promises."""
    member = load_member(member_id)
    form = PledgeForm(request.form, kind_named(request.form.get("kind", "")) or abort(404))
    if not form.check():
        url = url_for("alliance.create_pledge", member_id=member.id)
        return form_page(form, url, _member_back(member), by_staff=True), 422
    pledge = services.pledges.declare(member, by=current.actor(), **form.clean)
    return _to_pledge(pledge, "提供表明を登録しました。")


def _member_back(member: Member) -> dict[str, str]:
    return {"label": member.name, "url": url_for("alliance.show_member", member_id=member.id)}


def _pledge_back(pledge: Pledge) -> dict[str, str]:
    return {"label": rules.item_words(pledge), "url": url_for("alliance.show_pledge", pledge_id=pledge.id)}


@blueprint.get("/alliance/pledges/<int:pledge_id>/edit")
@staff(COORDINATORS)
def edit_pledge(pledge_id: int) -> ResponseReturnValue:
    """The form that changes a pledge."""
    pledge = load_pledge(pledge_id)
    url = url_for("alliance.update_pledge", pledge_id=pledge.id)
    return form_page(PledgeForm.of(pledge), url, _pledge_back(pledge), by_staff=True, is_new=False)


@blueprint.post("/alliance/pledges/<int:pledge_id>")
@staff(COORDINATORS)
def update_pledge(pledge_id: int) -> ResponseReturnValue:
    """Change a pledge."""
    pledge = load_pledge(pledge_id)
    form = PledgeForm(request.form, pledge.kind)
    if not form.check():
        url = url_for("alliance.update_pledge", pledge_id=pledge.id)
        return form_page(form, url, _pledge_back(pledge), by_staff=True, is_new=False), 422
    services.pledges.change(pledge, edition_seen=form.text("edition"), by=current.actor(), **form.clean)
    return _to_pledge(pledge, "提供表明の内容を変更しました。")


@blueprint.post("/alliance/pledges/<int:pledge_id>/confirmation")
@staff(COORDINATORS)
def confirm_pledge(pledge_id: int) -> ResponseReturnValue:
    """The member said on the telephone that its word stands."""
    pledge = load_pledge(pledge_id)
    services.pledges.confirm(pledge, by=current.actor())
    return _to_pledge(pledge, "確認を記録しました。")


@blueprint.get("/alliance/pledges/<int:pledge_id>/lapse")
@staff(COORDINATORS)
def new_lapse(pledge_id: int) -> ResponseReturnValue:
    """The reason, before a pledge ends."""
    pledge = load_pledge(pledge_id)
    return lapse_page(
        LapseForm({}), pledge, url_for("alliance.lapse_pledge", pledge_id=pledge.id), _pledge_back(pledge)
    )


@blueprint.post("/alliance/pledges/<int:pledge_id>/lapse")
@staff(COORDINATORS)
def lapse_pledge(pledge_id: int) -> ResponseReturnValue:
    """End a pledge."""
    pledge, form = load_pledge(pledge_id), LapseForm(request.form)
    if not form.check():
        url = url_for("alliance.lapse_pledge", pledge_id=pledge.id)
        return lapse_page(form, pledge, url, _pledge_back(pledge)), 422
    services.pledges.lapse(pledge, by=current.actor(), **form.clean)
    return _to_pledge(pledge, "提供表明を終えました。記録は残ります。")


@blueprint.post("/alliance/members/<int:member_id>/confirmation-request")
@staff(COORDINATORS)
def ask_confirmation(member_id: int) -> ResponseReturnValue:
    """Ask a member by SMS and e-mail whether all it promised still stands."""
    member = load_member(member_id)
    ways = services.pledges.ask_confirmation(member, by=current.actor())
    flash(f"再確認の依頼を{'と'.join(ways)}で送ります。前に送ったリンクは使えなくなりました。", "success")
    return to_member(member, "pledges")
