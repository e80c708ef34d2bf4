"""Browsers of the people who use these pages."""

import pytest

from mra.core.access import Role
from tests import factories
from tests.conftest import CheckingClient


@pytest.fixture
def coordinator(client: CheckingClient, story_time: object) -> CheckingClient:
    """Somebody who decides."""
    return client.sign_in_as(Role.COORDINATOR)


def sign_in_member(client: CheckingClient, of: object) -> CheckingClient:
    """Somebody of a member, signed in."""
    person = factories.member_person(of)  # type: ignore[arg-type]
    answer = client.post("/sign-in", data={"email": person.email, "password": factories.PASSWORD})
    assert answer.status_code == 303
    return client
