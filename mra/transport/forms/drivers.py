"""The registration of a volunteer, by themselves or by staff on the phone; and what they change later."""

from typing import Any
from uuid import UUID, uuid4

from mra.core import clock
from mra.core.email_address import parse_email
from mra.core.licence import LicenceFault, doubts, parse_licence_number
from mra.core.phone import grouped
from mra.core.text import kana

from ..models import TransportDriver
from ..rules.drivers import DISTANCES_KM, LONGEST_LICENCE_YEARS, MOST_COMPANIONS, MOST_DAYS
from ..rules.licences import LicenceClass
from ..services import DriverFacts
from .fields import TransportForm, day_text

NUMBER_DOUBT = "番号の検査数字が合いません。免許証を見直し、正しければ「番号を確認しました」に印を付けてください。"


class AvailabilityForm(TransportForm):
    """When and how far somebody can drive, and what they bring."""

    lists = frozenset({"weekday"})

    def read(self) -> None:
        """Days of the week, single days, distance, own car and its seats."""
        self.read_availability()

    def read_availability(self) -> None:
        """Fill in the part of `clean` that is about days and distance."""
        weekdays = {int(key) for key in self.many("weekday") if key in set("0123456")}
        free_on = self.take_days("free_on", MOST_DAYS)
        if not weekdays and not free_on and not self.errors:
            self.wrong("weekday", "都合のよい曜日を選ぶか、都合のよい日を入力してください。")
        farthest = self.text("farthest_km")
        if farthest not in {str(km) for km in DISTANCES_KM}:
            self.wrong("farthest_km", "どのくらいの距離まで運転できるかを選んでください。")
        has_own_car = self.is_yes("has_own_car")
        seats = self.take_number(
            "companion_seats",
            "乗せられる人数は0から9で入力してください。",
            least=0,
            most=MOST_COMPANIONS,
            required=False,
        )
        self.clean.update(
            free_weekdays=tuple(sorted(weekdays)),
            free_on=free_on,
            busy_on=self.take_days("busy_on", MOST_DAYS),
            farthest_km=int(farthest) if farthest.isdigit() else 0,
            has_own_car=has_own_car,
            companion_seats=(seats or 0) if has_own_car else 0,
        )

    @classmethod
    def of(cls, driver: TransportDriver) -> "AvailabilityForm":
        """The form as it stands."""
        return cls(availability_values(driver))


def availability_values(driver: TransportDriver) -> dict[str, Any]:
    """What somebody said of their days, as the form shows it; days gone by are left out."""
    today = clock.today()
    return {
        "weekday": [str(number) for number in driver.free_weekdays],
        "free_on": "、".join(day_text(day) for day in driver.free_on if day >= today),
        "busy_on": "、".join(day_text(day) for day in driver.busy_on if day >= today),
        "farthest_km": str(driver.farthest_km),
        "has_own_car": "yes" if driver.has_own_car else "",
        "companion_seats": str(driver.companion_seats or ""),
    }


class DriverForm(AvailabilityForm):
    """A whole registration; `by_staff` asks for no consent box, staff read it aloud."""

    def __init__(self, posted: Any, *, by_staff: bool = False, is_known: bool = False) -> None:
        super().__init__(posted)
        self.by_staff, self.is_known = by_staff, is_known
        self.is_number_doubtful = False

    @property
    def submission_key(self) -> UUID:
        """What tells the same form sent twice from another one."""
        try:
            return UUID(self.text("submission_key"))
        except ValueError:
            return uuid4()

    def read(self) -> None:
        """`clean["facts"]` holds the registration."""
        name = self.take_text("name", "お名前を入力してください。", 120)
        reading = kana(self.need("kana", "ふりがなを入力してください。")) if self.text("kana") else None
        if reading is None:
            self.wrong("kana", "ふりがなを、ひらがなかカタカナで入力してください。")
        phone = self.take_phone("phone", required=True)
        email = self._email()
        town = self.take_municipality("home", required=True)
        licence = self.take_choice("licence_class", LicenceClass, "免許の種類を選んでください。")
        expires_on = self.take_one_day("licence_expires_on", "免許証の有効期限を入力してください。")
        today = clock.today()
        if expires_on and expires_on < today:
            self.wrong("licence_expires_on", "有効期限が過ぎています。更新した免許証の期限を入力してください。")
        if expires_on and expires_on.year > today.year + LONGEST_LICENCE_YEARS:
            self.wrong("licence_expires_on", "有効期限を確認してください。年が違うようです。")
        number = self.take_licence_number()
        self.read_availability()
        remarks = self.take_free_text("remarks", 400)
        if not self.is_known and not self.is_yes("consent"):
            self.wrong("consent", "内容を確認し、同意の欄に印を付けてください。")
        if self.errors or not (phone and town and licence and expires_on and reading):
            return
        self.clean["facts"] = DriverFacts(
            name=name, kana=reading, phone=phone, email=email, municipality_code=town.code, licence_class=licence,
            is_automatic_only=self.is_yes("automatic_only"), licence_expires_on=expires_on, licence_number=number,
            remarks=remarks, **self.clean,
        )  # fmt: skip

    def _email(self) -> str | None:
        typed = self.text("email")
        found = parse_email(typed) if typed else None
        if typed and found is None:
            self.wrong("email", "メールアドレスの形が違います。例：taro@example.jp")
        return found

    def take_licence_number(self) -> str | None:
        """The number if it was typed; a number that looks wrong is looked at again."""
        try:
            number = parse_licence_number(self.text("licence_number"))
        except LicenceFault:
            self.wrong("licence_number", "免許証の番号は12けたの数字です。")
            return None
        self.is_number_doubtful = bool(number and doubts(number))
        if self.is_number_doubtful and not self.is_yes("number_seen"):
            self.wrong("licence_number", NUMBER_DOUBT)
        return number

    @classmethod
    def new(cls, *, by_staff: bool = False) -> "DriverForm":
        """The page as it opens."""
        return cls({"submission_key": str(uuid4())}, by_staff=by_staff)

    @classmethod
    def known(cls, driver: TransportDriver) -> "DriverForm":
        """The form for somebody who is registered; the number of the licence is never shown again."""
        values = availability_values(driver) | {
            "version": str(driver.version),
            "name": driver.name,
            "kana": driver.kana,
            "phone": grouped(driver.phone),
            "email": driver.email or "",
            "home": driver.municipality.full_name,
            "licence_class": driver.licence_class.value,
            "licence_expires_on": day_text(driver.licence_expires_on),
            "automatic_only": "yes" if driver.is_automatic_only else "",
            "remarks": driver.remarks,
        }
        return cls(values, is_known=True)


class LicenceForm(DriverForm):
    """What staff read on the licence."""

    def read(self) -> None:
        """Class, expiry, AT-only, and the number unless it is known."""
        self.clean.update(
            licence_number=self.take_licence_number(),
            licence_class=self.take_choice("licence_class", LicenceClass, "免許の種類を選んでください。"),
            licence_expires_on=self.take_one_day("licence_expires_on", "免許証の有効期限を入力してください。"),
            is_automatic_only=self.is_yes("automatic_only"),
        )

    @classmethod
    def of(cls, driver: TransportDriver) -> "LicenceForm":
        """The form as it stands."""
        return cls(
            {
                "licence_class": driver.licence_class.value,
                "licence_expires_on": day_text(driver.licence_expires_on),
                "automatic_only": "yes" if driver.is_automatic_only else "",
            }
        )
