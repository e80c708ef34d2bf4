"""The sections about people: who asks, where they live, who will drive, whose family agrees."""

from datetime import date
from typing import TYPE_CHECKING

from mra.alliance.forms.address import ADDRESS_FIELDS
from mra.core import reading
from mra.core.dates import age_on
from mra.core.text import latin_name

from .. import rules
from ..rules import ApplicantKind, LicenceKind
from ..services import DriverFacts, FamilyConsent

if TYPE_CHECKING:
    from .application import ApplicationForm

DATE_BOXES = ("_era", "_year", "_month", "_day", "")
APPLICANT_FIELDS = (
    "kind", "organisation", "family_name", "given_name", "family_kana", "given_kana", "phone",
    *(f"born_on{box}" for box in DATE_BOXES),
)  # fmt: skip
PLACE_FIELDS = (*ADDRESS_FIELDS, "present_address")
DRIVER_FIELDS = (
    "name", "kana", "licence_kind", "automatic_only",
    *(f"born_on{box}" for box in DATE_BOXES),
    *(f"expires_on{box}" for box in DATE_BOXES),
)  # fmt: skip
DRIVERS_FIELDS = (
    "driver_count",
    *(f"driver{number}_{field}" for number in range(1, rules.MOST_DRIVERS + 1) for field in DRIVER_FIELDS),
)


def read_applicant(form: "ApplicationForm") -> None:
    """Who asks: a person, or the contact person of a group."""
    clean = form.clean
    kind = reading.choice(form, "kind", ApplicantKind, "個人か団体かを選んでください。")
    clean["kind"] = kind
    is_group = kind is ApplicantKind.GROUP
    organisation = reading.line(form, "organisation", "団体名", 100, required=is_group)
    clean["organisation"] = organisation if is_group else ""
    family = reading.person_name(form, "family_name", "姓", 60)
    has_one_name = latin_name(family) is not None
    given = reading.person_name(form, "given_name", "名", 60, required=not has_one_name)
    clean["family_name"], clean["given_name"] = family, given
    clean["family_kana"] = reading.reading_of_name(form, "family_kana", "セイ（姓のふりがな）", 60, written=family)
    clean["given_kana"] = reading.reading_of_name(
        form, "given_kana", "メイ（名のふりがな）", 60, written=given or family
    )
    if not given and not form.text("given_kana"):
        clean["given_kana"] = ""
    clean["born_on"] = _birthday(form, "born_on", 0, "")
    clean["phone"] = reading.phone(form, "phone")


def _birthday(form: "ApplicationForm", name: str, youngest: int, too_young: str) -> date | None:
    born_on = reading.day(form, name, "生年月日")
    if born_on is None:
        return None
    age = age_on(born_on, form.day)
    if not 0 <= age <= rules.OLDEST_AGE:
        form.wrong(name, "生年月日を確認してください。元号や年が違うようです。")
        return None
    if age < youngest:
        form.wrong(name, too_young)
        return None
    return born_on


def read_place(form: "ApplicationForm") -> None:
    """Where the applicant lives, and where they are staying if that is elsewhere."""
    form.read_address()
    form.clean["present_address"] = reading.line(form, "present_address", "避難先の住所", 200)


def read_drivers(form: "ApplicationForm") -> None:
    """Everyone who will drive, with the licence; the first is the applicant unless somebody else is named."""
    numbers = [number for number in range(1, rules.MOST_DRIVERS + 1) if number == 1 or _is_named(form, number)]
    form.clean["drivers"] = tuple(facts for number in numbers if (facts := _driver(form, f"driver{number}_")))


def _is_named(form: "ApplicationForm", number: int) -> bool:
    own = f"driver{number}_"
    texts = any(form.text(own + field) for field in ("name", "kana", "licence_kind", "automatic_only"))
    return texts or not all(reading.is_day_empty(form, own + field) for field in ("born_on", "expires_on"))


def _driver(form: "ApplicationForm", own: str) -> DriverFacts | None:
    name, kana, born_on = _driver_person(form, own)
    kind = reading.choice(form, own + "licence_kind", LicenceKind, "免許の種類を選んでください。")
    expires_on = reading.day(form, own + "expires_on", "免許証の有効期限")
    if expires_on and not rules.licence_holds_until(expires_on, form.day):
        form.wrong(
            own + "expires_on",
            "免許証の有効期限が過ぎています。更新した免許証の期限を入力してください。更新前の方は運転できません。",
        )
    if expires_on and expires_on.year > form.day.year + rules.LONGEST_LICENCE_YEARS:
        form.wrong(own + "expires_on", "免許証の有効期限を確認してください。元号や年が違うようです。")
    if kind is None or born_on is None or expires_on is None:
        return None
    return DriverFacts(name, kana, born_on, kind, expires_on, reading.is_yes(form, own + "automatic_only"))


def _driver_person(form: "ApplicationForm", own: str) -> tuple[str, str, date | None]:
    """Name, reading and birth date; all empty for the first driver means the applicant."""
    is_empty = not (form.text(own + "name") or form.text(own + "kana")) and reading.is_day_empty(form, own + "born_on")
    too_young = "車を運転できるのは18歳以上の方です。生年月日を確認してください。"
    if own == "driver1_" and is_empty:
        return _applicant_as_driver(form, too_young)
    name = reading.person_name(form, own + "name", "運転する方の氏名", 120)
    kana = reading.reading_of_name(form, own + "kana", "運転する方のふりがな", 120, written=name)
    return name, kana, _birthday(form, own + "born_on", rules.DRIVING_AGE, too_young)


def _applicant_as_driver(form: "ApplicationForm", too_young: str) -> tuple[str, str, date | None]:
    # What is wrong with the applicant was told at the applicant's own fields.
    clean = form.clean
    name = f"{clean.get('family_name', '')} {clean.get('given_name', '')}".strip()
    kana = f"{clean.get('family_kana', '')} {clean.get('given_kana', '')}".strip()
    born_on: date | None = clean.get("born_on")
    if born_on and age_on(born_on, form.day) < rules.DRIVING_AGE:
        form.wrong("driver1_born_on", too_young)
    return name, kana, born_on


def read_family_consent(form: "ApplicationForm") -> None:
    """Asked only where somebody who drives will be 75 or older when the car is needed."""
    form.clean["family_consent"] = None
    if not form.needs_family_consent():
        return
    name = reading.person_name(form, "family_consent_name", "同意したご家族の氏名", 60)
    relation = reading.line(form, "family_consent_relation", "続柄", 40, required=True)
    phone = reading.phone(form, "family_consent_phone", "ご家族の電話番号")
    if phone:
        form.clean["family_consent"] = FamilyConsent(name, relation, phone.e164)
