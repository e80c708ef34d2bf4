"""The sections about the need: damage and circumstances, the car wished for, what the applicant agrees to."""

from datetime import date
from typing import TYPE_CHECKING

from mra.core import reading
from mra.core.circumstances import Circumstance
from mra.core.vehicle_classes import VEHICLE_CLASS_WORDS, VehicleClass

from .. import rules
from ..rules import Evidence
from ..services import CarWish
from .people import DATE_BOXES, read_family_consent

if TYPE_CHECKING:
    from .application import ApplicationForm

SITUATION_FIELDS = ("evidence", "circumstances", "purpose")
WISH_FIELDS = (
    "class_1", "class_2", "class_3", "seats", "can_drive_manual", "features", "max_distance_km", "cars",
    *(f"needed_from{box}" for box in DATE_BOXES),
    *(f"needed_until{box}" for box in DATE_BOXES),
)  # fmt: skip
CONSENT_FIELDS = (
    "family_consent_name", "family_consent_relation", "family_consent_phone",
    "personal_consent", "personal_consent_version", "shares_with_municipality",
)  # fmt: skip


def read_situation(form: "ApplicationForm") -> None:
    """What proves the damage, and what the car is needed for."""
    form.clean["evidence"] = reading.chosen(form, "evidence", Evidence)
    form.clean["circumstances"] = reading.chosen(form, "circumstances", Circumstance)
    form.clean["purpose"] = reading.paragraph(form, "purpose", "くわしい事情")
    if not form.is_group() and not form.clean["evidence"]:
        form.wrong("evidence", "用意できるものを選んでください。ない場合は「どれも用意できない」を選んでください。")
    if not form.clean["circumstances"]:
        form.wrong("circumstances", "車が必要な理由を、1つ以上選んでください。")


def read_wish(form: "ApplicationForm") -> None:
    """Which cars would do, in the order of wish, and when."""
    seats = reading.number(form, "seats", 1, rules.MOST_SEATS, "乗る人数を1〜60の数字で入力してください。")
    classes = _classes(form, seats or 1)
    manual = _manual(form)
    features = reading.ticked_words(form, "features", rules.WISHABLE_FEATURES)
    needed_from, needed_until = _period(form, classes)
    distance = reading.number(form, "max_distance_km", 1, 500, "受け取りに行ける距離を選んでください。")
    cars = _cars(form)
    if seats and classes and needed_from and needed_until and distance and cars:
        form.clean["wish"] = CarWish(classes, seats, manual, features, needed_from, needed_until, distance, cars)


def _classes(form: "ApplicationForm", seats: int) -> tuple[VehicleClass, ...]:
    posted = [form.text(f"class_{rank}") for rank in range(1, rules.MOST_WISHES + 1)]
    known = {kind.value for kind in VehicleClass}
    for rank, value in enumerate(posted, 1):
        if value and value not in known:
            form.wrong(f"class_{rank}", "車の種類を選び直してください。")
    wanted = tuple(VehicleClass(value) for value in dict.fromkeys(posted) if value in known)
    if not wanted:
        form.wrong("class_1", "希望する車の種類を選んでください。")
    elif not any(rules.can_carry(kind, seats) for kind in wanted):
        word = VEHICLE_CLASS_WORDS[wanted[0]]
        form.wrong(
            "class_1", f"{word}は{rules.SEATS_BY_LAW[wanted[0]]}人乗りです。人数に合う車の種類も選んでください。"
        )
    return wanted


def _manual(form: "ApplicationForm") -> bool:
    can_drive = form.text("can_drive_manual")
    if can_drive not in ("yes", "no"):
        form.wrong("can_drive_manual", "マニュアル車を運転できるかを選んでください。")
    drivers = form.clean.get("drivers", ())
    all_automatic = drivers and not rules.can_anybody_drive_manual([driver.is_automatic_only for driver in drivers])
    if can_drive == "yes" and all_automatic:
        form.wrong("can_drive_manual", "運転する方全員の免許がAT限定です。「運転できない」を選んでください。")
    return can_drive == "yes"


def _period(form: "ApplicationForm", classes: tuple[VehicleClass, ...]) -> tuple[date | None, date | None]:
    first = reading.day(form, "needed_from", "借りたい日")
    last = reading.day(form, "needed_until", "返す予定の日", required=False)
    if first and first < form.day:
        form.wrong("needed_from", "借りたい日は、今日以降の日付を入力してください。")
    elif first and first > form.day + rules.LATEST_START:
        form.wrong("needed_from", "借りたい日は、半年以内の日付を入力してください。")
    if first and last and last < first:
        form.wrong("needed_until", "返す予定の日は、借りたい日以降の日付を入力してください。")
    elif first and last and last > first + rules.LONGEST_NEED:
        form.wrong("needed_until", "返す予定の日は、借りたい日から1年以内で入力してください。")
    if first and last is None and classes and "needed_until" not in form.errors:
        last = rules.usual_end(first, classes[0])
    return first, last


def _cars(form: "ApplicationForm") -> int | None:
    """A household asks for one car, a group for as many as it needs."""
    if not form.is_group():
        return 1
    return reading.number(form, "cars", 1, rules.MOST_CARS, f"台数を1〜{rules.MOST_CARS}の数字で入力してください。")


def read_consent(form: "ApplicationForm") -> None:
    """The family's consent where it is needed, and the applicant's own, to the text in its present version."""
    read_family_consent(form)
    if form.text("personal_consent_version") != rules.CONSENT_VERSION and reading.is_yes(form, "personal_consent"):
        form.values["personal_consent"] = ""
        form.wrong(
            "personal_consent", "個人情報の取扱いの文面が新しくなりました。もう一度お読みになり、同意してください。"
        )
    elif not reading.is_yes(form, "personal_consent"):
        form.wrong("personal_consent", "個人情報の取扱いをお読みになり、同意してください。")
    form.clean["consent_version"] = rules.CONSENT_VERSION
    form.clean["shares_with_municipality"] = reading.is_yes(form, "shares_with_municipality")
