"""The sections about the car: what its certificate says, and what state it is in."""

from typing import TYPE_CHECKING

from mra.core import reading
from mra.core.reading import is_yes
from mra.vehicles.facts import VehicleFacts
from mra.vehicles.reading import ODD_CHASSIS, Cells, Unreadable, read_facts
from mra.vehicles.rules import REFUSALS as VEHICLE_REFUSALS
from mra.vehicles.rules import DocumentKind, Paper, VehicleStatus, paper_fault

from .. import rules, services
from ..rules import Condition, Owner
from ..services import DonatedCar

if TYPE_CHECKING:
    from .donation import DonationForm

ERA_CHOICES = (("", "元号"), ("R", "令和"), ("H", "平成"), ("S", "昭和"), ("W", "西暦"))
DAY_BOXES = ("_era", "_year", "_month", "_day")
CERTIFICATE_FIELDS = (
    "appeal", "name", "plate", "chassis_number", "odd_chassis_seen", "vehicle_class", "seats", "owner", "address_changed",
    *(f"first_registered{box}" for box in DAY_BOXES[:3]),
    *(f"inspection_ends_on{box}" for box in DAY_BOXES),
    "no_inspection",
)  # fmt: skip
STATE_FIELDS = (
    "odometer_km", "transmission", "drive", "colour", "condition", "damage",
    *(f"compulsory_starts_on{box}" for box in DAY_BOXES),
    *(f"compulsory_ends_on{box}" for box in DAY_BOXES),
)  # fmt: skip
# What the rules of the register read, under the same names, and in words for somebody who gives one car.
SENTENCES = {
    "vehicle_class": "車の種類を選んでください。",
    "name": "車名を入力してください。例：アルト",
    "transmission": "オートマ（AT）かマニュアル（MT）かを選んでください。",
    "drive": "2WDか4WDかを選んでください。",
}
LOOK_AGAIN = "車台番号の形が通常と異なります。車検証を見直し、正しい場合は下の確認欄に印を付けてください。"
IN_REGISTER = "この車台番号の車は、すでに登録されています。車検証を見直し、正しい場合はお電話ください。"
NO_INSPECTION = "車検の満了日を入力するか、「車検が切れている・ない」に印を付けてください。"
LONGEST_DAMAGE = 500


def read_certificate(form: "DonationForm") -> None:
    """What stands in the 車検証."""
    form.read_appeal()
    facts = _facts(form)
    _tell_faults(form, CERTIFICATE_FIELDS)
    form.clean["facts"] = facts
    if "chassis_number" not in form.cells.faults:
        _refuse_doubles(form)
    _read_registration(form)
    _read_inspection(form)
    form.clean["owner"] = reading.choice(form, "owner", Owner, "車検証の所有者を選んでください。")
    if form.text("address_changed") not in ("yes", "no"):
        form.wrong("address_changed", "車検証の住所が今の住所と同じかどうかを選んでください。")
    form.clean["address_changed"] = form.text("address_changed") == "yes"


def _facts(form: "DonationForm") -> VehicleFacts | None:
    """The facts as the register reads them; what is wrong gathers in `form.cells`, for both sections."""
    names = ("name", "plate", "chassis_number", "vehicle_class", "seats", "odometer_km", "transmission", "drive")
    form.cells = Cells({name: form.text(name) for name in names})
    facts = read_facts(form.cells, base=_no_base, odd_chassis_seen=is_yes(form, "odd_chassis_seen"))
    form.asks_about_chassis = is_yes(form, "odd_chassis_seen") or form.cells.faults.get("chassis_number") == ODD_CHASSIS
    return facts


def _no_base(_text: str) -> int:
    raise Unreadable("拠点はまだ決まっていません。")


