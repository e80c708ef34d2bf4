"""Two supports at once: whose desks are shown."""

import re

import pytest

from mra.core.access import Role
from mra.core.actor import SYSTEM
from mra.core.db import db
from mra.disasters import queries, services
from mra.disasters.models import Activation
from tests import factories
from tests.conftest import CheckingClient


@pytest.fixture
def coordinator(client: CheckingClient) -> CheckingClient:
    """Somebody of the secretariat, signed in."""
    return client.sign_in_as(Role.COORDINATOR)


class TestTwoSupportsAtOnce:
    """2026-11-22: preparing a second support emptied the desks of the first, with no way back to it."""

    def test_a_support_being_prepared_leaves_the_running_one_on_the_desks(self, coordinator: CheckingClient) -> None:
        running = named("八代の支援", "running-2026")
        named("輪島の支援", "next-2026", is_open=False)
        assert running.name in coordinator.get("/desk").get_data(as_text=True)
        assert queries.current_activation() is running

    def test_staff_choose_the_support_they_work_on(self, coordinator: CheckingClient) -> None:
        older = named("八代の支援", "older-2026")
        newer = named("輪島の支援", "newer-2026")
        assert heading_lead(coordinator) == newer.name
        answer = coordinator.post(f"/activations/{older.id}/choice")
        assert (answer.status_code, answer.location) == (303, "/desk")
        assert heading_lead(coordinator) == older.name

    def test_a_chosen_support_that_is_over_gives_way(self, coordinator: CheckingClient) -> None:
        older = named("八代の支援", "older-2026")
        newer = named("輪島の支援", "newer-2026")
        coordinator.post(f"/activations/{older.id}/choice")
        services.wind_down(older, by=SYSTEM)
        services.close(older, by=SYSTEM)
        assert heading_lead(coordinator) == newer.name

    def test_one_support_needs_no_choice(self, coordinator: CheckingClient) -> None:
        factories.activation()
        assert "支援を切り替える" not in coordinator.get("/desk").get_data(as_text=True)


def named(name: str, slug: str, *, is_open: bool = True) -> Activation:
    """A support under its own name."""
    made = factories.activation(slug=slug, is_open=is_open)
    made.name = name
    db.session.flush()
    return made


def heading_lead(client: CheckingClient) -> str:
    """The name of the support on the desk's first page, below its heading."""
    found = re.search(r"日\([月火水木金土日]\)　([^<]+)</p>", client.get("/desk").get_data(as_text=True))
    assert found
    return found[1].strip()
