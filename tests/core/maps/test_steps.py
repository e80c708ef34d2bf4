"""Counts as steps of colour that people can say."""

import pytest

from mra.core.maps.steps import steps_for


@pytest.mark.parametrize(
    ("largest", "limits"),
    [
        (0, ()),
        (1, (1,)),
        (4, (1, 2, 3, 4)),
        (5, (1, 2, 4)),
        (9, (1, 2, 4, 6, 8)),
        (69, (1, 20, 40, 60)),
        (99, (1, 20, 40, 60, 80)),
        (100, (1, 50, 100)),
        (1234, (1, 500, 1000)),
    ],
)
def test_steps_are_round_numbers_up_to_the_largest(largest: int, limits: tuple[int, ...]) -> None:
    assert steps_for([0, largest]).limits == limits


def test_there_are_at_most_five_steps_and_the_largest_has_one() -> None:
    for largest in range(1, 3000):
        steps = steps_for([largest])
        assert 1 <= steps.step_of(largest) == len(steps.limits) <= 5
        assert steps.step_of(0) == 0


def test_the_legend_says_where_each_step_begins_and_ends() -> None:
    assert steps_for([1100]).words("件") == [(1, "1〜499件"), (2, "500〜999件"), (3, "1,000件以上")]
    assert steps_for([2]).words("台") == [(1, "1台"), (2, "2台以上")]


def test_without_counts_there_is_no_legend() -> None:
    assert steps_for([]).words("件") == []
