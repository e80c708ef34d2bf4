"""Two disasters at once: staff choose which support their pages are about."""

import pytest

from mra.core.access import Role
from mra.core.db import db
from mra.disasters.models import Activation
from tests import factories
from tests.conftest import CheckingClient

pytestmark = pytest.mark.usefixtures("story_time")


def _named(name: str, slug: str, *, is_open: bool = True) -> Activation:
    made = factories.activation(is_open=is_open, slug=slug)
    made.name = name
    factories.base(made)
    db.session.flush()
    return made


def _desk(client: CheckingClient) -> str:
    return client.get("/desk").get_data(as_text=True)


def test_one_support_leaves_nothing_to_choose(client: CheckingClient) -> None:
    _named("熊本の支援", "kumamoto")
    client.sign_in_as(Role.DESK)
    assert "支援を切り替える" not in _desk(client)


def test_staff_work_on_the_newest_support_until_they_choose_another(client: CheckingClient) -> None:
    kumamoto = _named("熊本の支援", "kumamoto")
    _named("鹿児島の支援", "kagoshima")
    client.sign_in_as(Role.DESK)
    assert "鹿児島の支援" in _desk(client).split("<main")[1]
    assert client.post(f"/activations/{kumamoto.id}/selection").status_code == 303
    page = _desk(client).split("<main")[1]
    assert "熊本の支援" in page
    assert "鹿児島の支援" not in page


def test_a_support_in_preparation_takes_nobody_away_from_the_running_one(client: CheckingClient) -> None:
    _named("熊本の支援", "kumamoto")
    _named("鹿児島の支援", "kagoshima", is_open=False)
    client.sign_in_as(Role.DESK)
    assert "熊本の支援" in _desk(client).split("<main")[1]


def test_who_prepares_a_support_works_on_it_from_then_on(client: CheckingClient) -> None:
    kumamoto = _named("熊本の支援", "kumamoto")
    client.sign_in_as(Role.COORDINATOR)
    form = {"name": "鹿児島の支援", "slug": "kagoshima", "help_phone": "0969-00-0000"}
    begins_on = {"intake_from_on_year": "2026", "intake_from_on_month": "9", "intake_from_on_day": "20"}
    path = f"/disasters/{kumamoto.disaster_id}/activations"
    assert client.post(path, data=form | begins_on).status_code == 303
    assert "鹿児島の支援" in client.get("/board").get_data(as_text=True).split("<main")[1]


def test_one_persons_choice_is_not_anothers(client: CheckingClient) -> None:
    kumamoto = _named("熊本の支援", "kumamoto")
    _named("鹿児島の支援", "kagoshima")
    client.sign_in_as(Role.DESK).post(f"/activations/{kumamoto.id}/selection")
    client.post("/sign-out")
    client.sign_in_as(Role.COORDINATOR)
    assert "鹿児島の支援" in _desk(client).split("<main")[1]
