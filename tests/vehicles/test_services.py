"""What can be done with a car, and what is refused."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.audit import lock, timeline
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.lifecycle import MoveNotAllowed
from mra.core.vehicle_classes import VehicleClass
from mra.vehicles import rules, services
from mra.vehicles.facts import Registration, VehicleFacts, facts_of
from mra.vehicles.leasing import LeaseStatus
from mra.vehicles.models import Vehicle, VehicleDocument
from mra.vehicles.plates import parse_plate
from mra.vehicles.rules import (
    DocumentKind,
    Drive,
    DriverScope,
    OutReason,
    Paper,
    Transmission,
    VehicleStatus,
)
from tests import factories

INSPECTION, COMPULSORY, VOLUNTARY = DocumentKind
pytestmark = pytest.mark.usefixtures("story_time")


def alto(**values: object) -> VehicleFacts:
    """A kei car as somebody would write it down."""
    facts = VehicleFacts(
        chassis_number="HA36S-105678",
        plate=parse_plate("熊本 580 わ 12-34"),
        name="アルト",
        vehicle_class=VehicleClass.KEI_PASSENGER,
        seats=4,
        transmission=Transmission.AT,
        drive=Drive.TWO,
        features=("etc",),
        base_id=None,
        odometer_km=42_000,
    )
    return replace(facts, **values)  # type: ignore[arg-type]


def actions_of(vehicle: Vehicle) -> list[str]:
    return [event.action for event in reversed(timeline(("vehicle", [vehicle.id])))]


@pytest.fixture
def uses() -> Iterator[dict[int, str]]:
    """What allocation and loans would answer: the test writes into it which car is in use for what."""
    told: dict[int, str] = {}

    def check(vehicle_ids: object) -> dict[int, str]:
        return {number: use for number, use in told.items() if number in vehicle_ids}  # type: ignore[operator]

    services.in_use_checks.append(check)
    yield told
    services.in_use_checks.remove(check)


@pytest.mark.usefixtures("session")
class TestRegister:
    def test_a_new_car_is_promised_and_has_its_papers(self) -> None:
        papers = [
            Paper(INSPECTION, None, date(2027, 3, 31)),
            Paper(COMPULSORY, None, date(2027, 4, 30)),
            Paper(VOLUNTARY, None, date(2027, 5, 31), DriverScope.UNLIMITED),
        ]
        vehicle = services.register(Registration(alto(), papers), by=SYSTEM)
        assert vehicle.status is VehicleStatus.PROMISED
        assert vehicle.lawful_until() == date(2027, 3, 31)
        assert actions_of(vehicle) == ["begin"]

    def test_a_car_that_already_stands_at_its_base_is_ready(self) -> None:
        base = factories.base(factories.activation())
        vehicle = services.register(Registration(alto(base_id=base.id), has_arrived=True), by=SYSTEM)
        assert vehicle.status is VehicleStatus.READY
        assert actions_of(vehicle) == ["begin", "arrive"]

    def test_a_four_wheel_car_carries_the_feature_that_the_allocation_asks_for(self) -> None:
        vehicle = services.register(Registration(alto(drive=Drive.FOUR)), by=SYSTEM)
        assert vehicle.features == ["awd", "etc"]

    def test_two_cars_never_share_a_chassis_number(self) -> None:
        services.register(Registration(alto()), by=SYSTEM)
        with pytest.raises(IntegrityError, match="uq_vehicles_chassis_number"):
            services.register(Registration(alto(plate=None)), by=SYSTEM)

    def test_two_cars_never_share_a_plate(self) -> None:
        services.register(Registration(alto()), by=SYSTEM)
        with pytest.raises(IntegrityError, match="uq_vehicles_plate"):
            services.register(Registration(alto(chassis_number="HA36S-105679")), by=SYSTEM)

    def test_two_cars_without_a_plate_may_both_be_registered(self) -> None:
        first = services.register(Registration(alto(plate=None)), by=SYSTEM)
        second = services.register(Registration(alto(plate=None, chassis_number="HA36S-105679")), by=SYSTEM)
        assert (first.plate, second.plate) == (None, None)
        assert first.id != second.id


@pytest.mark.usefixtures("session")
class TestChange:
    def test_a_change_is_on_the_timeline_before_and_after(self) -> None:
        vehicle = services.register(Registration(alto()), by=SYSTEM)
        services.change(vehicle, alto(odometer_km=43_000, seats=2), version=vehicle.version, by=SYSTEM)
        event = timeline(("vehicle", [vehicle.id]))[0]
        assert event.facts == {"changes": {"odometer_km": [42_000, 43_000], "seats": [4, 2]}}

    def test_free_text_stays_out_of_the_history(self) -> None:
        vehicle = services.register(Registration(alto()), by=SYSTEM)
        services.change(vehicle, alto(remarks="山田さんの車"), version=vehicle.version, by=SYSTEM)
        assert timeline(("vehicle", [vehicle.id]))[0].facts == {"changes": {"remarks": None}}
        assert vehicle.remarks == "山田さんの車"

    def test_who_opened_the_form_before_another_change_is_refused(self) -> None:
        vehicle = services.register(Registration(alto()), by=SYSTEM)
        opened = vehicle.version
        services.change(vehicle, alto(odometer_km=43_000), version=opened, by=SYSTEM)
        db.session.flush()
        with pytest.raises(Refused, match="vehicle_changed"):
            services.change(vehicle, alto(odometer_km=44_000), version=opened, by=SYSTEM)
        assert vehicle.odometer_km == 43_000

    def test_a_move_counts_as_a_change_of_the_row(self) -> None:
        vehicle = services.register(Registration(alto()), by=SYSTEM)
        opened = vehicle.version
        services.dispatch(vehicle, by=SYSTEM)
        db.session.flush()
        with pytest.raises(Refused, match="vehicle_changed"):
            services.change(vehicle, alto(seats=2), version=opened, by=SYSTEM)

    def test_a_change_of_nothing_leaves_no_trace(self) -> None:
        vehicle = services.register(Registration(alto()), by=SYSTEM)
        services.change(vehicle, facts_of(vehicle), version=vehicle.version, by=SYSTEM)
        assert actions_of(vehicle) == ["begin"]

    def test_a_ready_car_keeps_a_base(self) -> None:
        vehicle = factories.vehicle(factories.base(factories.activation()))
        facts = replace(facts_of(vehicle), base_id=None)
        with pytest.raises(Refused, match="ready_needs_base"):
            services.change(vehicle, facts, version=vehicle.version, by=SYSTEM)

    def test_a_car_in_use_does_not_change_its_base(self, uses: dict[int, str]) -> None:
        activation = factories.activation()
        vehicle = factories.vehicle(factories.base(activation))
        other = factories.base(activation, "本渡拠点")
        uses[vehicle.id] = "貸出中"
        with pytest.raises(Refused) as refused:
            services.change(vehicle, replace(facts_of(vehicle), base_id=other.id), version=vehicle.version, by=SYSTEM)
        assert refused.value.facts == {"use": "貸出中"}

    def test_a_car_in_use_does_not_change_its_class(self, uses: dict[int, str]) -> None:
        vehicle = factories.vehicle(factories.base(factories.activation()))
        uses[vehicle.id] = "貸出中"
        truck = replace(facts_of(vehicle), vehicle_class=VehicleClass.KEI_TRUCK)
        with pytest.raises(Refused, match="vehicle_in_use"):
            services.change(vehicle, truck, version=vehicle.version, by=SYSTEM)


@pytest.mark.usefixtures("session")
class TestMoves:
    def test_a_car_goes_from_promise_to_its_base(self) -> None:
        base = factories.base(factories.activation())
        vehicle = factories.vehicle()
        services.dispatch(vehicle, by=SYSTEM)
        services.arrive(vehicle, base, by=SYSTEM, odometer_km=41_000)
        assert (vehicle.status, vehicle.base, vehicle.odometer_km) == (VehicleStatus.READY, base, 41_000)

    def test_a_car_that_did_not_leave_after_all_is_promised_as_before(self) -> None:
        vehicle = factories.vehicle()
        services.dispatch(vehicle, by=SYSTEM)
        services.turn_back(vehicle, by=SYSTEM)
        assert vehicle.status is VehicleStatus.PROMISED

    def test_fewer_kilometres_than_before_are_looked_at_again(self) -> None:
        base = factories.base(factories.activation())
        vehicle = factories.vehicle(odometer_km=52_000)
        with pytest.raises(Refused, match="arrives_with_fewer_km"):
            services.arrive(vehicle, base, by=SYSTEM, odometer_km=51_999)
        db.session.rollback()
        base, vehicle = factories.base(factories.activation()), factories.vehicle(odometer_km=52_000)
        services.arrive(vehicle, base, by=SYSTEM, odometer_km=51_999, accept_lower_odometer=True)
        assert vehicle.odometer_km == 51_999

    def test_a_recalled_lease_ends_where_its_car_stands_at_a_base(self) -> None:
        base = factories.base(factories.activation())
        called, running = (factories.lease(factories.vehicle()) for _ in range(2))
        services.recall(called, by=SYSTEM)
        services.arrive(called.vehicle, base, by=SYSTEM)
        with pytest.raises(Refused, match="lease_still_running"):
            services.arrive(running.vehicle, base, by=SYSTEM)
        assert (called.status, running.status) == (LeaseStatus.ENDED, LeaseStatus.RUNNING)
        assert called.ended_at == called.recalled_at == clock.now()

    def test_a_change_of_name_is_finished_once(self) -> None:
        vehicle = services.register(Registration(alto(), name_change_pending=True), by=SYSTEM)
        assert vehicle.name_change_pending
        for _ in range(2):
            services.finish_name_change(vehicle, by=SYSTEM)
        assert not vehicle.name_change_pending
        assert [event.action for event in timeline(("vehicle", [vehicle.id]))].count("change_name") == 1

    def test_a_car_arrives_somewhere(self) -> None:
        with pytest.raises(Refused, match="no_base_for_arrival"):
            services.arrive(factories.vehicle(), None, by=SYSTEM)

    def test_a_car_is_taken_out_for_a_reason_and_put_back(self) -> None:
        vehicle = factories.vehicle(factories.base(factories.activation()))
        services.take_out(vehicle, by=SYSTEM, reason=OutReason.BREAKDOWN, note="右前タイヤ")
        db.session.flush()
        assert (vehicle.status, vehicle.out_reason) == (VehicleStatus.OUT_OF_SERVICE, OutReason.BREAKDOWN)
        services.put_back(vehicle, by=SYSTEM)
        assert (vehicle.status, vehicle.out_reason, vehicle.out_note) == (VehicleStatus.READY, None, "")

    def test_a_car_in_use_is_not_taken_out(self, uses: dict[int, str]) -> None:
        vehicle = factories.vehicle(factories.base(factories.activation()))
        uses[vehicle.id] = "案内中"
        with pytest.raises(Refused, match="vehicle_in_use"):
            services.take_out(vehicle, by=SYSTEM, reason=OutReason.CLEANING)

    def test_a_car_in_use_is_not_released(self, uses: dict[int, str]) -> None:
        vehicle = factories.vehicle(factories.base(factories.activation()))
        uses[vehicle.id] = "貸出中"
        with pytest.raises(Refused, match="vehicle_in_use"):
            services.release(vehicle, by=SYSTEM)

    def test_a_released_car_can_come_back_with_its_history(self) -> None:
        vehicle = factories.vehicle(factories.base(factories.activation()))
        services.release(vehicle, by=SYSTEM)
        services.readmit(vehicle, by=SYSTEM)
        assert (vehicle.status, vehicle.base) == (VehicleStatus.PROMISED, None)
        assert actions_of(vehicle) == ["begin", "arrive", "release", "readmit"]

    def test_a_promised_car_is_not_taken_out(self) -> None:
        with pytest.raises(MoveNotAllowed):
            services.take_out(factories.vehicle(), by=SYSTEM, reason=OutReason.OTHER)

    def test_the_database_keeps_the_reason_of_a_car_out_of_service(self) -> None:
        vehicle = factories.vehicle(factories.base(factories.activation()))
        services.take_out(vehicle, by=SYSTEM, reason=OutReason.OTHER)
        db.session.flush()
        vehicle.out_reason = None
        with pytest.raises(IntegrityError, match="out_for_a_reason"):
            db.session.flush()


@pytest.mark.usefixtures("session")
class TestPapers:
    def test_a_newer_paper_supersedes_and_the_older_one_stays(self) -> None:
        vehicle = factories.vehicle(lawful_until=date(2026, 9, 30))
        for kind in (INSPECTION, COMPULSORY):
            services.add_document(vehicle, Paper(kind, None, date(2028, 9, 30)), by=SYSTEM)
        services.add_document(vehicle, Paper(VOLUNTARY, None, date(2027, 9, 30), DriverScope.UNLIMITED), by=SYSTEM)
        assert vehicle.lawful_until() == date(2027, 9, 30)
        assert len(vehicle.all_documents) == 6

    def test_the_same_paper_twice_is_one_paper(self) -> None:
        vehicle = factories.vehicle(lawful_until=None)
        for _ in range(2):
            services.add_document(vehicle, Paper(INSPECTION, None, date(2028, 9, 30)), by=SYSTEM)
        assert len(vehicle.all_documents) == 1
        assert actions_of(vehicle).count("add_document") == 1

    def test_a_paper_that_ends_before_it_begins_is_refused(self) -> None:
        paper = Paper(INSPECTION, date(2027, 1, 2), date(2027, 1, 1))
        with pytest.raises(Refused, match="paper_ends_before_it_begins"):
            services.add_document(factories.vehicle(), paper, by=SYSTEM)

    def test_a_paper_typed_wrongly_counts_no_more_but_stays(self) -> None:
        vehicle = factories.vehicle(lawful_until=date(2026, 9, 30))
        wrong = services.add_document(vehicle, Paper(INSPECTION, None, date(2029, 9, 30)), by=SYSTEM)
        services.cancel_document(vehicle, wrong, by=SYSTEM)
        assert vehicle.lawful_until() == date(2026, 9, 30)
        assert wrong in vehicle.all_documents
        assert actions_of(vehicle)[-2:] == ["add_document", "cancel_document"]


class TestTwoPeopleAtOnce:
    def test_only_one_of_two_changes_is_kept(self, app: Flask, committed: None) -> None:
        vehicle = services.register(Registration(alto()), by=SYSTEM)
        db.session.commit()
        vehicle_id, opened = vehicle.id, vehicle.version
        outcomes: list[str] = []
        start = threading.Barrier(2, timeout=10)

        def edit(odometer_km: int) -> None:
            with app.app_context():
                mine = db.session.get_one(Vehicle, vehicle_id)
                start.wait()
                try:
                    services.change(mine, alto(odometer_km=odometer_km), version=opened, by=SYSTEM)
                    db.session.commit()
                    outcomes.append("kept")
                except Refused as refused:
                    outcomes.append(refused.code)

        together(edit, [(43_000,), (44_000,)])
        assert sorted(outcomes) == ["kept", "vehicle_changed"]

    def test_who_takes_a_car_out_waits_for_who_is_offering_it(
        self, app: Flask, committed: None, uses: dict[int, str]
    ) -> None:
        vehicle = factories.vehicle(factories.base(factories.activation()))
        db.session.commit()
        vehicle_id = vehicle.id
        is_locked = threading.Event()
        outcomes: list[str] = []

        def offer() -> None:
            with app.app_context():
                lock(db.session.get_one(Vehicle, vehicle_id))
                is_locked.set()
                uses[vehicle_id] = "案内中"
                db.session.commit()

        def take_out() -> None:
            assert is_locked.wait(10)
            with app.app_context():
                try:
                    services.take_out(db.session.get_one(Vehicle, vehicle_id), by=SYSTEM, reason=OutReason.BREAKDOWN)
                    db.session.commit()
                    outcomes.append("taken out")
                except Refused as refused:
                    outcomes.append(refused.code)

        together(lambda step: step(), [(offer,), (take_out,)])
        assert outcomes == ["vehicle_in_use"]


def together(work: object, arguments: list[tuple[object, ...]]) -> None:
    """Run the same work in as many threads as there are arguments, and wait for all of them."""
    threads = [threading.Thread(target=work, args=each) for each in arguments]  # type: ignore[arg-type]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()


def test_every_refusal_of_a_constraint_has_a_sentence() -> None:
    assert set(rules.CONSTRAINTS.values()) <= set(rules.REFUSALS)


@pytest.mark.usefixtures("session")
def test_a_ready_car_without_a_base_is_refused_by_the_database() -> None:
    vehicle = factories.vehicle(factories.base(factories.activation()))
    vehicle.base_id = None
    with pytest.raises(IntegrityError, match="ready_at_a_base"):
        db.session.flush()


@pytest.mark.usefixtures("session")
def test_the_database_refuses_a_paper_that_ends_before_it_begins() -> None:
    vehicle = factories.vehicle(lawful_until=None)
    db.session.add(
        VehicleDocument(
            vehicle_id=vehicle.id,
            kind=INSPECTION,
            starts_on=date(2027, 1, 2),
            ends_on=date(2027, 1, 1),
            created_at=vehicle.created_at,
        )
    )
    with pytest.raises(IntegrityError, match="starts_before_it_ends"):
        db.session.flush()
    db.session.rollback()
    assert db.session.scalar(select(VehicleDocument.id)) is None
