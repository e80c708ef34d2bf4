"""SMS stopped and wanted again: the desk on the case, the resident behind the private link."""

from datetime import datetime

import pytest

from mra.applications.models import Application
from mra.core.access import Role
from mra.messaging.inbound import suppression
from mra.messaging.inbound.rules import SuppressionReason
from tests import factories
from tests.conftest import CheckingClient
from tests.desk.world import address_of


@pytest.fixture
def application(client: CheckingClient, story_time: datetime) -> Application:
    """Yamada Hanako's application."""
    return factories.application(factories.activation())


def reason_of(application: Application) -> SuppressionReason | None:
    found = suppression.suppression_of(application.phone)
    return found.reason if found else None


def test_the_desk_stops_and_the_case_says_why(client: CheckingClient, application: Application) -> None:
    client.sign_in_as(Role.DESK)
    client.post(f"/applications/{application.id}/suppression")
    assert reason_of(application) is SuppressionReason.STAFF
    page = client.get(f"/applications/{application.id}").get_data(as_text=True)
    assert "停止中（本人の希望を窓口が記録" in page
    client.post(f"/applications/{application.id}/suppression-end")
    assert reason_of(application) is None


def test_a_viewer_stops_nothing(client: CheckingClient, application: Application) -> None:
    client.sign_in_as(Role.VIEWER)
    assert client.post(f"/applications/{application.id}/suppression").status_code == 403
    assert reason_of(application) is None


def test_a_resident_stops_and_starts_by_the_private_link(client: CheckingClient, application: Application) -> None:
    address = address_of(application)
    assert "SMSを停止する" in client.get(address).get_data(as_text=True)
    client.post(address + "/suppression")
    assert reason_of(application) is SuppressionReason.WEB
    assert "SMSを再開する" in client.get(address).get_data(as_text=True)
    client.post(address + "/suppression-end")
    assert reason_of(application) is None
