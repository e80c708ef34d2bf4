"""The partners of the alliance in the story: 23 agreements with prefectures, cities and their associations.

Those of Okayama, Kumamoto, Miyagi, Aomori, Toyama, Fukuoka, the city of Kumamoto, the association of mayors, Nanyo,
Ishinomaki and Saga are public; days are invented where only the month is known, and so are the others, all duties,
contacts and candidates.
"""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from mra.alliance import services
from mra.alliance.models import Agreement, Municipality
from mra.alliance.rules.agreements import (
    AgreementDetails,
    AgreementLevel,
    AgreementTrigger,
    CandidateDetails,
    ContactDetails,
    Party,
)
from mra.alliance.rules.members import ContactHours
from mra.core import clock
from mra.core.actor import Actor
from mra.core.db import db

ASSOCIATION = Party("一般社団法人日本カーシェアリング協会")
NAME = "災害時における被災者等の移動手段の確保に関する協定"
PREFECTURE, CITY, BODY, THREE = (
    AgreementLevel.PREFECTURE,
    AgreementLevel.CITY,
    AgreementLevel.ASSOCIATION,
    AgreementLevel.THREE_WAY,
)
PLACE = "車両の保管と引渡しに使う場所を、可能な範囲で無償で提供する。"
PUBLICITY = "平時は制度を広報し、災害時は被災者へ貸出を案内する。"
INFORMATION = "被害の状況と避難所の場所を、要請のときに伝える。"
COST = "貸出は無償。車両の運搬と保険の費用は協会が負担する。"


class Partner(NamedTuple):
    """One agreement: with whom, where, since when; the last two days count from today."""

    name: str
    level: AgreementLevel
    area: tuple[str, ...]
    signed_on: date | None
    review_in_days: int | None = None
    expires_in_days: int | None = None
    title: str = NAME
    kana: str = ""
    beside: tuple[Party, ...] = ()


PARTNERS = (
    Partner("岡山県", PREFECTURE, ("33",), date(2019, 1, 25)),
    Partner("熊本県", PREFECTURE, ("43",), date(2021, 2, 10), 200),
    Partner("宮城県", PREFECTURE, ("04",), date(2022, 6, 10)),
    Partner("青森県", PREFECTURE, ("02",), date(2023, 5, 30)),
    Partner("富山県", PREFECTURE, ("16",), date(2023, 6, 30)),
    Partner("福岡県", PREFECTURE, ("40",), date(2024, 3, 19), 120),
    Partner("大分県", PREFECTURE, ("44",), date(2023, 11, 15), 80, 110),
    Partner("石川県", PREFECTURE, ("17",), date(2024, 5, 8), -12),
    Partner("愛媛県", PREFECTURE, ("38",), date(2022, 9, 1), None, -20),
    Partner("長野県", PREFECTURE, ("20",), None),
    Partner(
        "佐賀県", THREE, ("41",), date(2022, 8, 2), title="佐賀県への進出に関する協定",
        beside=(Party("公益財団法人佐賀未来創造基金"),),
    ),
    Partner("全国市長会", BODY, (), date(2026, 1, 27), title="災害時における移動手段の確保に関する包括協定"),
    Partner("熊本県市長会", BODY, ("43",), date(2025, 10, 1)),
    Partner("熊本市", CITY, ("43100",), date(2025, 4, 21), kana="クマモトシ"),
    Partner("南陽市", CITY, ("06213",), date(2026, 2, 9), kana="ナンヨウシ"),
    Partner("石巻市", CITY, ("04202",), date(2021, 7, 28), title="包括連携協定", kana="イシノマキシ"),
    Partner("天草市", CITY, ("43215",), date(2025, 9, 30), 150, kana="アマクサシ"),
    Partner("八代市", CITY, ("43202",), date(2024, 12, 1), 25, 60, kana="ヤツシロシ"),
    Partner("上天草市", CITY, ("43212",), date(2025, 9, 30), kana="カミアマクサシ"),
    Partner("玉名市", CITY, ("43206",), date(2025, 11, 4), kana="タマナシ"),
    Partner("宇城市", CITY, ("43213",), date(2025, 8, 29), kana="ウキシ"),
    Partner("益城町", CITY, ("43443",), date(2022, 4, 14), 5, kana="マシキマチ"),
    Partner("人吉市", CITY, ("43203",), None, kana="ヒトヨシシ"),
)  # fmt: skip

