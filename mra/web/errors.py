"""What people see when something cannot be done: a sentence that says what to do. No traces, no personal data."""

import logging
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from mra.core import files
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.lifecycle import MoveNotAllowed

from . import registry

log = logging.getLogger(__name__)

# status → title, sentence
PAGES = {
    400: ("画面の有効期限が切れました", "お手数ですが、前の画面に戻って開き直し、もう一度送信してください。"),
    403: (
        "この画面は利用できません",
        "お使いのアカウントには、この操作の権限がありません。必要な場合は管理者に連絡してください。",
    ),
    404: ("ページが見つかりません", "アドレスが違うか、ページの公開が終わっています。トップページからお探しください。"),
    405: ("この操作はできません", "前の画面に戻って、もう一度お試しください。"),
    409: ("状況が変わっています", registry.SHELL_REFUSALS["somebody_was_faster"]),
    413: (
        "ファイルが大きすぎます",
        "10MBを超えるものは送信できません。前の画面に戻り、小さいファイルに分けてください。",
    ),
    422: ("入力内容を確認してください", "前の画面に戻って、入力内容を確認してください。"),
    429: ("操作の回数が多すぎます", "1分ほど待ってから、もう一度お試しください。"),
    500: (
        "ただいま処理できませんでした",
        "入力された内容は登録されていません。少し待ってから、もう一度お試しください。続く場合は事務局に電話でお知らせください。",
    ),
    503: ("混み合っています", registry.SHELL_REFUSALS["try_again"]),
}
TOO_LARGE_A_FILE = "{megabytes}MBを超えるファイルは送信できません。前の画面に戻り、小さいファイルを選んでください。"
LINK_GONE = (
    "このリンクは使えません",
    "リンクが途中で切れているか、無効になっています。届いたメッセージのリンクをもう一度開くか、トップページにある番号へお電話ください。",
)
LINK_GONE_SENTENCES = {
    "call": "新しいリンクをお送りしたあとは、前のリンクは使えません。一番新しいメッセージのリンクを開くか、事務局へお電話ください。",
    "pledge": "新しいリンクをお送りしたあとは、前のリンクは使えません。一番新しいメッセージのリンクを開くか、事務局へお電話ください。",
    "recall": "新しいリンクをお送りしたあとは、前のリンクは使えません。一番新しいメッセージのリンクを開くか、事務局へお電話ください。",
    "member_invitation": "招待がすでに使われたか、取り消されています。登録がお済みの方はサインインしてください。まだの方は、事務局へお電話ください。",
}

# What stands in the address → the page that shows it, and the words of the link.
CASE_PAGES = {
    "application_id": ("desk.case", "申込を見る"),
    "loan_id": ("loans.show", "貸出を見る"),
    "vehicle_id": ("vehicles.show", "車両を見る"),
    "call_id": ("supply.show_call", "要請を見る"),
    "offer_id": ("allocation.show_offer", "案内を見る"),
    "run_id": ("allocation.show_run", "割当案を見る"),
    "override_id": ("allocation.show_override", "割当の指定を見る"),
    "agreement_id": ("alliance.agreement", "協定を見る"),
    "pledge_id": ("alliance.show_pledge", "提供表明を見る"),
    "member_id": ("alliance.show_member", "加盟団体を見る"),
    "return_id": ("recalls.show_return", "返却の状況を見る"),
    "campaign_id": ("recalls.show", "返却要請を見る"),
    "lease_id": ("recalls.show_lease", "リースを見る"),
}


def init_app(app: Flask) -> None:
    """Answer every fault with a page."""
    app.register_error_handler(Refused, answer_refusal)
    app.register_error_handler(MoveNotAllowed, lambda _fault: page(409))
    app.register_error_handler(DBAPIError, answer_database_fault)
    app.register_error_handler(PoolTimeout, lambda _fault: page(503))
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_unexpected)


def page(status: int, title: str | None = None, sentence: str | None = None) -> Response:
    """An error page; everything that the request wrote is rolled back first."""
    db.session.rollback()
    usual_title, usual_sentence = PAGES.get(status, PAGES[500])
    text = render_template(
        "errors/error.html",
        title=title or usual_title,
        sentence=sentence or usual_sentence,
        status=status,
        next_step=_way_back(status),
    )
    return make_response(text, status)


