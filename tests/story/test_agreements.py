"""The partners of the story: enough of every kind, with something to do and somebody to ring."""

from collections import Counter

import pytest
from sqlalchemy import select

from mra.alliance import queries
from mra.alliance.models import Agreement
from mra.alliance.rules.agreements import AgreementLevel, Attention
from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.db import db
from mra.story import agreements
from tests import factories


@pytest.fixture(autouse=True)
def told(session: None, story_time: object) -> None:
    factories.municipality()
    for code, name in (("43202", "八代市"), ("43212", "上天草市"), ("43213", "宇城市")):
        factories.municipality(code, name)
    assert agreements.tell(SYSTEM) == 23


def test_every_level_is_met() -> None:
    levels = Counter(db.session.scalars(select(Agreement.level)))
    assert set(levels) == set(AgreementLevel)
    assert levels[AgreementLevel.PREFECTURE] == 10


def test_everything_that_can_need_doing_is_met() -> None:
    assert {duty.attention for duty in queries.agreements_to_attend(clock.today())} == set(Attention)


def test_somebody_can_be_rung_about_the_flooded_towns() -> None:
    for code in ("43215", "43202"):
        partners = queries.agreements_for_place(code, clock.today())
        assert len(partners) >= 3
        assert all(partner.contacts for partner in partners)
    assert len(queries.candidates_in(["43215"])) == 2
