"""People of a member who sign in: invited, let in by their link, and let in no more."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.core import current
from mra.core.access import COORDINATORS, link, staff
from mra.core.db import db

from .. import services
from ..forms.members import InvitationForm, PasswordForm
from ..models import MemberInvitation, MemberPerson
from .blueprint import blueprint
from .members import load_member, member_page, to_member


@blueprint.post("/alliance/members/<int:member_id>/invitations")
@staff(COORDINATORS)
def invite_person(member_id: int) -> ResponseReturnValue:
    """Invite somebody of a member by e-mail."""
    member, form = load_member(member_id), InvitationForm(request.form)
    if not form.check():
        return member_page(member, form, 422)
    services.people.invite(member, invited_by_staff_id=current.staff_id(), by=current.actor(), **form.clean)
    flash("招待のメールを送ります。届いたリンクから、本人がパスワードを設定します。", "success")
    return to_member(member, "people")


def _invitation(member_id: int, invitation_id: int) -> MemberInvitation:
    found = db.session.get(MemberInvitation, invitation_id)
    return found if found and found.member_id == member_id else abort(404)


def _person(member_id: int, staff_id: int) -> MemberPerson:
    found = db.session.get(MemberPerson, staff_id)
    return found if found and found.member_id == member_id else abort(404)


@blueprint.post("/alliance/members/<int:member_id>/invitations/<int:invitation_id>/repetition")
@staff(COORDINATORS)
def repeat_invitation(member_id: int, invitation_id: int) -> ResponseReturnValue:
    """Send the invitation once more, by a new link."""
    invitation = _invitation(member_id, invitation_id)
    services.people.send_again(invitation, by=current.actor())
    flash("招待のメールをもう一度送ります。前のリンクは使えなくなりました。", "success")
    return to_member(invitation.member, "people")


@blueprint.post("/alliance/members/<int:member_id>/invitations/<int:invitation_id>/revocation")
@staff(COORDINATORS)
def revoke_invitation(member_id: int, invitation_id: int) -> ResponseReturnValue:
    """Take an invitation back."""
    invitation = _invitation(member_id, invitation_id)
    services.people.revoke(invitation, by=current.actor())
    flash("招待を取り消しました。送ったリンクは使えなくなりました。", "success")
    return to_member(invitation.member, "people")


@blueprint.post("/alliance/members/<int:member_id>/people/<int:staff_id>/deactivation")
@staff(COORDINATORS)
def close_person(member_id: int, staff_id: int) -> ResponseReturnValue:
    """Let somebody in no more."""
    person = _person(member_id, staff_id)
    services.people.close_account(person, by=current.actor())
    flash(f"{person.staff.name}さんのアカウントを停止しました。", "success")
    return to_member(person.member, "people")


@blueprint.post("/alliance/members/<int:member_id>/people/<int:staff_id>/activation")
@staff(COORDINATORS)
def open_person(member_id: int, staff_id: int) -> ResponseReturnValue:
    """Let somebody in again."""
    person = _person(member_id, staff_id)
    services.people.open_account(person, by=current.actor())
    flash(f"{person.staff.name}さんのアカウントを再開しました。前のパスワードでサインインできます。", "success")
    return to_member(person.member, "people")


@blueprint.get("/member/invitations/<token>")
@link("member_invitation")
def show_invitation(token: str) -> ResponseReturnValue:
    """Who is invited for whom, and the password to choose."""
    return _password_page(token, PasswordForm({}))


@blueprint.post("/member/invitations/<token>")
@link("member_invitation")
def accept_invitation(token: str) -> ResponseReturnValue:
    """Open the account and go on to sign in."""
    form = PasswordForm(request.form)
    if not form.check():
        return _password_page(token, form), 422
    services.people.accept(_invited(), by=current.actor(), **form.clean)
    flash("パスワードを設定しました。メールアドレスとパスワードでサインインしてください。", "success")
    return redirect(url_for("accounts.show_sign_in"), 303)


def _invited() -> MemberInvitation:
    return db.get_or_404(MemberInvitation, current.link_subject_id())


def _password_page(token: str, form: PasswordForm) -> str:
    return render_template("alliance/people/invitation.html", invitation=_invited(), token=token, form=form)
