"""The numbers of the small chart."""

from mra.supply.chart import Curve, drawing, rounded_up


def test_the_axis_ends_at_a_number_that_divides_into_its_lines() -> None:
    assert [rounded_up(value) for value in (1, 5, 13, 33, 126, 500)] == [4, 8, 16, 40, 160, 800]


def test_arrivals_are_steps_up_to_the_day() -> None:
    found = drawing([Curve("sure", [0, 2, 2, 4])], need=4)
    [(kind, path)] = found.paths
    assert kind == "sure"
    assert path.startswith("M44.0 150.0H")
    assert path.endswith(f"V{found.need_y}")


def test_the_need_lies_within_the_drawing() -> None:
    found = drawing([Curve("sure", [0, 0])], need=100)
    assert 0 < found.need_y < found.bottom
    assert [tick.label for tick in found.days] == ["今日"]
