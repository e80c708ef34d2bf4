"""Members in two levels: an umbrella body (業界団体・本部) and the local firms under it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, TypeVar

import jpholiday

from mra.core.access import COORDINATORS, Role
from mra.core.clock import in_japan
from mra.core.lifecycle import Lifecycle, Move, Word


class ContactHours(StrEnum):
    """When a contact may be rung: at any time, in office hours, or at night and on holidays."""

    ALWAYS = "always"
    DAY = "day"
    NIGHT = "night"


CONTACT_HOURS_WORDS = {
    ContactHours.ALWAYS: "昼夜とも",
    ContactHours.DAY: "昼間（平日の営業時間）",
    ContactHours.NIGHT: "夜間・休日",
}
BY_DAY = frozenset({ContactHours.ALWAYS, ContactHours.DAY})
BY_NIGHT = frozenset({ContactHours.ALWAYS, ContactHours.NIGHT})
OFFICE_OPENS, OFFICE_CLOSES = 9, 18


class MemberStatus(StrEnum):
    """A member that left stays in the ledger, with everything that it once did."""

    CURRENT = "current"
    LEFT = "left"


MEMBER = Lifecycle(
    "member",
    MemberStatus.CURRENT,
    {MemberStatus.CURRENT: Word("加盟中", "success"), MemberStatus.LEFT: Word("退会", "neutral")},
    Move("leave", (MemberStatus.CURRENT,), MemberStatus.LEFT, "退会を記録する", COORDINATORS, "退会"),
    Move("come_back", (MemberStatus.LEFT,), MemberStatus.CURRENT, "再加盟を記録する", COORDINATORS, "再加盟"),
    begun="加盟の登録",
    notes={
        "change": "内容の変更",
        "add_contact": "連絡先の追加",
        "change_contact": "連絡先の変更",
        "remove_contact": "連絡先の削除",
        "order_contacts": "連絡先の順番の変更",
        "close_account": "担当者のアカウントの停止",
        "open_account": "担当者のアカウントの再開",
        "ask_confirmation": "提供表明の再確認の依頼",
    },
)


class InvitationStatus(StrEnum):
    """Whether an invitation may still be used."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    REVOKED = "revoked"


INVITATION = Lifecycle(
    "member_invitation",
    InvitationStatus.INVITED,
    {
        InvitationStatus.INVITED: Word("招待中", "info"),
        InvitationStatus.ACCEPTED: Word("登録済み", "success"),
        InvitationStatus.REVOKED: Word("取消", "neutral"),
    },
    Move("accept", (InvitationStatus.INVITED,), InvitationStatus.ACCEPTED, "登録する", done="担当者の登録"),
    Move(
        "revoke",
        (InvitationStatus.INVITED,),
        InvitationStatus.REVOKED,
        "招待を取り消す",
        COORDINATORS,
        "招待の取消",
    ),
    begun="担当者の招待",
    notes={"send_again": "招待の再送"},
)

REFUSALS: dict[str, str] = {
    "member_known": "同じ名前の加盟団体がすでに登録されています。一覧から探してください。",
    "member_changed": "入力している間に、ほかの人が内容を変更しました。画面を開き直して、今の内容を確かめてから変更してください。",
    "member_left": "この団体は退会しているため、変更できません。再加盟を記録してから変更してください。",
    "parent_is_a_firm": "「{name}」は別の団体に属しているため、上部団体にできません。加盟団体は2段までです。",
    "parent_left": "「{name}」は退会しているため、上部団体にできません。",
    "member_has_firms": "この団体には属する団体があるため、上部団体を付けられません。加盟団体は2段までです。",
    "own_parent": "自分自身を上部団体にはできません。別の団体を選んでください。",
    "left_before_joining": "退会日が加盟日より前になっています。日付を確かめてください。",
    "contact_unreachable": "電話番号かメールアドレスの、少なくとも一方を入力してください。",
    "last_contact": "最後の連絡先は削除できません。先に別の連絡先を追加してください。",
    "account_exists": "このメールアドレスのアカウントは、すでにあります。別のアドレスで招待するか、管理者に確認してください。",
    "invitation_open": "このメールアドレスには、すでに招待を送っています。届いていないときは、招待の「もう一度送る」を使ってください。",
    "invitation_over": "この招待はすでに使われたか、取り消されています。登録がお済みの方は、サインインしてください。",
}
CONSTRAINTS: dict[str, str] = {
    "uq_members_name": "member_known",
    "ck_members_leaves_after_joining": "left_before_joining",
    "ck_members_parent_is_another": "own_parent",
    "ck_member_contacts_can_be_reached": "contact_unreachable",
    "uq_member_invitations_open": "invitation_open",
}


@dataclass(frozen=True)
class MemberDetails:
    """What is known about a member, apart from its contacts and people."""

    name: str
    kana: str
    parent_id: int | None
    municipality_code: str | None
    address: str
    joined_on: date
    remarks: str


@dataclass(frozen=True)
class ContactDetails:
    """Whom to reach and when: by phone, by e-mail, or both."""

    name: str
    department: str
    hours: ContactHours
    phone: str | None
    can_sms: bool
    email: str | None


def parent_hindrance(*, parent_is_firm: bool, parent_left: bool, is_itself: bool, has_firms: bool) -> str | None:
    """Why a member may not stand under another: the code of the refusal, None if it may. There are two levels only."""
    if is_itself:
        return "own_parent"
    if parent_is_firm:
        return "parent_is_a_firm"
    if parent_left:
        return "parent_left"
    return "member_has_firms" if has_firms else None


def may_change(status: MemberStatus, role: Role | None) -> bool:
    """Whether this role may change a member: coordinators, until it leaves."""
    return role in COORDINATORS and status is MemberStatus.CURRENT


def is_office_time(moment: datetime) -> bool:
    """Whether offices in Japan are open: working days from nine to six."""
    return is_working_day(in_japan(moment).date()) and is_daytime(moment)


def is_working_day(day: date) -> bool:
    """Whether firms and town halls work: not at weekends, on holidays, nor at the turn of the year."""
    turn_of_the_year = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return not turn_of_the_year and day.weekday() < 5 and not jpholiday.is_holiday(day)


def is_daytime(moment: datetime) -> bool:
    """Whether a message disturbs nobody's night."""
    return OFFICE_OPENS <= in_japan(moment).hour < OFFICE_CLOSES


class Reachable(Protocol):
    """A contact, as far as the order of calling is concerned."""

    @property
    def hours(self) -> ContactHours:
        """When it may be rung."""


R = TypeVar("R", bound=Reachable)


def reached_at(contacts: Sequence[R], moment: datetime) -> list[R]:
    """Who is called at a moment, in the order given: those whose hours it is; all where nobody's hours it is."""
    wanted = BY_DAY if is_office_time(moment) else BY_NIGHT
    return [one for one in contacts if one.hours in wanted] or list(contacts)
