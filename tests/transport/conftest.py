"""Browsers of the people who use these pages."""

import pytest

from mra.core.access import Role
from tests.conftest import CheckingClient


@pytest.fixture
def desk(client: CheckingClient, story_time: object) -> CheckingClient:
    """Somebody of the desk."""
    return client.sign_in_as(Role.DESK)
