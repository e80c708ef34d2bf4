"""The benchmarks stay honest only while their pages open and their form is taken in."""

import pytest
from _main_pages import ADMIN, COORDINATOR, DESK, MEMBER, cast, main_pages
from _resident_form import filled_in, of_its_own
from flask import Flask
from sqlalchemy import func, select

from mra.applications.models import Application
from mra.core.db import db
from mra.disasters.models import Activation
from mra.story import flood
from tests.conftest import CheckingClient


@pytest.fixture
def story(client: CheckingClient) -> None:
    """A small flood."""
    flood.tell(applications=60, vehicles=20, loans=None, seed=7)
    db.session.commit()


def test_every_main_page_opens(app: Flask, client: CheckingClient, story: None) -> None:
    who = cast(app)
    run = _propose(client, who.base_ids)
    opened = {page.name: _reader(app, page.reader).get(page.path).status_code for page in main_pages(who, run)}
    assert {name: status for name, status in opened.items() if status != 200} == {}


def _propose(client: CheckingClient, base_ids: list[int]) -> str:
    client.post("/sign-in", data={"email": COORDINATOR, "password": flood.PASSWORD})
    answer = client.post("/allocation/runs", data={"base": base_ids})
    assert answer.status_code == 303
    return answer.headers["Location"]


def _reader(app: Flask, email: str | None) -> CheckingClient:
    reader: CheckingClient = app.test_client()  # type: ignore[assignment]
    if email:
        assert email in (ADMIN, COORDINATOR, DESK, MEMBER)
        assert reader.post("/sign-in", data={"email": email, "password": flood.PASSWORD}).status_code == 303
    return reader


def test_each_sending_of_the_resident_form_is_another_application(client: CheckingClient, story: None) -> None:
    before = _applications()
    slug = db.session.scalars(select(Activation.slug)).one()
    for _sending in range(2):
        answer = client.post(f"/activations/{slug}/applications", data=filled_in() | of_its_own())
        assert answer.status_code == 303
    assert _applications() == before + 2


def _applications() -> int:
    return db.session.scalars(select(func.count()).select_from(Application)).one()
