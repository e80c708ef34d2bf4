"""Whom to reach at a member: added, changed, put in order and forgotten, by coordinators and by the member itself."""

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.core import current
from mra.core.access import COORDINATORS, member, staff
from mra.core.db import db

from .. import services
from ..forms.members import ContactForm
from ..models import Member, MemberContact
from ..rules.members import CONTACT_HOURS_WORDS
from .blueprint import blueprint
from .members import load_member

HOURS = [(hours.value, words) for hours, words in CONTACT_HOURS_WORDS.items()]


@dataclass(frozen=True)
class Desk:
    """Who is at work: the secretariat at some member's page, or a member at its own."""

    member: Member
    back_url: str
    back_label: str

    def to_member(self, sentence: str) -> ResponseReturnValue:
        """Back, with a word on what was done."""
        flash(sentence, "success")
        return redirect(self.back_url, 303)


def _secretariat(member_id: int) -> Desk:
    found = load_member(member_id)
    return Desk(found, url_for("alliance.show_member", member_id=found.id, _anchor="contacts"), found.name)


def _own() -> Desk:
    found = load_member(current.member_id())
    return Desk(found, url_for("alliance.member_organisation", _anchor="contacts"), "団体の情報")


def _contact(desk: Desk, contact_id: int) -> MemberContact:
    contact = db.session.get(MemberContact, contact_id)
    return contact if contact and contact.member_id == desk.member.id else abort(404)


def _page(desk: Desk, form: ContactForm, url: str, *, is_new: bool) -> str:
    return render_template("alliance/members/contact.html", desk=desk, form=form, url=url, is_new=is_new, hours=HOURS)


def _create(desk: Desk, url: str) -> ResponseReturnValue:
    form = ContactForm(request.form)
    if not form.check():
        return _page(desk, form, url, is_new=True), 422
    services.members.add_contact(desk.member, by=current.actor(), **form.clean)
    return desk.to_member("連絡先を追加しました。")


def _update(desk: Desk, contact_id: int, url: str) -> ResponseReturnValue:
    contact, form = _contact(desk, contact_id), ContactForm(request.form)
    if not form.check():
        return _page(desk, form, url, is_new=False), 422
    services.members.change_contact(contact, edition_seen=form.text("edition"), by=current.actor(), **form.clean)
    return desk.to_member("連絡先を変更しました。")


def _remove(desk: Desk, contact_id: int) -> ResponseReturnValue:
    services.members.remove_contact(_contact(desk, contact_id), by=current.actor())
    return desk.to_member("連絡先を削除しました。")


def _call_earlier(desk: Desk, contact_id: int) -> ResponseReturnValue:
    services.members.call_earlier(_contact(desk, contact_id), by=current.actor())
    return desk.to_member("連絡する順番を変えました。")


@blueprint.get("/alliance/members/<int:member_id>/contacts/new")
@staff(COORDINATORS)
def new_contact(member_id: int) -> ResponseReturnValue:
    """The form for a new contact."""
    url = url_for("alliance.create_contact", member_id=member_id)
    return _page(_secretariat(member_id), ContactForm({}), url, is_new=True)


@blueprint.post("/alliance/members/<int:member_id>/contacts")
@staff(COORDINATORS)
def create_contact(member_id: int) -> ResponseReturnValue:
    """Note whom to reach."""
    return _create(_secretariat(member_id), url_for("alliance.create_contact", member_id=member_id))


@blueprint.get("/alliance/members/<int:member_id>/contacts/<int:contact_id>")
@staff(COORDINATORS)
def edit_contact(member_id: int, contact_id: int) -> ResponseReturnValue:
    """The form that changes a contact."""
    desk = _secretariat(member_id)
    url = url_for("alliance.update_contact", member_id=member_id, contact_id=contact_id)
    return _page(desk, ContactForm.of(_contact(desk, contact_id)), url, is_new=False)


@blueprint.post("/alliance/members/<int:member_id>/contacts/<int:contact_id>")
@staff(COORDINATORS)
def update_contact(member_id: int, contact_id: int) -> ResponseReturnValue:
    """Change whom to reach."""
    url = url_for("alliance.update_contact", member_id=member_id, contact_id=contact_id)
    return _update(_secretariat(member_id), contact_id, url)


@blueprint.post("/alliance/members/<int:member_id>/contacts/<int:contact_id>/removal")
@staff(COORDINATORS)
def remove_contact(member_id: int, contact_id: int) -> ResponseReturnValue:
    """Forget a contact."""
    return _remove(_secretariat(member_id), contact_id)


@blueprint.post("/alliance/members/<int:member_id>/contacts/<int:contact_id>/promotion")
@staff(COORDINATORS)
def promote_contact(member_id: int, contact_id: int) -> ResponseReturnValue:
    """Call this one earlier."""
    return _call_earlier(_secretariat(member_id), contact_id)


@blueprint.get("/member/contacts/new")
@member
def new_own_contact() -> ResponseReturnValue:
    """The form for a new contact of the own organisation."""
    return _page(_own(), ContactForm({}), url_for("alliance.create_own_contact"), is_new=True)


@blueprint.post("/member/contacts")
@member
def create_own_contact() -> ResponseReturnValue:
    """Note whom to reach at the own organisation."""
    return _create(_own(), url_for("alliance.create_own_contact"))


@blueprint.get("/member/contacts/<int:contact_id>")
@member
def edit_own_contact(contact_id: int) -> ResponseReturnValue:
    """The form that changes a contact of the own organisation."""
    desk = _own()
    url = url_for("alliance.update_own_contact", contact_id=contact_id)
    return _page(desk, ContactForm.of(_contact(desk, contact_id)), url, is_new=False)


@blueprint.post("/member/contacts/<int:contact_id>")
@member
def update_own_contact(contact_id: int) -> ResponseReturnValue:
    """Change whom to reach at the own organisation."""
    return _update(_own(), contact_id, url_for("alliance.update_own_contact", contact_id=contact_id))


@blueprint.post("/member/contacts/<int:contact_id>/removal")
@member
def remove_own_contact(contact_id: int) -> ResponseReturnValue:
    """Forget a contact of the own organisation."""
    return _remove(_own(), contact_id)


@blueprint.post("/member/contacts/<int:contact_id>/promotion")
@member
def promote_own_contact(contact_id: int) -> ResponseReturnValue:
    """Call this one earlier."""
    return _call_earlier(_own(), contact_id)
