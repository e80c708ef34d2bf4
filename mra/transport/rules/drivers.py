"""Volunteers who drive cars to the bases (架け橋ドライバー): what a registration goes through, when somebody can drive."""

from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum

from mra.core.access import DESK_STAFF
from mra.core.dates import WEEKDAYS
from mra.core.lifecycle import Lifecycle, Move, Word

CONSENT_VERSION = "2026-11"
LONGEST_LICENCE_YEARS = 10
MOST_COMPANIONS = 9
MOST_DAYS = 31
DISTANCES_KM = (50, 100, 200, 400, 800, 3000)
DISTANCE_WORDS = {
    50: "50kmくらいまで（近隣の市町村）",
    100: "100kmくらいまで（同じ県の中）",
    200: "200kmくらいまで（隣の県）",
    400: "400kmくらいまで（高速道路で半日）",
    800: "800kmくらいまで（一日がかり）",
    3000: "どこへでも",
}


class DriverStatus(StrEnum):
    """How a volunteer stands with us."""

    REGISTERED = "registered"
    ACTIVE = "active"
    PAUSED = "paused"
    LEFT = "left"


D = DriverStatus

DRIVER = Lifecycle(
    "transport_driver",
    D.REGISTERED,
    {
        D.REGISTERED: Word("確認待ち", "warning"),
        D.ACTIVE: Word("活動中", "success"),
        D.PAUSED: Word("お休み中", "neutral"),
        D.LEFT: Word("登録終了", "neutral"),
    },
    Move("approve", (D.REGISTERED,), D.ACTIVE, "免許証を確認して登録する", DESK_STAFF, "免許証の確認と登録"),
    Move("pause", (D.ACTIVE,), D.PAUSED, "お休みにする", DESK_STAFF, "お休み"),
    Move("resume", (D.PAUSED,), D.ACTIVE, "活動中に戻す", DESK_STAFF, "活動の再開"),
    Move("remove", (D.REGISTERED, D.ACTIVE, D.PAUSED), D.LEFT, "登録を終える", DESK_STAFF, "登録の終了"),
    # By the volunteer's own page: no button for staff.
    Move("withdraw", (D.REGISTERED, D.ACTIVE, D.PAUSED), D.LEFT, "登録をやめる", done="本人による登録の終了"),
    begun="ドライバー登録",
    notes={
        "change": "登録内容の変更",
        "check_licence": "免許証の確認",
        "renew_link": "本人用リンクの作り直し",
    },
)


class Channel(StrEnum):
    """How a registration reached us."""

    WEB = "web"
    PHONE = "phone"


CHANNEL_WORDS = {Channel.WEB: "ウェブ", Channel.PHONE: "電話"}
WEEKDAY_WORDS = dict(enumerate(WEEKDAYS))


def is_free_on(day: date, weekdays: Collection[int], free_on: Collection[date], busy_on: Collection[date]) -> bool:
    """Whether a volunteer said this day suits: a named day beats the day of the week."""
    if day in busy_on:
        return False
    return day in free_on or day.weekday() in weekdays


def free_words(weekdays: Sequence[int], free_on: Sequence[date], busy_on: Sequence[date]) -> str:
    """When a volunteer can drive, in words: 土・日、8/25(火)（8/30(日)を除く）."""
    named = [f"{day.month}/{day.day}({WEEKDAYS[day.weekday()]})" for day in free_on]
    usual = (
        "毎日" if len(set(weekdays)) == len(WEEKDAYS) else "・".join(WEEKDAYS[number] for number in sorted(weekdays))
    )
    said = "、".join(part for part in (usual, *named) if part) or "都合のよい日は未定"
    apart = "、".join(f"{day.month}/{day.day}({WEEKDAYS[day.weekday()]})" for day in busy_on)
    return f"{said}（{apart}を除く）" if apart else said


REFUSALS = {
    "driver_has_a_job": "引き受けた回送が残っています。先に回送を返すか、終えてから、もう一度操作してください。",
    "driver_already_registered": "この方は、すでに登録をいただいています。届いているリンクからご確認ください。リンクが見つからないときは、事務局へお電話ください。",
    "licence_check_incomplete": "免許証の番号と有効期限を入力してから、確認済みにしてください。",
    "licence_already_expired": "免許証の有効期限が過ぎています。更新した免許証の期限を入力してください。",
    "driver_not_active": "この方は、いま回送をお願いできる状態ではありません。ドライバーの登録を確認してください。",
    "driver_left": "この登録は終わっています。もう一度ご協力いただけるときは、新しく登録してください。",
    "driver_link_sent_just_now": "さきほどリンクを送ったばかりです。届かないときは、2分ほど待つか、電話で確認してください。",
    "driver_changed": "この方の登録内容は、ほかの人が先に変更しました。画面を開き直して、今の内容を確認してください。",
}
CONSTRAINTS = {
    "uq_transport_drivers_person": "driver_already_registered",
}
