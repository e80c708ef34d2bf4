"""A row of the table of cars, read by the rules of the form: as a new car, or as what was edited of a known one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from mra.core.text import word_key
from mra.vehicles import rules
from mra.vehicles.facts import Registration, VehicleFacts
from mra.vehicles.models import Vehicle
from mra.vehicles.plates import Plate
from mra.vehicles.reading import PAPER_FIELDS, SCOPE_NEEDED, Unreadable, read_day, read_facts, read_registration
from mra.vehicles.reading import Cells as Typed
from mra.vehicles.rules import DocumentKind, DriverScope, Paper, VehicleStatus
from mra.vehicles.words import SCOPES

from ..days import shown
from .parts import Cells, Present

ARRIVALS_BY_PAGE = "登録済みの車両の状態は、表からは変更できません。車両の画面で到着などを記録してください。"
PAPERS_BY_PAGE = "登録済みの書類の取消は、表からはできません。車両の画面で書類を取り消してください。"
EARLIER_PAPER = (
    "登録済みの満了日（{last}）より前になっています。書類の登録が誤りのときは、車両の画面で取り消してください。"
)
FEWER_KM = "今の登録（{last:,}km）より少なくなっています。メーターを確認し、正しい場合は車両の画面で変更してください。"
RELEASED = "運用を終えた車両です。車両の画面で「再び受け入れる」を記録してから読み込んでください。"
TAKEN = "この{label}の車両は、ほかにも登録されています。{label}を確認してください。"


@dataclass(frozen=True)
class Register:
    """What the register knows: bases by the key of their name, municipalities as typed, and who has which identity."""

    today: date
    bases: Mapping[str, list[int]] = field(default_factory=dict)
    base_names: Mapping[int, str] = field(default_factory=dict)
    places: Mapping[str, list[str]] = field(default_factory=dict)
    chassis_owners: Mapping[str, int] = field(default_factory=dict)
    plate_owners: Mapping[Plate, int] = field(default_factory=dict)
    uses: Mapping[int, str] = field(default_factory=dict)

    def base(self, name: str) -> int:
        """The id of the base of that name."""
        found = self.bases.get(word_key(name), [])
        if not found:
            raise Unreadable(
                f"「{name[:20]}」という拠点は登録されていません。支援のページで拠点の名前を確認してください。"
            )
        if len(found) > 1:
            raise Unreadable(f"「{name[:20]}」という拠点が2つ以上あります。車両の登録画面から1台ずつ登録してください。")
        return found[0]

    def keys_of(self, place: str) -> list[str]:
        """The keys of a municipality that was looked up beforehand."""
        return self.places.get(place, [])


def printed(vehicle: Vehicle) -> list[Paper]:
    """The papers as they are printed: a table shows what stands on them, not for how long a disaster extends them."""
    return [document.printed for document in vehicle.documents]


def read_new(cells: Cells, register: Register) -> tuple[Registration | None, dict[str, str]]:
    """A car that is not registered yet."""
    typed = Typed(cells)
    registration = read_registration(typed, today=register.today, base=register.base, keys_of=register.keys_of)
    if registration is not None:
        _refuse_taken(typed, registration.facts, register, None)
    return registration, typed.faults


def read_known(
    cells: Cells, register: Register, present: Present, edited: frozenset[str]
) -> tuple[VehicleFacts | None, list[Paper], dict[str, str]]:
    """A registered car with what was edited; a status is not changed here, a paper only carried on."""
    vehicle: Vehicle = present.record
    # Whatever was wrong when it was written down is not told to somebody who edited something else.
    typed = Typed(cells)

    def base(name: str) -> int:
        kept = vehicle.base_id if vehicle.base_id is not None and "base" not in edited else None
        return kept if kept is not None else register.base(name)

    def keys_of(place: str) -> list[str]:
        kept = vehicle.registered_in_code if "registered_in" not in edited else None
        return [kept] if kept else register.keys_of(place)

    odd_chassis_seen = "chassis_number" not in edited
    facts = read_facts(typed, base=base, keys_of=keys_of, odd_chassis_seen=odd_chassis_seen)
    papers = _new_papers(typed, vehicle, register.today, edited)
    if vehicle.status is VehicleStatus.RELEASED:
        typed.wrong("chassis_number", RELEASED)
    if "arrived" in edited:
        typed.wrong("arrived", ARRIVALS_BY_PAGE)
    if facts is not None:
        _refuse_by_the_register(typed, facts, register, vehicle)
    return facts, papers, typed.faults


def _refuse_by_the_register(typed: Typed, facts: VehicleFacts, register: Register, vehicle: Vehicle) -> None:
    _refuse_taken(typed, facts, register, vehicle.id)
    if facts.odometer_km < vehicle.odometer_km:
        typed.wrong("odometer_km", FEWER_KM.format(last=vehicle.odometer_km))
    use = register.uses.get(vehicle.id)
    for name, moved in (
        ("base", facts.base_id != vehicle.base_id),
        ("vehicle_class", facts.vehicle_class is not vehicle.vehicle_class),
    ):
        if use and moved:
            typed.wrong(name, rules.REFUSALS["vehicle_in_use"].format(use=use))
    if vehicle.status is VehicleStatus.READY and facts.base_id is None:
        typed.wrong("base", rules.REFUSALS["ready_needs_base"])


def _refuse_taken(typed: Typed, facts: VehicleFacts | None, register: Register, own_id: int | None) -> None:
    if facts is None:
        return
    owner = register.chassis_owners.get(facts.chassis_number, own_id)
    if owner != own_id:
        typed.wrong("chassis_number", TAKEN.format(label="車台番号"))
    if facts.plate and register.plate_owners.get(facts.plate, own_id) != own_id:
        typed.wrong("plate", TAKEN.format(label="ナンバー"))


def _new_papers(typed: Typed, vehicle: Vehicle, today: date, edited: frozenset[str]) -> list[Paper]:
    """The papers that carry on what is written down."""
    papers = []
    for kind, name in PAPER_FIELDS.items():
        touched = {name} | ({"driver_scope"} if kind is DocumentKind.VOLUNTARY_INSURANCE else set())
        if not touched & edited:
            continue
        if not typed.typed.get(name, ""):
            typed.wrong(name, PAPERS_BY_PAGE)
        elif ends_on := typed.take(name, read_day):
            papers += _paper(typed, vehicle, kind, name, ends_on, today)
    return papers


def _paper(typed: Typed, vehicle: Vehicle, kind: DocumentKind, name: str, ends_on: date, today: date) -> list[Paper]:
    known = [paper.ends_on for paper in printed(vehicle) if paper.kind is kind]
    if known and ends_on < max(known):
        typed.wrong(name, EARLIER_PAPER.format(last=shown(max(known))))
        return []
    scope = typed.take("driver_scope", _scope) if kind is DocumentKind.VOLUNTARY_INSURANCE else None
    same_day = [paper for paper in printed(vehicle) if paper.kind is kind and paper.ends_on == ends_on]
    if scope is DriverScope.LIMITED and any(paper.driver_scope is DriverScope.UNLIMITED for paper in same_day):
        typed.wrong("driver_scope", PAPERS_BY_PAGE)
        return []
    paper = Paper(kind, None, ends_on, scope)
    fault = rules.paper_fault(paper, today)
    if fault:
        is_scope = fault == "paper_scope"
        typed.wrong("driver_scope" if is_scope else name, SCOPE_NEEDED if is_scope else rules.REFUSALS[fault])
    return [paper]


def _scope(text: str) -> DriverScope:
    found = SCOPES.get(word_key(text))
    if found is None:
        raise Unreadable(f"「{text[:20]}」は読み取れません。限定なしか限定ありを入力してください。")
    return found
