"""Messages that were promised, and what became of them; Twilio's reports; phones and mailboxes of the demo."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.core import current
from mra.core.access import COORDINATORS, DESK_STAFF, READERS, public, staff, webhook
from mra.core.config import Settings
from mra.core.db import db

from . import bulk_rules, examples, next_steps, queries, rules, services, signatures, texts
from .bulk_rules import BulkStatus
from .forms import LONGEST_PHONE, BulkForm, GatewayReport, HandsetForm, RepetitionForm
from .handset import phone_is_open
from .inbound import queries as inbound_queries
from .inbound.models import InboundMessage
from .inbound.rules import InboundStatus
from .kinds import KIND_WORDS
from .models import BulkMessage, Message
from .providers.gateway import is_from_gateway
from .rules import MessageStatus
from .titles import title_of
from .watch import ALARMING_SHARE, ENOUGH_TO_JUDGE, watch

blueprint = Blueprint("messaging", __name__)


# Of a message to many: not written yet, or not handed over yet.
STILL_HERE = (None, MessageStatus.QUEUED, MessageStatus.SENDING)


def _own_host() -> str:
    return str(urlsplit(_settings().public_url).hostname)


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
        may_write_to_many=current.role() in COORDINATORS,
        settings=_settings(),
        watch=watch(),
        alarming_percent=round(100 * ALARMING_SHARE),
        enough_to_judge=ENOUGH_TO_JUDGE,
        provider_words=rules.PROVIDER_WORDS,
        phone_is_open=phone_is_open(_settings()),
        to_be_read=inbound_queries.reply_counts().get(InboundStatus.OPEN, 0),
        title_of=title_of,
        **WORDS,
    )


@blueprint.get("/messages/templates")
@staff(READERS)
def wordings() -> ResponseReturnValue:
    """Every wording with example values, its length and its price."""
    return render_template(
        "messaging/templates.html",
        examples=list(examples.examples()),
        uses=queries.uses(),
        title_of=title_of,
        kind_words=KIND_WORDS,
        language_words=examples.LANGUAGE_WORDS,
        yen_per_segment=_settings().sms_yen_per_segment,
    )


@blueprint.get("/messages/bulk")
@staff(COORDINATORS)
def bulk_index() -> ResponseReturnValue:
    """The last messages to many, and the form for a new one."""
    return _bulk_index(BulkForm({}, services.audience_choices(), _own_host()))


def _bulk_index(form: BulkForm) -> str:
    return render_template(
        "messaging/bulk/index.html",
        form=form,
        bulks=queries.bulk_messages(),
        room=services.bulk.room(LONGEST_PHONE),
        takes_replies=_settings().takes_replies,
        choices=[(one.value, one.label) for one in services.audience_choices()],
    )


@blueprint.post("/messages/bulk")
@staff(COORDINATORS)
def draft_bulk() -> ResponseReturnValue:
    """Count whom it would reach and what it would cost; nothing is sent yet."""
    form = BulkForm(request.form, services.audience_choices(), _own_host())
    if not form.check():
        return _bulk_index(form), 422
    drafted = services.bulk.draft(form.clean["choice"], words=form.clean["words"], by=current.actor())
    return redirect(url_for("messaging.show_bulk", bulk_id=drafted.id), 303)


@blueprint.get("/messages/bulk/<int:bulk_id>")
@staff(COORDINATORS)
def show_bulk(bulk_id: int) -> ResponseReturnValue:
    """A message to many: its preview, its progress, its result."""
    bulk = db.get_or_404(BulkMessage, bulk_id)
    progress = queries.bulk_progress(bulk_id)
    return render_template(
        "messaging/bulk/show.html",
        bulk=bulk,
        progress=progress,
        has_begun=bulk.status is not BulkStatus.DRAFTED,
        handed_over=sum(count for status, count in progress.items() if status not in STILL_HERE),
        states=rules.STATES,
        moves=bulk_rules.BULK.actions(bulk.status, current.role()),
        example=examples.measured("bulk_notice", "ja", services.bulk.text_of(bulk)),
    )


@blueprint.post("/messages/bulk/<int:bulk_id>/start")
@staff(COORDINATORS)
def start_bulk(bulk_id: int) -> ResponseReturnValue:
    """Send it."""
    return _step(bulk_id, services.bulk.start)


@blueprint.post("/messages/bulk/<int:bulk_id>/pause")
@staff(COORDINATORS)
def pause_bulk(bulk_id: int) -> ResponseReturnValue:
    """Stop for the moment."""
    return _step(bulk_id, services.bulk.pause)


@blueprint.post("/messages/bulk/<int:bulk_id>/resumption")
@staff(COORDINATORS)
def resume_bulk(bulk_id: int) -> ResponseReturnValue:
    """Go on."""
    return _step(bulk_id, services.bulk.resume)


@blueprint.post("/messages/bulk/<int:bulk_id>/cancellation")
@staff(COORDINATORS)
def cancel_bulk(bulk_id: int) -> ResponseReturnValue:
    """Send no more of it."""
    return _step(bulk_id, services.bulk.cancel)


def _step(bulk_id: int, verb: Callable[..., None]) -> ResponseReturnValue:
    verb(db.get_or_404(BulkMessage, bulk_id), by=current.actor())
    return redirect(url_for("messaging.show_bulk", bulk_id=bulk_id), 303)


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


@blueprint.post("/webhooks/gateway/status/<int:message_id>")
@webhook
def gateway_status(message_id: int) -> ResponseReturnValue:
    """The SMS gateway tells what became of a message."""
    if not is_from_gateway(_settings(), request):
        abort(403)
    report = GatewayReport.read(request.get_json(silent=True))
    services.follow(message_id, word=report.word, provider="gateway", provider_id=report.provider_id, code=report.code)
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
    return rules.subject_page(message.subject_kind, message.subject_id)


# What the templates need to word a message.
WORDS = {
    "without_link": texts.without_link,
    "channel_words": rules.CHANNEL_WORDS,
    "reason": next_steps.reason,
    "subject_page": _subject_page,
    "may_be_repeated": rules.may_be_repeated,
    "repetition_warning": rules.repetition_warning,
}
