"""What transport goes by, without a database."""

from datetime import date, datetime, time, timedelta

import pytest

from mra.core.clock import JAPAN
from mra.core.vehicle_classes import VehicleClass
from mra.transport.rules import convoys, drivers, drives, expenses, offers
from mra.transport.rules.candidates import Candidate, Demand, ranked
from mra.transport.rules.convoys import Drive
from mra.transport.rules.drives import JobStatus, Means, WayHome, Worry
from mra.transport.rules.expenses import ExpenseStatus
from mra.transport.rules.licences import LicenceClass, licence_fits, licence_for, licence_misfit
from mra.transport.rules.offers import CloseReason, OfferStatus, Standing
from mra.vehicles.rules import VehicleStatus

DAY = date(2026, 8, 22)


def at(hour: int, day: int = 22) -> datetime:
    return datetime(2026, 8, day, hour, tzinfo=JAPAN)


class TestLicences:
    @pytest.mark.parametrize(
        ("held", "needed", "fits"),
        [
            (LicenceClass.STANDARD, LicenceClass.STANDARD, True),
            (LicenceClass.STANDARD, LicenceClass.SEMI_MEDIUM_5T, False),
            (LicenceClass.MEDIUM_8T, LicenceClass.SEMI_MEDIUM, True),
            (LicenceClass.MEDIUM_8T, LicenceClass.MEDIUM, False),
            (LicenceClass.LARGE, LicenceClass.MEDIUM, True),
        ],
    )
    def test_an_older_card_allows_heavier_cars(self, held: LicenceClass, needed: LicenceClass, fits: bool) -> None:
        assert licence_fits(held, needed) is fits

    def test_a_bus_needs_a_medium_licence_and_a_car_an_ordinary_one(self) -> None:
        assert licence_for(VehicleClass.KEI_TRUCK, 2) is LicenceClass.STANDARD
        assert licence_for(VehicleClass.TRUCK_DUMP, 3) is LicenceClass.SEMI_MEDIUM_5T
        assert licence_for(VehicleClass.VAN_LARGE, 14) is LicenceClass.MEDIUM
        assert licence_for(VehicleClass.MICROBUS, 40) is LicenceClass.LARGE

    def test_an_automatic_licence_does_not_drive_a_manual_car_nor_an_expired_one_any(self) -> None:
        def misfit(*, is_manual: bool, expires_on: date) -> str | None:
            return licence_misfit(
                LicenceClass.STANDARD,
                LicenceClass.STANDARD,
                is_automatic_only=True,
                is_manual=is_manual,
                expires_on=expires_on,
                day=DAY,
            )

        assert misfit(is_manual=False, expires_on=DAY) is None
        assert misfit(is_manual=True, expires_on=DAY) == "driver_automatic_only"
        assert misfit(is_manual=False, expires_on=DAY - timedelta(days=1)) == "driver_licence_expired"


class TestDays:
    def test_a_named_day_beats_the_day_of_the_week(self) -> None:
        assert drivers.is_free_on(DAY, [5], [], [])
        assert not drivers.is_free_on(DAY, [5], [], [DAY])
        assert drivers.is_free_on(DAY, [], [DAY], [])

    def test_when_somebody_can_drive_is_said_in_words(self) -> None:
        assert drivers.free_words([5, 6], [date(2026, 8, 25)], [DAY]) == "土・日、8/25(火)（8/22(土)を除く）"
        assert drivers.free_words(range(7), [], []) == "毎日"
        assert drivers.free_words([], [], []) == "都合のよい日は未定"

    def test_a_car_is_due_after_the_drive_with_its_breaks_and_an_hour(self) -> None:
        assert drives.usual_due_at(DAY, time(9, 0), 300) == at(17)
        assert drives.usual_due_at(DAY, time(9, 0), None) == at(10)

    @pytest.mark.parametrize(
        ("status", "moment", "worry"),
        [
            (JobStatus.OPEN, at(9, 18), None),
            (JobStatus.OPEN, at(9, 19), Worry.NO_DRIVER),
            (JobStatus.TAKEN, at(11), None),
            (JobStatus.TAKEN, at(12), Worry.NOT_DEPARTED),
            (JobStatus.UNDER_WAY, at(15), None),
            (JobStatus.UNDER_WAY, at(17), Worry.OVERDUE),
            (JobStatus.ARRIVED, at(9, 25), None),
        ],
    )
    def test_a_job_worries_only_while_somebody_can_help(
        self, status: JobStatus, moment: datetime, worry: Worry | None
    ) -> None:
        assert drives.worry_about(status, DAY, time(11, 0), at(16), moment) is worry

    def test_a_job_is_planned_for_a_day_to_come_and_forwards(self) -> None:
        today = DAY - timedelta(days=4)
        assert drives.day_fault(DAY, today, time(9), time(11), at(16)) is None
        assert drives.day_fault(today - timedelta(days=1), today, None, None, at(16)) == "job_in_the_past"
        assert drives.day_fault(today + timedelta(days=181), today, None, None, at(16)) == "job_too_far_ahead"
        assert drives.day_fault(DAY, today, time(11), time(9), at(16)) == "departure_window_backwards"
        assert drives.day_fault(DAY, today, time(9), None, at(8)) == "due_before_departure"


