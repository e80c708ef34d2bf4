"""The pages of a member's people: their organisation and what it promised, with the firms under it."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.core import current
from mra.core.access import member

from .. import services
from ..forms.pledges import LapseForm, PledgeForm, kind_named
from ..models import Member, Pledge
from ..queries import members as queries
from ..queries import visible_member_ids
from ..queries.pledges import figures_of, pledge_with_member, pledges_of
from ..rules.members import CONTACT_HOURS_WORDS
from .blueprint import blueprint
from .members import load_member
from .pledge_forms import form_page, kind_page, lapse_page
from .pledge_rows import rows


@blueprint.get("/member/organisation")
@member
def member_organisation() -> ResponseReturnValue:
    """The own organisation, whom the secretariat calls there, and the firms under it."""
    own = load_member(current.member_id())
    return render_template(
        "alliance/member/organisation.html",
        member=own,
        people=queries.people_of(own.id),
        hours=CONTACT_HOURS_WORDS,
        by_day=queries.is_reached_by_day(own.contacts),
        by_night=queries.is_reached_by_night(own.contacts),
    )


@blueprint.get("/member/pledges")
@member
def member_pledges() -> ResponseReturnValue:
    """What the own organisation, or one of the firms under it, promised."""
    one = _for_whom()
    found = rows(pledges_of([one.id], with_lapsed=True))
    return render_template(
        "alliance/member/pledges.html",
        one=one,
        own_id=current.member_id(),
        rows=found,
        figures=figures_of([firm.id for firm in one.firms]),
        to_confirm=sum(row.standing.tone == "warning" for row in found),
    )


def _for_whom() -> Member:
    """The own organisation, or one of its firms where the form says so."""
    wanted = request.values.get("for", type=int) or current.member_id()
    return load_member(wanted) if wanted in visible_member_ids(current.member_id()) else abort(404)


def _own_pledge(own_id: int) -> Pledge:
    pledge = pledge_with_member(own_id)
    visible = visible_member_ids(current.member_id())
    return pledge if pledge and pledge.member_id in visible else abort(404)


def _back(member_id: int) -> dict[str, str]:
    return {"label": "提供表明", "url": _place(member_id)}


def _place(member_id: int) -> str:
    """The page with the pledges of the own organisation, or of one of its firms."""
    firm = {"for": member_id} if member_id != current.member_id() else {}
    return url_for("alliance.member_pledges", **firm)  # type: ignore[arg-type]


def _to_pledges(member_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(_place(member_id), 303)


@blueprint.get("/member/pledges/new")
@member
def new_own_pledge() -> ResponseReturnValue:
    """The kind first, then the form of that kind."""
    whom, kind = _for_whom().id, kind_named(request.args.get("kind", ""))
    chosen, back = {"for": str(whom)}, _back(whom)
    if kind is None:
        return kind_page(url_for("alliance.new_own_pledge"), back, chosen)
    return form_page(PledgeForm.new(kind), url_for("alliance.create_own_pledge"), back, chosen=chosen)


@blueprint.post("/member/pledges")
@member
def create_own_pledge() -> ResponseReturnValue:
    """Promise something; the member's own word is confirmed by that."""
    whom = _for_whom()
    form = PledgeForm(request.form, kind_named(request.form.get("kind", "")) or abort(404))
    if not form.check():
        chosen = {"for": str(whom.id)}
        return form_page(form, url_for("alliance.create_own_pledge"), _back(whom.id), chosen=chosen), 422
    services.pledges.declare(whom, by=current.actor(), **(form.clean | {"is_confirmed": True}))
    return _to_pledges(whom.id, "提供表明を登録しました。ありがとうございます。")


@blueprint.get("/member/pledges/<int:own_id>")
@member
def edit_own_pledge(own_id: int) -> ResponseReturnValue:
    """The form that changes an own pledge."""
    pledge = _own_pledge(own_id)
    url = url_for("alliance.update_own_pledge", own_id=pledge.id)
    return form_page(PledgeForm.of(pledge), url, _back(pledge.member_id), is_new=False)


@blueprint.post("/member/pledges/<int:own_id>")
@member
def update_own_pledge(own_id: int) -> ResponseReturnValue:
    """Change an own pledge; the word is given anew by that."""
    pledge = _own_pledge(own_id)
    form = PledgeForm(request.form, pledge.kind)
    if not form.check():
        url = url_for("alliance.update_own_pledge", own_id=pledge.id)
        return form_page(form, url, _back(pledge.member_id), is_new=False), 422
    values = form.clean | {"is_confirmed": True}
    services.pledges.change(pledge, edition_seen=form.text("edition"), by=current.actor(), **values)
    return _to_pledges(pledge.member_id, "提供表明の内容を変更しました。")


@blueprint.post("/member/pledges/<int:own_id>/confirmation")
@member
def confirm_own_pledge(own_id: int) -> ResponseReturnValue:
    """Say that the word still stands."""
    pledge = _own_pledge(own_id)
    services.pledges.confirm(pledge, by=current.actor())
    return _to_pledges(pledge.member_id, "今も有効であることを記録しました。ありがとうございます。")


@blueprint.get("/member/pledges/<int:own_id>/lapse")
@member
def new_own_lapse(own_id: int) -> ResponseReturnValue:
    """The reason, before an own pledge ends."""
    pledge = _own_pledge(own_id)
    return lapse_page(
        LapseForm({}), pledge, url_for("alliance.lapse_own_pledge", own_id=pledge.id), _back(pledge.member_id)
    )


@blueprint.post("/member/pledges/<int:own_id>/lapse")
@member
def lapse_own_pledge(own_id: int) -> ResponseReturnValue:
    """End an own pledge."""
    pledge, form = _own_pledge(own_id), LapseForm(request.form)
    if not form.check():
        return lapse_page(
            form, pledge, url_for("alliance.lapse_own_pledge", own_id=pledge.id), _back(pledge.member_id)
        ), 422
    services.pledges.lapse(pledge, by=current.actor(), **form.clean)
    return _to_pledges(pledge.member_id, "提供表明を終えました。お知らせいただき、ありがとうございます。")
