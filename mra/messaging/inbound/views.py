"""The doors by which replies come in: Twilio's, and the demo's phone."""

from uuid import uuid4

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.core.access import READERS, public, staff, webhook
from mra.core.config import Settings
from mra.core.db import db

from .. import signatures, texts
from ..handset import phone_is_open
from ..models import Message
from ..replies import REPLY_WORDS
from ..rules import subject_page
from . import queries, rules, services
from .forms import ReplyForm

blueprint = Blueprint("inbound", __name__)
# An empty answer in TwiML: Twilio must not send anything by itself.
NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def _settings() -> Settings:
    settings: Settings = current_app.extensions["mra"]
    return settings


@blueprint.post("/webhooks/twilio/inbound")
@webhook
def twilio_inbound() -> ResponseReturnValue:
    """Twilio brings an SMS that somebody sent us."""
    if not signatures.is_from_twilio(_settings(), request):
        abort(403)
    provider_id, phone = request.form.get("MessageSid", "")[:64], request.form.get("From", "")[:20]
    if provider_id and phone:
        services.take_in(provider="twilio", provider_id=provider_id, phone=phone, body=request.form.get("Body", ""))
    return NOTHING_TO_SAY, 200, {"Content-Type": "text/xml"}


@blueprint.get("/messages/replies")
@staff(READERS)
def replies() -> ResponseReturnValue:
    """What people wrote, and what we answered, newest first."""
    status = next((one for one in rules.SHOWN if one.value == request.args.get("status")), None)
    page = queries.replies(status, request.args.get("before", type=int))
    return render_template(
        "messaging/replies.html",
        page=page,
        status=status,
        shown=rules.SHOWN,
        lifecycle=rules.INBOUND,
        counts=queries.reply_counts(),
        answers=queries.answers_to(page.replies),
        written_about=queries.written_about(page.replies),
        subject_page=subject_page,
        reply_words=REPLY_WORDS,
        without_link=texts.without_link,
    )


@blueprint.post("/phone/<int:handset_id>/replies")
@public
def reply(handset_id: int) -> ResponseReturnValue:
    """A visitor of the demo answers as the owner of a phone; from here on it is a message like any other."""
    if not phone_is_open(_settings()):
        abort(404)
    phone = db.get_or_404(Message, handset_id).phone or abort(404)
    form = ReplyForm(request.form)
    if form.check():
        services.take_in(provider="demo", provider_id=uuid4().hex, phone=phone, body=form.clean["body"])
        flash("返信しました。返事が届くまで、1分ほどお待ちください。", "success")
    else:
        flash(form.errors["body"], "warning")
    return redirect(url_for("messaging.phone", handset_id=handset_id), 303)
