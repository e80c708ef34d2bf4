"""The world in which cars are allocated, at a standing clock."""

from collections.abc import Iterator

import pytest

from mra.core import clock

from .world import MORNING, World


@pytest.fixture
def world(session: None) -> Iterator[World]:
    """Thursday morning in Amakusa."""
    with clock.stopped(MORNING):
        yield World()
