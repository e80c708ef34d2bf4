"""What the desk types: an appointment, a handover, a return, a new due date, a reason."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from mra.applications.models import Driver
from mra.applications.rules import LicenceKind
from mra.core import clock, licence
from mra.core.clock import JAPAN
from mra.core.dates import DateFault, parse_date
from mra.core.forms import Form
from mra.core.phone import PhoneFault, parse_phone
from mra.core.text import fold_width, keep_name, whole_number
from mra.vehicles.rules import OutReason, Transmission

from . import rules, services
from .models import Loan
from .rules import CancelReason, FamilyConsent, Fault, LicenceMethod, LicenceSeen

SLOT_CODE = "%Y-%m-%dT%H:%M"
HIGHEST_ODOMETER_KM = 999_999
LONGEST_FOREIGN_NUMBER = 30
LONGEST_REASON = 200
LONGEST_NOTE = 1000
FIT = "yes"
DOUBT_SENTENCES = {
    "odometer_lower": "前回の記録（{last:,}km）より少なくなっています。メーターを見直し、正しければ「確認しました」を選んでください。",
    "odometer_leaps": "前回の記録（{last:,}km）から大きく増えています。メーターを見直し、正しければ「確認しました」を選んでください。",
    "check_digit": "番号の検査数字が合いません。免許証を見直し、正しければ「確認しました」を選んでください。",
    "unknown_commission": "番号の最初の2桁が、知られている番号と合いません。免許証を見直し、正しければ「確認しました」を選んでください。",
}


def sentence_of(fault: Fault) -> str:
    """What a refusal says, for a page that is shown again with what was typed."""
    code, facts = fault
    return rules.REFUSALS[code].format(**facts)


def slot_code(moment: datetime) -> str:
    """A handover time as a form sends it: Japan's clock, to the minute."""
    return moment.astimezone(JAPAN).strftime(SLOT_CODE)


class ReservationForm(Form):
    """The handover time that the applicant chose on the phone; `free` are the times still to be had."""

    def __init__(self, posted: Mapping[str, Any], free: Collection[datetime]) -> None:
        super().__init__(posted)
        self.free = free

    def read(self) -> None:
        """One moment on Japan's clock that is still free; the service looks once more, under lock."""
        try:
            chosen = datetime.strptime(self.text("handover_at"), SLOT_CODE).replace(tzinfo=JAPAN)
        except ValueError:
            self.wrong("handover_at", "引渡しの日時を選んでください。")
            return
        if chosen not in self.free:
            self.wrong("handover_at", rules.REFUSALS["slot_full"])
        self.clean["handover_at"] = chosen


class DashboardForm(Form):
    """Odometer and fuel gauge. A doubtful reading is shown again once, with a tick to confirm it."""

    def __init__(self, posted: Mapping[str, Any], loan: Loan) -> None:
        super().__init__(posted)
        self.loan = loan
        self.doubts: set[str] = set()

    def read_dashboard(self) -> None:
        """Both readings must be there and possible."""
        self._read_odometer()
        if self.text("fuel_eighths") not in {str(eighths) for eighths in range(rules.FUEL_EIGHTHS + 1)}:
            self.wrong("fuel_eighths", "燃料計の目盛りを選んでください。")
            return
        self.clean["fuel_eighths"] = int(self.text("fuel_eighths"))

    def _read_odometer(self) -> None:
        read_km = whole_number(self.need("odometer_km", "走行距離を入力してください。"))
        if read_km is None or read_km > HIGHEST_ODOMETER_KM:
            self.wrong("odometer_km", "走行距離は6桁までの数字で入力してください。例：41200")
            return
        self.clean["odometer_km"] = read_km
        last_km = max(self.loan.vehicle.odometer_km, self.loan.odometer_out_km or 0)
        self.doubt("odometer_km", rules.odometer_doubt(last_km, read_km), last=last_km)
        self.clean["accept_lower_odometer"] = self.is_confirmed("odometer_km")

    def doubt(self, name: str, code: str | None, **facts: int) -> None:
        """Ask to look again, unless somebody already has."""
        if code is None:
            return
        self.doubts.add(name)
        if not self.is_confirmed(name):
            self.wrong(name, DOUBT_SENTENCES[code].format(**facts))

    def is_confirmed(self, name: str) -> bool:
        """Whether the desk has ticked that the doubtful value is right."""
        return self.text(f"{name}_confirmed") == "yes"