# by the name of the partner: name, code, address, point, cars, hours, power, toilet
CANDIDATES = {
    "熊本県": (
        CandidateDetails("県央広域本部 駐車場", "43213", "宇城市松橋町", (32.647, 130.684), 40, "終日", True, False),
    ),
    "天草市": (
        CandidateDetails("市民センター 駐車場", "43215", "天草市東町", (32.4586, 130.193), 30, "8:30〜17:00", True, True),
        CandidateDetails("本渡運動公園 第2駐車場", "43215", "天草市本渡町", (32.452, 130.188), 80, "終日", False, True),
    ),
    "八代市": (
        CandidateDetails("旧市場跡地", "43202", "八代市本町1丁目", (32.5066, 130.601), 60, "終日", False, False),
    ),
    "上天草市": (
        CandidateDetails("大矢野運動公園", "43212", "上天草市大矢野町上", (32.5901, 130.433), 50, "終日", True, True),
    ),
}  # fmt: skip


def tell(by: Actor) -> int:
    """Write the agreements down as they came about; returns how many."""
    today = clock.today()
    for number, partner in enumerate(PARTNERS, start=1):
        _municipality(partner)
        signed_on = partner.signed_on if partner.signed_on and partner.signed_on <= today else None
        day = datetime.combine(signed_on or today, time(10, 0), clock.JAPAN)
        with clock.stopped(min(day, clock.now())):
            agreement = _sign(partner, signed_on, today, by)
            _add_parts(agreement, partner, number, by)
    return len(PARTNERS)


def _sign(partner: Partner, signed_on: date | None, today: date, by: Actor) -> Agreement:
    agreement = services.register_agreement(_details(partner, signed_on, today), by=by)
    if signed_on:
        services.sign_agreement(agreement, signed_on=signed_on, effective_on=signed_on, by=by)
    return agreement


def _details(partner: Partner, signed_on: date | None, today: date) -> AgreementDetails:
    own_key = partner.area[0] if partner.level is not BODY else None
    return AgreementDetails(
        name=partner.title,
        level=partner.level,
        parties=(Party(partner.name, own_key), *partner.beside, ASSOCIATION),
        area=partner.area,
        trigger=AgreementTrigger.EITHER if partner.level is PREFECTURE else AgreementTrigger.REQUEST,
        signed_on=signed_on,
        effective_on=signed_on,
        expires_on=_expiry(partner, signed_on, today),
        renews_automatically=partner.expires_in_days is None,
        review_on=_days_ahead(today, partner.review_in_days),
        requester=f"{partner.name}の長（危機管理の担当課を通じて）",
        place_duty=PLACE,
        publicity_duty=PUBLICITY,
        information_duty=INFORMATION,
        cost_clause=COST,
        remarks="市と特別区が対象です。" if partner.name == "全国市長会" else "",
    )


def _expiry(partner: Partner, signed_on: date | None, today: date) -> date | None:
    """The papers run until the end of the fiscal year after the next and renew themselves, unless the story says so."""
    if partner.expires_in_days is not None:
        return _days_ahead(today, partner.expires_in_days)
    return date(signed_on.year + 2, 3, 31) if signed_on else None


def _days_ahead(today: date, days: int | None) -> date | None:
    return None if days is None else today + timedelta(days=days)


def _add_parts(agreement: Agreement, partner: Partner, number: int, by: Actor) -> None:
    office = "事務局" if partner.level is BODY else "危機管理防災課"
    by_day = ContactDetails(office, ContactHours.DAY, "担当係", f"+8196100{number:04}", f"bousai{number}@example.lg.jp")
    services.add_agreement_contact(agreement, by_day, by=by)
    if partner.level is not BODY:
        by_night = ContactDetails("宿直室", ContactHours.NIGHT, "夜間・休日の受付", f"+8196200{number:04}")
        services.add_agreement_contact(agreement, by_night, by=by)
    for candidate in CANDIDATES.get(partner.name, ()):
        services.add_base_candidate(agreement, candidate, by=by)


def _municipality(partner: Partner) -> None:
    """The town of an agreement, where the reference data are not loaded."""
    code = partner.area[0] if partner.area else ""
    if partner.kana and db.session.get(Municipality, code) is None:
        prefecture = {"43": "熊本県", "06": "山形県", "04": "宮城県"}[code[:2]]
        db.session.add(Municipality(code=code, prefecture=prefecture, name=partner.name, kana=partner.kana))
        db.session.flush()
