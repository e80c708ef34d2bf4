"""People hear once of each paper that ends, and no more of one that was renewed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from mra.core import clock
from mra.core.access import Role
from mra.core.actor import SYSTEM
from mra.core.db import db
from mra.messaging.models import Message
from mra.vehicles import jobs, services
from mra.vehicles.extending import Notice
from mra.vehicles.facts import VehicleFacts, facts_of
from mra.vehicles.models import DocumentReminder, Vehicle
from mra.vehicles.rules import DocumentKind, Paper, reminder_due
from tests import factories
from tests.conftest import STORY_NOW

pytestmark = pytest.mark.usefixtures("session", "story_time")
TODAY = date(2026, 8, 18)


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


def thresholds() -> list[int]:
    return list(db.session.scalars(select(DocumentReminder.threshold_days).order_by(DocumentReminder.id)))


def mails() -> list[Message]:
    return list(db.session.scalars(select(Message).order_by(Message.id)))


def car(inspection_ends_on: date) -> Vehicle:
    made = factories.vehicle(lawful_until=None)
    factories.papers(made, inspection_ends_on, (DocumentKind.INSPECTION,))
    others = (DocumentKind.COMPULSORY_INSURANCE, DocumentKind.VOLUNTARY_INSURANCE)
    factories.papers(made, day(400), others)
    return made


def run_after(days: int) -> int:
    with clock.stopped(STORY_NOW + timedelta(days=days)):
        return jobs.remind_papers()


def test_a_paper_reaches_each_threshold_on_its_way_to_the_end() -> None:
    told = [reminder_due(TODAY, TODAY - timedelta(days=left)) for left in (61, 60, 31, 30, 14, 4, 3, 0, -1)]
    assert told == [None, 60, 60, 30, 14, 14, 3, 3, 3]


def test_all_cars_of_a_day_stand_in_one_mail_for_each_person() -> None:
    people = [factories.staff_member(role) for role in (Role.COORDINATOR, Role.DESK, Role.VIEWER)]
    soon, ended = car(day(10)), car(day(-2))
    car(day(61))
    assert jobs.remind_papers() == 2
    assert [mail.email for mail in mails()] == [people[0].email, people[1].email]
    body = mails()[0].body
    assert f"{soon.plate_text} アルト 車検 2026年8月28日(金)まで(あと10日)" in body
    assert f"{ended.plate_text} アルト 車検 2026年8月16日(日)まで(2日前に満了)" in body
    assert "https://mra.example.jp/vehicles/documents" in body


def test_running_twice_sends_nothing_more() -> None:
    factories.staff_member(Role.DESK)
    car(day(10))
    jobs.remind_papers()
    assert jobs.remind_papers() == 0
    assert run_after(1) == 0
    assert len(mails()) == 1


def test_each_threshold_is_told_once_until_the_end() -> None:
    car(day(60))
    assert [run_after(days) for days in range(0, 66, 3)].count(1) == 4
    assert thresholds() == [60, 30, 14, 3]


def test_what_becomes_due_during_the_day_is_told_tomorrow_in_one_mail() -> None:
    factories.staff_member(Role.DESK)
    car(day(10))
    jobs.remind_papers()
    car(day(5))
    assert jobs.remind_papers() == 0
    assert run_after(1) == 1
    assert len(mails()) == 2


def test_a_renewed_paper_is_told_no_more() -> None:
    renewed = car(day(14))
    assert jobs.remind_papers() == 1
    services.add_document(renewed, Paper(DocumentKind.INSPECTION, day(15), day(700)), by=SYSTEM)
    assert [run_after(days) for days in (11, 14, 20)] == [0, 0, 0]


def test_an_extension_moves_the_reminders() -> None:
    factories.municipality()
    moved = car(day(3))
    services.change(moved, _at_home(moved), version=moved.version, by=SYSTEM)
    assert jobs.remind_papers() == 1
    notice = Notice(frozenset({"43"}), day(0), day(10), day(73), insurance_waits=False, covers_relief=False)
    services.extend_inspections(services.ExtensionFacts(TODAY, "特例", notice), by=SYSTEM)
    assert [run_after(days) for days in (1, 12)] == [0, 0]
    assert run_after(13) == 1
    assert thresholds() == [3, 60]


def _at_home(moved: Vehicle) -> VehicleFacts:
    return replace(facts_of(moved), registered_in_code="43215")


def test_released_cars_and_insurances_for_some_drivers_are_no_matter() -> None:
    services.release(car(day(5)), by=SYSTEM)
    assert jobs.remind_papers() == 0
    assert db.session.scalar(select(func.count()).select_from(DocumentReminder)) == 0


def test_nobody_is_told_at_night() -> None:
    car(day(5))
    with clock.stopped(STORY_NOW.replace(hour=3)):
        assert jobs.remind_papers() == 0


def test_a_long_list_is_cut_in_the_mail_and_not_in_the_list() -> None:
    factories.staff_member(Role.DESK)
    for number in range(43):
        car(day(number % 50))
    assert jobs.remind_papers() == 43
    body = mails()[0].body
    assert body.count("\n・") == 40
    assert "ほかに3件あります" in body
