"""What a call for cars, a donation and each of its papers go through."""

from enum import StrEnum

from mra.core.access import COORDINATORS, DESK_STAFF, Role
from mra.core.lifecycle import Lifecycle, Move, Word

from .judging import Use


class AppealStatus(StrEnum):
    """Whether a call for cars stands at all; its days may narrow it further."""

    OPEN = "open"
    CLOSED = "closed"


APPEAL = Lifecycle(
    "donation_appeal",
    AppealStatus.OPEN,
    {AppealStatus.OPEN: Word("受付中", "success"), AppealStatus.CLOSED: Word("受付終了", "neutral")},
    Move("close", (AppealStatus.OPEN,), AppealStatus.CLOSED, "受付を終える", COORDINATORS, "受付の終了"),
    Move("reopen", (AppealStatus.CLOSED,), AppealStatus.OPEN, "受付を再開する", COORDINATORS, "受付の再開"),
    begun="呼びかけの作成",
    notes={"change": "内容の変更", "change_limits": "条件の変更（第{number}版）"},
)


class DonationStatus(StrEnum):
    """How far a donation is; where its car stands is told by the car itself."""

    RECEIVED = "received"
    PREPARING = "preparing"
    ACCEPTED = "accepted"
    COMPLETED = "completed"
    RECYCLING = "recycling"
    RECYCLED = "recycled"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


D = DonationStatus
BEFORE_ACCEPTANCE = (D.RECEIVED, D.PREPARING)
# As long as one of these stands, the same car cannot be offered a second time.
OPEN = frozenset({D.RECEIVED, D.PREPARING, D.ACCEPTED, D.RECYCLING})

DONATION = Lifecycle(
    "donation",
    D.RECEIVED,
    {
        D.RECEIVED: Word("受付済", "info"),
        D.PREPARING: Word("書類準備中", "warning"),
        D.ACCEPTED: Word("受入決定", "success"),
        D.COMPLETED: Word("完了", "success"),
        D.RECYCLING: Word("リサイクル手配中", "info"),
        D.RECYCLED: Word("リサイクル完了", "success"),
        D.DECLINED: Word("お断り", "neutral"),
        D.WITHDRAWN: Word("取下げ", "neutral"),
    },
    Move("send_papers", (D.RECEIVED,), D.PREPARING, "書類の送付を記録する", DESK_STAFF, "書類の送付"),
    Move("accept", BEFORE_ACCEPTANCE, D.ACCEPTED, "車両として登録する", DESK_STAFF, "受入れ・車両の登録"),
    Move("complete", (D.ACCEPTED,), D.COMPLETED, "名義変更の完了を記録する", DESK_STAFF, "名義変更の完了"),
    Move("hand_to_recycler", BEFORE_ACCEPTANCE, D.RECYCLING, "リサイクルを手配する", DESK_STAFF, "リサイクルの手配"),
    Move("finish_recycling", (D.RECYCLING,), D.RECYCLED, "リサイクルの完了を記録する", DESK_STAFF, "リサイクルの完了"),
    Move("decline", BEFORE_ACCEPTANCE, D.DECLINED, "お断りする", COORDINATORS, "お断り"),
    Move("withdraw", BEFORE_ACCEPTANCE, D.WITHDRAWN, "取り下げる", DESK_STAFF, "取下げ"),
    begun="寄付の受付",
    notes={
        "change_use": "受け方の変更（{use_word}）",
        "plan_name_change": "名義変更の予定日",
        "link_member": "寄付パートナーの登録",
        "renew_link": "本人用リンクの作り直し",
        "tell_retirement": "車両の運用終了を寄付者に連絡",
    },
)
# What is only for cars that will be lent, and what only for those that will be recycled.
ONLY_FOR = {
    "send_papers": Use.LENDING,
    "accept": Use.LENDING,
    "hand_to_recycler": Use.RECYCLING,
}


def actions(status: DonationStatus, use: Use, role: Role | None) -> tuple[Move, ...]:
    """The moves that this role may make by hand with a donation of this use."""
    return tuple(m for m in DONATION.actions(status, role) if ONLY_FOR.get(m.action, use) is use)


class PaperStatus(StrEnum):
    """Where one paper of the checklist is."""

    MISSING = "missing"
    RECEIVED = "received"
    SENT_BACK = "sent_back"
    NOT_NEEDED = "not_needed"


P = PaperStatus

PAPER = Lifecycle(
    "donation_paper",
    P.MISSING,
    {
        P.MISSING: Word("未着", "warning"),
        P.RECEIVED: Word("受領", "success"),
        P.SENT_BACK: Word("返送・再提出待ち", "danger"),
        P.NOT_NEEDED: Word("不要", "neutral"),
    },
    Move("receive", (P.MISSING, P.SENT_BACK), P.RECEIVED, "受領", DESK_STAFF),
    Move("send_back", (P.RECEIVED,), P.SENT_BACK, "返送・再提出待ち", DESK_STAFF, "返送"),
    Move("waive", (P.MISSING, P.RECEIVED, P.SENT_BACK), P.NOT_NEEDED, "不要", DESK_STAFF, "不要とした"),
    Move("miss", (P.RECEIVED, P.SENT_BACK, P.NOT_NEEDED), P.MISSING, "未着", DESK_STAFF, "未着に戻した"),
    begun="書類の一覧に追加",
    notes={"change": "日付・メモの変更"},
)
