"""What every text looks like with the longest values to be expected: for the page of wordings, and for its test."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app

from mra.core.clock import JAPAN
from mra.core.config import Settings

from . import kinds, segments, texts
from .kinds import Kind

VALUES: dict[str, Any] = {
    "number": 123456,
    "donation_number": "Y123456-5",
    "car_name": "ダイハツ ハイゼットトラック ジャンボ エクストラ",
    "recycler": "株式会社 東日本自動車リサイクルセンター 石巻営業所",
    "name_changed_on": date(2026, 12, 25),
    "yen": 42000,
    "borrowers": 28,
    "driven_km": 41200,
    "help_phone": "+815057994740",
    "deadline": datetime(2026, 12, 25, 18, 0, tzinfo=JAPAN),
    "when": datetime(2026, 12, 25, 10, 0, tzinfo=JAPAN),
    "due": date(2026, 12, 25),
    "base": "天草市本渡南地区臨時拠点",
    "member_name": "公益社団法人 全国自動車リース・レンタカー事業者連合協議会 九州沖縄支部",
    "name": "公益社団法人 全国自動車リース・レンタカー事業者連合協議会 九州沖縄支部",
    "support": "令和8年8月 熊本豪雨 車の無償貸出",
    "item": "タイヤ（155/65R14 スタッドレス）",
    "quantity": "1,200本",
    "place": "天草市本渡南地区臨時拠点",
    "message": "8月25日までに届くと助かります。",
    "agreement_name": "災害時における被災者等の移動手段の確保及び地域の復興支援に関する包括連携協定",
    "partner": "熊本県・熊本市・天草広域連合",
    "review_on": date(2026, 12, 25),
    "days_left": 30,
    "address": "https://mra.example.jp/alliance/agreements/123456",
    "words": "大雨のため、本日の貸出と返却を休みます。",
    "sent": 1200,
    "missed": 340,
    "our_side": 12,
    "yen_today": 50004,
    "cap_yen": 50000,
    "is_spent": "はい",
}
ADDRESS_END = "xxxxxxxxxxxx"
LANGUAGE_WORDS = {"ja": "日本語", "en": "英語"}


@dataclass(frozen=True)
class Example:
    """One wording with example values, as a phone or a mailbox would show it."""

    template: str
    language: str
    kind: Kind
    subject_line: str
    text: str
    encoding: str
    units: int
    segments: int
    yen: int

    @property
    def is_mail(self) -> bool:
        """Whether it travels by e-mail, which costs nothing by the letter."""
        return bool(self.subject_line)


def examples() -> Iterator[Example]:
    """Every text and mail of the house, by name."""
    names = sorted(name.removeprefix("messages/") for name in current_app.jinja_env.list_templates(extensions=["txt"]))
    for name in names:
        template, *channel, language = name.removesuffix(".txt").split(".")
        yield _mail(template, language) if channel else measured(template, language, _text(template, language))


def measured(template: str, language: str, text: str) -> Example:
    """A text with its length and its price."""
    settings: Settings = current_app.extensions["mra"]
    count = segments.segments(text)
    encoding = "GSM-7" if segments.is_gsm7(text) else "UCS-2"
    price = count * settings.sms_yen_per_segment
    return Example(template, language, kinds.KINDS[template], "", text, encoding, segments.units(text), count, price)


def _text(template: str, language: str) -> str:
    return texts.with_link(texts.render(template, language, VALUES).body, _link())


def _mail(template: str, language: str) -> Example:
    mail = texts.render_mail(template, language, VALUES)
    body = texts.with_link(mail.body, _link())
    return Example(template, language, kinds.KINDS[template], mail.subject_line, body, "", len(body), 0, 0)


def _link() -> str:
    settings: Settings = current_app.extensions["mra"]
    return f"{settings.public_url}/a/{ADDRESS_END}"
