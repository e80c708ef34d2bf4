"""A coordinator opens a support from nothing; minutes later it stands on a resident's phone."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from mra.core import clock

from .conftest import DESKTOP, PHONE, Visitor

pytestmark = pytest.mark.browser


def _day(visitor: Visitor, name: str, days: int) -> None:
    day = clock.today() + timedelta(days=days)
    visitor.fill(**{f"{name}_year": str(day.year), f"{name}_month": str(day.month), f"{name}_day": str(day.day)})


def test_a_coordinator_opens_a_support(visitor: Callable[..., Visitor]) -> None:
    coordinator = visitor("opening", DESKTOP).sign_in("coordinator@example.jp")
    coordinator.press("災害と支援").press("災害を登録する")
    coordinator.fill(name="令和8年9月 霧島大雨").choose(kind="大雨・洪水")
    _day(coordinator, "occurred_on", -3)
    coordinator.press("災害を登録して、次へ進む")
    coordinator.fill(name="霧島大雨 車の無償貸出", slug="kirishima", help_phone="０１２０−０００−０００")
    _day(coordinator, "intake_from_on", -1)
    coordinator.fill(intake_from_time="９：００").press("支援を登録する").sees("準備中")
    coordinator.press("市区町村を選ぶ").fill(q="きりしま").press("探す").press("候補をすべて選ぶ")
    coordinator.press("対象の市区町村を保存する").sees("霧島市").press("拠点を登録する")
    coordinator.choose(municipality_code="鹿児島県霧島市").fill(
        name="霧島拠点", address="霧島市国分中央3-45-1", phone="0995-00-0001"
    )
    coordinator.fill(opens_at="9:30", closes_at="16:00").press("拠点を登録する").sees("霧島拠点")
    coordinator.press("貸出条件を登録する").fill(reason="開始時の条件").press("貸出条件を登録する")
    coordinator.confirm("支援を開始する").sees("受付・貸出中")
    resident = visitor("opening-resident", PHONE).visit("/")
    resident.press("霧島大雨 車の無償貸出", exact=False).sees("霧島拠点").sees("0120-000-000").sees("車の申込に進む")
