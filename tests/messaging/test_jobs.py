"""The job that sends: run twice, run by two, killed half-way. Real transactions; a provider of our own over HTTP."""

import threading
import time
from datetime import timedelta

import psycopg
import pytest
from flask import Flask
from sqlalchemy import make_url, select

from mra.core import clock
from mra.core.db import db
from mra.core.outbox import OutboxRow
from mra.messaging import services
from mra.messaging.models import Message
from mra.messaging.rules import MessageStatus
from mra.web import jobs
from tests.messaging.conftest import Promise
from tests.messaging.fake_twilio import FakeTwilio

pytestmark = pytest.mark.usefixtures("committed")


def run(app: Flask) -> None:
    """What a worker does with every promise that is not kept yet."""
    with app.app_context():
        for row_id in db.session.scalars(select(OutboxRow.id).where(OutboxRow.done_at.is_(None))).all():
            jobs.keep_promise(row_id)


@pytest.fixture
def message_id(promise: Promise) -> int:
    """One promised message, committed."""
    made = promise()
    db.session.commit()
    return made.id


def now_is(message_id: int) -> Message:
    db.session.rollback()
    return db.session.get_one(Message, message_id)


def test_without_a_provider_the_message_is_recorded_as_arrived(app: Flask, message_id: int) -> None:
    run(app)
    message = now_is(message_id)
    assert (message.status, message.provider) == (MessageStatus.DELIVERED, "recording")


def test_the_job_run_twice_sends_once(twilio_app: Flask, message_id: int, fake_twilio: FakeTwilio) -> None:
    (row_id,) = db.session.scalars(select(OutboxRow.id)).all()
    run(twilio_app)
    with twilio_app.app_context():
        jobs.keep_promise(row_id)
        db.session.get_one(OutboxRow, row_id).done_at = None
        db.session.commit()
        jobs.keep_promise(row_id)
    assert len(fake_twilio.accepted) == 1
    assert now_is(message_id).status is MessageStatus.SENT


def test_two_workers_send_once(twilio_app: Flask, message_id: int, fake_twilio: FakeTwilio) -> None:
    (row_id,) = db.session.scalars(select(OutboxRow.id)).all()
    start, faults = threading.Barrier(2), []
    fake_twilio.while_called = lambda: time.sleep(0.2)

    def work() -> None:
        with twilio_app.app_context():
            start.wait()
            try:
                jobs.keep_promise(row_id)
            except Exception as fault:
                faults.append(fault)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert faults == []
    assert len(fake_twilio.calls) == 1
    assert now_is(message_id).status is MessageStatus.SENT


def test_no_transaction_is_open_while_the_provider_is_called(
    twilio_app: Flask, message_id: int, fake_twilio: FakeTwilio, database_url: str
) -> None:
    url = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    open_transactions: list[int] = []

    def count() -> None:
        with psycopg.connect(url) as connection:
            row = connection.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
            ).fetchone()
        open_transactions.append(row[0] if row else -1)

    db.session.rollback()
    fake_twilio.while_called = count
    run(twilio_app)
    assert open_transactions == [0]


def test_a_worker_killed_while_sending_leaves_nothing_that_is_sent_again(
    twilio_app: Flask, message_id: int, fake_twilio: FakeTwilio
) -> None:
    with twilio_app.app_context():
        services.claim(message_id)
        db.session.commit()
    run(twilio_app)
    assert fake_twilio.calls == []
    assert now_is(message_id).status is MessageStatus.SENDING


def test_a_busy_provider_gets_the_message_from_a_later_job(
    twilio_app: Flask, message_id: int, fake_twilio: FakeTwilio
) -> None:
    fake_twilio.behaviour = "busy"
    run(twilio_app)
    assert now_is(message_id).status is MessageStatus.QUEUED
    fake_twilio.behaviour = "accept"
    run(twilio_app)
    assert now_is(message_id).status is MessageStatus.SENT
    assert len(fake_twilio.accepted) == 1


def test_two_who_promise_the_same_key_at_once_promise_one_message(app: Flask, promise: Promise) -> None:
    start, made, faults = threading.Barrier(2), [], []

    def work() -> None:
        with app.app_context():
            start.wait()
            try:
                made.append(promise().id)
                db.session.commit()
            except Exception as fault:
                faults.append(fault)

    people = [threading.Thread(target=work) for _ in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert faults == []
    assert made[0] == made[1]
    assert len(db.session.scalars(select(OutboxRow)).all()) == 1


def test_the_schedule_finds_messages_that_nobody_will_hear_of(app: Flask, message_id: int) -> None:
    services.claim(message_id)
    db.session.commit()
    jobs.use(app)
    jobs.run_periodic("messages-without-answer")
    assert now_is(message_id).status is MessageStatus.SENDING
    with clock.stopped(clock.now() + timedelta(minutes=11)):
        jobs.run_periodic("messages-without-answer")
    assert now_is(message_id).status is MessageStatus.UNKNOWN
