"""Contacts, base candidates and the PDF of an agreement."""

from io import BytesIO
from typing import Any

from flask import abort, flash, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from mra.core import current
from mra.core.access import COORDINATORS, READERS, staff
from mra.core.files import takes_file
from mra.core.pdf import MOST_BYTES

from .. import queries, services
from ..forms.agreement_parts import CandidateForm, ContactForm, PaperForm
from ..models import Agreement
from ..rules.members import CONTACT_HOURS_WORDS
from .agreements import agreement_page, load_agreement, to_agreement
from .blueprint import blueprint

HOURS = [(hours.value, word) for hours, word in CONTACT_HOURS_WORDS.items()]


@blueprint.get("/alliance/agreements/<int:agreement_id>/contacts/new")
@staff(COORDINATORS)
def new_agreement_contact(agreement_id: int) -> ResponseReturnValue:
    """The form of a contact."""
    return _page("contact", load_agreement(agreement_id), ContactForm({}))


@blueprint.post("/alliance/agreements/<int:agreement_id>/contacts")
@staff(COORDINATORS)
def create_agreement_contact(agreement_id: int) -> ResponseReturnValue:
    """Keep a contact."""
    agreement = load_agreement(agreement_id)
    form = ContactForm(request.form)
    if not form.check():
        return _page("contact", agreement, form), 422
    services.add_agreement_contact(agreement, form.clean["details"], by=current.actor())
    flash("連絡先を登録しました。", "success")
    return to_agreement(agreement, "contacts")


@blueprint.get("/alliance/agreements/<int:agreement_id>/contacts/<int:contact_id>")
@staff(COORDINATORS)
def edit_agreement_contact(agreement_id: int, contact_id: int) -> ResponseReturnValue:
    """The form of a contact that is known."""
    contact = queries.contact_of(agreement_id, contact_id) or abort(404)
    return _page("contact", load_agreement(agreement_id), ContactForm.of(contact), contact_id)


@blueprint.post("/alliance/agreements/<int:agreement_id>/contacts/<int:contact_id>")
@staff(COORDINATORS)
def update_agreement_contact(agreement_id: int, contact_id: int) -> ResponseReturnValue:
    """Change a contact."""
    agreement = load_agreement(agreement_id)
    contact = queries.contact_of(agreement_id, contact_id) or abort(404)
    form = ContactForm(request.form)
    if not form.check():
        return _page("contact", agreement, form, contact_id), 422
    edition = form.text("edition")
    services.change_agreement_contact(agreement, contact, form.clean["details"], edition=edition, by=current.actor())
    flash("連絡先を変更しました。", "success")
    return to_agreement(agreement, "contacts")


@blueprint.post("/alliance/agreements/<int:agreement_id>/contacts/<int:contact_id>/removal")
@staff(COORDINATORS)
def remove_agreement_contact(agreement_id: int, contact_id: int) -> ResponseReturnValue:
    """Forget a contact."""
    contact = queries.contact_of(agreement_id, contact_id) or abort(404)
    agreement = load_agreement(agreement_id)
    services.remove_agreement_contact(agreement, contact, by=current.actor())
    flash("連絡先を削除しました。", "success")
    return to_agreement(agreement, "contacts")


@blueprint.get("/alliance/agreements/<int:agreement_id>/candidates/new")
@staff(COORDINATORS)
def new_candidate(agreement_id: int) -> ResponseReturnValue:
    """The form of a place that could become a base."""
    return _page("candidate", load_agreement(agreement_id), CandidateForm({}))


@blueprint.post("/alliance/agreements/<int:agreement_id>/candidates")
@staff(COORDINATORS)
def create_candidate(agreement_id: int) -> ResponseReturnValue:
    """Keep a place."""
    agreement = load_agreement(agreement_id)
    form = CandidateForm(request.form)
    if not form.check():
        return _page("candidate", agreement, form), 422
    services.add_base_candidate(agreement, form.clean["details"], by=current.actor())
    flash("拠点の候補を登録しました。", "success")
    return to_agreement(agreement, "candidates")