def _tell_faults(form: "DonationForm", fields: tuple[str, ...]) -> None:
    for name in fields:
        if sentence := form.cells.faults.get(name):
            is_empty = not form.text(name)
            said = LOOK_AGAIN if sentence == ODD_CHASSIS else sentence
            # The register says 車種区分 where this form asks for the 車の種類.
            form.wrong(name, SENTENCES.get(name, said) if is_empty else said.replace("車種区分", "車の種類"))


def _read_registration(form: "DonationForm") -> None:
    month = reading.month(form, "first_registered", "初度登録年月")
    if month and month > form.day:
        form.wrong("first_registered", "初度登録年月が未来になっています。車検証の年月を確認してください。")
    form.clean["first_registered_on"] = month


def _read_inspection(form: "DonationForm") -> None:
    has_none = is_yes(form, "no_inspection")
    ends_on = reading.day(form, "inspection_ends_on", "車検の満了日", required=False)
    registered_on = form.clean["first_registered_on"]
    form.clean["inspection_ends_on"] = ends_on
    if ends_on is None:
        if not has_none:
            form.wrong("inspection_ends_on", NO_INSPECTION)
        return
    if has_none and ends_on >= form.day:
        form.wrong("no_inspection", "満了日がまだ先です。車検がある場合は、この印を外してください。")
    if registered_on and ends_on <= registered_on:
        form.wrong("inspection_ends_on", "車検の満了日が初度登録より前になっています。車検証の日付を確認してください。")
    fault = paper_fault(Paper(DocumentKind.INSPECTION, None, ends_on), form.day)
    if fault:
        form.wrong("inspection_ends_on", VEHICLE_REFUSALS[fault])


def _refuse_doubles(form: "DonationForm") -> None:
    facts_number = form.chassis_number()
    if facts_number is None:
        return
    if services.is_offered(facts_number, except_key=form.submission_key()):
        form.wrong("chassis_number", rules.REFUSALS["donated_already"])
        return
    known = services.car_in_register(facts_number)
    if known and known.status is not VehicleStatus.RELEASED:
        form.wrong("chassis_number", IN_REGISTER)


def read_state(form: "DonationForm") -> None:
    """How far it has run, how it drives, what is broken."""
    _tell_faults(form, STATE_FIELDS)
    form.clean["condition"] = reading.choice(form, "condition", Condition, "車が走れるかどうかを選んでください。")
    form.clean["colour"] = reading.line(form, "colour", "車の色", 30)
    form.clean["damage"] = reading.paragraph(form, "damage", "傷・故障など")
    starts_on = reading.day(form, "compulsory_starts_on", "自賠責保険の始まり", required=False)
    ends_on = reading.day(form, "compulsory_ends_on", "自賠責保険の終わり", required=False)
    if starts_on and not ends_on and "compulsory_ends_on" not in form.errors:
        form.wrong(
            "compulsory_ends_on", "自賠責保険の終わりの日も入力してください。分からないときは両方空欄で結構です。"
        )
    if ends_on and (fault := paper_fault(Paper(DocumentKind.COMPULSORY_INSURANCE, starts_on, ends_on), form.day)):
        form.wrong("compulsory_ends_on", VEHICLE_REFUSALS[fault])
    form.clean["compulsory_starts_on"], form.clean["compulsory_ends_on"] = starts_on, ends_on
    if not form.errors:
        form.clean["car"] = _car(form)


def _car(form: "DonationForm") -> DonatedCar:
    facts: VehicleFacts = form.clean["facts"]
    own = (
        "first_registered_on", "inspection_ends_on", "compulsory_starts_on", "compulsory_ends_on",
        "colour", "condition", "damage", "owner", "address_changed",
    )  # fmt: skip
    return DonatedCar(
        name=facts.name,
        plate=facts.plate,
        chassis_number=facts.chassis_number,
        vehicle_class=facts.vehicle_class,
        odometer_km=facts.odometer_km,
        transmission=facts.transmission,
        drive=facts.drive,
        seats=facts.seats,
        **{name: form.clean[name] for name in own},
    )
