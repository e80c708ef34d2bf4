"""Two people at the same second: exactly one of them drives."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from mra.core import clock
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.lifecycle import MoveNotAllowed
from mra.disasters.models import Base
from mra.transport import services
from mra.transport.models import TransportDriver, TransportJob, TransportOffer
from mra.transport.rules.drives import JobStatus
from mra.transport.rules.offers import OfferStatus
from mra.vehicles.models import Vehicle
from tests import factories

from .world import BY, DRIVER, asked, driver, job, plan, taken, to_base


def at_once(app: Flask, *acts: Callable[[], object]) -> list[str]:
    """Do all of these in transactions of their own, at the same moment; what became of each."""
    barrier, outcomes = Barrier(len(acts)), [""] * len(acts)

    def run(place: int) -> None:
        with app.app_context():
            try:
                barrier.wait(5)
                acts[place]()
                db.session.commit()
                outcomes[place] = "done"
            except Refused as refused:
                db.session.rollback()
                outcomes[place] = refused.code
            except MoveNotAllowed:
                db.session.rollback()
                outcomes[place] = "somebody_was_faster"
            except IntegrityError as broken:
                db.session.rollback()
                outcomes[place] = str(broken.orig.diag.constraint_name)  # type: ignore[union-attr]
            finally:
                db.session.remove()

    threads = [Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return sorted(outcomes)


def take(offer_id: int) -> Callable[[], None]:
    return lambda: services.take(db.session.get_one(TransportOffer, offer_id), by=DRIVER)


@pytest.mark.usefixtures("committed")
class TestRaces:
    def test_four_people_take_the_same_job_and_one_drives(self, app: Flask) -> None:
        with clock.stopped(clock.now()):
            made = job(starts_on=clock.today())
        offers = asked(made, driver(), driver(), driver(), driver(), deadline_at=made.leaves_at)
        ids, job_id = [offer.id for offer in offers], made.id
        db.session.commit()
        outcomes = at_once(app, *(take(number) for number in ids))
        assert outcomes == ["done", "job_taken", "job_taken", "job_taken"]
        took = db.session.scalars(select(TransportOffer).where(TransportOffer.status == OfferStatus.TAKEN)).all()
        assert len(took) == 1
        found = db.session.get_one(TransportJob, job_id)
        assert (found.status, found.driver_id) == (JobStatus.TAKEN, took[0].driver_id)

    def test_the_link_and_the_telephone_meet_and_one_drives(self, app: Flask) -> None:
        made, other = job(starts_on=clock.today()), driver()
        (offer,) = asked(made, driver(), deadline_at=made.leaves_at)
        offer_id, job_id, other_id = offer.id, made.id, other.id
        db.session.commit()

        def assign() -> None:
            services.assign(
                db.session.get_one(TransportJob, job_id), db.session.get_one(TransportDriver, other_id), by=BY
            )

        assert at_once(app, take(offer_id), assign) == ["done", "job_taken"]

    def test_a_job_is_taken_and_called_off_at_once_and_both_hear_the_truth(self, app: Flask) -> None:
        made = job(starts_on=clock.today())
        (offer,) = asked(made, driver(), deadline_at=made.leaves_at)
        offer_id, job_id = offer.id, made.id
        db.session.commit()

        def cancel() -> None:
            services.cancel_job(db.session.get_one(TransportJob, job_id), by=BY, reason="雨")

        outcomes = at_once(app, take(offer_id), cancel)
        assert outcomes in (["done", "done"], ["done", "job_cancelled"])
        assert db.session.get_one(TransportJob, job_id).status is JobStatus.CANCELLED
        assert db.session.get_one(TransportOffer, offer_id).status is OfferStatus.CLOSED

    def test_two_people_plan_the_same_car_and_one_job_stands(self, app: Flask) -> None:
        car, base = factories.vehicle().id, to_base().id
        db.session.commit()

        def make() -> None:
            services.plan_job(
                db.session.get_one(Vehicle, car),
                plan(db.session.get_one(Base, base), starts_on=clock.today()),
                by=BY,
            )

        assert at_once(app, make, make) == ["done", "uq_transport_jobs_one_unfinished_per_vehicle"]

    def test_the_driver_and_the_desk_record_the_same_arrival_once(self, app: Flask) -> None:
        with clock.stopped(clock.now()):
            made = taken(job(starts_on=clock.today())).job
            services.depart(made, by=BY, odometer_km=40_000)
        job_id = made.id
        db.session.commit()

        def arrive() -> None:
            services.arrive(db.session.get_one(TransportJob, job_id), by=DRIVER, odometer_km=40_100)

        assert at_once(app, arrive, arrive) == ["done", "somebody_was_faster"]
        assert db.session.get_one(TransportJob, job_id).status is JobStatus.ARRIVED
