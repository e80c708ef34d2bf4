"""What donors are asked, what a donation goes through, and the sentences of refusals."""

from enum import StrEnum

from .judging import Condition, Limits, Shortcoming, Use
from .lifecycles import APPEAL, DONATION, PAPER, AppealStatus, DonationStatus, PaperStatus
from .papers import DonorKind, Owner, PaperKind

CONSENT_VERSION = "2026-11"
# The letter of donations; ワイ (ゆずる) sounds like no other on the phone. Applications have A.
NUMBER_LETTER = "Y"
STANDING_APPEAL_NAME = "通常の受付"


class Channel(StrEnum):
    """How a donation reached us."""

    WEB = "web"
    PHONE = "phone"


CHANNEL_WORDS = {Channel.WEB: "ウェブ", Channel.PHONE: "電話"}


class Handing(StrEnum):
    """How the car comes to us."""

    PICK_UP = "pick_up"
    LAST_DRIVE = "last_drive"


HANDING_WORDS = {
    Handing.PICK_UP: "取りに来てほしい",
    Handing.LAST_DRIVE: "自分で届ける（ラストドライブ）",
}

REFUSALS = {
    "appeal_closed": "この呼びかけの受付は終わりました。ほかの受付から、もう一度お申し込みください。",
    "appeal_is_standing": "通常の受付は終了できません。いつでも寄付を受け付けられるよう、1つは必ず開いています。",
    "appeal_changed": "この呼びかけは、ほかの人が先に変更しました。画面を開き直して、今の内容を確認してください。",
    "donated_already": "この車台番号の車の寄付は、すでに受け付けています。内容を変えたいときは、お電話ください。",
    "car_in_register": "この車台番号の車両はすでに登録されています。車両一覧で検索して、登録内容を確認してください。",
    "use_unchanged": "いまと同じ受け方です。画面を開き直して、今の内容を確認してください。",
    "car_not_arrived": "車がまだ拠点に到着していません。到着を記録してから、名義変更の完了を記録してください。",
    "name_change_in_future": "名義変更の日が未来になっています。完了した日を入力してください。",
    "paper_unknown": "この書類は一覧にありません。画面を開き直してください。",
}

CONSTRAINTS = {
    "uq_donations_open_chassis": "donated_already",
    "uq_donation_appeals_one_standing": "appeal_is_standing",
    "ck_donation_appeals_standing_is_open": "appeal_is_standing",
}

__all__ = [
    "APPEAL",
    "CONSENT_VERSION",
    "CONSTRAINTS",
    "DONATION",
    "PAPER",
    "REFUSALS",
    "AppealStatus",
    "Channel",
    "Condition",
    "DonationStatus",
    "DonorKind",
    "Handing",
    "Limits",
    "Owner",
    "PaperKind",
    "PaperStatus",
    "Shortcoming",
    "Use",
]
