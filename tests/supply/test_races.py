"""Two people at the same second: exactly one of them counts, and nobody waits in a ring."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from flask import Flask

from mra.core import clock
from mra.core.actor import Actor, ActorKind
from mra.core.db import db
from mra.core.errors import Refused
from mra.supply import queries, services
from mra.supply.models import Call, Need
from mra.supply.rules.calls import CallStatus
from mra.supply.rules.needs import Entry
from tests import factories

from .world import BY, agreed, call, need, tomorrow, umbrella

MEMBER = Actor(ActorKind.MEMBER, 1)


def at_once(app: Flask, *acts: Callable[[], object]) -> list[str]:
    """Do all of these in transactions of their own, at the same moment; what became of each."""
    barrier, outcomes = Barrier(len(acts)), [""] * len(acts)

    def run(place: int) -> None:
        with app.app_context():
            try:
                barrier.wait(5)
                acts[place]()
                db.session.commit()
                outcomes[place] = "done"
            except Refused as refused:
                db.session.rollback()
                outcomes[place] = refused.code
            finally:
                db.session.remove()

    threads = [Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return sorted(outcomes)


@pytest.fixture
def needed(committed: None) -> int:
    support = factories.activation()
    return need(support, factories.base(support)).id


def answer(call_id: int, quantity: int) -> Callable[[], None]:
    def act() -> None:
        services.answer_by_link(
            db.session.get_one(Call, call_id),
            quantity=quantity,
            ready_on=clock.today() if quantity else None,
            reason="" if quantity else "ありません",
            by=MEMBER,
        )

    return act


def test_two_people_of_a_member_answer_and_one_counts(app: Flask, needed: int) -> None:
    made = call(db.session.get_one(Need, needed), factories.pledge(factories.member())).id
    db.session.commit()
    assert at_once(app, answer(made, 5), answer(made, 2)) == ["call_answered", "done"]
    db.session.expire_all()
    assert db.session.get_one(Call, made).agreed_quantity in (5, 2)


def test_an_answer_and_a_cancellation_meet(app: Flask, needed: int) -> None:
    made = call(db.session.get_one(Need, needed), factories.pledge(factories.member())).id
    db.session.commit()

    def cancel() -> None:
        services.cancel(db.session.get_one(Call, made), by=BY, reason="足りました")

    assert at_once(app, answer(made, 5), cancel) in (["call_cancelled", "done"], ["done", "done"])
    db.session.expire_all()
    assert db.session.get_one(Call, made).status is CallStatus.CANCELLED


def test_the_last_two_firms_settle_their_umbrella_once(app: Flask, needed: int) -> None:
    above, _firms = umbrella()
    parent = call(db.session.get_one(Need, needed), factories.pledge(above, quantity=8), 8)
    asked = dict.fromkeys(queries.firms_of(above.id), 4)
    parts = services.pass_on(parent, asked, deadline_at=parent.deadline_at, message="", by=MEMBER)
    first, second = (part.id for part, _ in parts)
    number = parent.id
    db.session.commit()
    assert at_once(app, answer(first, 4), answer(second, 3)) == ["done", "done"]
    db.session.expire_all()
    settled = db.session.get_one(Call, number)
    assert (settled.status, settled.agreed_quantity) == (CallStatus.AGREED, 7)


def test_a_leased_car_is_called_back_by_one_of_two(app: Flask, needed: int) -> None:
    lease = factories.lease(factories.vehicle()).id
    db.session.commit()

    def recall() -> None:
        held = queries.leases_by_id([lease])[lease]
        wish = services.Wish(1, lease=held)
        services.make_calls(db.session.get_one(Need, needed), [wish], deadline_at=tomorrow(), message="", by=BY)

    assert at_once(app, recall, recall) == ["done", "lease_not_running"]


def test_two_coordinators_change_one_line_and_one_is_told(app: Flask, needed: int) -> None:
    db.session.commit()
    opened = db.session.get_one(Need, needed).entry
    db.session.rollback()
    told: list[int] = []

    def change(quantity: int) -> Callable[[], None]:
        def act() -> None:
            entry = Entry(**(vars(opened) | {"quantity": quantity}))
            support = db.session.get_one(Need, needed).activation
            told.append(len(services.change_needs(support, [entry], by=BY)))

        return act

    assert at_once(app, change(12), change(8)) == ["done", "done"]
    assert sorted(told) == [0, 1]


def test_the_last_two_deliveries_arrive_together_and_the_call_is_met(app: Flask, needed: int) -> None:
    of = db.session.get_one(Need, needed)
    made = agreed(of, factories.pledge(factories.member()), 5)
    parts = [
        services.depart(made, quantity=size, base=of.base, departed_on=clock.today(), expected_on=None, by=BY).id
        for size in (2, 3)
    ]
    number = made.id
    db.session.commit()
    loaded = Barrier(2)

    def deliver(delivery_id: int) -> Callable[[], None]:
        def act() -> None:
            delivery = queries.delivery_in_full(delivery_id)
            assert delivery
            kept = list(delivery.call.deliveries)
            loaded.wait(5)
            services.deliver(delivery, quantity=delivery.quantity, at=clock.now(), by=BY)
            assert kept

        return act

    assert at_once(app, *(deliver(part) for part in parts)) == ["done", "done"]
    db.session.expire_all()
    assert db.session.get_one(Call, number).status is CallStatus.MET
