"""Given cars in the story: every state is met, and something is to be done."""

import pytest
from sqlalchemy import select

from mra.core.actor import Actor, ActorKind
from mra.core.db import db
from mra.donations import queries
from mra.donations.models import Donation
from mra.donations.rules import DonationStatus
from mra.story import donations
from tests import factories


@pytest.fixture
def told(session: None, story_time: object) -> dict[str, int]:
    for town in donations.places.TOWNS:
        factories.municipality(town.code, town.municipality)
    place = factories.activation()
    return donations.tell(
        place, [factories.base(place)], staff=Actor(ActorKind.STAFF, factories.staff_member().id), seed=7
    )


def test_every_state_is_met_and_every_shelf_has_something(told: dict[str, int]) -> None:
    assert set(db.session.scalars(select(Donation.status))) == set(DonationStatus)
    assert all(queries.counts().values()), queries.counts()


def test_every_next_step_of_the_secretariat_is_met(told: dict[str, int]) -> None:
    steps = {one.next_for_staff.title for one in queries.donation_page(queries.Filters("all")).donations}
    assert len(steps) >= 9, steps


def test_cars_count_as_told(told: dict[str, int]) -> None:
    with_cars = db.session.scalars(select(Donation).where(Donation.vehicle_id.is_not(None))).all()
    assert (len(with_cars), told["donations"]) == (told["donated_vehicles"], len(donations.GIFTS))
