"""Promises are kept: once promised, handed over once, run twice without harm, put back when lost."""

import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy import func, select, update

from mra.allocation.models import Forecast
from mra.core import clock, outbox
from mra.core.access import Role
from mra.core.actor import SYSTEM
from mra.core.audit import AuditEvent, move
from mra.core.config import Settings
from mra.core.db import db
from mra.core.outbox import JOBS, OutboxRow, later
from mra.disasters.models import Activation
from mra.disasters.rules import ActivationStatus
from mra.exchange.tables.members import MEMBERS
from mra.messaging import services as messaging
from mra.messaging.inbound import services as inbound
from mra.messaging.models import Message
from mra.messaging.rules import MessageStatus, NotAccepted
from mra.story import flood
from mra.web import jobs, schedule, worker
from mra.web.queue import DRAIN, ENOUGH_WAITING, ask_for_drain, queue_of, redis_connection
from tests import factories
from tests.exchange.trips import file_of, handed_in
from tests.transport import world as transport

Plant = Callable[..., None]


@pytest.fixture
def job() -> Iterator[Plant]:
    """Plant a job for the length of a test."""
    before = dict(JOBS)
    yield lambda name, run: outbox.job(name)(run)
    JOBS.clear()
    JOBS.update(before)


def promise(number: int = 1, job_name: str = "planted.job", **args: int) -> list[int]:
    """Promises with keys of their own, committed; their ids."""
    for one in range(number):
        later(job_name, key=f"{job_name}-{one}", **args)
    db.session.commit()
    return list(db.session.scalars(select(OutboxRow.id).order_by(OutboxRow.id)))


def row(row_id: int) -> OutboxRow:
    db.session.rollback()
    return db.session.get_one(OutboxRow, row_id, populate_existing=True)


def calls_for_drain(house: Flask) -> int:
    """How many calls for a drain wait in the queue."""
    return sum(one.func_name == DRAIN for one in queue_of(house).jobs)


@pytest.fixture
def done(job: Plant) -> list[int]:
    """The arguments with which the planted job ran, in order."""
    numbers: list[int] = []
    job("planted.job", lambda number=0: numbers.append(number))
    return numbers


class TestPromise:
    def test_the_same_key_twice_is_one_promise(self, session: None) -> None:
        later("planted.job", key="same", loan_id=1)
        later("planted.job", key="same", loan_id=2)
        assert [one.args for one in db.session.scalars(select(OutboxRow))] == [{"loan_id": 1}]

    def test_a_promise_for_later_waits(self, house: Flask, committed: None, done: list[int]) -> None:
        later("planted.job", key="tomorrow", due_at=clock.now() + timedelta(days=1))
        db.session.commit()
        assert jobs.drain() == 0
        with clock.stopped(clock.now() + timedelta(days=1, seconds=1)):
            assert jobs.drain() == 1


