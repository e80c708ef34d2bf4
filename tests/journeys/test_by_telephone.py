"""Somebody without a mobile phone: everything by telephone, from the application to the handover time."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from mra.core import clock

from .conftest import DESKTOP, Visitor
from .steps import admit, enter_a_car, offer_what_is_proposed

pytestmark = pytest.mark.browser


def take_the_call(desk: Visitor) -> str:
    """An application by telephone, typed while the caller speaks; returns its number."""
    until = clock.today() + timedelta(days=30)
    desk.press("申込").press("電話・紙の申込を入力する").tick(channel="phone", kind="person")
    desk.fill(family_name="古閑", given_name="節子", family_kana="こが", given_kana="せつこ", born_on="S22.3.4")
    desk.fill(phone="0965-33-1111", postal_code="8660861").press("住所を調べる")
    desk.fill(address="本町2-2", driver1_name="古閑 正", driver1_kana="こが ただし", driver1_born_on="S50.1.2")
    desk.choose(driver1_licence_kind="普通", class_1="マイクロバス").fill(driver1_expires_on="R12.2.2", seats="2")
    desk.tick(evidence="photo_house", circumstances="hospital", can_drive_manual="yes")
    desk.fill(needed_from=f"{clock.today():%Y/%m/%d}", needed_until=f"{until:%Y/%m/%d}")
    desk.tick(personal_consent="yes")
    desk.press("申込を登録する").sees("古閑 節子")
    found = re.search(r"A\d{5}-\d", desk.page.inner_text("main"))
    assert found
    return found[0]


def test_a_caller_gets_a_car_and_gives_it_up(visitor: Callable[..., Visitor], run_jobs: Callable[[], None]) -> None:
    desk = visitor("call", DESKTOP).sign_in("desk@example.jp")
    enter_a_car(desk, "マイクロバス", "熊本 230 さ 56-78", "XZB40-1234567")
    number = take_the_call(desk)
    admit(desk, number)
    desk.sees("SMS")
    coordinator = visitor("call-coordinator", DESKTOP).sign_in("coordinator@example.jp")
    offer_what_is_proposed(coordinator, "マイクロバス")
    run_jobs()
    desk.press("本日の窓口").sees("電話で知らせる").sees("0965-33-1111")
    desk.page.locator("main tr", has_text="古閑 節子").get_by_role("link").first.click()
    desk.look()
    desk.sees("この方にはSMSが届きません").press("承諾を記録し、引渡しの日時を決める")
    desk.page.locator("main input[name=handover_at]").first.check()
    desk.press("この日時で予約する").sees("引渡し待ち")
    desk.page.locator("main summary", has_text="予約を取り消す").click()
    desk.page.locator("main input[name=reason]").first.check()
    desk.page.locator("main form.action__confirm button", has_text="予約を取り消す").click()
    desk.look().sees("取消")
    desk.press("申込").fill(q=number).press("探す").sees("順番待ち")
