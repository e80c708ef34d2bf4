"""Notices change until when papers hold, everywhere, and the database always remembers what the rule says."""

from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.audit import AuditEvent
from mra.core.db import db
from mra.core.editions import edition
from mra.core.errors import Refused
from mra.disasters import services as disasters
from mra.disasters.models import Base
from mra.vehicles import queries, services
from mra.vehicles.extending import ExtensionStatus, Notice, effective_end
from mra.vehicles.facts import Registration, facts_of
from mra.vehicles.models import InspectionExtension, Vehicle, VehicleDocument
from mra.vehicles.queries import extensions as extension_queries
from mra.vehicles.rules import DocumentKind, DriverScope, Paper
from tests import factories

TODAY = date(2026, 8, 18)
AMAKUSA, NANAO = "43215", "17202"


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


def facts(first: int = -10, last: int = 20, until: int = 40, **values: object) -> services.ExtensionFacts:
    """A notice for Kumamoto about papers that end from ten days ago to twenty days from now."""
    said: dict[str, object] = {
        "areas": frozenset({"43"}),
        "first_on": day(first),
        "last_on": day(last),
        "until_on": day(until),
        "insurance_waits": True,
        "covers_relief": True,
    }
    return services.ExtensionFacts(TODAY, "熊本県の車検の特例", Notice(**(said | values)))  # type: ignore[arg-type]


def extend(*days: int, **values: object) -> InspectionExtension:
    return services.extend_inspections(facts(*days, **values), by=SYSTEM)


def car_with_papers_until(ends_on: date, *, at: Base | None = None, registered_in: str | None = AMAKUSA) -> Vehicle:
    """A car whose 車検 and 自賠責 end on that day; the voluntary insurance runs on."""
    if registered_in:
        factories.municipality(registered_in)
    car = factories.vehicle(at, lawful_until=None, registered_in_code=registered_in)
    factories.papers(car, ends_on, (DocumentKind.INSPECTION, DocumentKind.COMPULSORY_INSURANCE))
    factories.papers(car, day(300), (DocumentKind.VOLUNTARY_INSURANCE,))
    services.work_out([car.id])
    db.session.expire(car)
    return car


def change(car: Vehicle, **values: object) -> None:
    services.change(car, replace(facts_of(car), **values), version=car.version, by=SYSTEM)  # type: ignore[arg-type]


