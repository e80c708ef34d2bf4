"""One request, one transaction: what a request wrote stays together or goes together."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask, abort
from flask.typing import ResponseReturnValue
from sqlalchemy import select, text

from mra.accounts import services as accounts
from mra.accounts.models import Staff
from mra.core import clock
from mra.core.access import Role
from mra.core.actor import SYSTEM
from mra.core.audit import AuditEvent, move
from mra.core.config import Settings
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.outbox import OutboxRow, later
from mra.disasters.models import Activation
from mra.disasters.rules import ActivationStatus
from mra.web.queue import queue_of, redis_connection
from tests import factories

Plant = Callable[[str, Callable[..., object]], None]


@pytest.fixture
def activation_id(committed: None) -> int:
    """An open activation that another connection sees."""
    made = factories.activation()
    db.session.commit()
    return made.id


def wind_down(activation_id: int) -> None:
    """A use case: a move, a fact, a promise."""
    activation = db.session.get_one(Activation, activation_id)
    move(activation, "wind_down", by=SYSTEM)
    activation.name = "終了準備"
    later("planted.job", key=f"wind-down-{activation_id}", activation_id=activation_id)


def written(activation_id: int) -> tuple[bool, bool, bool]:
    """Whether the move, its event and its promise are in the database."""
    db.session.rollback()
    moved = db.session.get_one(Activation, activation_id, populate_existing=True)
    events = db.session.scalars(select(AuditEvent.id).where(AuditEvent.action == "wind_down")).all()
    promises = db.session.scalars(select(OutboxRow.id).where(OutboxRow.job == "planted.job")).all()
    return moved.status is ActivationStatus.WINDING_DOWN, bool(events), bool(promises)


def post(house: Flask, plant: Plant, view: Callable[[], ResponseReturnValue], method: str = "POST") -> int:
    plant("case", view)
    status: int = house.test_client().open("/planted/case", method=method).status_code
    return status


@pytest.mark.parametrize("status", [200, 201, 303])
def test_an_answer_below_400_keeps_everything(house: Flask, plant: Plant, activation_id: int, status: int) -> None:
    def view() -> ResponseReturnValue:
        wind_down(activation_id)
        return "", status

    assert post(house, plant, view) == status
    assert written(activation_id) == (True, True, True)


@pytest.mark.parametrize("status", [400, 409, 422, 500])
def test_an_answer_from_400_on_leaves_nothing(house: Flask, plant: Plant, activation_id: int, status: int) -> None:
    def view() -> ResponseReturnValue:
        wind_down(activation_id)
        return "", status

    assert post(house, plant, view) == status
    assert written(activation_id) == (False, False, False)


@pytest.mark.parametrize(
    ("fault", "status"), [(ValueError("broken"), 500), (Refused("somebody_was_faster"), 409)], ids=["broken", "refused"]
)
def test_a_fault_after_the_move_leaves_nothing(
    house: Flask, plant: Plant, activation_id: int, fault: Exception, status: int
) -> None:
    def view() -> ResponseReturnValue:
        wind_down(activation_id)
        db.session.flush()
        raise fault

    assert post(house, plant, view) == status
    assert written(activation_id) == (False, False, False)


def test_an_abort_after_the_move_leaves_nothing(house: Flask, plant: Plant, activation_id: int) -> None:
    def view() -> ResponseReturnValue:
        wind_down(activation_id)
        return abort(404)

    assert post(house, plant, view) == 404
    assert written(activation_id) == (False, False, False)


def test_reading_a_page_changes_nothing(house: Flask, plant: Plant, activation_id: int) -> None:
    def view() -> ResponseReturnValue:
        wind_down(activation_id)
        return "", 200

    assert post(house, plant, view, method="GET") == 200
    assert written(activation_id) == (False, False, False)


def test_a_constraint_that_speaks_at_the_very_end_is_a_sentence(house: Flask, plant: Plant, committed: None) -> None:
    def view() -> ResponseReturnValue:
        for _ in range(2):
            person = Staff(email="a@example.jp", name="佐藤", role=Role.DESK, password_hash="-", created_at=clock.now())
            db.session.add(person)
        return "", 201

    plant("twice", view)
    answer = house.test_client().post("/planted/twice")
    assert answer.status_code == 409
    assert "このメールアドレスはすでに登録されています。" in answer.get_data(as_text=True)
    assert not db.session.scalars(select(Staff)).all()


def test_a_promise_is_handed_over_right_after_the_commit(house: Flask, plant: Plant, activation_id: int) -> None:
    def view() -> ResponseReturnValue:
        wind_down(activation_id)
        return "", 201

    post(house, plant, view)
    assert [job.func_name for job in queue_of(house).jobs] == ["mra.web.jobs.drain"]


def test_a_request_that_promised_nothing_wakes_nobody(house: Flask, plant: Plant, committed: None) -> None:
    assert post(house, plant, lambda: ("", 201)) == 201
    assert not queue_of(house).jobs


def test_redis_away_loses_no_promise_and_holds_nobody_up(
    house: Flask, plant: Plant, activation_id: int, own_redis: Settings
) -> None:
    house.extensions["mra_redis"] = redis_connection(replace(own_redis, redis_url="redis://127.0.0.1:1/0"))

    def view() -> ResponseReturnValue:
        wind_down(activation_id)
        return "", 201

    began = time.perf_counter()
    assert post(house, plant, view) == 201
    assert time.perf_counter() - began < 1, "the client's own retries would keep a person waiting for seconds"
    assert written(activation_id) == (True, True, True)


def test_a_command_commits_once_at_its_end(committed: None, environ: dict[str, str]) -> None:
    words = ["user", "create", "--email", "a@example.jp", "--name", "佐藤 明", "--role", "admin"]
    words += ["--password", factories.PASSWORD]
    # A process of its own, as an operator runs it: it leaves its connections when it ends.
    ended = subprocess.run([sys.executable, "-m", "mra.web.cli", *words], env=environ, timeout=60, capture_output=True)
    assert ended.returncode == 0, ended.stderr
    assert db.session.scalar(select(Staff.name)) == "佐藤 明"


def test_a_session_ended_elsewhere_is_over(committed: None, house: Flask) -> None:
    with house.app_context():
        person = accounts.create_staff(email="a@example.jp", name="佐藤", role=Role.DESK, password=factories.PASSWORD)
        db.session.commit()
        staff_id = person.id
    browser = house.test_client()
    form = {"email": "a@example.jp", "password": factories.PASSWORD}
    assert browser.post("/sign-in", data=form, base_url="https://localhost").status_code == 303
    assert browser.get("/desk", base_url="https://localhost").status_code == 200
    with house.app_context():
        accounts.deactivate(db.session.get_one(Staff, staff_id))
        db.session.commit()
    assert browser.get("/desk", base_url="https://localhost").status_code == 303


def test_a_page_about_a_commit_that_failed_carries_the_headers_of_every_page(
    house: Flask, plant: Plant, committed: None
) -> None:
    # The deferred check speaks at the commit, after the view has made its answer.
    db.session.execute(
        text(
            "CREATE TABLE planted (id integer PRIMARY KEY,"
            " other integer REFERENCES planted (id) DEFERRABLE INITIALLY DEFERRED)"
        )
    )
    db.session.commit()

    def view() -> ResponseReturnValue:
        db.session.execute(text("INSERT INTO planted VALUES (1, 2)"))
        return "", 201

    try:
        plant("late", view)
        answer = house.test_client().post("/planted/late")
    finally:
        db.session.execute(text("DROP TABLE planted"))
        db.session.commit()
    assert answer.status_code == 500
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Request-Id"]


def test_signing_in_again_ends_the_session_before(committed: None, house: Flask) -> None:
    with house.app_context():
        accounts.create_staff(email="a@example.jp", name="佐藤", role=Role.DESK, password=factories.PASSWORD)
        db.session.commit()
    browser, stolen = house.test_client(), house.test_client()
    form = {"email": "a@example.jp", "password": factories.PASSWORD}
    browser.post("/sign-in", data=form, base_url="https://localhost")
    cookie = browser.get_cookie("mra")
    assert cookie is not None
    stolen.set_cookie("mra", cookie.decoded_value)
    assert stolen.get("/desk", base_url="https://localhost").status_code == 200
    assert browser.post("/sign-in", data=form, base_url="https://localhost").status_code == 303
    assert stolen.get("/desk", base_url="https://localhost").status_code == 303
    assert browser.get("/desk", base_url="https://localhost").status_code == 200