def _way_back(status: int) -> dict[str, str] | None:
    """Where people go on: the page behind the private link after a refusal, the first page when there is no page."""
    token = (request.view_args or {}).get("token")
    if status == 409 and token and (request.endpoint or "").startswith("desk."):
        return {"label": "お申し込みの状況を見る", "url": url_for("desk.resident", token=token)}
    if status == 409 and token and request.path.startswith("/pledges/"):
        return {"label": "提供表明の確認に戻る", "url": url_for("alliance.pledge_link", token=token)}
    if status == 409 and token and (request.endpoint or "").startswith("recalls."):
        return {"label": "返却のお願いの画面に戻る", "url": url_for("recalls.by_link", token=token)}
    if status == 409 and request.path.startswith("/calls/"):
        return {"label": "支援のお願いの画面に戻る", "url": url_for("supply.call_by_link", token=token)}
    if status == 409 and request.path.startswith("/member/calls/"):
        return {"label": "支援のお願いの画面に戻る", "url": url_for("supply.member_call", **(request.view_args or {}))}
    if status == 404:
        return {"label": "トップページを見る", "url": "/"}
    return (_case_page() or _page_before()) if status == 409 else None


def _page_before() -> dict[str, str] | None:
    """The page from which a refused form was sent, if it is one of ours that can be opened."""
    before = urlsplit(request.referrer or "")
    if before.netloc != request.host:
        return None
    try:
        url_adapter = current_app.url_map.bind_to_environ(request.environ)
        url_adapter.match(before.path, method="GET")
    except HTTPException:
        return None
    # Our own path only: what stood before it in the header is not followed.
    address = before.path + (f"?{before.query}" if before.query else "")
    return {"label": "前の画面に戻る", "url": address}


def _case_page() -> dict[str, str] | None:
    """Where staff see what the other person did in the meantime."""
    told = request.view_args or {}
    for name, (endpoint, label) in CASE_PAGES.items():
        if name in told:
            return {"label": label, "url": url_for(endpoint, **{name: told[name]})}
    return None


def answer_refusal(refused: Refused) -> Response:
    """The sentence of a refusal, with its facts."""
    sentence = registry.REFUSALS[refused.code].format(**refused.facts)
    return page(409, "この操作はできませんでした", sentence)


def answer_database_fault(fault: DBAPIError) -> Response:
    """A constraint that spoke is a refusal in our language; a lock that was not given is "try again"."""
    if isinstance(fault, IntegrityError):
        name = getattr(getattr(fault.orig, "diag", None), "constraint_name", None) or ""
        if name in registry.CONSTRAINTS:
            return answer_refusal(Refused(registry.CONSTRAINTS[name]))
    if isinstance(fault, DataError):
        # A number too large for a row's id, a zero byte in an address: there is no such thing.
        return page(404)
    log.error("database_fault", extra={"kind": type(fault.orig).__name__, "route": str(request.url_rule)})
    return page(503 if isinstance(fault, OperationalError) else 500)


def _answer_http(fault: HTTPException) -> ResponseReturnValue:
    status = fault.code or 500
    if status < 400:
        return fault.get_response()
    if status == 404 and (fault.description or "").startswith("link "):
        title, sentence = LINK_GONE
        return page(404, title, LINK_GONE_SENTENCES.get((fault.description or "")[5:], sentence))
    if status == 413:
        return page(413, sentence=_too_large())
    answer = page(status)
    if status == 429:
        answer.headers["Retry-After"] = "60"
    return answer


def _too_large() -> str | None:
    """Where a page takes larger files than others, its own limit is told."""
    most = files.most_body_bytes(current_app.view_functions.get(request.endpoint or ""))
    return TOO_LARGE_A_FILE.format(megabytes=most // 1024**2) if most else None


def _answer_unexpected(fault: Exception) -> Response:
    # The trace goes to the log without values of variables; SQL parameters are hidden by the engine's settings.
    log.error("unexpected_fault", exc_info=fault, extra={"route": str(request.url_rule)})
    return page(500)