@pytest.mark.usefixtures("session", "story_time")
class TestEffect:
    def test_a_notice_lets_the_papers_of_its_cars_hold_longer_everywhere(self) -> None:
        car = car_with_papers_until(day(5), at=factories.base(factories.activation()))
        assert db.session.scalar(queries.lawful_on(TODAY, day(6))) is None
        extend()
        assert car.lawful_until() == day(40)
        assert queries.lawful_until_by_vehicle([car.id]) == {car.id: day(40)}
        assert list(db.session.scalars(queries.lawful_on(TODAY, day(40)))) == [car.id]
        assert queries.papers_expiring(days=39) == []
        assert {document.ends_on for document in car.documents} == {day(5), day(300)}

    def test_a_cancelled_notice_lets_them_fall_back(self) -> None:
        car = car_with_papers_until(day(5))
        extension = extend()
        assert services.cancel_extension(extension, by=SYSTEM) == 2
        assert services.cancel_extension(extension, by=SYSTEM) == 0
        assert car.lawful_until() == day(5)
        assert extension.cancelled_at == clock.now()

    def test_a_paper_that_is_added_later_holds_longer_at_once(self) -> None:
        extend()
        car = car_with_papers_until(day(-30))
        made = services.add_document(car, Paper(DocumentKind.INSPECTION, None, day(7)), by=SYSTEM)
        assert (made.ends_on, made.effective_ends_on) == (day(7), day(40))
        assert services.add_document(car, Paper(DocumentKind.INSPECTION, None, day(7)), by=SYSTEM) is made

    def test_a_car_registered_there_from_now_on_is_meant_and_one_no_longer_is_not(self) -> None:
        car = car_with_papers_until(day(5), registered_in=None)
        extend()
        assert car.lawful_until() == day(5)
        factories.municipality(AMAKUSA)
        change(car, registered_in_code=AMAKUSA)
        assert car.lawful_until() == day(40)
        change(car, registered_in_code=None)
        assert car.lawful_until() == day(5)

    def test_a_car_that_comes_to_help_is_meant_from_its_arrival_until_it_leaves(self) -> None:
        base = factories.base(factories.activation())
        car = car_with_papers_until(day(5), registered_in=None)
        extend()
        services.dispatch(car, by=SYSTEM, to=base)
        assert car.lawful_until() == day(5)
        services.arrive(car, base, by=SYSTEM)
        assert car.lawful_until() == day(40)
        services.release(car, by=SYSTEM)
        services.readmit(car, by=SYSTEM)
        assert car.lawful_until() == day(5)

    def test_cars_follow_a_base_that_turns_out_to_lie_elsewhere(self) -> None:
        base = factories.base(factories.activation())
        car = car_with_papers_until(day(5), at=base, registered_in=None)
        extend()
        assert car.lawful_until() == day(40)
        nanao = factories.municipality(NANAO, prefecture="石川県", name="七尾市")
        elsewhere = replace(base.details, municipality_code=nanao.code)
        disasters.change_base(base, details=elsewhere, edition=edition(base.details), by=SYSTEM)
        assert car.lawful_until() == day(5)

    def test_imported_cars_are_looked_at_too(self) -> None:
        factories.municipality(AMAKUSA)
        extend()
        model = car_with_papers_until(day(200))
        told = replace(facts_of(model), chassis_number="HA36S-999999", plate=None, registered_in_code=AMAKUSA)
        registered = services.register(Registration(told, [Paper(DocumentKind.INSPECTION, None, day(3))]), by=SYSTEM)
        assert [document.effective_ends_on for document in registered.documents] == [day(40)]

    def test_the_same_notice_twice_is_refused_until_the_first_is_cancelled(self) -> None:
        first = extend()
        with pytest.raises(Refused) as refused:
            extend()
        assert refused.value.code == "extension_known"
        services.cancel_extension(first, by=SYSTEM)
        assert extend().status is ExtensionStatus.IN_FORCE

    def test_a_notice_that_shortens_is_refused(self) -> None:
        with pytest.raises(Refused) as refused:
            extend(-10, 20, 10)
        assert refused.value.code == "extension_shortens"

    def test_who_wrote_it_down_is_remembered(self) -> None:
        extension = extend()
        services.cancel_extension(extension, by=SYSTEM)
        told = select(AuditEvent.action).where(AuditEvent.subject_kind == "inspection_extension")
        assert list(db.session.scalars(told.order_by(AuditEvent.id))) == ["begin", "cancel"]

    def test_who_falls_back_is_known_before_a_notice_is_cancelled(self) -> None:
        car = car_with_papers_until(day(5))
        services.release(car_with_papers_until(day(5)), by=SYSTEM)
        extension = extend()
        others = extension_queries.notices_in_force(apart_from=extension.id)
        moved = extension_queries.moved_by(extension.notice, others=others)
        assert [(one.paper.vehicle_id, one.before, one.after) for one in moved] == [(car.id, day(5), day(40))] * 2
        services.cancel_extension(extension, by=SYSTEM)
        assert extension_queries.moved_by(extension.notice, others=others) == moved_as_printed(moved)


def moved_as_printed(moved: list[extension_queries.MovedPaper]) -> list[extension_queries.MovedPaper]:
    """The same papers before the notice is written down: only what the database remembers of them differs."""
    return [
        extension_queries.MovedPaper(one.paper._replace(effective_ends_on=one.before), one.before, one.after)
        for one in moved
    ]


