"""What admins see of the jobs that run by themselves."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from mra.core import clock, periodic
from mra.core.access import Role
from mra.core.db import db
from mra.core.outbox import OutboxRow, later
from mra.core.periodic import PeriodicRun
from mra.web import jobs, schedule
from mra.web.schedule import Entry
from mra.web.schedule_page import Line
from tests.conftest import CheckingClient

pytestmark = pytest.mark.usefixtures("session", "story_time")


def entry(seconds: int = 60) -> Entry:
    return Entry("test", seconds, lambda: None, "why", "試しに動きます")


def line() -> Line:
    db.session.flush()
    return Line(entry(), periodic.last_runs().get("test"))


def test_a_job_that_never_ran_is_told() -> None:
    assert line().badge == ("まだ動いていません", "warning")
    assert line().is_silent


def test_a_run_is_kept_with_its_next_turn() -> None:
    jobs._run_and_note("test", lambda: None)
    assert line().badge == ("正常", "success")
    assert line().next_at == clock.now() + timedelta(seconds=60)


def test_a_fault_is_kept_by_its_kind_until_a_run_succeeds() -> None:
    def fail() -> None:
        raise ValueError("090-1234-5678")

    for _ in range(2):
        with pytest.raises(ValueError):
            jobs._run_and_note("test", fail)
    assert line().badge == ("失敗", "danger")
    run = db.session.scalars(select(PeriodicRun)).one()
    assert (run.last_fault, run.faults_in_a_row) == ("ValueError", 2)
    jobs._run_and_note("test", lambda: None)
    db.session.expire_all()
    assert line().badge == ("正常", "success")
    assert line().run.last_fault == "ValueError", "what happened once may still be read"


def test_a_job_that_missed_its_turns_has_stopped() -> None:
    jobs._run_and_note("test", lambda: None)
    with clock.stopped(clock.now() + timedelta(minutes=7)):
        assert line().badge == ("止まっています", "danger")


def test_every_periodic_job_is_on_the_page_in_words(client: CheckingClient) -> None:
    page = client.sign_in_as(Role.ADMIN).get("/schedule").get_data(as_text=True)
    for one in (schedule.DRAIN, schedule.SWEEP, *schedule.ENTRIES):
        assert one.words
        assert one.words in page


def failed_row() -> OutboxRow:
    later("messaging.send_text", key="one", message_id=1)
    row = db.session.scalars(select(OutboxRow)).one()
    row.tries, row.last_fault, row.queued_at = 2, "OperationalError", clock.now()
    return row


def test_a_failed_job_is_run_once_more_by_hand(client: CheckingClient) -> None:
    row = failed_row()
    browser = client.sign_in_as(Role.ADMIN)
    page = browser.get("/schedule").get_data(as_text=True)
    assert "OperationalError" in page
    assert browser.post(f"/schedule/jobs/{row.id}/retry").status_code == 303
    db.session.refresh(row)
    assert row.queued_at is None


def test_a_job_that_is_done_is_left_alone(client: CheckingClient) -> None:
    row = failed_row()
    row.done_at = clock.now()
    answer = client.sign_in_as(Role.ADMIN).post(f"/schedule/jobs/{row.id}/retry")
    assert answer.status_code == 409
    assert "すでに終わっています" in answer.get_data(as_text=True)
