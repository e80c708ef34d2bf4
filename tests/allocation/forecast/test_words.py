"""What is said of a forecast."""

from datetime import date, timedelta

import pytest

from mra.allocation.forecast import Kind, Prospect, basis, sentence

TODAY = date(2026, 9, 28)
TRUCK = ["kei_truck"]


def said(kind: Kind, low: float | None = None, high: float | None = None, ends_on: date | None = None) -> str:
    return sentence(Prospect(kind, low, high), TRUCK, today=TODAY, ends_on=ends_on)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.2, 0.6, "1日以内の"),
        (0.4, 5.1, "6日以内の"),
        (2.9, 9.2, "あと2〜10日ほどの"),
        (3.0, 13.0, "2週間以内の"),
        (15.0, 20.5, "あと2〜3週間ほどの"),
        (30.0, 80.0, "あと4〜12週間ほどの"),
        (30.0, None, "早くても4週間ほど先の"),
    ],
)
def test_a_range_is_rounded_away_from_its_middle(low: float, high: float | None, words: str) -> None:
    assert said(Kind.RANGE, low, high) == f"お住まいの近くの軽トラックは、{words}見込みです。お約束ではありません。"


def test_several_classes_are_named() -> None:
    told = sentence(Prospect(Kind.RANGE, 15, 20), ["kei_truck", "kei_van"], today=TODAY, ends_on=None)
    assert told.startswith("お住まいの近くの軽トラックか軽バンは、")


def test_what_is_not_known_is_not_said() -> None:
    assert "まだ少ないため、見込みをお伝えできません" in said(Kind.TOO_LITTLE)
    assert "ばらつきがあるため" in said(Kind.VAGUE)
    assert "まだありません" in said(Kind.NO_CARS)
    assert "まもなく" in said(Kind.SOON)
    assert "3か月より先の見込み" in said(Kind.FAR, 90)


def test_a_support_that_ends_before_the_range_is_told() -> None:
    told = said(Kind.RANGE, 20, 40, TODAY + timedelta(days=10))
    assert told.startswith("支援が終わる10/8(木)までに、軽トラックの順番が来ない見込みです。")
    assert "あと" not in told


@pytest.mark.parametrize("high", [40.0, None])
def test_a_support_that_ends_within_the_range_is_told(high: float | None) -> None:
    told = said(Kind.RANGE, 20, high, TODAY + timedelta(days=30))
    assert told.endswith("支援は10/28(水)に終わるため、それまでにお貸しできないことがあります。")


def test_a_support_that_goes_on_needs_no_word() -> None:
    assert "支援" not in said(Kind.RANGE, 20, 40, TODAY + timedelta(days=60))


def on_what(kind: Kind, low: float | None = None, high: float | None = None) -> str:
    return basis(Prospect(kind, low, high), ahead_least=4, ahead_most=12, free=1, releases=30, days=28)


def test_staff_read_on_what_it_stands() -> None:
    told = on_what(Kind.RANGE, 15, 20)
    assert "4〜12件" in told
    assert "この28日間に空いた車 30台" in told
    assert told.endswith("10回に8回は、この幅に収まる計算です。")


@pytest.mark.parametrize(
    "prospect", [(Kind.SOON,), (Kind.NO_CARS,), (Kind.TOO_LITTLE,), (Kind.FAR, 90), (Kind.RANGE, 30)]
)
def test_where_no_range_is_told_nothing_is_said_to_lie_within_it(prospect: tuple[Kind, float]) -> None:
    assert "この幅" not in on_what(*prospect)
