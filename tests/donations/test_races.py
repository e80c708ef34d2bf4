"""Two people at the same second: one car, one donation, one standing call."""

import threading
from collections.abc import Callable
from uuid import uuid4

from flask import Flask
from sqlalchemy import func, select

from mra.core.actor import Actor, ActorKind
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.lifecycle import MoveNotAllowed
from mra.donations import services
from mra.donations.models import Appeal, Donation
from mra.vehicles.models import Vehicle
from tests import factories
from tests.donations import world

DESK = Actor(ActorKind.STAFF, 1)


def test_two_staff_who_accept_at_the_same_second_make_one_car(app: Flask, committed: None) -> None:
    donation_id = world.donation().id
    db.session.commit()
    assert _at_the_same_moment(app, lambda: _accept(donation_id)) == ["accepted", "somebody was faster"]
    assert db.session.scalar(select(func.count()).select_from(Vehicle)) == 1


def test_one_form_sent_twice_at_the_same_second_is_one_donation(app: Flask, committed: None) -> None:
    services.standing_appeal()
    factories.municipality()
    db.session.commit()
    key, same = uuid4(), world.car()

    def send() -> str:
        made = str(world.donation(same, key=key).id)
        db.session.commit()
        return made

    first, second = _at_the_same_moment(app, send)
    assert first == second
    assert db.session.scalar(select(func.count()).select_from(Donation)) == 1


def test_the_standing_call_is_made_once_however_many_ask_first(app: Flask, committed: None) -> None:
    def ask() -> str:
        made = str(services.standing_appeal().id)
        db.session.commit()
        return made

    assert len(set(_at_the_same_moment(app, ask))) == 1
    assert db.session.scalar(select(func.count()).select_from(Appeal)) == 1


def _accept(donation_id: int) -> str:
    donation = db.session.get_one(Donation, donation_id)
    try:
        services.accept(donation, by=DESK)
        db.session.commit()
    except MoveNotAllowed:
        db.session.rollback()
        return "somebody was faster"
    return "accepted"


def _at_the_same_moment(app: Flask, act: Callable[[], str]) -> list[str]:
    """What two threads come to that begin together."""
    start, came_to = threading.Barrier(2, timeout=10), []

    def one() -> None:
        with app.app_context():
            start.wait()
            came_to.append(act())
            db.session.remove()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return sorted(came_to)


def test_two_people_who_give_the_same_car_at_the_same_second_give_it_once(app: Flask, committed: None) -> None:
    services.standing_appeal()
    factories.municipality()
    db.session.commit()
    same = world.car()

    def send() -> str:
        try:
            world.donation(same)
            db.session.commit()
        except Refused as refused:
            db.session.rollback()
            return refused.code
        return "taken"

    assert _at_the_same_moment(app, send) == ["donated_already", "taken"]
