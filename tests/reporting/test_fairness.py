"""How long people waited, in words and in a table that may leave the house."""

import pytest

from mra.reporting.fairness import HEADINGS, TOO_FEW, Dimension, Waits, cell, table


def group(name: str, people: int) -> Waits:
    return Waits(name, people, people, people, people, 1.25, 3.0, 2.5, 6.75, 4.0, 9.0)


def test_every_row_has_a_cell_for_every_heading() -> None:
    rows = table({Dimension.CHANNEL: [group("電話", 5)]})
    assert rows == [
        ("申込の方法", "電話", "5", "5", "5", "5", "1.2", "3.0", "2.5", "6.8", "4.0", "9.0"),
    ]
    assert len(rows[0]) == len(HEADINGS)


def test_times_of_fewer_than_five_people_stay_in_the_house() -> None:
    (row,) = table({Dimension.BASE: [group("八代拠点", 4)]})
    assert row[:6] == ("拠点", "八代拠点", "4", "4", "4", "4")
    assert set(row[6:]) == {TOO_FEW}


def test_a_time_that_nobody_has_is_left_empty() -> None:
    (row,) = table({Dimension.ALL: [Waits("すべての希望", 9, 0, 0, 9, None, None, None, None, 2.0, 3.0)]})
    assert row[6:] == ("", "", "", "", "2.0", "3.0")


@pytest.mark.parametrize("name", ["=1+1", "+81", "-拠点", "@拠点", "\t=1", "＝1+1", " =1"])
def test_no_spreadsheet_takes_a_name_for_a_formula(name: str) -> None:
    assert cell(name) == f"'{name}"


@pytest.mark.parametrize("name", ["八代拠点", "", "第1順位", "3.5", "八代=本部"])
def test_other_cells_stay_as_they_are(name: str) -> None:
    assert cell(name) == name
