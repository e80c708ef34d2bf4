"""What the flood asks of the alliance: needs at each base, calls in every state, deliveries on the road and arrived."""

from collections.abc import Iterator
from datetime import date, timedelta

from mra.alliance.models import Member
from mra.alliance.rules.pledges import SupplyKind
from mra.core import clock
from mra.core.actor import SYSTEM, Actor
from mra.core.audit import begin
from mra.core.db import db
from mra.core.vehicle_classes import VehicleClass
from mra.disasters.models import Activation, Base
from mra.supply import queries, services
from mra.supply.models import Call, Need
from mra.supply.queries import Candidate
from mra.supply.rules.needs import Entry, Item

from .alliance_names import OF_THE_DEMO

# Which base (None: the whole support), what, how much; the first base needs most.
NEEDED = (
    (0, SupplyKind.VEHICLE, VehicleClass.KEI_PASSENGER, "台", "", 40),
    (0, SupplyKind.VEHICLE, VehicleClass.KEI_TRUCK, "台", "", 12),
    (0, SupplyKind.VEHICLE, VehicleClass.PASSENGER, "台", "", 15),
    (1, SupplyKind.VEHICLE, VehicleClass.KEI_PASSENGER, "台", "", 25),
    (1, SupplyKind.VEHICLE, VehicleClass.KEI_VAN, "台", "", 8),
    (2, SupplyKind.VEHICLE, VehicleClass.KEI_PASSENGER, "台", "", 20),
    (2, SupplyKind.VEHICLE, VehicleClass.KEI_TRUCK, "台", "", 6),
    (None, SupplyKind.TYRE, None, "本", "155/65R14 スタッドレス", 120),
    (None, SupplyKind.ENGINE_OIL, None, "L", "0W-20", 200),
    (None, SupplyKind.MAINTENANCE, None, "台", "引渡し前の点検", 20),
    (None, SupplyKind.PEOPLE, None, "人日", "受付・引渡し", 40),
)
REASONS = ("在庫がすべて出払っています。", "車検の時期と重なり、今回は難しいです。")


def tell(activation: Activation, bases: list[Base], *, staff: Actor, today: date) -> dict[str, int]:
    """Write down what is needed, ask, and let them answer: most in the past days, a few since this morning."""
    needs = _needs(activation, bases, staff, today)
    number = 0
    for need in needs:
        candidates = queries.candidates_for(need, clock.now())
        for candidate in _likely(candidates):
            number += 1
            _ask(number, need, candidate, staff)
    db.session.flush()
    _let_an_umbrella_pass_on(needs, staff)
    return {"needs": len(needs), "calls": sum(queries.call_counts(activation.id).values())}


def _needs(activation: Activation, bases: list[Base], staff: Actor, today: date) -> list[Need]:
    entries = [
        Entry(
            bases[place % len(bases)].id if place is not None else None,
            Item(kind, vehicle_class, unit),
            detail,
            quantity,
            today + timedelta(days=7) if place == 0 else None,
            "",
        )
        for place, kind, vehicle_class, unit, detail, quantity in NEEDED
    ]
    services.change_needs(activation, entries, by=staff)
    db.session.expire_all()
    return queries.needs_of(activation.id)


def _likely(candidates: list[Candidate]) -> Iterator[Candidate]:
    """The first four that can still give something; the demo's own umbrella body is asked at the end."""
    free = [
        one
        for one in candidates
        if one.pledge
        and one.offer.left > 0
        and not one.doubts
        and one.name != OF_THE_DEMO
        and not one.pledge.member.firms
    ]
    yield from free[:4]


def _ask(number: int, need: Need, candidate: Candidate, staff: Actor) -> None:
    """Every fourth call waits since this morning, every eighth is silent beyond its deadline, the others have answered."""
    if number % 4 == 0 and number % 8:
        wish = services.Wish(candidate.offer.left, pledge=candidate.pledge)
        deadline_at = clock.now() + timedelta(hours=26)
        services.make_calls(need, [wish], deadline_at=deadline_at, message="ご協力をお願いします。", by=staff)
        return
    with clock.stopped(clock.now() - timedelta(days=4)):
        call = _call(need, candidate, staff)
    if number % 8 == 0:
        return
    with clock.stopped(clock.now() - timedelta(days=3)):
        _answer(call, number)
    if call.agreed_quantity and number % 3:
        _bring(call, number, staff)


def _call(need: Need, candidate: Candidate, staff: Actor) -> Call:
    """A call of the past days: its text was sent and read long ago."""
    assert candidate.pledge is not None
    moment = clock.now()
    return begin(
        Call(
            activation_id=need.activation_id,
            need_id=need.id,
            pledge_id=candidate.pledge.id,
            member_id=candidate.pledge.member_id,
            quantity=candidate.offer.left,
            unit=need.unit,
            message="",
            asked_at=moment,
            deadline_at=moment + timedelta(days=2),
            reminded_at=moment + timedelta(days=1),
        ),
        by=staff,
    )


def _answer(call: Call, number: int) -> None:
    """One in seven cannot help, one in five helps in part."""
    if number % 7 == 0:
        services.agree_or_refuse(call, quantity=0, ready_on=None, reason=REASONS[number % 2], by=SYSTEM)
        return
    quantity = max(1, call.quantity // 2) if number % 5 == 0 else call.quantity
    ready_on = clock.today() + timedelta(days=2 + number % 6)
    services.agree_or_refuse(call, quantity=quantity, ready_on=ready_on, reason="", by=SYSTEM)


def _bring(call: Call, number: int, staff: Actor) -> None:
    """Some has left; of two thirds of it something has arrived."""
    assert call.agreed_quantity is not None
    today = clock.today()
    base = call.need.base or call.activation.bases[0]
    half = max(1, call.agreed_quantity // 2)
    with clock.stopped(clock.now() - timedelta(days=2)):
        first = services.depart(
            call,
            quantity=half,
            base=base,
            departed_on=today - timedelta(days=2),
            expected_on=today + timedelta(days=number % 3),
            by=staff,
        )
    if number % 3 == 1:
        with clock.stopped(clock.now() - timedelta(hours=20)):
            services.deliver(first, quantity=half, at=clock.now(), by=staff)


def _let_an_umbrella_pass_on(needs: list[Need], staff: Actor) -> None:
    """The demo's own umbrella body passed one call on, of which one firm has answered, and has another one to answer."""
    own = [
        (need, one)
        for need in needs
        for one in queries.candidates_for(need, clock.now())
        if one.name == OF_THE_DEMO and one.offer.left > 0
    ]
    for place, (need, candidate) in enumerate(own[:2]):
        assert candidate.pledge is not None
        wish = services.Wish(max(4, candidate.offer.left), pledge=candidate.pledge)
        # Time enough that in the days to come a reminder is due.
        deadline_at = clock.now() + timedelta(days=4, hours=12)
        [(call, _told)] = services.make_calls(need, [wish], deadline_at=deadline_at, message="", by=staff)
        if place == 0:
            _pass_on(call, candidate.pledge.member)


def _pass_on(call: Call, umbrella: Member) -> None:
    firms = queries.firms_of(umbrella.id)[:2]
    asked = dict.fromkeys(firms, call.quantity // 2)
    parts = services.pass_on(call, asked, deadline_at=call.deadline_at, message="", by=SYSTEM)
    part = parts[0][0]
    services.answer_by_link(
        part, quantity=part.quantity, ready_on=clock.today() + timedelta(days=3), reason="", by=SYSTEM
    )
