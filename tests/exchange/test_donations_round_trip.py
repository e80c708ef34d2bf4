"""Donations that go out and come back."""

from datetime import date

import pytest
from sqlalchemy import func, select

from mra.core.db import db
from mra.donations.models import Donation
from mra.donations.rules import Channel
from mra.exchange.rules import FileFormat, Outcome
from mra.exchange.tables.donations import DONATIONS
from tests.donations import world

from .trips import Line, came_back, changes, confirmed, faults, file_of, handed_in, lines_of, outcomes

pytestmark = pytest.mark.usefixtures("session", "story_time")


@pytest.fixture
def donations() -> list[Donation]:
    return [world.donation(), world.donation(family_name="𠮷田")]


@pytest.mark.parametrize("file_format", list(FileFormat))
def test_a_table_that_nobody_edited_changes_nothing(donations: list[Donation], file_format: FileFormat) -> None:
    assert outcomes(came_back(DONATIONS, file_format=file_format)) == [Outcome.UNCHANGED] * 2


def test_the_day_of_the_name_change_is_planned_by_the_table(donations: list[Donation]) -> None:
    made = came_back(DONATIONS, lambda lines: lines[1].update({"名義変更の予定日": "令和8年9月1日"}))
    assert changes(made) == [("planned_name_change_on", "", "2026/9/1")]
    confirmed(made)
    assert donations[1].planned_name_change_on == date(2026, 9, 1)


def test_what_a_donor_said_is_not_rewritten(donations: list[Donation]) -> None:
    told = faults(came_back(DONATIONS, lambda lines: lines[0].update({"姓": "佐藤"})))
    assert [(row, name) for row, name, _ in told] == [(2, "family_name")]


def test_a_list_kept_on_paper_is_taken_in_by_the_rules_of_the_form(donations: list[Donation]) -> None:
    def without_ours(line: Line, **other: str) -> Line:
        return {name: text for name, text in line.items() if not name.startswith("MRA")} | other

    first = lines_of(DONATIONS)[0]
    rows = [
        without_ours(first, 車台番号="S510P-777777", ナンバー="熊本 480 あ 77-77", 車の状態="問題なく走れます"),
        without_ours(first, 車台番号="S510P-777778", ナンバー="", 個人情報の同意="", 届け方="投げる"),
    ]
    made = handed_in(DONATIONS, file_of(DONATIONS, rows))
    assert outcomes(made) == [Outcome.NEW, Outcome.WRONG]
    assert {name for _, name, _ in faults(made)} == {"consent", "handing"}
    confirmed(made)
    new = db.session.scalars(select(Donation).where(Donation.chassis_number == "S510P-777777")).one()
    assert (new.channel, new.first_registered_on, new.municipality_code) == (Channel.PHONE, date(2019, 6, 1), "43215")
    assert db.session.scalar(select(func.count()).select_from(Donation)) == 3
