"""Browsers of the people who use these pages."""

import pytest

from mra.core.access import Role
from tests.conftest import CheckingClient


@pytest.fixture
def coordinator(client: CheckingClient, story_time: object) -> CheckingClient:
    """Somebody who decides."""
    return client.sign_in_as(Role.COORDINATOR)


@pytest.fixture
def desk(client: CheckingClient, story_time: object) -> CheckingClient:
    """Somebody at a base."""
    return client.sign_in_as(Role.DESK)
