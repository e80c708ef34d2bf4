"""A lease contract as staff write it down, and its renewal."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from mra.core import clock
from mra.core.fields import day_values
from mra.core.phone import grouped
from mra.core.text import whole_number
from mra.vehicles.leasing import (
    HIGHEST_FEE_YEN,
    LESSEE_WORDS,
    LONGEST_RETURN_DAYS,
    REFUSALS,
    RETURN_WITHIN_DAYS,
    LeaseFacts,
    LesseeKind,
    lease_fault,
    renewal_fault,
    usual_end,
    usual_fee_yen,
)
from mra.vehicles.models import Lease, Vehicle

from .fields import RecallForm

# Which field a refusal of the rules belongs to.
FAULT_FIELDS = {
    "lease_ends_before_it_begins": "ends_on",
    "lease_too_long": "ends_on",
    "lease_return_days": "return_within_days",
    "lessee_cannot_be_reached": "lessee_phone",
    "renewal_not_longer": "until",
}
FEE_SENTENCE = f"月額は0〜{HIGHEST_FEE_YEN:,}円の数字で入力してください。例：11000"


class LeaseForm(RecallForm):
    """One contract: lessee, place, days, fee, insurance."""

    def __init__(self, posted: Mapping[str, Any], *, lease: Lease | None = None) -> None:
        super().__init__(posted)
        self.lease = lease

    @property
    def version(self) -> int:
        """The version that the person saw when the form was opened."""
        return whole_number(self.text("version")) or 0

    @property
    def is_outdated(self) -> bool:
        """Whether somebody changed the lease since the form was opened."""
        return self.lease is not None and self.version != self.lease.version

    def read(self) -> None:
        """`clean["facts"]` is the contract."""
        kind = self.take_choice("lessee_kind", LESSEE_WORDS, "企業・団体か個人かを選んでください。")
        phone, can_sms = self.take_phone("lessee_phone")
        starts_on = self.take_day("starts_on", "契約の開始日を入力してください。")
        ends_on = self.take_day("ends_on", "契約の終了日を入力してください。")
        values: dict[str, Any] = {
            "lessee_name": self.take_text("lessee_name", "借り手の名前を入力してください。", 120),
            "contact_name": self.take_free_text("contact_name", 60),
            "lessee_phone": phone,
            "lessee_can_sms": can_sms and self.text("no_sms") != "yes",
            "lessee_email": self.take_email("lessee_email"),
            "kept_in_code": self.take_municipality("kept_in", "車を置く市区町村を名前かコードで入力してください。"),
            "monthly_fee_yen": self.take_number("monthly_fee_yen", FEE_SENTENCE, least=0, most=HIGHEST_FEE_YEN),
            "return_within_days": self.take_number(
                "return_within_days", REFUSALS["lease_return_days"], most=LONGEST_RETURN_DAYS
            ),
            "insurer": self.take_free_text("insurer", 60),
            "policy_number": self.take_free_text("policy_number", 40),
            "insured_until": self.take_day("insured_until"),
            "remarks": self.take_free_text("remarks", 1000),
        }
        if kind and starts_on and ends_on and not self.errors:
            self._keep(LeaseFacts(lessee_kind=kind, starts_on=starts_on, ends_on=ends_on, **values))

    def _keep(self, facts: LeaseFacts) -> None:
        if fault := lease_fault(facts):
            self.wrong(FAULT_FIELDS[fault], REFUSALS[fault])
        self.clean["facts"] = facts

    @classmethod
    def new(cls, vehicle: Vehicle) -> "LeaseForm":
        """The form as it opens: twelve months from today at the price of the list."""
        today = clock.today()
        values = {
            "lessee_kind": LesseeKind.COMPANY.value,
            "monthly_fee_yen": str(usual_fee_yen(vehicle.vehicle_class)),
            "return_within_days": str(RETURN_WITHIN_DAYS),
        }
        return cls(values | day_values("starts_on", today) | day_values("ends_on", usual_end(today)))

    @classmethod
    def of(cls, lease: Lease) -> "LeaseForm":
        """The form as it stands for a lease."""
        return cls(shown(lease), lease=lease)


def shown(lease: Lease) -> dict[str, str]:
    """A lease as the fields show it."""
    values = {
        "version": str(lease.version),
        "lessee_kind": lease.lessee_kind.value,
        "lessee_name": lease.lessee_name,
        "contact_name": lease.contact_name,
        "lessee_phone": grouped(lease.lessee_phone) if lease.lessee_phone else "",
        "lessee_email": lease.lessee_email or "",
        "kept_in": f"{lease.kept_in.full_name}（{lease.kept_in_code}）",
        "monthly_fee_yen": str(lease.monthly_fee_yen),
        "return_within_days": str(lease.return_within_days),
        "insurer": lease.insurer,
        "policy_number": lease.policy_number,
        "remarks": lease.remarks,
    }
    for name in ("starts_on", "ends_on", "insured_until"):
        values |= day_values(name, getattr(lease, name))
    return values


class RenewalForm(RecallForm):
    """Until when a contract goes on, at which fee, and how long the lessee's insurance reaches now."""

    def __init__(self, posted: Mapping[str, Any], lease: Lease) -> None:
        super().__init__(posted)
        self.lease = lease

    def read(self) -> None:
        """The new end must lie after the old one."""
        until = self.take_day("until", "新しい終了日を入力してください。")
        fee = self.take_number("monthly_fee_yen", FEE_SENTENCE, least=0, most=HIGHEST_FEE_YEN)
        insured_until = self.take_day("insured_until")
        if until and (fault := renewal_fault(self.lease.ends_on, until)):
            self.wrong("until", REFUSALS[fault])
        self.clean.update(
            until=until,
            monthly_fee_yen=fee,
            insured_until=insured_until,
            version=whole_number(self.text("version")) or 0,
        )

    @classmethod
    def of(cls, lease: Lease) -> "RenewalForm":
        """The form as it opens: twelve more months at the same fee."""
        values = {"version": str(lease.version), "monthly_fee_yen": str(lease.monthly_fee_yen)}
        values |= day_values("until", usual_end(lease.ends_on + timedelta(days=1)))
        return cls(values | day_values("insured_until", lease.insured_until), lease)
