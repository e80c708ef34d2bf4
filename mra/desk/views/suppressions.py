"""SMS stopped and wanted again, by the desk on the case, or by the resident behind the private link."""

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from mra.applications.models import Application
from mra.core import current
from mra.core.access import DESK_STAFF, link, staff
from mra.core.db import db
from mra.messaging.inbound import suppression
from mra.messaging.inbound.rules import SuppressionReason

from ..queries import case as cases
from .blueprint import blueprint

STOPPED = "SMSを停止しました。必要な連絡は電話でします。"
WANTED_AGAIN = "SMSを再開しました。"


@blueprint.post("/applications/<int:application_id>/suppression")
@staff(DESK_STAFF)
def stop_sms(application_id: int) -> ResponseReturnValue:
    """The applicant told the desk that no SMS are wanted."""
    phone = db.get_or_404(Application, application_id).phone
    suppression.suppress(phone, reason=SuppressionReason.STAFF, by=current.actor())
    flash(STOPPED, "success")
    return redirect(url_for("desk.case", application_id=application_id), 303)


@blueprint.post("/applications/<int:application_id>/suppression-end")
@staff(DESK_STAFF)
def want_sms(application_id: int) -> ResponseReturnValue:
    """The applicant told the desk that SMS are wanted again."""
    suppression.lift(db.get_or_404(Application, application_id).phone, by=current.actor())
    flash(WANTED_AGAIN, "success")
    return redirect(url_for("desk.case", application_id=application_id), 303)


@blueprint.post("/a/<token>/suppression")
@link("application")
def stop_own_sms(token: str) -> ResponseReturnValue:
    """I want no SMS."""
    suppression.suppress(_own_phone(), reason=SuppressionReason.WEB, by=current.actor())
    flash(STOPPED, "success")
    return redirect(url_for("desk.resident", token=token), 303)


@blueprint.post("/a/<token>/suppression-end")
@link("application")
def want_own_sms(token: str) -> ResponseReturnValue:
    """I want SMS again."""
    suppression.lift(_own_phone(), by=current.actor())
    flash(WANTED_AGAIN, "success")
    return redirect(url_for("desk.resident", token=token), 303)


def _own_phone() -> str:
    application = cases.application(current.link_subject_id()) or abort(404)
    return application.phone
