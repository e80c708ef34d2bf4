"""Signing, renewing and ending an agreement: each asks for its days first."""

from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.core import current
from mra.core.access import COORDINATORS, staff

from .. import services
from ..forms.agreements import EndingForm, RenewalForm, SigningForm
from ..models import Agreement
from .agreements import load_agreement, to_agreement
from .blueprint import blueprint


@blueprint.get("/alliance/agreements/<int:agreement_id>/signing")
@staff(COORDINATORS)
def show_signing(agreement_id: int) -> ResponseReturnValue:
    """Ask when it was signed."""
    agreement = load_agreement(agreement_id)
    return _page("signing", agreement, SigningForm.of(agreement))


@blueprint.post("/alliance/agreements/<int:agreement_id>/signing")
@staff(COORDINATORS)
def sign(agreement_id: int) -> ResponseReturnValue:
    """The paper has been signed."""
    agreement = load_agreement(agreement_id)
    form = SigningForm(request.form)
    if not form.check():
        return _page("signing", agreement, form), 422
    services.sign_agreement(agreement, **form.clean, by=current.actor())
    flash("締結を記録しました。協定書のPDFは、届いたときに保存できます。", "success")
    return to_agreement(agreement)


@blueprint.get("/alliance/agreements/<int:agreement_id>/renewal")
@staff(COORDINATORS)
def show_renewal(agreement_id: int) -> ResponseReturnValue:
    """Ask for the new term."""
    agreement = load_agreement(agreement_id)
    return _page("renewal", agreement, RenewalForm.of(agreement))


@blueprint.post("/alliance/agreements/<int:agreement_id>/renewal")
@staff(COORDINATORS)
def renew(agreement_id: int) -> ResponseReturnValue:
    """Both sides go on."""
    agreement = load_agreement(agreement_id)
    form = RenewalForm(request.form, renews_automatically=agreement.renews_automatically)
    if not form.check():
        return _page("renewal", agreement, form), 422
    services.renew_agreement(agreement, **form.clean, by=current.actor())
    flash("更新を記録しました。見直しのお知らせは、次の見直し日まで止まります。", "success")
    return to_agreement(agreement)


@blueprint.get("/alliance/agreements/<int:agreement_id>/ending")
@staff(COORDINATORS)
def show_ending(agreement_id: int) -> ResponseReturnValue:
    """Ask on which day it ended."""
    return _page("ending", load_agreement(agreement_id), EndingForm.today())


@blueprint.post("/alliance/agreements/<int:agreement_id>/ending")
@staff(COORDINATORS)
def end(agreement_id: int) -> ResponseReturnValue:
    """Nobody stands on it any more."""
    agreement = load_agreement(agreement_id)
    form = EndingForm(request.form)
    if not form.check():
        return _page("ending", agreement, form), 422
    services.end_agreement(agreement, **form.clean, by=current.actor())
    flash("協定の終了を記録しました。", "success")
    return to_agreement(agreement)


def _page(name: str, agreement: Agreement, form: Any) -> str:
    back = {"url": url_for("alliance.agreement", agreement_id=agreement.id), "label": agreement.partner}
    return render_template(f"alliance/agreements/{name}.html", agreement=agreement, form=form, back=back)