class TestPlaces:
    @pytest.mark.parametrize(
        ("status", "base_id", "start", "goal", "fault"),
        [
            (VehicleStatus.PROMISED, None, None, 1, None),
            (VehicleStatus.READY, 1, 1, 2, None),
            (VehicleStatus.READY, 1, None, 2, "car_starts_elsewhere"),
            (VehicleStatus.READY, 1, 1, None, "ready_car_leaves_bases"),
            (VehicleStatus.READY, 1, 2, 1, "car_is_there"),
            (VehicleStatus.OUT_OF_SERVICE, 1, 1, None, None),
            (VehicleStatus.PROMISED, None, 2, 2, "job_goes_nowhere"),
            (VehicleStatus.RELEASED, None, None, 1, "car_has_left"),
        ],
    )
    def test_a_car_goes_where_the_register_can_follow(
        self, status: VehicleStatus, base_id: int | None, start: int | None, goal: int | None, fault: str | None
    ) -> None:
        assert drives.place_fault(status, base_id=base_id, from_base_id=start, to_base_id=goal) == fault

    def test_a_car_without_inspection_is_not_driven_on_its_plates(self) -> None:
        assert drives.means_fault(Means.DRIVEN, may_be_driven=False) == "car_may_not_be_driven"
        assert drives.means_fault(Means.CARRIER, may_be_driven=False) is None
        assert drives.means_fault(Means.TEMPORARY_PERMIT, may_be_driven=False) is None


class TestOffers:
    @pytest.mark.parametrize(
        ("status", "job", "why", "stands"),
        [
            (OfferStatus.ASKED, JobStatus.OPEN, None, Standing.ANSWERABLE),
            (OfferStatus.CLOSED, JobStatus.TAKEN, CloseReason.TAKEN_BY_OTHER, Standing.OTHERS),
            (OfferStatus.CLOSED, JobStatus.CANCELLED, CloseReason.JOB_CANCELLED, Standing.CANCELLED),
            (OfferStatus.TAKEN, JobStatus.TAKEN, None, Standing.READY),
            (OfferStatus.TAKEN, JobStatus.UNDER_WAY, None, Standing.UNDER_WAY),
            (OfferStatus.TAKEN, JobStatus.ARRIVED, None, Standing.DONE),
            (OfferStatus.REFUSED, JobStatus.OPEN, None, Standing.REFUSED),
            (OfferStatus.GIVEN_BACK, JobStatus.OPEN, None, Standing.GIVEN_BACK),
        ],
    )
    def test_the_page_says_where_an_offer_stands(
        self, status: OfferStatus, job: JobStatus, why: CloseReason | None, stands: Standing
    ) -> None:
        assert offers.standing(status, job, why, at(20), at(9)) is stands

    def test_an_offer_past_its_deadline_is_answered_on_the_phone(self) -> None:
        assert offers.standing(OfferStatus.ASKED, JobStatus.OPEN, None, at(9), at(9)) is Standing.LATE

    def test_a_deadline_lies_between_now_and_the_drive(self) -> None:
        assert offers.deadline_fault(at(8), at(9), at(12)) == "offer_deadline_past"
        assert offers.deadline_fault(at(13), at(9), at(12)) == "offer_deadline_after_job"
        assert offers.deadline_fault(at(11), at(9), at(12)) is None
        assert at(9) < offers.usual_deadline(at(9), at(12)) <= at(12)
        assert offers.usual_deadline(at(9, 18), at(12)) == at(9, 19)
        assert offers.usual_deadline(at(3, 18), at(12)) == at(20, 18)
        assert offers.usual_deadline(at(23, 18), at(12)) == at(20, 19)

    def test_a_text_about_a_job_that_was_called_off_does_not_go_out(self) -> None:
        def holds(template: str, status: OfferStatus, job: JobStatus) -> bool:
            return offers.text_holds(template, status, job, at(20), at(9))

        assert holds("transport_asked", OfferStatus.ASKED, JobStatus.OPEN)
        assert not holds("transport_asked", OfferStatus.ASKED, JobStatus.TAKEN)
        assert not holds("transport_reminder", OfferStatus.CLOSED, JobStatus.CANCELLED)
        assert holds("transport_cancelled", OfferStatus.CLOSED, JobStatus.CANCELLED)


