"""Messages to many people at once: what they go through, and what may stand in them."""

import re
from datetime import timedelta
from enum import StrEnum

from mra.core.access import COORDINATORS
from mra.core.lifecycle import Lifecycle, Move, Word


class BulkStatus(StrEnum):
    """From the preview to the last message."""

    DRAFTED = "drafted"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELLED = "cancelled"


B = BulkStatus

BULK = Lifecycle(
    "bulk",
    B.DRAFTED,
    {
        B.DRAFTED: Word("確認待ち", "warning"),
        B.RUNNING: Word("送信中", "info"),
        B.PAUSED: Word("一時停止", "warning"),
        B.FINISHED: Word("送信完了", "success"),
        B.CANCELLED: Word("中止", "neutral"),
    },
    Move("start", (B.DRAFTED,), B.RUNNING, "この内容で送る", COORDINATORS, "送信開始"),
    Move("pause", (B.RUNNING,), B.PAUSED, "一時停止する", COORDINATORS, "一時停止"),
    Move("resume", (B.PAUSED,), B.RUNNING, "再開する", COORDINATORS, "再開"),
    Move("cancel", (B.DRAFTED, B.RUNNING, B.PAUSED), B.CANCELLED, "中止する", COORDINATORS, "中止"),
    Move("finish", (B.RUNNING,), B.FINISHED, "完了"),
    begun="下書き",
)

# So many at a time, and so long between: a pause or a cancellation catches all but the last few.
SLICE = 50
BETWEEN_SLICES = timedelta(seconds=30)
# An audience changes; after this nobody knows any more whom a preview counted.
PREVIEW_HOLDS = timedelta(hours=1)
MOST_SEGMENTS = 3
MOST_PEOPLE = 20_000
HOST = re.compile(r"https?://([^/\s]+)|\b((?:[a-z0-9-]+\.)+[a-z]{2,})\b", re.IGNORECASE)

FAULTS = {
    "braces": "{ } は使えません。お名前や番号などの個人の情報は、一斉連絡には入れられません。文章だけを入力してください。",
    "foreign_address": "このサイト以外のアドレスは書けません。アドレスを消すか、このサイトのアドレスにしてください。",
    "too_long": "長すぎます。{most}通分（全体で201文字）に収まるように短くしてください。今は{count}通分です。",
}


def fault_in(words: str, own_host: str) -> str | None:
    """What may not stand in a text to many: places to be filled in, and addresses that are not ours."""
    if "{" in words or "}" in words:
        return "braces"
    hosts = (one or other for one, other in HOST.findall(words))
    return "foreign_address" if any(host.lower() != own_host.lower() for host in hosts) else None


REFUSALS = {
    "bulk_preview_old": "確認の画面を開いてから時間がたち、送る相手が変わっているかもしれません。もう一度作り直してください。",
    "bulk_nobody": "SMSを送れる相手がいません。対象を選び直してください。",
    "bulk_too_many": "対象が多すぎて、一度に送れません。対象を選び直してください。",
    "bulk_over": "この一斉連絡は、すでに先へ進んでいます。画面を開き直して、今の状態を確認してください。",
    "bulk_no_money": "SMSの費用の上限に達しているため、送れません。管理者に相談してください。",
}
