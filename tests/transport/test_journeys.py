"""Who plans something else with a car sees that somebody is about to drive it."""

import pytest

from mra.recalls import services as recalls
from mra.transport import services
from mra.transport.models import TransportJob
from mra.vehicles.services import journeys_of
from tests import factories
from tests.conftest import CheckingClient
from tests.recalls.world import campaign

from .world import BY, asked, driver, job, taken

pytestmark = pytest.mark.usefixtures("session", "story_time")


def path(of: TransportJob) -> str:
    return f"/transport/jobs/{of.id}"


def test_a_drive_without_and_with_a_driver_is_told_with_its_day() -> None:
    planned, decided = job(), job()
    taken(decided)
    told = journeys_of([planned.vehicle_id, decided.vehicle_id, factories.vehicle().id])
    assert {number: one.word for number, one in told.items()} == {
        planned.vehicle_id: "運転者未定",
        decided.vehicle_id: "運転者決定",
    }
    assert told[planned.vehicle_id].starts_on == planned.starts_on


def test_a_drive_that_was_called_off_is_told_no_more() -> None:
    planned = job()
    asked(planned, driver())
    services.cancel_job(planned, reason="車両の都合", by=BY)
    assert not journeys_of([planned.vehicle_id])


@pytest.mark.parametrize("page", ["/vehicles/{}", "/vehicles/{}/retirement"])
def test_the_pages_of_a_car_lead_to_its_drive_instead_of_planning_a_second(desk: CheckingClient, page: str) -> None:
    planned = job()
    shown = desk.get(page.format(planned.vehicle_id)).text
    assert path(planned) in shown
    assert f"/transport/jobs/new?vehicle={planned.vehicle_id}" not in shown


def test_who_waits_for_a_leased_car_to_be_fetched_sees_its_drive(desk: CheckingClient) -> None:
    [one] = campaign()
    recalls.ask_collection(one, address="天草市本町1-1", note_text="", by=BY)
    of_return, of_campaign = f"/recalls/returns/{one.id}", f"/recalls/{one.campaign_id}"
    assert f"/transport/jobs/new?vehicle={one.lease.vehicle_id}" in desk.get(of_return).text
    planned = job(one.lease.vehicle)
    assert path(planned) in desk.get(of_campaign).text
    shown = desk.get(of_return).text
    assert path(planned) in shown
    assert f"/transport/jobs/new?vehicle={one.lease.vehicle_id}" not in shown