class TestCandidates:
    DEMAND = Demand(DAY, LicenceClass.STANDARD, False, 300)

    def candidate(self, number: int, **values: object) -> Candidate:
        told: dict[str, object] = {
            "licence_class": LicenceClass.STANDARD,
            "is_automatic_only": False,
            "licence_expires_on": date(2029, 1, 1),
            "is_free": True,
            "farthest_km": 800,
            "distance_km": 10.0,
            "jobs_lately": 0,
            "jobs_that_day": 0,
        }
        return Candidate(driver_id=number, **(told | values))  # type: ignore[arg-type]

    def test_who_fits_stands_first_then_the_nearest_then_who_drove_least(self) -> None:
        people = [
            self.candidate(1, is_free=False),
            self.candidate(2, distance_km=120.0),
            self.candidate(3, jobs_lately=4),
            self.candidate(4),
            self.candidate(5, licence_expires_on=date(2026, 1, 1)),
            self.candidate(6, distance_km=None),
        ]
        assert [one.candidate.driver_id for one in ranked(people, self.DEMAND)] == [4, 3, 2, 6, 1, 5]

    def test_why_somebody_does_not_fit_is_said(self) -> None:
        (one,) = ranked([self.candidate(1, is_free=False, farthest_km=50, jobs_that_day=1)], self.DEMAND)
        assert not one.fits
        assert one.doubts == (
            "都合のよい日ではありません",
            "同じ日に別の回送があります",
            "50kmまでとのこと",
        )
        (asked,) = ranked([self.candidate(1, is_asked=True)], self.DEMAND)
        assert asked.misfit == "すでに打診しています"


class TestWaysHome:
    def drive(self, way: WayHome, seats: int = 0, to: str = "熊本県", status: JobStatus = JobStatus.TAKEN) -> Drive:
        return Drive(1, DAY, "静岡県", to, status, way, seats)

    def test_two_seats_are_missing(self) -> None:
        (convoy,) = convoys.convoys(
            [
                self.drive(WayHome.SEAT),
                self.drive(WayHome.UNDECIDED),
                self.drive(WayHome.SEAT),
                self.drive(WayHome.COMPANION, seats=1),
            ]
        )
        assert (convoy.needed, convoy.offered, convoy.missing) == (3, 1, 2)
        assert convoy.sentence == "帰りの席が2つ足りません"

    def test_enough_seats_are_said_to_be_enough(self) -> None:
        (convoy,) = convoys.convoys([self.drive(WayHome.SEAT), self.drive(WayHome.COMPANION, seats=3)])
        assert convoy.sentence == "帰りの席は足りています（1人に3席）"
        (by_train,) = convoys.convoys([self.drive(WayHome.TRAIN)])
        assert by_train.sentence == "帰りの手段は決まっています"

    def test_drives_to_another_region_or_called_off_are_not_counted_together(self) -> None:
        found = convoys.convoys(
            [
                self.drive(WayHome.SEAT),
                self.drive(WayHome.SEAT, to="石川県"),
                self.drive(WayHome.SEAT, status=JobStatus.CANCELLED),
            ]
        )
        assert [convoy.needed for convoy in found] == [1, 1]


def test_what_was_turned_down_is_not_paid() -> None:
    told = [(ExpenseStatus.CLAIMED, 3_000), (ExpenseStatus.SETTLED, 2_000), (ExpenseStatus.TURNED_DOWN, 9_000)]
    assert expenses.claimed_yen(told) == 5_000
