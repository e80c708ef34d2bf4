"""The secretariat is reminded once before each review, and not after it has renewed."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from mra.alliance import jobs, queries, services
from mra.alliance.models import Agreement, AgreementReminder
from mra.core import clock
from mra.core.access import Role
from mra.core.actor import SYSTEM
from mra.core.audit import AuditEvent
from mra.core.clock import JAPAN
from mra.core.db import db
from mra.messaging.models import Message
from tests import factories

pytestmark = pytest.mark.usefixtures("session", "story_time")

TODAY = date(2026, 8, 18)


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=JAPAN)


def due_in(days: int) -> Agreement:
    return factories.agreement(review_on=TODAY + timedelta(days=days))


def thresholds() -> list[int]:
    return list(db.session.scalars(select(AgreementReminder.threshold_days).order_by(AgreementReminder.id)))


def addresses() -> list[str | None]:
    return list(db.session.scalars(select(Message.email).order_by(Message.id)))


def test_coordinators_and_admins_get_one_mail_each() -> None:
    people = [factories.staff_member(role) for role in (Role.COORDINATOR, Role.ADMIN, Role.DESK, Role.VIEWER)]
    gone = factories.staff_member(Role.COORDINATOR)
    gone.is_active = False
    due_in(90)
    assert jobs.remind_reviews() == 1
    assert addresses() == [people[0].email, people[1].email]
    mail = db.session.scalars(select(Message).limit(1)).one()
    assert "あと90日です" in mail.body
    assert "/alliance/agreements/" in mail.body
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "remind")).one()
    assert event.facts == {"review_on": "2026-11-16", "threshold_days": 90}


def test_running_twice_sends_nothing_more() -> None:
    factories.staff_member(Role.COORDINATOR)
    due_in(30)
    jobs.remind_reviews()
    assert jobs.remind_reviews() == 0
    assert len(addresses()) == 1


def test_each_threshold_is_told_once_as_the_day_comes_near() -> None:
    factories.staff_member(Role.COORDINATOR)
    due_in(100)
    for days in range(120):
        with clock.stopped(at(TODAY + timedelta(days=days))):
            jobs.remind_reviews()
    assert thresholds() == [90, 30, 7]
    assert len(addresses()) == 3


def test_an_agreement_first_seen_late_gets_the_nearest_reminder_only() -> None:
    factories.staff_member(Role.COORDINATOR)
    due_in(5)
    jobs.remind_reviews()
    assert thresholds() == [7]
    assert len(addresses()) == 1


def test_a_review_that_is_past_is_told_as_such() -> None:
    factories.staff_member(Role.COORDINATOR)
    due_in(-3)
    jobs.remind_reviews()
    assert "を過ぎています" in db.session.scalars(select(Message)).one().body


def test_nobody_is_reminded_at_night() -> None:
    due_in(30)
    with clock.stopped(at(TODAY, 3)):
        assert jobs.remind_reviews() == 0
    assert jobs.remind_reviews() == 1


def test_drafts_ended_and_far_ones_are_left_alone() -> None:
    due_in(91)
    factories.agreement(is_signed=False, review_on=TODAY)
    services.end_agreement(due_in(7), ended_on=TODAY, by=SYSTEM)
    assert jobs.remind_reviews() == 0


def test_after_a_renewal_the_list_is_quiet_until_the_next_review() -> None:
    agreement = due_in(30)
    jobs.remind_reviews()
    assert [duty.reminded_days for duty in queries.agreements_to_attend(TODAY)] == [30]
    services.renew_agreement(
        agreement,
        effective_on=TODAY,
        expires_on=None,
        review_on=TODAY + timedelta(days=365),
        version=agreement.version,
        by=SYSTEM,
    )
    assert queries.agreements_to_attend(TODAY) == []
    assert jobs.remind_reviews() == 0
    with clock.stopped(at(TODAY + timedelta(days=275))):
        assert jobs.remind_reviews() == 1