class HandoverForm(DashboardForm):
    """The checklist of a handover: licences, family consent, papers, dashboard."""

    def __init__(self, posted: Mapping[str, Any], loan: Loan, at: datetime) -> None:
        super().__init__(posted, loan)
        self.on = clock.in_japan(at).date()
        self.due_at = services.due_if_handed_over(loan, at)
        self.drivers = loan.car_request.application.drivers
        self.gate = services.papers_gate(loan, from_on=self.on, until=clock.in_japan(self.due_at).date())
        self.lacks_consent = services.lacks_family_consent(loan.car_request.application, self.on)

    def fill_in(self) -> "HandoverForm":
        """What the application says already, so that the desk only compares it with the card."""
        for driver in self.drivers:
            self.values[f"expires_on_{driver.id}"] = f"{driver.licence_expires_on:%Y/%m/%d}"
            self.values[f"automatic_only_{driver.id}"] = "yes" if driver.is_automatic_only else ""
            self.values[f"method_{driver.id}"] = LicenceMethod.CARD.value
        return self

    def read(self) -> None:
        """All at once, so that the desk is told everything in one go."""
        licences = [seen for seen in map(self._licence, self.drivers) if seen]
        self.clean["licences"] = licences
        self._check_licences({seen.driver_id: seen for seen in licences})
        if self.lacks_consent:
            self._read_consent()
        for fault in services.name_faults(self.loan.vehicle) + services.paper_faults(self.gate, self.due_at):
            self.wrong("", sentence_of(fault))
        self.read_dashboard()

    def _licence(self, driver: Driver) -> LicenceSeen | None:
        number = self._number(driver)
        expires_on = self._expires_on(driver)
        method = self.text(f"method_{driver.id}")
        if method not in set(LicenceMethod):
            self.wrong(f"method_{driver.id}", "確認した方法を選んでください。")
            return None
        if number is None or expires_on is None:
            return None
        is_automatic_only = self.text(f"automatic_only_{driver.id}") == "yes"
        return LicenceSeen(driver.id, number, LicenceMethod(method), expires_on, is_automatic_only)

    def _number(self, driver: Driver) -> str | None:
        name = f"number_{driver.id}"
        typed = self.need(name, f"{driver.name}さんの免許証の番号を入力してください。")
        if driver.licence_kind is LicenceKind.FOREIGN:
            return fold_width(typed)[:LONGEST_FOREIGN_NUMBER] or None
        try:
            number = licence.parse_licence_number(typed)
        except licence.LicenceFault:
            self.wrong(name, "免許証の番号は12桁の数字です。もう一度確認してください。")
            return None
        if number:
            self.doubt(name, next(iter(licence.doubts(number)), None))
        return number

    def _expires_on(self, driver: Driver) -> date | None:
        name = f"expires_on_{driver.id}"
        try:
            day = parse_date(self.need(name, f"{driver.name}さんの免許証の有効期限を入力してください。"))
        except DateFault:
            self.wrong(name, "有効期限は年月日で入力してください。例：2029/5/2、令和11年5月2日")
            return None
        return day

    def _check_licences(self, seen: dict[int, LicenceSeen]) -> None:
        told = services.drivers_told(self.loan.car_request.application)
        is_manual = self.loan.vehicle.transmission is Transmission.MT
        for driver_id, fault in rules.licence_faults(told, seen, day=self.on, is_manual=is_manual):
            code = fault[0]
            if code != "licence_not_seen":
                field = "expires_on" if code == "licence_expired" else "automatic_only"
                self.wrong(f"{field}_{driver_id}", sentence_of(fault))

    def _read_consent(self) -> None:
        name = keep_name(self.need("consent_name", sentence_of(("family_consent_missing", {}))))
        relation = self.need("consent_relation", "続柄を入力してください。例：長男")
        try:
            number = parse_phone(self.text("consent_phone"))
        except PhoneFault:
            self.wrong("consent_phone", "電話番号を確認してください。例：090-1234-5678")
            return
        self.clean["family_consent"] = FamilyConsent(name[:60], relation[:40], number.e164 if number else "")


class ReturnForm(DashboardForm):
    """What the desk sees when a car comes back."""

    def read(self) -> None:
        """The dashboard, what is damaged, and whether the next person can have the car."""
        self.read_dashboard()
        note = self.text("damage_note")
        if len(note) > LONGEST_NOTE:
            self.wrong("damage_note", f"傷や不具合は{LONGEST_NOTE}文字以内で入力してください。")
        self.clean["damage_note"] = note
        self._read_fitness()

    def _read_fitness(self) -> None:
        """Fit for the next person, or the reason why not."""
        answer = self.need("is_fit", "次の方に貸し出せるかどうかを選んでください。")
        self.clean["is_fit"] = answer == FIT
        if answer in set(OutReason):
            self.clean["out_reason"] = OutReason(answer)
            self.need("damage_note", "貸し出せない理由（傷や不具合など）を入力してください。")
        elif answer != FIT:
            self.wrong("is_fit", "次の方に貸し出せるかどうかを選んでください。")


class ExtensionForm(Form):
    """A new due date, with the reason that was told in the talk."""

    def __init__(self, posted: Mapping[str, Any], loan: Loan) -> None:
        super().__init__(posted)
        self.loan = loan

    def read(self) -> None:
        """A day that the terms, the papers and the base allow."""
        reason = self.need("reason", "延長の理由を入力してください。")
        if len(reason) > LONGEST_REASON:
            self.wrong("reason", f"理由は{LONGEST_REASON}文字以内で入力してください。")
        self.clean["reason"] = reason
        try:
            due_on = parse_date(self.need("due_on", "新しい返却予定日を入力してください。"))
        except DateFault:
            self.wrong("due_on", "返却予定日は年月日で入力してください。例：2026/10/17")
            return
        if due_on:
            self._check(due_on)

    def _check(self, due_on: date) -> None:
        self.clean["due_on"] = due_on
        for fault in services.extension_faults(self.loan, due_on):
            self.wrong("due_on", sentence_of(fault))


class CancellationForm(Form):
    """Why a reservation is cancelled."""

    def read(self) -> None:
        """One of the reasons."""
        if self.text("reason") not in set(CancelReason):
            self.wrong("reason", "取り消す理由を選んでください。")
            return
        self.clean["reason"] = CancelReason(self.text("reason"))
