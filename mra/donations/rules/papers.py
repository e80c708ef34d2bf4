"""The papers with which a donated car changes hands (移転登録): who brings which, and how long they hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from mra.core.vehicle_classes import VehicleClass
from mra.vehicles.plates import Plate, is_kei
from mra.vehicles.rules import KEI_CLASSES

from .judging import Use, months_after
from .lifecycles import PaperStatus

# A certificate that will not hold on the day of the name change is told so many days before it runs out.
RUNS_OUT_SOON = timedelta(days=21)


class DonorKind(StrEnum):
    """A person or a company gives the car."""

    PERSON = "person"
    COMPANY = "company"


DONOR_KIND_WORDS = {DonorKind.PERSON: "個人", DonorKind.COMPANY: "会社・団体"}


class Owner(StrEnum):
    """Whose car it is by its certificate (所有者)."""

    DONOR = "donor"
    LOAN_COMPANY = "loan_company"
    SOMEBODY_ELSE = "somebody_else"


OWNER_WORDS = {
    Owner.DONOR: "寄付する本人（会社・団体）",
    Owner.LOAN_COMPANY: "ローン会社・販売店（所有権留保）",
    Owner.SOMEBODY_ELSE: "家族など、ほかの人",
}


class PaperKind(StrEnum):
    """One line of the checklist."""

    INSPECTION_CERTIFICATE = "inspection_certificate"
    TRANSFER_CERTIFICATE = "transfer_certificate"
    SEAL_CERTIFICATE = "seal_certificate"
    POWER_OF_ATTORNEY = "power_of_attorney"
    APPLICATION_REQUEST = "application_request"
    ADDRESS_HISTORY = "address_history"
    OWNERSHIP_RELEASE = "ownership_release"
    OWNER_CONSENT = "owner_consent"
    COMPULSORY_INSURANCE = "compulsory_insurance"
    RECYCLING_TICKET = "recycling_ticket"
    TAX_CERTIFICATE = "tax_certificate"
    MAINTENANCE_RECORD = "maintenance_record"
    KEYS = "keys"
    OUR_SEAL_CERTIFICATE = "our_seal_certificate"
    OUR_POWER_OF_ATTORNEY = "our_power_of_attorney"
    OUR_GARAGE_CERTIFICATE = "our_garage_certificate"
    OUR_ADDRESS_CERTIFICATE = "our_address_certificate"
    OUR_APPLICATION = "our_application"


K = PaperKind
# For how many months after its issue a certificate is taken by the office (車庫証明: about one).
HOLDS_MONTHS = {
    K.SEAL_CERTIFICATE: 3,
    K.OUR_SEAL_CERTIFICATE: 3,
    K.OUR_ADDRESS_CERTIFICATE: 3,
    K.OUR_GARAGE_CERTIFICATE: 1,
}
OURS = frozenset(kind for kind in K if kind.value.startswith("our_"))
# Nice to have: without them the name change goes on.
OPTIONAL = frozenset({K.MAINTENANCE_RECORD, K.TAX_CERTIFICATE})

WORDS = {
    K.INSPECTION_CERTIFICATE: "車検証",
    K.TRANSFER_CERTIFICATE: "譲渡証明書（実印）",
    K.SEAL_CERTIFICATE: "印鑑証明書（発行から3か月以内）",
    K.POWER_OF_ATTORNEY: "委任状（実印）",
    K.APPLICATION_REQUEST: "申請依頼書（認印）",
    K.ADDRESS_HISTORY: "住所のつながりが分かる書類",
    K.OWNERSHIP_RELEASE: "所有権解除の書類",
    K.OWNER_CONSENT: "車検証の所有者の書類",
    K.COMPULSORY_INSURANCE: "自賠責保険証明書",
    K.RECYCLING_TICKET: "リサイクル券",
    K.TAX_CERTIFICATE: "自動車税の納税証明書",
    K.MAINTENANCE_RECORD: "点検記録簿",
    K.KEYS: "鍵（スペアキーを含む）",
    K.OUR_SEAL_CERTIFICATE: "新所有者の印鑑証明書（3か月以内）",
    K.OUR_POWER_OF_ATTORNEY: "新所有者の委任状",
    K.OUR_GARAGE_CERTIFICATE: "車庫証明書（約1か月以内）",
    K.OUR_ADDRESS_CERTIFICATE: "使用者の住所を証する書面（3か月以内）",
    K.OUR_APPLICATION: "申請書・手数料納付書",
}

# What each is and where it comes from, in words for a donor.
MEANINGS = {
    K.INSPECTION_CERTIFICATE: "車に積んである書類です。電子車検証の方は「自動車検査証記録事項」も一緒にお願いします。",
    K.TRANSFER_CERTIFICATE: "お送りする用紙に記入し、実印を押してください。",
    K.SEAL_CERTIFICATE: "市区町村の窓口やコンビニで取れます。発行から3か月を過ぎると使えないため、書類が届いてからお取りください。",
    K.POWER_OF_ATTORNEY: "名義変更を私たちに任せていただくための用紙です。実印を押してください。",
    K.APPLICATION_REQUEST: "軽自動車の名義変更に使う用紙です。認印で結構です。",
    K.ADDRESS_HISTORY: "車検証の住所から引っ越した方は、住民票または戸籍の附票（会社は登記事項証明書）をご用意ください。",
    K.OWNERSHIP_RELEASE: "所有者がローン会社・販売店の場合に必要です。ローンの完済後、その会社に「所有権解除」を申し込んでください。",
    K.OWNER_CONSENT: "車検証の所有者の方の記入と押印が必要です。進め方はお電話でご案内します。",
    K.COMPULSORY_INSURANCE: "車検証と一緒に車に積んであることが多い書類です。",
    K.RECYCLING_TICKET: "車検証入れに入っていることが多い券です。見つからないときは、そのままで結構です。",
    K.TAX_CERTIFICATE: "今年度の納税証明書です。見つからないときは、そのままで結構です。",
    K.MAINTENANCE_RECORD: "整備手帳です。あればお渡しください。",
    K.KEYS: "スペアキーも一緒にお渡しください。",
}


def is_kei_car(vehicle_class: VehicleClass, plate: Plate | None) -> bool:
    """Whether the light vehicle office handles it; welfare cars and campers are told by their plate."""
    return vehicle_class in KEI_CLASSES or (plate is not None and is_kei(plate) is True)


@dataclass(frozen=True)
class Circumstances:
    """What decides which papers a car needs."""

    is_kei: bool
    owner: Owner
    address_changed: bool
    use: Use


def needed(of: Circumstances) -> list[PaperKind]:
    """The checklist, in the order of the page: what the donor brings, then what the new owner adds."""
    kinds = [K.INSPECTION_CERTIFICATE]
    kinds += [K.APPLICATION_REQUEST] if of.is_kei else [K.TRANSFER_CERTIFICATE, K.SEAL_CERTIFICATE, K.POWER_OF_ATTORNEY]
    kinds += [K.ADDRESS_HISTORY] if of.address_changed else []
    kinds += [K.OWNERSHIP_RELEASE] if of.owner is Owner.LOAN_COMPANY else []
    kinds += [K.OWNER_CONSENT] if of.owner is Owner.SOMEBODY_ELSE else []
    if of.use is Use.RECYCLING:
        return [*kinds, K.RECYCLING_TICKET, K.KEYS]
    kinds += [K.COMPULSORY_INSURANCE, K.RECYCLING_TICKET, K.TAX_CERTIFICATE, K.MAINTENANCE_RECORD, K.KEYS]
    return kinds + (
        [K.OUR_ADDRESS_CERTIFICATE, K.OUR_APPLICATION]
        if of.is_kei
        else [K.OUR_SEAL_CERTIFICATE, K.OUR_POWER_OF_ATTORNEY, K.OUR_GARAGE_CERTIFICATE, K.OUR_APPLICATION]
    )


def holds_until(kind: PaperKind, issued_on: date | None) -> date | None:
    """The last day on which the office takes a certificate; None where it has no end, or nobody wrote its date down."""
    months = HOLDS_MONTHS.get(kind)
    return months_after(issued_on, months) if months and issued_on else None


class Expiry(StrEnum):
    """How a certificate's last day stands to the day it is needed."""

    HOLDS = "holds"
    RUNS_OUT_SOON = "runs_out_soon"
    TOO_SHORT = "too_short"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Line:
    """One paper as the rules read it."""

    kind: PaperKind
    status: PaperStatus
    issued_on: date | None = None


def expiry(line: Line, *, today: date, needed_on: date | None) -> Expiry:
    """Whether a received certificate will still hold on the planned day, or runs out soon where none is planned."""
    until = holds_until(line.kind, line.issued_on)
    if until is None or line.status is not PaperStatus.RECEIVED:
        return Expiry.HOLDS
    if until < today:
        return Expiry.EXPIRED
    if needed_on is not None and until < needed_on:
        return Expiry.TOO_SHORT
    return Expiry.RUNS_OUT_SOON if until - today <= RUNS_OUT_SOON else Expiry.HOLDS


def outstanding(lines: Iterable[Line]) -> list[PaperKind]:
    """What is still to come from the donor before the name can be changed."""
    waiting = (PaperStatus.MISSING, PaperStatus.SENT_BACK)
    return [line.kind for line in lines if line.status in waiting and line.kind not in OURS | OPTIONAL]