class TestDrain:
    def test_four_drains_keep_each_promise_once(self, house: Flask, committed: None, job: Plant) -> None:
        began: list[int] = []
        job("planted.job", lambda: began.append(1))
        promise(100)
        with ThreadPoolExecutor(4) as drains:
            kept = [one.result(timeout=60) for one in [drains.submit(jobs.drain) for _ in range(4)]]
        assert (sum(kept), len(began)) == (100, 100)

    def test_a_second_drain_finds_nothing(self, house: Flask, committed: None, done: list[int]) -> None:
        promise(3)
        assert (jobs.drain(), jobs.drain()) == (3, 0)

    def test_a_drain_without_redis_keeps_the_promises(
        self, house: Flask, committed: None, own_redis: Settings, done: list[int]
    ) -> None:
        ids = promise(2 * jobs.HANDFUL)
        house.extensions["mra_redis"] = redis_connection(replace(own_redis, redis_url="redis://127.0.0.1:1/0"))
        jobs.scheduled_drain()
        assert all(row(row_id).done_at for row_id in ids)

    def test_a_promise_that_fails_stops_no_other(self, house: Flask, committed: None, done: list[int]) -> None:
        (broken,) = promise(job_name="planted.nowhere")
        ids = promise(2)
        jobs.drain()
        assert [row(row_id).done_at is not None for row_id in ids] == [False, True, True]
        assert row(broken).last_fault == "KeyError"

    def test_much_to_do_calls_a_second_worker_once(self, house: Flask, committed: None, done: list[int]) -> None:
        promise(5 * jobs.HANDFUL)
        jobs.drain()
        assert (len(done), calls_for_drain(house)) == (5 * jobs.HANDFUL, 1)

    def test_a_turn_that_is_over_gives_the_rest_back(
        self, house: Flask, committed: None, done: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(jobs, "TURN", 0)
        ids = promise(3)
        assert jobs.drain() == 1
        assert [row(row_id).queued_at is None for row_id in ids] == [False, True, True]
        assert calls_for_drain(house) == 1

    def test_a_worker_that_is_to_stop_begins_nothing_new(
        self, house: Flask, committed: None, done: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def stop(number: int = 0) -> None:
            done.append(number)
            jobs.end_turn()

        monkeypatch.setattr(jobs, "_is_ending", False)
        monkeypatch.setitem(JOBS, "planted.job", outbox.Job("planted.job", stop))
        ids = promise(3)
        assert jobs.drain() == 1
        assert [row(row_id).queued_at is None for row_id in ids] == [False, True, True]

    def test_what_came_to_nothing_before_is_taken_alone(self, house: Flask, committed: None) -> None:
        first, second, *_rest = promise(4)
        db.session.execute(update(OutboxRow).where(OutboxRow.id == first).values(tries=1))
        assert outbox.take_due(10).ids == [first]
        assert outbox.take_due(2).ids == [second, second + 1]
        db.session.rollback()

    def test_what_became_another_workers_is_not_given_back(self, house: Flask, committed: None) -> None:
        promise()
        slow = outbox.take_due(10)
        with clock.stopped(clock.now() + timedelta(minutes=4)):
            outbox.put_back_lost(timedelta(minutes=3))
            others = outbox.take_due(10)
            outbox.give_back(slow)
        assert others.ids == slow.ids
        assert db.session.scalars(select(OutboxRow.queued_at)).one() == others.at
        db.session.rollback()

    def test_a_job_that_computes_for_long_holds_no_message_up(
        self, house: Flask, committed: None, done: list[int], job: Plant
    ) -> None:
        outbox.job("planted.long", is_long=True)(lambda: done.append(99))
        promise(job_name="planted.long")
        later("planted.job", key="short")
        db.session.commit()
        assert (jobs.drain(), done) == (1, [0])
        assert (jobs.drain_long(), done) == (1, [0, 99])

    def test_a_long_job_may_stay_away_longer(self, house: Flask, committed: None, job: Plant) -> None:
        outbox.job("planted.long", is_long=True)(lambda: None)
        promise(job_name="planted.long")
        outbox.take_due(1, is_long=True)
        db.session.commit()
        with clock.stopped(clock.now() + timedelta(minutes=4)):
            assert jobs.sweep() == 0
        with clock.stopped(clock.now() + timedelta(minutes=16)):
            assert jobs.sweep() == 1

    def test_an_urgent_promise_goes_before_what_waits(self, house: Flask, committed: None, done: list[int]) -> None:
        for key in ("one", "two", "three"):
            later("planted.job", key=key, number=1)
        later("planted.job", key="urgent", is_urgent=True, number=2)
        db.session.commit()
        jobs.drain()
        assert done == [2, 1, 1, 1]

    def test_nobody_is_called_where_enough_calls_wait(self, house: Flask) -> None:
        for _ in range(ENOUGH_WAITING + 3):
            ask_for_drain(house)
        assert calls_for_drain(house) == ENOUGH_WAITING


class TestWhatAJobPromises:
    def test_the_answer_to_an_sms_leaves_with_the_drain_that_read_it(self, house: Flask, committed: None) -> None:
        inbound.take_in(provider="twilio", provider_id="SM1", phone="+819000001234", body="HELP")
        db.session.commit()
        assert jobs.drain() == 2
        assert db.session.scalars(select(Message.status)).one() is MessageStatus.DELIVERED

    def test_what_is_due_tomorrow_waits(self, house: Flask, committed: None, job: Plant) -> None:
        tomorrow = clock.now() + timedelta(days=1)
        job("planted.job", lambda: later("other.job", key="tomorrow", due_at=tomorrow))
        promise()
        assert (jobs.drain(), jobs.drain()) == (1, 0)


class TestSweep:
    def test_what_a_dead_worker_had_taken_is_kept_by_another(
        self, house: Flask, committed: None, done: list[int]
    ) -> None:
        (row_id,) = promise()
        assert outbox.take_due(10).ids == [row_id]
        db.session.commit()
        assert (jobs.sweep(), jobs.drain()) == (0, 0), "the worker may live"
        with clock.stopped(clock.now() + timedelta(minutes=4)):
            assert (jobs.sweep(), jobs.drain()) == (1, 1)
        assert (row(row_id).tries, row(row_id).last_fault) == (1, "WorkerLost")
        assert done == [0]

    def test_what_is_done_is_not_put_back(self, house: Flask, committed: None, done: list[int]) -> None:
        promise()
        jobs.drain()
        with clock.stopped(clock.now() + timedelta(minutes=4)):
            assert jobs.sweep() == 0

    def test_an_emptied_redis_loses_no_promise(self, house: Flask, committed: None, done: list[int]) -> None:
        promise(3)
        ask_for_drain(house)
        queue_of(house).connection.flushdb()
        assert jobs.drain() == 3


class TestRun:
    def test_a_row_run_twice_does_its_work_once(self, house: Flask, committed: None, job: Plant) -> None:
        activation_id = wound_down_by(job)
        (row_id,) = promise(activation_id=activation_id)
        jobs.run_row(row_id)
        jobs.run_row(row_id)
        assert row(row_id).done_at is not None
        assert events_of("wind_down") == 1

    def test_two_workers_with_one_row_do_its_work_once(self, house: Flask, committed: None, job: Plant) -> None:
        activation_id = wound_down_by(job)
        (row_id,) = promise(activation_id=activation_id)
        with ThreadPoolExecutor(4) as workers:
            runs = [workers.submit(jobs.run_row, row_id) for _ in range(4)]
            faults = [type(one.exception(timeout=60)) for one in runs]
        assert set(faults) <= {type(None), jobs.JobFailed}
        assert events_of("wind_down") == 1
        assert row(row_id).done_at is not None

    def test_a_job_that_fails_leaves_nothing_but_the_note_of_it(
        self, house: Flask, committed: None, job: Plant
    ) -> None:
        def half(activation_id: int) -> None:
            move(db.session.get_one(Activation, activation_id), "wind_down", by=SYSTEM)
            db.session.flush()
            raise LookupError("山田 花子")

        job("planted.job", half)
        activation_id = open_activation()
        (row_id,) = promise(activation_id=activation_id)
        with pytest.raises(jobs.JobFailed) as failed:
            jobs.run_row(row_id)
        # RQ writes what an exception says, and those behind it, to its log and to Redis.
        assert "山田" not in "".join(traceback.format_exception(failed.value)).replace('LookupError("山田 花子")', "")
        noted = row(row_id)
        assert (noted.done_at, noted.tries, noted.last_fault) == (None, 1, "LookupError")
        assert db.session.get_one(Activation, activation_id).status is ActivationStatus.OPEN
        assert events_of("wind_down") == 0

    def test_somebody_outside_is_called_with_no_transaction_open(
        self, house: Flask, committed: None, job: Plant
    ) -> None:
        seen: list[bool] = []
        outbox.outside_job(
            "planted.call",
            claim=lambda: db.session.scalar(select(func.count()).select_from(OutboxRow)),
            call=lambda rows: seen.append(db.session().in_transaction()) or rows,
            record=lambda outcome: seen.append(outcome == 1),
        )
        (row_id,) = promise(job_name="planted.call")
        jobs.run_row(row_id)
        assert seen == [False, True]
        assert row(row_id).done_at is not None

    def test_a_row_that_is_gone_is_no_fault(self, house: Flask, committed: None) -> None:
        jobs.run_row(987654321)
        assert not db.session.scalar(select(func.count()).select_from(OutboxRow))


def open_activation() -> int:
    activation_id = factories.activation().id
    db.session.commit()
    return activation_id


def wound_down_by(job: Plant) -> int:
    """An activation that the planted job winds down."""
    job(
        "planted.job", lambda activation_id: move(db.session.get_one(Activation, activation_id), "wind_down", by=SYSTEM)
    )
    return open_activation()


def events_of(action: str) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(AuditEvent.action == action)) or 0


def everything_that_happened() -> int:
    """Events, promises, messages and forecasts together."""
    db.session.rollback()
    return sum(
        db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in (AuditEvent, OutboxRow, Message, Forecast)
    )


class TestSchedule:
    @pytest.mark.parametrize("name", [entry.name for entry in schedule.ENTRIES])
    def test_every_periodic_job_run_again_changes_nothing(self, house: Flask, committed: None, name: str) -> None:
        """Three days into the story offers have run out and cars are late, so the first run has work to do."""
        flood.tell(applications=40, vehicles=20, loans=None, seed=1)
        stuck = messaging.promise_text(
            "admitted", phone="+819000001234", can_sms=True, subject_kind="application", subject_id=1,
            activation_id=None, key="stuck", number="A00123-4", help_phone="+81963221111",
        )  # fmt: skip
        assert stuck is not None
        messaging.claim(stuck.id)
        db.session.commit()
        with clock.stopped(clock.now() - timedelta(days=60)):
            handed_in(MEMBERS, file_of(MEMBERS, [{"名称": "株式会社天草商会"}]))
        db.session.commit()
        morning = clock.in_japan(clock.now() + timedelta(days=3)).replace(hour=10)
        with clock.stopped(morning):
            factories.staff_member(Role.ADMIN)
            refused = messaging.promise_text(
                "admitted", phone="+819000001235", can_sms=True, subject_kind="application", subject_id=1,
                activation_id=None, key="refused", number="A00123-4", help_phone="+81963221111",
            )  # fmt: skip
            assert refused is not None
            messaging.claim(refused.id)
            messaging.record(refused.id, outcome=NotAccepted("21606"), provider="twilio")
            elsewhere = factories.vehicle(plate_area="札幌")
            transport.taken(transport.job(elsewhere, starts_on=clock.today() + timedelta(days=1)))
            db.session.commit()
            before = everything_that_happened()
            jobs.run_periodic(name)
            after_one = everything_that_happened()
            jobs.run_periodic(name)
        assert after_one > before, "the job had nothing to do, so the test tells nothing"
        assert everything_that_happened() == after_one


WORKER = """
from rq.serializers import JSONSerializer
from mra.web import jobs, queue
from mra.web.app import create_app
from mra.web.worker import OurWorker
app = create_app()
jobs.use(app)
connection = queue.redis_connection(app.extensions["mra"])
OurWorker([queue.QUEUE_NAME], connection=connection, serializer=JSONSerializer).work(burst=True, logging_level="WARNING")
"""


class TestWorker:
    def test_a_promised_text_arrives_through_a_real_worker(
        self, house: Flask, committed: None, environ: dict[str, str]
    ) -> None:
        message = messaging.promise_text(
            "admitted", phone="+819000001234", can_sms=True, subject_kind="application", subject_id=7,
            activation_id=None, key="application-7", number="A00123-4", help_phone="+81963221111",
        )  # fmt: skip
        assert message is not None
        message_id = message.id
        db.session.commit()
        ask_for_drain(house)
        # After a drain in its own process, one in another: with the parent's connections it would not end well.
        queue_of(house).enqueue("mra.web.jobs.run_periodic", "messages-alarm")
        queue_of(house).enqueue("mra.web.jobs.sweep")
        ask_for_drain(house)
        ended = subprocess.run(
            [sys.executable, "-c", WORKER],
            env=environ | {"REDIS_URL": house.extensions["mra"].redis_url, "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert ended.returncode == 0, ended.stderr
        (promised,) = db.session.scalars(select(OutboxRow))
        assert promised.done_at is not None, ended.stderr
        assert db.session.get_one(Message, message_id).status is MessageStatus.DELIVERED
        assert queue_of(house).failed_job_registry.count == 0
        assert queue_of(house).finished_job_registry.count == 4

    def test_a_worker_survives_a_redis_that_goes_and_comes(self, house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        """What RQ makes of a Redis that is away: an exception at the start, or a return without being asked to stop."""
        lives = iter([RedisConnectionError("away"), False, True])

        def live(app: Flask, queues: tuple[str, ...]) -> bool:
            outcome = next(lives)
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        monkeypatch.setattr(worker, "_work_while_redis_lives", live)
        monkeypatch.setattr(worker, "PAUSE_SECONDS", 0)
        worker.work(house)
        assert next(lives, "all lived") == "all lived"
