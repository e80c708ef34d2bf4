"""The whole donation as a form of sections: donors fill them one by one, staff all on one page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from mra.alliance.forms.address import AddressForm
from mra.core import clock, reading
from mra.core.phone import PhoneFault, parse_phone
from mra.core.text import FormatFault
from mra.vehicles.chassis import parse_chassis_number
from mra.vehicles.reading import Cells

from ..models import Appeal
from ..rules import DonorKind, Shortcoming, Use, judging
from ..services import Submission
from . import car, donor

STANDING = "standing"


@dataclass(frozen=True)
class Section:
    """One screen of the donor's way, and the fields that are typed there."""

    key: str
    title: str
    short: str
    fields: tuple[str, ...]
    read: Callable[["DonationForm"], None]


SECTIONS = (
    Section("certificate", "車検証に書いてあること", "車検証", car.CERTIFICATE_FIELDS, car.read_certificate),
    Section("state", "車のようす", "ようす", car.STATE_FIELDS, car.read_state),
    Section("donor", "寄付する方", "あなた", donor.DONOR_FIELDS, donor.read_donor),
    Section("place", "ご住所", "住所", donor.PLACE_FIELDS, donor.read_place),
    Section("handing", "車の受け渡し", "受け渡し", donor.HANDING_FIELDS, donor.read_handing),
    Section("confirm", "内容の確認", "確認", donor.CONSENT_FIELDS, donor.read_consent),
)
FIELDS = frozenset(field for section in SECTIONS for field in section.fields) | {"submission_key"}


class DonationForm(AddressForm):
    """Everything typed so far. Only known fields are kept, so that what is carried along does not grow."""

    def __init__(self, posted: Mapping[str, Any], *, appeals: Sequence[Appeal], day: date | None = None) -> None:
        super().__init__(posted)
        self.values = {name: reading.printable(value) for name, value in self.values.items() if name in FIELDS}
        self.appeals = appeals
        self.day = day or clock.today()
        self.cells = Cells({})
        self.asks_about_chassis = False

    def read(self) -> None:
        """All sections, so that every fault stands on the page at once."""
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

    def read_appeal(self) -> None:
        """By which call the car is given: the only one that is open, or the one that was chosen."""
        if self.appeal is None:
            self.wrong("appeal", "どの呼びかけに寄付するかを選んでください。")

    @property
    def appeal(self) -> Appeal | None:
        """The chosen call."""
        if len(self.appeals) == 1:
            return self.appeals[0]
        return next((one for one in self.appeals if key_of_appeal(one) == self.text("appeal")), None)

    @property
    def limits(self) -> judging.Limits:
        """What the chosen call asks of a car."""
        return self.appeal.version.limits if self.appeal else judging.Limits()

    def shortcomings(self) -> list[Shortcoming]:
        """Why the car cannot be lent on; asked after both sections about it were read."""
        given = self.clean.get("car")
        return judging.shortcomings(given.judged, self.limits, self.day) if given else []

    def reasons(self) -> list[str]:
        """The same in sentences."""
        return [judging.sentence(one, self.limits) for one in self.shortcomings()]

    def use(self) -> Use:
        """What becomes of the car by the rules."""
        return judging.use_of(self.shortcomings())

    def chassis_number(self) -> str | None:
        """The chassis number in the form in which it is compared."""
        try:
            return parse_chassis_number(self.text("chassis_number")).number
        except FormatFault:
            return None

    def submission_key(self) -> UUID:
        """The key the form was opened with; a form without a readable one gets a new one."""
        try:
            return UUID(self.text("submission_key"))
        except ValueError:
            return uuid4()

    def is_company(self) -> bool:
        """Whether a company gives the car."""
        return self.text("kind") == DonorKind.COMPANY.value

    def has_landline(self) -> bool:
        """Whether the number given cannot get an SMS, so that we shall ring."""
        try:
            phone = parse_phone(self.text("phone"))
        except PhoneFault:
            return False
        return phone is not None and not phone.can_sms

    def submission(self) -> Submission:
        """The clean values; only after a check that found nothing wrong."""
        return Submission(
            self.clean["car"], donor.donor_of(self), donor.handover_of(self), self.clean["consent_version"]
        )


def key_of_appeal(appeal: Appeal) -> str:
    """How a form names a call; the standing one may not be stored yet."""
    return STANDING if appeal.is_standing else str(appeal.id)
