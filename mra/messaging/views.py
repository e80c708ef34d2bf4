"""Messages that were promised, and what became of them; Twilio's reports; phones and mailboxes of the demo."""

from datetime import datetime

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.core import current
from mra.core.access import DESK_STAFF, READERS, public, staff, webhook
from mra.core.config import Settings
from mra.core.db import db

from . import queries, rules, services, signatures, texts
from .forms import HandsetForm, RepetitionForm
from .handset import phone_is_open
from .inbound import queries as inbound_queries
from .inbound.models import InboundMessage
from .models import Message

blueprint = Blueprint("messaging", __name__)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["mra"]
    return settings


@blueprint.get("/messages")
@staff(READERS)
def index() -> ResponseReturnValue:
    """All messages, newest first, by state and channel."""
    state = rules.state_named(request.args.get("state", ""))
    channel = rules.channel_named(request.args.get("channel", ""))
    page = queries.latest(state, request.args.get("before", type=int), channel)
    unreached = queries.unreached_since()
    return render_template(
        "messaging/index.html",
        page=page,
        state=state,
        channel=channel,
        states=rules.STATES,
        counts=queries.counts(channel),
        unreached=unreached,
        unreached_words=rules.unreached_words(unreached),
        repeated=queries.repeated(page.messages),
        may_repeat=current.role() in DESK_STAFF,
        settings=_settings(),
        phone_is_open=phone_is_open(_settings()),
        **WORDS,
    )


@blueprint.post("/messages/<int:message_id>/repetition")
@staff(DESK_STAFF)
def repeat(message_id: int) -> ResponseReturnValue:
    """Send the same message once more."""
    message = db.get_or_404(Message, message_id)
    services.repeat(message, by=current.actor())
    flash("もう一度送信します。届いたかどうかは、この一覧で確認できます。", "success")
    return redirect(RepetitionForm(request.form).next_address() or url_for("messaging.index"), 303)


@blueprint.post("/webhooks/twilio/status/<int:message_id>")
@webhook
def twilio_status(message_id: int) -> ResponseReturnValue:
    """Twilio tells what became of a message."""
    if not signatures.is_from_twilio(_settings(), request):
        abort(403)
    services.follow(
        message_id,
        word=request.form.get("MessageStatus", ""),
        provider="twilio",
        provider_id=request.form.get("MessageSid", "")[:64],
        code=request.form.get("ErrorCode", "")[:20],
    )
    return "", 204


def _only_in_the_demo() -> None:
    if not phone_is_open(_settings()):
        abort(404)


@blueprint.get("/phone")
@public
def phones() -> ResponseReturnValue:
    """The phones and mailboxes of the demo's people."""
    _only_in_the_demo()
    return render_template("messaging/phone/index.html", handsets=queries.handsets(), form=HandsetForm({}))


@blueprint.post("/phone")
@public
def find_phone() -> ResponseReturnValue:
    """The phone with a number, or the mailbox; number and e-mail address stand in no address of ours."""
    _only_in_the_demo()
    form = HandsetForm(request.form)
    handset_id = queries.handset_of(form.clean["address"]) if form.check() else None
    if handset_id is None:
        form.wrong("phone", "ここに届いた連絡はまだありません。入力を確認するか、少し待ってからお試しください。")
        return render_template("messaging/phone/index.html", handsets=queries.handsets(), form=form), 422
    return redirect(url_for("messaging.phone", handset_id=handset_id), 303)


@blueprint.get("/phone/<int:handset_id>")
@public
def phone(handset_id: int) -> ResponseReturnValue:
    """What one phone or mailbox received, as its owner sees it, private links included."""
    _only_in_the_demo()
    messages = queries.received_by(handset_id)
    if not messages or messages[0].address != db.get_or_404(Message, handset_id).address:
        abort(404)
    said = inbound_queries.said_by(messages[0].phone) if messages[0].phone else []
    return render_template(
        "messaging/phone/show.html",
        messages=messages,
        bubbles=sorted([*messages, *said], key=_when),
        link_mark=texts.LINK,
        link_address=services.link_address,
    )


def _when(bubble: Message | InboundMessage) -> datetime:
    return bubble.received_at if isinstance(bubble, InboundMessage) else bubble.sent_at or bubble.created_at


def _subject_page(message: Message) -> str | None:
    page = rules.SUBJECT_PAGES.get(message.subject_kind)
    return page.format(id=message.subject_id) if page else None


# What the templates need to word a message.
WORDS = {
    "without_link": texts.without_link,
    "channel_words": rules.CHANNEL_WORDS,
    "reason": rules.reason,
    "subject_page": _subject_page,
    "may_be_repeated": rules.may_be_repeated,
    "repetition_warning": rules.repetition_warning,
}
