"""How figures are summed up."""

import json

import pytest
from _figures import middle, nearly_worst, report


def test_one_slow_page_in_a_hundred_does_not_move_the_median() -> None:
    assert middle([*[10.0] * 99, 4_000.0]) == 10.0


def test_ten_slow_pages_in_a_hundred_are_seen_in_the_95th_percentile() -> None:
    assert nearly_worst([*[10.0] * 90, *[900.0] * 10]) == 900.0


def test_a_single_figure_is_its_own_95th_percentile() -> None:
    assert nearly_worst([12.345]) == 12.35 or nearly_worst([12.345]) == 12.34


def test_a_result_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    report(page="申込", sql=4)
    assert json.loads(capsys.readouterr().out) == {"page": "申込", "sql": 4}