@blueprint.get("/alliance/agreements/<int:agreement_id>/candidates/<int:candidate_id>")
@staff(COORDINATORS)
def edit_candidate(agreement_id: int, candidate_id: int) -> ResponseReturnValue:
    """The form of a place that is known."""
    candidate = queries.candidate_of(agreement_id, candidate_id) or abort(404)
    return _page("candidate", load_agreement(agreement_id), CandidateForm.of(candidate), candidate_id)


@blueprint.post("/alliance/agreements/<int:agreement_id>/candidates/<int:candidate_id>")
@staff(COORDINATORS)
def update_candidate(agreement_id: int, candidate_id: int) -> ResponseReturnValue:
    """Change what is known about a place."""
    agreement = load_agreement(agreement_id)
    candidate = queries.candidate_of(agreement_id, candidate_id) or abort(404)
    form = CandidateForm(request.form)
    if not form.check():
        return _page("candidate", agreement, form, candidate_id), 422
    edition = form.text("edition")
    services.change_base_candidate(agreement, candidate, form.clean["details"], edition=edition, by=current.actor())
    flash("拠点の候補を変更しました。", "success")
    return to_agreement(agreement, "candidates")


@blueprint.post("/alliance/agreements/<int:agreement_id>/candidates/<int:candidate_id>/removal")
@staff(COORDINATORS)
def remove_candidate(agreement_id: int, candidate_id: int) -> ResponseReturnValue:
    """The place can no longer be had."""
    candidate = queries.candidate_of(agreement_id, candidate_id) or abort(404)
    agreement = load_agreement(agreement_id)
    services.remove_base_candidate(agreement, candidate, by=current.actor())
    flash("拠点の候補を削除しました。", "success")
    return to_agreement(agreement, "candidates")


@blueprint.post("/alliance/agreements/<int:agreement_id>/files")
@staff(COORDINATORS)
@takes_file(MOST_BYTES)
def create_agreement_file(agreement_id: int) -> ResponseReturnValue:
    """Keep the signed paper; what is no whole PDF is told, and nothing is kept."""
    agreement = load_agreement(agreement_id)
    form = PaperForm(request.files.get("file"))
    if not form.check():
        return agreement_page(agreement, form, 422)
    services.add_agreement_file(agreement, **form.clean, staff_id=current.staff_id(), by=current.actor())
    flash(f"協定書（{form.clean['page_count']}ページ）を保存しました。", "success")
    return to_agreement(agreement, "files")


@blueprint.get("/alliance/agreements/<int:agreement_id>/files/<int:file_id>")
@staff(READERS)
def agreement_file(agreement_id: int, file_id: int) -> ResponseReturnValue:
    """The paper as it was handed in, to be saved and never shown inside our pages."""
    paper = queries.file_of(agreement_id, file_id) or abort(404)
    stored = paper.stored_file
    answer = send_file(
        BytesIO(stored.content),
        stored.content_type,
        as_attachment=True,
        download_name=paper.name,
        etag=stored.sha256.hex(),
    )
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _page(name: str, agreement: Agreement, form: Any, part_id: int | None = None) -> str:
    """The form of a contact or a candidate, new or known."""
    ids: dict[str, Any] = {"agreement_id": agreement.id}
    own: dict[str, Any] = {f"{name}_id": part_id, **ids}
    endings = {"contact": "agreement_contact", "candidate": "candidate"}
    new_url = url_for(f"alliance.create_{endings[name]}", **ids)
    return render_template(
        f"alliance/agreements/{name}.html",
        agreement=agreement,
        form=form,
        is_new=part_id is None,
        url=url_for(f"alliance.update_{endings[name]}", **own) if part_id else new_url,
        removal_url=url_for(f"alliance.remove_{endings[name]}", **own) if part_id else None,
        back={"url": url_for("alliance.agreement", **ids), "label": agreement.partner},
        hours=HOURS,
    )
