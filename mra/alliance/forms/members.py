"""Members, whom to reach there, and their people who sign in."""

from datetime import date

from mra.accounts import rules as account_rules
from mra.accounts.queries import is_email_used
from mra.core import clock
from mra.core.editions import edition
from mra.core.email_address import parse_email
from mra.core.fields import FieldsForm, day_values, help_line
from mra.core.forms import Form
from mra.core.phone import PhoneFault, grouped, parse_phone
from mra.core.text import kana, whole_number

from ..models import Member, MemberContact
from ..queries.regions import read_region, region_text
from ..rules.members import REFUSALS, ContactDetails, ContactHours, MemberDetails

PHONE_SENTENCE = "電話番号の形が違います。市外局番から入力してください。例：096-000-0000、090-0000-0000"
EMAIL_SENTENCE = "メールアドレスの形が違います。例：takahashi@example.jp"


class MemberForm(FieldsForm):
    """A company or group, with its place and its umbrella body."""

    def read(self) -> None:
        """Name and day of joining must be there; a place must be one municipality."""
        details = MemberDetails(
            name=self.take_text("name", "団体の名称を入力してください。", 120),
            kana=self._kana(),
            parent_id=whole_number(self.text("parent_id")),
            municipality_code=self._municipality_code(),
            address=self.take_free_text("address", 200),
            joined_on=self._joined_on() or date.min,
            remarks=self.take_free_text("remarks", 2000),
        )
        self.clean["details"] = details

    def _kana(self) -> str:
        reading = kana(self.need("kana", "よみをひらがなかカタカナで入力してください。"))
        if reading is None:
            self.wrong("kana", "よみはひらがなかカタカナで入力してください。例：キュウシュウオート")
        elif len(reading) > 200:
            self.wrong("kana", "200文字以内で入力してください。")
        return reading or ""

    def _municipality_code(self) -> str | None:
        typed = self.text("municipality")
        if not typed:
            return None
        region = read_region(typed)
        if region.faults:
            self.wrong("municipality", region.faults[0])
            return None
        if [len(key) for key in region.keys] != [5]:
            self.wrong("municipality", "所在地の市区町村を1つ入力してください。例：熊本県天草市、43215")
            return None
        return region.keys[0]

    def _joined_on(self) -> date | None:
        day = self.take_day("joined_on", "加盟日を入力してください。")
        if day and day > clock.today():
            self.wrong("joined_on", "加盟日が今日より後になっています。日付を確かめてください。")
        return day

    @classmethod
    def of(cls, member: Member) -> "MemberForm":
        """The form as it shows what is known, with the mark of it."""
        details = member.details
        values = {
            "name": details.name,
            "kana": details.kana,
            "parent_id": str(details.parent_id or ""),
            "municipality": region_text([details.municipality_code]) if details.municipality_code else "",
            "address": details.address,
            "remarks": details.remarks,
            "edition": edition(details),
        }
        return cls(values | day_values("joined_on", details.joined_on))


class DepartureForm(FieldsForm):
    """The day on which a member left."""

    def read(self) -> None:
        """It must be a day that has come."""
        day = self.take_day("left_on", "退会日を入力してください。")
        if day and day > clock.today():
            self.wrong("left_on", "退会日が今日より後になっています。その日が来てから記録してください。")
        self.clean["left_on"] = day


class ContactForm(FieldsForm):
    """Whom to reach, when and how."""

    def read(self) -> None:
        """A name, hours, and a phone or an e-mail or both."""
        phone, can_sms = self._phone()
        email = self._email()
        if not self.text("phone") and not self.text("email"):
            self.wrong("phone", REFUSALS["contact_unreachable"])
        name = self.take_text("name", "氏名か窓口の名前を入力してください。", 80)
        department = self.take_free_text("department", 80)
        if self.text("hours") not in {hours.value for hours in ContactHours}:
            self.wrong("hours", "連絡できる時間を選んでください。")
        if not self.errors:
            hours = ContactHours(self.text("hours"))
            self.clean["details"] = ContactDetails(name, department, hours, phone, can_sms, email)

    def _phone(self) -> tuple[str | None, bool]:
        """Firms have toll-free numbers too, which get no SMS."""
        try:
            number = parse_phone(self.text("phone"))
            return (number.e164, number.can_sms) if number else (None, False)
        except PhoneFault:
            try:
                return help_line(self.text("phone")), False
            except PhoneFault:
                self.wrong("phone", PHONE_SENTENCE)
                return None, False

    def _email(self) -> str | None:
        typed = self.text("email")
        email = parse_email(typed) if typed else None
        if typed and email is None:
            self.wrong("email", EMAIL_SENTENCE)
        return email

    @classmethod
    def of(cls, contact: MemberContact) -> "ContactForm":
        """The form as it shows what is known, with the mark of it."""
        details = contact.details
        return cls(
            {
                "name": details.name,
                "department": details.department,
                "hours": details.hours.value,
                "phone": grouped(details.phone) if details.phone else "",
                "email": details.email or "",
                "edition": edition(details),
            }
        )


class InvitationForm(FieldsForm):
    """Who is to sign in for a member."""

    def read(self) -> None:
        """A name and an address that no account has."""
        self.clean["name"] = self.take_text("invited_name", "氏名を入力してください。", 80)
        typed = self.need("invited_email", "メールアドレスを入力してください。")
        email = parse_email(typed)
        if typed and email is None:
            self.wrong("invited_email", EMAIL_SENTENCE)
        elif email and is_email_used(email):
            self.wrong("invited_email", REFUSALS["account_exists"])
        self.clean["email"] = email


class PasswordForm(Form):
    """The password that an invited person chooses; what was typed is never shown again."""

    def read(self) -> None:
        """Long enough, and twice the same."""
        password = self.text("password")
        if not account_rules.PASSWORD_MIN_LENGTH <= len(password) <= account_rules.PASSWORD_MAX_LENGTH:
            self.wrong("password", "パスワードは10文字以上、200文字以内で入力してください。")
        elif password != self.text("password_again"):
            self.wrong("password_again", "2つのパスワードが違います。同じものをもう一度入力してください。")
        self.clean["password"] = password
