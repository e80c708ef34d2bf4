"""What has to be done next with a donation: for the donor's page and for the staff's list and case. Pure."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from .judging import Use
from .lifecycles import DonationStatus
from .papers import Expiry

D = DonationStatus


class CarPlace(StrEnum):
    """Where the donated car is, by the register."""

    UNKNOWN = "unknown"
    WITH_DONOR = "with_donor"
    ON_THE_ROAD = "on_the_road"
    WITH_US = "with_us"


class Next(NamedTuple):
    """One step: what it is about, in words; whether somebody has to act (or is only waited for)."""

    title: str
    sentence: str
    is_ours: bool = True


LENDING_STEPS = ("受付", "書類", "引き渡し", "名義変更", "完了")
RECYCLING_STEPS = ("受付", "引取りの手配", "完了")


def steps_of(use: Use) -> tuple[str, ...]:
    """The way of a donation, for the line of steps on the donor's page."""
    return LENDING_STEPS if use is Use.LENDING else RECYCLING_STEPS


def step_number(use: Use, status: DonationStatus, place: CarPlace) -> int:
    """Where on that line it stands, from 1; 0 where the way ended early."""
    if use is Use.RECYCLING:
        return {D.RECEIVED: 1, D.PREPARING: 1, D.RECYCLING: 2, D.RECYCLED: 3}.get(status, 0)
    if status is D.ACCEPTED:
        return 4 if place is CarPlace.WITH_US else 3
    return {D.RECEIVED: 1, D.PREPARING: 2, D.COMPLETED: 5}.get(status, 0)


def for_donor(use: Use, status: DonationStatus, place: CarPlace, outstanding: int) -> Next:
    """What the donor is to do, or may wait for."""
    if status is D.RECEIVED and use is Use.RECYCLING:
        return Next("次にすることはありません", "引取りについて、担当からお電話します。車はそのままお待ちください。")
    if status is D.PREPARING and outstanding:
        return Next(
            f"書類をご用意ください（あと{outstanding}点）",
            "お送りした封筒の用紙に記入し、下の一覧でまだ届いていない書類と一緒にご返送ください。",
        )
    if status is D.PREPARING:
        return Next("書類がそろいました", "内容を確認しています。お引き渡しの日について、担当からご連絡します。")
    if status is D.ACCEPTED:
        return _accepted_for_donor(place)
    return _SENTENCES[status]


def _accepted_for_donor(place: CarPlace) -> Next:
    if place is CarPlace.WITH_US:
        return Next("お車が届きました", "名義変更の手続きを進めています。完了しましたら、すぐにお知らせします。")
    if place is CarPlace.ON_THE_ROAD:
        return Next("お車を運んでいます", "拠点に着きましたら、すぐに名義変更の手続きをします。")
    return Next(
        "お引き渡しの日をお待ちください",
        "日時を担当からご連絡します。車の中の荷物と、ETCカード・ドライブレコーダーの記録を取り出しておいてください。",
    )


_SENTENCES = {
    D.RECEIVED: Next(
        "書類が届くのをお待ちください", "内容を確認し、必要な用紙をお送りします。1週間ほどお待ちください。"
    ),
    D.COMPLETED: Next("お手続きはすべて終わりました", "お車を託してくださり、本当にありがとうございました。"),
    D.RECYCLING: Next("引取りをお待ちください", "業者または担当から、引取りの日時をご連絡します。費用はかかりません。"),
    D.RECYCLED: Next(
        "リサイクルが完了しました", "査定額を活動へのご寄付として受け取りました。本当にありがとうございました。"
    ),
    D.DECLINED: Next(
        "今回はお受けできませんでした", "せっかくのお申し出に添えず、申し訳ありません。理由は下のとおりです。"
    ),
    D.WITHDRAWN: Next("取り下げました", "お申し出をありがとうございました。いつでも、もう一度お申し込みいただけます。"),
}


def for_staff(
    use: Use, status: DonationStatus, place: CarPlace, outstanding: int, expiries: Sequence[Expiry] = ()
) -> Next:
    """What the secretariat is to do, or whom it waits for."""
    if status is D.RECEIVED:
        return _received_for_staff(use)
    if use is Use.RECYCLING and status is D.PREPARING:
        return _received_for_staff(use)
    if status in (D.PREPARING, D.ACCEPTED) and (warning := expiry_warning(expiries)):
        return Next("期限の切れる書類があります", warning)
    if status is D.PREPARING and outstanding:
        return Next(
            f"書類を待っています（あと{outstanding}点）", "届いた書類を、下の一覧に記録してください。", is_ours=False
        )
    if status is D.PREPARING:
        return Next("車両として登録します", "書類がそろいました。内容を確認して、登録してください。")
    if status is D.ACCEPTED:
        return _accepted_for_staff(place)
    if status is D.RECYCLING:
        return Next("査定額を待っています", "業者から連絡があったら、査定額を記録してください。", is_ours=False)
    return Next("対応は終わりました", "", is_ours=False)


def _received_for_staff(use: Use) -> Next:
    if use is Use.RECYCLING:
        return Next("リサイクルを手配します", "引取りの業者に連絡し、業者の名前を記録してください。")
    return Next("内容を確認し、書類を送ります", "必要な書類の一覧は下にあります。発送したら記録してください。")


def _accepted_for_staff(place: CarPlace) -> Next:
    if place is CarPlace.WITH_US:
        return Next("名義変更をします", "車が拠点に着きました。手続きが終わったら、完了を記録してください。")
    if place is CarPlace.ON_THE_ROAD:
        return Next("回送中です", "到着したら、名義変更をします。", is_ours=False)
    return Next("回送を手配します", "運ぶ日と運転する人を決めてください。")


def expiry_warning(expiries: Sequence[Expiry]) -> str | None:
    """The most pressing of what certificates run out of, in one sentence."""
    if Expiry.EXPIRED in expiries:
        return "期限の切れた証明書があります。取り直しをお願いしてください。"
    if Expiry.TOO_SHORT in expiries:
        return "名義変更の予定日より前に期限が切れる証明書があります。予定日を早めるか、取り直しをお願いしてください。"
    if Expiry.RUNS_OUT_SOON in expiries:
        return "まもなく期限の切れる証明書があります。名義変更の日を確認してください。"
    return None
