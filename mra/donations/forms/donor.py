"""The sections about people: who gives the car, where they live, how it comes to us."""

from typing import TYPE_CHECKING

from mra.alliance.forms.address import ADDRESS_FIELDS
from mra.core import reading
from mra.core.email_address import parse_email
from mra.core.text import latin_name

from .. import rules
from ..rules import DonorKind, Handing, Use
from ..services import Donor, Handover
from .car import DAY_BOXES

if TYPE_CHECKING:
    from .donation import DonationForm

DONOR_FIELDS = (
    *("kind", "organisation", "family_name", "given_name", "family_kana", "given_kana", "phone", "email"),
)  # fmt: skip
PLACE_FIELDS = (*ADDRESS_FIELDS, "stands_at")
HANDING_FIELDS = ("handing", *(f"handed_from{box}" for box in DAY_BOXES), "may_be_recycled", "remarks")
CONSENT_FIELDS = ("recycling_consent", "personal_consent", "personal_consent_version")
DAY_IS_PAST = (
    "渡せる日が過去になっています。今日以降の日付を入力してください。いつでもよいときは、空欄のままで結構です。"
)
EMAIL_SENTENCE = "メールアドレスの形が違います。例：hanako@example.jp"


def read_donor(form: "DonationForm") -> None:
    """A person, or the contact person of a company."""
    clean = form.clean
    clean["kind"] = reading.choice(form, "kind", DonorKind, "個人か、会社・団体かを選んでください。")
    is_company = clean["kind"] is DonorKind.COMPANY
    organisation = reading.line(form, "organisation", "会社・団体の名前", 100, required=is_company)
    clean["organisation"] = organisation if is_company else ""
    family = reading.person_name(form, "family_name", "姓", 60)
    given = reading.person_name(form, "given_name", "名", 60, required=latin_name(family) is None)
    clean["family_name"], clean["given_name"] = family, given
    clean["family_kana"] = reading.reading_of_name(form, "family_kana", "セイ（姓のふりがな）", 60, written=family)
    clean["given_kana"] = reading.reading_of_name(
        form, "given_kana", "メイ（名のふりがな）", 60, written=given or family
    )
    clean["phone"] = reading.phone(form, "phone")
    clean["email"] = parse_email(form.text("email")) if form.text("email") else None
    if form.text("email") and clean["email"] is None:
        form.wrong("email", EMAIL_SENTENCE)


def read_place(form: "DonationForm") -> None:
    """Where the donor lives, and where the car stands if that is elsewhere."""
    form.read_address()
    form.clean["stands_at"] = reading.line(form, "stands_at", "車を置いている場所", 200)


def read_handing(form: "DonationForm") -> None:
    """How it comes, from when, and what may become of it."""
    clean = form.clean
    clean["handing"] = reading.choice(form, "handing", Handing, "車の届け方を選んでください。")
    clean["handed_from"] = reading.day(form, "handed_from", "渡せる日", required=False)
    if clean["handed_from"] and clean["handed_from"] < form.day:
        form.wrong("handed_from", DAY_IS_PAST)
    if form.text("may_be_recycled") not in ("yes", "no"):
        form.wrong("may_be_recycled", "使えないと分かったときの扱いを選んでください。")
    clean["may_be_recycled"] = form.text("may_be_recycled") == "yes"
    clean["remarks"] = reading.paragraph(form, "remarks", "伝えておきたいこと")


def read_consent(form: "DonationForm") -> None:
    """Without consent nothing is stored; a car that is to be recycled needs a word that this is right."""
    if form.use() is Use.RECYCLING and not reading.is_yes(form, "recycling_consent"):
        form.wrong("recycling_consent", "リサイクル寄付でよろしければ、印を付けてください。")
    if not reading.is_yes(form, "personal_consent"):
        form.wrong("personal_consent", "個人情報の取扱いへの同意が必要です。内容を読み、印を付けてください。")
    form.clean["consent_version"] = rules.CONSENT_VERSION


def donor_of(form: "DonationForm") -> Donor:
    """The clean values of who gives it."""
    return Donor(**{name: form.clean[name] for name in Donor.__dataclass_fields__})


def handover_of(form: "DonationForm") -> Handover:
    """The clean values of how it comes."""
    may_be_recycled = form.clean["may_be_recycled"] or form.use() is Use.RECYCLING
    values = {name: form.clean[name] for name in Handover.__dataclass_fields__}
    return Handover(**(values | {"may_be_recycled": may_be_recycled}))
