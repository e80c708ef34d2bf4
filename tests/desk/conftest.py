"""What the tests of the desk share."""

from datetime import datetime

import pytest

from tests.desk.call_world import World


@pytest.fixture
def world(session: None, story_time: datetime) -> World:
    """A world of its own."""
    return World()
