"""Events told in words that come from the lifecycles, for every page that shows a timeline."""

from datetime import datetime, timedelta
from enum import StrEnum

import pytest

from mra.accounts.queries import staff_names, timeline_lines
from mra.core import clock
from mra.core.actor import PUBLIC, SYSTEM, Actor, ActorKind
from mra.core.audit import move, note
from mra.core.db import db
from mra.core.lifecycle import Lifecycle, Move, Word
from mra.core.timeline import lifecycle_of
from mra.disasters.rules import ACTIVATION
from tests import factories


class Door(StrEnum):
    """A subject of these tests."""

    SHUT = "shut"
    OPEN = "open"


DOOR = Lifecycle(
    "door",
    Door.SHUT,
    {Door.SHUT: Word("閉"), Door.OPEN: Word("開")},
    Move("open", (Door.SHUT,), Door.OPEN, "開ける", done="開扉"),
    Move("shut", (Door.OPEN,), Door.SHUT, "閉める"),
    begun="取付け",
    notes={"paint": "塗装"},
)


@pytest.mark.parametrize(
    ("action", "told"),
    [("begin", "取付け"), ("open", "開扉"), ("shut", "閉める"), ("paint", "塗装"), ("steal", "記録")],
)
def test_an_event_is_told_in_the_words_of_its_lifecycle(action: str, told: str) -> None:
    assert DOOR.told_as(action) == told


def test_a_status_that_no_longer_exists_has_no_word() -> None:
    assert DOOR.status_label("open") == "開"
    assert DOOR.status_label("ajar") is None
    assert DOOR.status_label(None) is None


def test_the_lifecycle_of_a_subject_is_found_by_its_name() -> None:
    assert lifecycle_of("activation") is ACTIVATION
    assert lifecycle_of("dragon") is None


def test_the_newest_event_stands_first_with_who_and_what(session: None, story_time: datetime) -> None:
    person = factories.staff_member(name="高橋 実")
    activation = factories.activation()
    with clock.stopped(story_time + timedelta(hours=2)):
        move(activation, "wind_down", by=person.actor)
    db.session.flush()
    newest = timeline_lines(("activation", [activation.id]))[0]
    assert newest.at == "8/18(火) 11:00"
    assert newest.who == "高橋 実"
    assert (newest.before, newest.after) == ("受付・貸出中", "終了準備中")


@pytest.mark.parametrize(
    ("actor", "who"),
    [
        (SYSTEM, "システム"),
        (PUBLIC, "申込者本人"),
        (Actor(ActorKind.APPLICANT, 7), "申込者本人"),
        (Actor(ActorKind.STAFF, 987654321), "職員"),
    ],
)
def test_everybody_who_acts_has_a_word(session: None, actor: Actor, who: str) -> None:
    activation = factories.activation()
    note(activation, "remark", by=actor)
    db.session.flush()
    assert timeline_lines(("activation", [activation.id]))[0].who == who


def test_a_page_with_several_subjects_says_which_one(session: None) -> None:
    activation = factories.activation()
    named = {("activation", activation.id): "熊本"}
    assert {line.note for line in timeline_lines(("activation", [activation.id]), subject_words=named)} == {"熊本"}


def test_nobody_is_asked_for_when_nobody_acted(session: None) -> None:
    assert staff_names([]) == {}
    assert timeline_lines() == []
