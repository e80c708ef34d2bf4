"""An arrival with fewer kilometres than before: wherever it is written down, it is asked about and changes nothing."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from mra.core import clock
from mra.core.access import Role
from mra.core.clock import JAPAN
from mra.core.db import db
from mra.loans.rules import LoanStatus
from mra.recalls.rules import ReturnStatus
from mra.transport import queries as transport_queries
from mra.transport.rules.drives import JobStatus
from mra.vehicles.models import Vehicle
from mra.vehicles.rules import VehicleStatus
from tests import factories
from tests.conftest import CheckingClient
from tests.loans.world import World
from tests.recalls.world import campaign
from tests.transport.test_links import link_to
from tests.transport.world import under_way

pytestmark = pytest.mark.usefixtures("session", "story_time")

# After the loan and the drive have begun, on a day on which the base works.
ARRIVED_AT = datetime(2026, 8, 22, 11, 0, tzinfo=JAPAN)
# The car, where its arrival is written down, what is typed there, its box for "looked at again", and how things stand.
Place = tuple[Vehicle, str, dict[str, Any], str, Callable[[], Any]]


def page_of_the_car() -> Place:
    car = factories.vehicle()
    typed = {"base": str(factories.base(factories.activation()).id), "odometer_km": "39000"}
    return car, f"/vehicles/{car.id}/arrival", typed, "odometer_seen", lambda: car.status is VehicleStatus.READY


def link_of_a_driver() -> Place:
    job = under_way()
    offer = transport_queries.taken_offer(job.id)
    assert offer is not None
    typed = {"odometer_km": "39000"}
    return job.vehicle, f"{link_to(offer)}/arrival", typed, "odometer_seen", lambda: job.status is JobStatus.ARRIVED


def arrival_of_a_recalled_car() -> Place:
    [one] = campaign()
    typed = {"base": str(one.campaign.activation.bases[0].id), "odometer_km": "39000"}
    path = f"/recalls/returns/{one.id}/arrival"
    return one.lease.vehicle, path, typed, "odometer_seen", lambda: one.status is ReturnStatus.RETURNED


def return_of_a_loan() -> Place:
    loan = World().out()
    typed = {"odometer_km": "39000", "fuel_eighths": "8", "is_fit": "yes"}
    path = f"/loans/{loan.id}/return"
    return loan.vehicle, path, typed, "odometer_km_confirmed", lambda: loan.status is LoanStatus.RETURNED


@pytest.mark.parametrize(
    "place",
    [page_of_the_car, link_of_a_driver, arrival_of_a_recalled_car, return_of_a_loan],
    ids=lambda one: one.__name__,
)
def test_it_is_asked_about_and_changes_nothing_until_somebody_has_looked_again(
    client: CheckingClient, place: Callable[[], Place]
) -> None:
    car, path, typed, looked_again, has_arrived = place()
    before = car.odometer_km, car.status
    client.sign_in_as(Role.DESK)
    with clock.stopped(ARRIVED_AT):
        answer = client.post(path, data=typed)
        assert answer.status_code == 422
        assert "より少なく" in answer.get_data(as_text=True)
        db.session.expire_all()
        assert (car.odometer_km, car.status, has_arrived()) == (*before, False)
        assert client.post(path, data=typed | {looked_again: "yes"}).status_code == 303
    db.session.expire_all()
    assert (car.odometer_km, has_arrived()) == (39_000, True)