numbers = st.integers(-30, 60)
places = st.sampled_from([None, AMAKUSA, NANAO])


@st.composite
def steps(draw: st.DrawFn) -> tuple[object, ...]:
    what = draw(st.sampled_from(["extend", "cancel", "paper", "register", "move"]))
    if what == "extend":
        first, last, until = sorted(draw(st.tuples(numbers, numbers, numbers)))
        areas = draw(st.sampled_from([(), ("43",), (NANAO,), ("17", AMAKUSA)]))
        return what, first, last, until, frozenset(areas), draw(st.booleans()), draw(st.booleans())
    if what == "paper":
        return what, draw(st.sampled_from(DocumentKind)), draw(numbers)
    return what, draw(places)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lived=st.lists(steps(), min_size=3, max_size=9))
@pytest.mark.usefixtures("session", "story_time")
def test_whatever_happens_the_database_remembers_what_the_rule_says(lived: list[tuple[object, ...]]) -> None:
    bases = World()
    for step in lived:
        bases.live(*step)
    notices = extension_queries.notices_in_force()
    db.session.expire_all()
    for document in bases.car.documents:
        said = effective_end(document.kind, document.ends_on, bases.car.home, notices)
        assert document.effective_ends_on == said
    db.session.rollback()


class World:
    """One car, and a base in each of two towns."""

    def __init__(self) -> None:
        towns = [factories.municipality(AMAKUSA), factories.municipality(NANAO, prefecture="石川県", name="七尾市")]
        activation = factories.activation(slug="papers")
        self.bases = {town.code: factories.base(activation, municipality_code=town.code) for town in towns}
        self.car = car_with_papers_until(day(5), at=self.bases[AMAKUSA])

    def live(self, what: str, *facts_told: object) -> None:
        """One thing that happens."""
        if what == "extend":
            self._extend(*facts_told)
        elif what == "paper":
            kind, ends_on = facts_told
            scope = DriverScope.UNLIMITED if kind is DocumentKind.VOLUNTARY_INSURANCE else None
            services.add_document(self.car, Paper(kind, None, day(ends_on), scope), by=SYSTEM)  # type: ignore[arg-type]
        elif what == "register":
            change(self.car, registered_in_code=facts_told[0])
        elif what == "move" and facts_told[0]:
            change(self.car, base_id=self.bases[str(facts_told[0])].id)
        elif what == "cancel" and (known := extension_queries.all_extensions()):
            services.cancel_extension(known[0], by=SYSTEM)

    def _extend(self, first: int, last: int, until: int, areas: object, waits: bool, relief: bool) -> None:  # type: ignore[override]
        told = facts(first, last, until, areas=areas, insurance_waits=waits, covers_relief=relief)
        known = [one.notice for one in extension_queries.all_extensions() if one.status is ExtensionStatus.IN_FORCE]
        if told.notice not in known:
            services.extend_inspections(told, by=SYSTEM)


@pytest.mark.usefixtures("committed", "story_time")
def test_a_paper_that_is_added_while_a_notice_is_written_down_is_not_forgotten(app: Flask) -> None:
    car_id = car_with_papers_until(day(200)).id
    db.session.commit()
    together = Barrier(2)

    def add() -> None:
        with app.app_context():
            car = db.session.get_one(Vehicle, car_id)
            together.wait(10)
            services.add_document(car, Paper(DocumentKind.INSPECTION, None, day(7)), by=SYSTEM)
            db.session.commit()

    def write_down() -> None:
        with app.app_context():
            together.wait(10)
            extend()
            db.session.commit()

    people = [Thread(target=add), Thread(target=write_down)]
    for person in people:
        person.start()
    for person in people:
        person.join(20)
    added = select(VehicleDocument.effective_ends_on).where(VehicleDocument.ends_on == day(7))
    assert db.session.scalars(added).one() == day(40)
