"""The list of agreements, one agreement, and the form of the whole paper."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from mra.core import clock, current
from mra.core.access import COORDINATORS, READERS, staff

from .. import queries, services
from ..forms.agreement_parts import PaperForm
from ..forms.agreements import AgreementForm
from ..models import Agreement
from ..municipality_codes import PREFECTURES
from ..queries import Counts, Filters
from ..rules.agreements import AGREEMENT_LEVEL_WORDS, AGREEMENT_TRIGGER_WORDS, ATTENTION_WORDS, AgreementLevel
from ..rules.members import CONTACT_HOURS_WORDS
from .agreement_case import case_of
from .blueprint import blueprint

CHOICES = {
    "levels": [(level.value, word) for level, word in AGREEMENT_LEVEL_WORDS.items()],
    "triggers": [(trigger.value, word) for trigger, word in AGREEMENT_TRIGGER_WORDS.items()],
}


def load_agreement(agreement_id: int) -> Agreement:
    """The agreement of an address, or the page that says it is not there."""
    return queries.agreement_with_everything(agreement_id) or abort(404)


def to_agreement(agreement: Agreement, anchor: str | None = None) -> Response:
    """Back to the page of an agreement after a change."""
    return redirect(url_for("alliance.agreement", agreement_id=agreement.id, _anchor=anchor), 303)


@blueprint.get("/alliance/agreements")
@staff(READERS)
def agreements() -> ResponseReturnValue:
    """What needs doing on top, then the agreements of a filter."""
    filters = _filters(request.args)
    today = clock.today()
    page = queries.agreement_page(filters, request.args.get("after", type=int))
    counts = queries.agreement_counts(filters)
    return render_template(
        "alliance/agreements/index.html",
        duties=queries.agreements_to_attend(today),
        page=page,
        filters=filters,
        links=list(_links(filters, counts)),
        prefectures=[(key, PREFECTURES[key]) for key in queries.prefectures_with_agreements() if key in PREFECTURES],
        next_url=_url(filters, after=page.next_id) if page.next_id else None,
        level_words=AGREEMENT_LEVEL_WORDS,
        attention_words=ATTENTION_WORDS,
        may_change=current.role() in COORDINATORS,
    )


@blueprint.get("/alliance/agreements/new")
@staff(COORDINATORS)
def new_agreement() -> ResponseReturnValue:
    """The empty form."""
    return _form_page(AgreementForm({}))


@blueprint.post("/alliance/agreements")
@staff(COORDINATORS)
def create_agreement() -> ResponseReturnValue:
    """Write an agreement down."""
    form = AgreementForm(request.form)
    if not form.check():
        return _form_page(form), 422
    agreement = services.register_agreement(form.details, by=current.actor())
    flash("協定を登録しました。締結済みの場合は、続けて締結を記録してください。", "success")
    return to_agreement(agreement)


@blueprint.get("/alliance/agreements/<int:agreement_id>")
@staff(READERS)
def agreement(agreement_id: int) -> ResponseReturnValue:
    """One agreement: what to do next, the paper's facts, whom to ring, what happened."""
    return agreement_page(load_agreement(agreement_id), PaperForm())


def agreement_page(agreement: Agreement, form: PaperForm, status: int = 200) -> ResponseReturnValue:
    """The page of an agreement, with the form for its PDF as it stands."""
    return render_template(
        "alliance/agreements/show.html",
        case=case_of(agreement, current.role()),
        form=form,
        hours_words=CONTACT_HOURS_WORDS,
        attention_words=ATTENTION_WORDS,
    ), status


@blueprint.get("/alliance/agreements/<int:agreement_id>/edit")
@staff(COORDINATORS)
def edit_agreement(agreement_id: int) -> ResponseReturnValue:
    """The form with what is registered."""
    return _form_page(AgreementForm.of(load_agreement(agreement_id)))


@blueprint.post("/alliance/agreements/<int:agreement_id>")
@staff(COORDINATORS)
def update_agreement(agreement_id: int) -> ResponseReturnValue:
    """Write down other facts; who was overtaken sees what stands there now, beside what was typed."""
    agreement = load_agreement(agreement_id)
    form = AgreementForm(request.form, agreement)
    conflicts = form.take_newer_version() if form.is_outdated else []
    if conflicts:
        return _form_page(form, conflicts), 409
    if not form.check():
        return _form_page(form), 422
    services.change_agreement(agreement, form.details, version=form.version, by=current.actor())
    flash("協定の内容を変更しました。", "success")
    return to_agreement(agreement)


def _form_page(form: AgreementForm, conflicts: list[tuple[str, str]] | None = None) -> str:
    agreement = form.agreement
    there = url_for("alliance.agreement", agreement_id=agreement.id) if agreement else url_for("alliance.agreements")
    return render_template(
        "alliance/agreements/edit.html",
        form=form,
        agreement=agreement,
        conflicts=conflicts or [],
        back={"url": there, "label": agreement.partner if agreement else "協定"},
        url=url_for("alliance.update_agreement", agreement_id=agreement.id)
        if agreement
        else url_for("alliance.create_agreement"),
        **CHOICES,
    )


def _filters(args: Mapping[str, str]) -> Filters:
    level, prefecture = args.get("level", ""), args.get("prefecture", "")
    return Filters(
        level=AgreementLevel(level) if level in set(AgreementLevel) else None,
        prefecture=prefecture if prefecture in PREFECTURES else "",
        is_ended=args.get("ended") == "yes",
    )


def _links(filters: Filters, counts: Counts) -> Iterator[dict[str, Any]]:
    everything = filters._replace(level=None, is_ended=False)
    yield {"label": "すべて", "url": _url(everything), "count": counts.running, "current": filters == everything}
    for level, word in AGREEMENT_LEVEL_WORDS.items():
        of_level = filters._replace(level=level)
        count = counts.by_level.get(level, 0)
        yield {"label": word, "url": _url(of_level), "count": count, "current": filters == of_level}
    ended = filters._replace(level=None, is_ended=True)
    yield {"label": "終了", "url": _url(ended), "count": counts.ended, "current": filters == ended}


def _url(filters: Filters, **more: Any) -> str:
    return url_for(
        "alliance.agreements",
        level=filters.level.value if filters.level else None,
        prefecture=filters.prefecture or None,
        ended="yes" if filters.is_ended else None,
        **more,
    )
