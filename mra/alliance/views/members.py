"""The ledger of members: the list, one member, and what coordinators change in it."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from mra.core import clock, current
from mra.core.access import COORDINATORS, READERS, staff
from mra.core.fields import day_values
from mra.core.lifecycle import Move
from mra.core.text import keep_name

from .. import services
from ..forms.members import DepartureForm, InvitationForm, MemberForm
from ..models import Member
from ..queries import members as queries
from ..queries import pledges as pledge_queries
from ..rules import members as rules
from .blueprint import blueprint
from .pledge_rows import rows

FOUND = "found"
LONGEST_SEARCH = 100
# Where the browser keeps what was last searched for: a name never stands in an address.
LAST_SEARCH = "member_search"
SHELF_WORDS = {
    queries.CURRENT: "加盟中",
    queries.NIGHTLESS: "夜間の電話なし",
    queries.DOUBTFUL: "要確認の提供表明あり",
    queries.LEFT: "退会",
}


@blueprint.get("/alliance/members")
@staff(READERS)
def members() -> ResponseReturnValue:
    """One shelf of the ledger, or what a search found in all of it."""
    asked = request.args.get("show", "")
    search = session.get(LAST_SEARCH, "") if asked == FOUND else ""
    shelf = asked if asked in SHELF_WORDS else queries.CURRENT
    page = queries.members_page(shelf, search, request.args.get("after", type=int))
    counts = queries.member_counts()
    return render_template(
        "alliance/members/index.html",
        lines=page.lines,
        shelf=shelf,
        search=search,
        links=[_link(one, counts[one], not search and one == shelf) for one in SHELF_WORDS],
        next_url=url_for("alliance.members", show=asked or None, after=page.next_after) if page.next_after else None,
        may_change=current.role() in COORDINATORS,
    )


def _link(shelf: str, count: int, is_current: bool) -> dict[str, Any]:
    url = url_for("alliance.members", show=shelf)
    return {"label": SHELF_WORDS[shelf], "url": url, "count": count, "current": is_current}


@blueprint.post("/alliance/members/search")
@staff(READERS)
def search_members() -> ResponseReturnValue:
    """Look for a member by name or reading."""
    session[LAST_SEARCH] = keep_name(request.form.get("q", ""))[:LONGEST_SEARCH]
    return redirect(url_for("alliance.members", show=FOUND if session[LAST_SEARCH] else None), 303)


@blueprint.get("/alliance/members/new")
@staff(COORDINATORS)
def new_member() -> ResponseReturnValue:
    """The form for a new member, on its way under an umbrella body if one was chosen."""
    under = {"parent_id": str(request.args.get("under", type=int) or "")}
    return _form_page(MemberForm(under | day_values("joined_on", clock.today())), None)


@blueprint.post("/alliance/members")
@staff(COORDINATORS)
def create_member() -> ResponseReturnValue:
    """Take a company or group into the alliance."""
    form = MemberForm(request.form)
    if not form.check():
        return _form_page(form, None), 422
    member = services.members.add_member(by=current.actor(), **form.clean)
    flash("加盟団体を登録しました。続けて、昼と夜の連絡先を登録してください。", "success")
    return to_member(member)


@blueprint.get("/alliance/members/<int:member_id>")
@staff(READERS)
def show_member(member_id: int) -> ResponseReturnValue:
    """Everything about one member."""
    return member_page(load_member(member_id), InvitationForm({}))


@blueprint.get("/alliance/members/<int:member_id>/edit")
@staff(COORDINATORS)
def edit_member(member_id: int) -> ResponseReturnValue:
    """The form that changes a member."""
    member = load_member(member_id)
    return _form_page(MemberForm.of(member), member)


@blueprint.post("/alliance/members/<int:member_id>")
@staff(COORDINATORS)
def update_member(member_id: int) -> ResponseReturnValue:
    """Change a member."""
    member = load_member(member_id)
    form = MemberForm(request.form)
    if not form.check():
        return _form_page(form, member), 422
    services.members.change_member(member, edition_seen=form.text("edition"), by=current.actor(), **form.clean)
    flash("加盟団体の情報を変更しました。", "success")
    return to_member(member)


@blueprint.get("/alliance/members/<int:member_id>/departure")
@staff(COORDINATORS)
def new_departure(member_id: int) -> ResponseReturnValue:
    """What it means when a member leaves, and the day."""
    form = DepartureForm(day_values("left_on", clock.today()))
    return render_template("alliance/members/departure.html", member=load_member(member_id), form=form)


@blueprint.post("/alliance/members/<int:member_id>/departure")
@staff(COORDINATORS)
def leave(member_id: int) -> ResponseReturnValue:
    """Record that a member left."""
    member = load_member(member_id)
    form = DepartureForm(request.form)
    if not form.check():
        return render_template("alliance/members/departure.html", member=member, form=form), 422
    services.members.leave(member, by=current.actor(), **form.clean)
    flash("退会を記録しました。提供表明は数えられなくなり、記録は残ります。", "success")
    return to_member(member)


@blueprint.post("/alliance/members/<int:member_id>/return")
@staff(COORDINATORS)
def come_back(member_id: int) -> ResponseReturnValue:
    """Record that a member came back."""
    member = load_member(member_id)
    services.members.come_back(member, by=current.actor())
    flash("再加盟を記録しました。連絡先と提供表明を確認してください。", "success")
    return to_member(member)


def load_member(member_id: int) -> Member:
    """The member of an address, or the page that says it is not there."""
    return queries.member_with_everything(member_id) or abort(404)


def to_member(member: Member, anchor: str | None = None) -> ResponseReturnValue:
    """Back to the page of the member after a change."""
    return redirect(url_for("alliance.show_member", member_id=member.id, _anchor=anchor), 303)


def member_page(member: Member, invitation_form: InvitationForm, status: int = 200) -> ResponseReturnValue:
    """The page of one member, with the form of an invitation as it was typed."""
    pledges = pledge_queries.pledges_of([member.id], with_lapsed=True)
    text = render_template(
        "alliance/members/show.html",
        member=member,
        called_now=rules.reached_at(member.contacts, clock.now()),
        pledges=rows(pledges),
        firm_figures=pledge_queries.figures_of([firm.id for firm in member.firms]),
        people=queries.people_of(member.id),
        invitations=queries.invitations_of(member.id),
        events=queries.history_of(member),
        form=invitation_form,
        actions=[_button(member, move) for move in _moves(member)],
        may_change=rules.may_change(member.status, current.role()),
        is_coordinator=current.role() in COORDINATORS,
        by_day=queries.is_reached_by_day(member.contacts),
        by_night=queries.is_reached_by_night(member.contacts),
        hours=rules.CONTACT_HOURS_WORDS,
    )
    return text, status


def _moves(member: Member) -> tuple[Move, ...]:
    role = current.role()
    return rules.MEMBER.actions(member.status, role) if role else ()


def _button(member: Member, move: Move) -> dict[str, Any]:
    if move.action == "leave":
        url = url_for("alliance.new_departure", member_id=member.id)
        return {"label": move.label, "url": url, "method": "get", "tone": "quiet"}
    url = url_for("alliance.come_back", member_id=member.id)
    return {"label": move.label, "url": url, "confirm": "提供表明がもう一度数えられるようになります。"}


def _form_page(form: MemberForm, member: Member | None) -> str:
    has_firms = bool(member and member.firms)
    return render_template(
        "alliance/members/edit.html",
        form=form,
        member=member,
        has_firms=has_firms,
        umbrellas=queries.umbrella_choices(member.id if member else None),
    )
