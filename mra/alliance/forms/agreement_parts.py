"""Contacts, base candidates and the signed paper of an agreement."""

from typing import Any

from werkzeug.datastructures import FileStorage

from mra.core.editions import edition
from mra.core.forms import Form
from mra.core.pdf import MOST_BYTES, PdfFault, count_pages
from mra.core.phone import grouped
from mra.core.text import keep_name, whole_number

from ..models import AgreementContact, BaseCandidate
from ..rules import agreements as rules
from ..rules.agreements import CandidateDetails, ContactDetails
from ..rules.members import CONTACT_HOURS_WORDS
from .agreement_fields import FieldsForm, shown_place

MOST_CARS = 10_000


class ContactForm(FieldsForm):
    """Whom to reach, when, and how."""

    def read(self) -> None:
        """A name, an hour, and a phone number or an address."""
        name = self.take_text("name", 80, "担当者または部署の名前を入力してください。")
        hours = self.take_choice("hours", CONTACT_HOURS_WORDS, "電話できる時間帯を選んでください。")
        department = self.take_text("department", 80)
        phone, email = self.take_phone("phone"), self.take_email("email")
        if not (self.text("phone") or self.text("email")):
            self.wrong("phone", rules.REFUSALS["no_way_to_reach"])
        if hours and not self.errors:
            self.clean["details"] = ContactDetails(name, hours, department, phone, email)

    @classmethod
    def of(cls, contact: AgreementContact) -> "ContactForm":
        """The form as it stands, with the mark of it."""
        return cls(
            {
                "name": contact.name,
                "department": contact.department,
                "hours": contact.hours.value,
                "phone": grouped(contact.phone) if contact.phone else "",
                "email": contact.email or "",
                "edition": edition(contact.details),
            }
        )


class CandidateForm(FieldsForm):
    """A place that could become a base."""

    def read(self) -> None:
        """A name, an address in a municipality that exists; the rest may not be known yet."""
        name = self.take_text("name", 80, "候補地の名称を入力してください。")
        code = self.take_municipality("municipality", "市区町村を名前かコードで入力してください。")
        details: dict[str, Any] = {
            "address": self.take_text("address", 200, "住所を入力してください。"),
            "place": self.take_place("place"),
            "capacity_cars": self._capacity(),
            "hours": self.take_text("hours", 100),
            "has_power": self.take_yes_or_no("has_power"),
            "has_toilet": self.take_yes_or_no("has_toilet"),
            "remarks": self.take_text("remarks", 500),
        }
        if not self.errors:
            self.clean["details"] = CandidateDetails(name, code, **details)

    def _capacity(self) -> int | None:
        typed = self.text("capacity_cars")
        number = whole_number(typed) if typed else None
        if typed and (number is None or not 1 <= number <= MOST_CARS):
            self.wrong(
                "capacity_cars", f"収容台数は1〜{MOST_CARS:,}の数字で入力してください。分からないときは空けます。"
            )
        return number

    @classmethod
    def of(cls, candidate: BaseCandidate) -> "CandidateForm":
        """The form as it stands, with the mark of it."""
        details = candidate.details
        return cls(
            {
                "name": details.name,
                "municipality": f"{candidate.municipality.full_name}（{details.municipality_code}）",
                "address": details.address,
                "place": shown_place(details.place),
                "capacity_cars": str(details.capacity_cars or ""),
                "hours": details.hours,
                "has_power": _yes_or_no(details.has_power),
                "has_toilet": _yes_or_no(details.has_toilet),
                "remarks": details.remarks,
                "edition": edition(details),
            }
        )


def _yes_or_no(known: bool | None) -> str:
    return "" if known is None else "yes" if known else "no"


class PaperForm(Form):
    """The signed paper as a PDF."""

    def __init__(self, upload: FileStorage | None = None) -> None:
        super().__init__({})
        self.upload = upload

    def read(self) -> None:
        """The content decides whether it is one, not its name."""
        if self.upload is None or not self.upload.filename:
            self.wrong("file", "協定書のPDFを選んでください。")
            return
        content = self.upload.stream.read(MOST_BYTES + 1)
        try:
            page_count = count_pages(content)
        except PdfFault as fault:
            self.wrong("file", fault.sentence)
            return
        self.clean.update(content=content, page_count=page_count, name=_name_of(self.upload.filename))


def _name_of(filename: str) -> str:
    """The file's own name without the folders that some browsers send along."""
    name = keep_name(filename.replace("\\", "/").rpartition("/")[2])[:190]
    return name if name.lower().endswith(".pdf") else f"{name or '協定書'}.pdf"
