"""The whole application as a form of sections: residents fill them one by one, staff all on one page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mra.alliance.forms.address import AddressForm
from mra.core import clock, reading
from mra.core.phone import PhoneFault, parse_phone

from .. import rules
from ..rules import ApplicantKind
from ..services import Submission
from . import people, wishes


@dataclass(frozen=True)
class Section:
    """One screen of the resident's way, and the fields that are typed there."""

    key: str
    title: str
    short: str
    fields: tuple[str, ...]
    read: Callable[["ApplicationForm"], None]


SECTIONS = (
    Section("applicant", "あなたのこと", "あなた", people.APPLICANT_FIELDS, people.read_applicant),
    Section("place", "ご住所", "住所", people.PLACE_FIELDS, people.read_place),
    Section("drivers", "運転する方", "運転者", people.DRIVERS_FIELDS, people.read_drivers),
    Section("situation", "被害のようすと使いみち", "事情", wishes.SITUATION_FIELDS, wishes.read_situation),
    Section("wish", "希望の車", "車", wishes.WISH_FIELDS, wishes.read_wish),
    Section("confirm", "同意と確認", "確認", wishes.CONSENT_FIELDS, wishes.read_consent),
)
FIELDS = frozenset(field for section in SECTIONS for field in section.fields) | {"submission_key"}


class ApplicationForm(AddressForm):
    """Everything typed so far. Only known fields are kept, so that what is carried along does not grow."""

    lists = frozenset({"evidence", "circumstances", "features"})
    fields: frozenset[str] = FIELDS

    def __init__(self, posted: Mapping[str, Any], *, day: date | None = None) -> None:
        super().__init__(posted)
        self.values = {name: reading.printable(value) for name, value in self.values.items() if name in self.fields}
        self.day = day or clock.today()

    def read(self) -> None:
        """All sections."""
        for section in SECTIONS:
            section.read(self)

    def first_wrong(self, up_to: str) -> Section | None:
        """Read the sections from the first to `up_to`; the first one with a fault, where reading stops."""
        for section in SECTIONS:
            section.read(self)
            if self.errors:
                return section
            if section.key == up_to:
                return None
        return None

    def is_group(self) -> bool:
        """Whether a group asks."""
        return self.text("kind") == ApplicantKind.GROUP.value

    def has_landline(self) -> bool:
        """Whether the number given cannot get an SMS, so that we shall ring."""
        try:
            phone = parse_phone(self.text("phone"))
        except PhoneFault:
            return False
        return phone is not None and not phone.can_sms

    def driver_count(self) -> int:
        """How many drivers' fields are shown: as many as were asked for, and never fewer than were filled."""
        numbers = range(1, rules.MOST_DRIVERS + 1)
        asked_for = [number for number in numbers if self.text("driver_count") == str(number)]
        filled = [number for number in numbers if self.text(f"driver{number}_name")]
        return max([1, *asked_for, *filled])

    def prefill_first_driver(self) -> None:
        """The applicant is taken for the first driver."""
        self.values["driver1_name"] = f"{self.text('family_name')} {self.text('given_name')}".strip()
        self.values["driver1_kana"] = f"{self.text('family_kana')} {self.text('given_kana')}".strip()
        for box in people.DATE_BOXES:
            self.values[f"driver1_born_on{box}"] = self.text(f"born_on{box}")

    def remove_driver(self, number: int) -> None:
        """Take a driver out; those after move up."""
        count = self.driver_count()
        for place in range(number, rules.MOST_DRIVERS + 1):
            for field in people.DRIVER_FIELDS:
                self.values[f"driver{place}_{field}"] = self.text(f"driver{place + 1}_{field}")
        self.values["driver_count"] = str(max(1, count - 1))

    def needs_family_consent(self) -> bool:
        """Whether a driver will be 75 or older on the day the car is needed; asked after drivers and wish are read."""
        drivers, wish = self.clean.get("drivers", ()), self.clean.get("wish")
        day = wish.needed_from if wish else self.day
        return rules.needs_family_consent_on([driver.born_on for driver in drivers], day)

    def expiring_licences(self) -> list[str]:
        """Names of drivers whose licence ends before the car is due back, for a kind word on the check page."""
        wish = self.clean.get("wish")
        drivers = self.clean.get("drivers", ())
        if wish is None:
            return []
        return [d.name for d in drivers if not rules.licence_holds_until(d.licence_expires_on, wish.needed_until)]

    def submission(self) -> Submission:
        """The clean values; only after a check that found nothing wrong."""
        return Submission(**{name: self.clean[name] for name in Submission.__dataclass_fields__})
