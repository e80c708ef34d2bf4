"""One loan goes all the way: from a phone in a shelter to a car that is back at its base."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from mra.core import clock
from mra.story import flood

from .conftest import DESKTOP, PHONE, Visitor
from .steps import admit, enter_a_car, offer_what_is_proposed

pytestmark = pytest.mark.browser

VisitorOf = Callable[..., Visitor]


def apply_on_the_phone(resident: Visitor) -> str:
    """Fill in the form step by step, as people type; returns the number on the receipt."""
    resident.visit("/").press(flood.ACTIVATION_NAME, exact=False).press("車の申込に進む")
    resident.tick(kind="person").fill(family_name="緒方", given_name="美咲", family_kana="おがた", given_kana="ﾐｻｷ")
    resident.choose(born_on_era="昭和").fill(born_on_year="５５", born_on_month="4", born_on_day="2")
    resident.fill(phone="０９０−１２３４−５６７８").press("次へ進む")
    resident.fill(postal_code="８６６ー０８６１").press("住所を調べる").sees("熊本県八代市")
    resident.fill(address="本町1-2-3").press("次へ進む")
    resident.choose(driver1_licence_kind="普通", driver1_expires_on_era="令和")
    resident.fill(driver1_expires_on_year="１１", driver1_expires_on_month="5", driver1_expires_on_day="2")
    resident.press("次へ進む")
    resident.tick(evidence="application_copy", circumstances="commute").press("次へ進む")
    resident.choose(class_1="キャンピングカー").fill(seats="２").tick(can_drive_manual="no")
    for name, days in (("needed_from", 1), ("needed_until", 40)):
        day = clock.today() + timedelta(days=days)
        resident.fill(**{f"{name}_year": str(day.year), f"{name}_month": str(day.month), f"{name}_day": str(day.day)})
    resident.press("内容を確認する").sees("オガタ ミサキ").sees("090-1234-5678")
    resident.tick(personal_consent="yes").press("申し込む").sees("申込を受け付けました")
    found = re.search(r"A\d{5}-\d", resident.page.inner_text("main"))
    assert found
    return found[0]


def accept_by_the_text(resident: Visitor) -> None:
    """The resident reads the text, follows its link, and chooses the first free time."""
    resident.visit("/phone").page.get_by_role("link", name="090-1234-5678").click()
    resident.look().sees("車決定")
    link = resident.page.locator("main a[href*='/a/']").last.get_attribute("href")
    assert link is not None
    resident.visit(link).sees("お貸しする車が決まりました").press("受け取る日時を選ぶ")
    resident.page.locator("main a.button").filter(has_text=re.compile(r"\d{2}:\d{2}")).first.click()
    resident.look().press("この日時で予約する").sees("八代拠点")


def hand_over(desk: Visitor) -> None:
    """The desk sees the licence and the dashboard, and gives the keys away."""
    desk.press("貸出").fill(q="12-34").press("探す")
    desk.page.locator("main tbody a").first.click()
    desk.look().press("引渡しを記録する")
    number = desk.page.locator("main input[name^=number_]")
    number.fill("３０９０１２３４５６２０")
    desk.page.locator("main input[name^=method_][value=card]").check()
    desk.fill(odometer_km="52,010").tick(fuel_eighths="8").press("引渡しを記録する").sees("貸出中").sees("5620")


def take_back(desk: Visitor) -> None:
    """The car is back, whole, and stands free for the next person."""
    desk.press("返却を記録する")
    desk.fill(odometer_km="５２３４５").tick(fuel_eighths="7", is_fit="yes").press("返却を記録する").sees("返却済")


def test_a_resident_borrows_and_returns_a_car(visitor: VisitorOf, run_jobs: Callable[[], None]) -> None:
    desk = visitor("desk", DESKTOP).sign_in("desk@example.jp")
    enter_a_car(desk, "キャンピングカー", "熊本　８３０　さ　１２−３４", "ＴＲＨ２００−１２３４５６７")
    resident = visitor("resident", PHONE)
    number = apply_on_the_phone(resident)
    run_jobs()
    admit(desk, number)
    coordinator = visitor("coordinator", DESKTOP).sign_in("coordinator@example.jp")
    offer_what_is_proposed(coordinator, "キャンピングカー")
    run_jobs()
    accept_by_the_text(resident)
    run_jobs()
    hand_over(desk)
    resident.page.reload()
    resident.look().sees("までに、八代拠点へお返しください")
    take_back(desk)
    resident.page.reload()
    resident.look().sees("車をお返しいただきました")
    desk.press("車両").visit("/vehicles?q=12-34").sees("使用可")
