"""A car that somebody gives: from a form on a phone, through a volunteer's drive, to a base and a word of thanks."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from mra.core import clock

from .conftest import DESKTOP, PHONE, Visitor
from .steps import follow_the_text

pytestmark = pytest.mark.browser

VisitorOf = Callable[..., Visitor]
DONOR_PHONE, VOLUNTEER_PHONE = "090-7100-0001", "090-7100-0002"
PLATE = "熊本 580 さ 98-76"


def fill_day(person: Visitor, name: str, day: date) -> Visitor:
    """A day in its three boxes."""
    return person.fill(**{f"{name}_year": str(day.year), f"{name}_month": str(day.month), f"{name}_day": str(day.day)})


def give_a_car(donor: Visitor) -> str:
    """The public form, once with a plate that no office gives out; returns the number on the receipt."""
    inspected = clock.today() + timedelta(days=400)
    donor.visit("/donations/new").sees("車検証をご用意ください")
    donor.tick(appeal="standing").fill(
        name="アルト", plate="熊本 580 お 98-76", chassis_number="ＨＡ３６Ｓ－７７１００１", seats="４"
    )
    donor.choose(vehicle_class="軽乗用車", first_registered_era="令和", inspection_ends_on_era="西暦")
    donor.fill(first_registered_year="２", first_registered_month="6")
    fill_day(donor, "inspection_ends_on", inspected).tick(owner="donor", address_changed="no").press("次へ進む").sees(
        "「お」はナンバーに使われない文字です"
    )
    donor.fill(plate="熊本　５８０　さ　９８−７６").press("次へ進む")
    donor.tick(condition="good", transmission="AT", drive="2WD").fill(odometer_km="６２，０００", colour="白")
    fill_day(donor.choose(compulsory_ends_on_era="西暦"), "compulsory_ends_on", inspected)
    donor.press("次へ進む").tick(kind="person").fill(family_name="宮部", given_name="千春")
    donor.fill(family_kana="みやべ", given_kana="ちはる", phone=DONOR_PHONE).press("次へ進む")
    donor.fill(postal_code="866-0861").press("住所を調べる").fill(address="本町3-4-5").press("次へ進む")
    donor.tick(handing="pick_up", may_be_recycled="yes").press("内容を確認する")
    donor.sees("「活用寄付」としてお受けできる車です").sees(PLATE).sees("HA36S-771001")
    donor.tick(personal_consent="yes").press("寄付を申し込む").sees("車の寄付を受け付けました")
    found = re.search(r"Y\d{5}-\d", donor.page.inner_text("main"))
    assert found
    return found[0]


def register_to_drive(volunteer: Visitor) -> None:
    """A volunteer says when and how far, without an account."""
    volunteer.visit("/drivers/new").fill(
        phone=VOLUNTEER_PHONE, name="本田 航", kana="ほんだ わたる", home="熊本県八代市"
    )
    volunteer.tick(licence_class="standard", farthest_km="100", consent="yes").fill(licence_expires_on="令和12年8月1日")
    for day in "0123456":
        volunteer.tick(weekday=day)
    volunteer.press("この内容で登録する").sees("登録を受け付けました")


def check_the_licence(desk: Visitor) -> None:
    """The desk sees the card and approves the volunteer."""
    desk.press("回送").press("ドライバー").fill(q="0002").press("探す").press("本田 航")
    desk.fill(licence_number="９３１２３４５６７８２０").press("免許証を確認して登録する")
    if desk.page.locator("main input[name=number_seen]").count():
        desk.tick(number_seen="yes").press("免許証を確認して登録する")
    desk.sees("活動中")


def take_the_car(desk: Visitor, number: str) -> None:
    """Papers out, papers back, and the car stands in the register without being typed again."""
    desk.press("寄付").fill(q=number).press("探す").sees("すべての条件にあてはまります")
    desk.confirm("書類の送付を記録する").sees("書類を待っています")
    for box in desk.page.locator("main input[name=kind]").all():
        box.check()
    desk.press("印を付けた書類を、今日受け取った").sees("発行日を入力してください")
    fill_day(desk, "issued_on", clock.today()).press("書類の状態を記録する").sees("車両として登録します")
    desk.confirm("車両として登録する").sees("車両として登録しました").sees("名義変更はまだです")


def ask_the_volunteer(desk: Visitor) -> None:
    """The drive is planned from the donation: where the car stands is known already."""
    desk.press("回送を手配する").sees(PLATE)
    assert desk.page.locator("main [name=from_address]").input_value() == "熊本県八代市本町3-4-5"
    assert desk.page.locator("main [name=from_phone]").input_value() == DONOR_PHONE
    base = desk.page.locator("main select[name=to_base] option", has_text="八代拠点").first.inner_text()
    desk.choose(to_base=base, way_home="電車・バス").fill(starts_on=f"{clock.today():%Y/%m/%d}", expected_km="20")
    desk.press("この内容で手配する").sees("回送を手配しました").press("運転者を探す")
    desk.page.get_by_label("打診：本田 航").check()
    desk.press("印を付けた方に打診する").sees("1人に打診しました").sees("1人の回答を待っています")


def drive_the_car(volunteer: Visitor) -> None:
    """Taken by the link of the text; what the odometer says is looked at twice where it went backwards."""
    follow_the_text(volunteer, VOLUNTEER_PHONE, "/transport/", "車の回送のお願い").sees("車の運転をお願いできますか")
    assert "本町3-4-5" not in volunteer.page.inner_text("body")
    volunteer.confirm("引き受ける").sees("本町3-4-5").sees("出発前の確認")
    volunteer.fill(odometer_km="６２，０１５").press("確認をして、出発する").sees("運転中です")
    volunteer.fill(odometer_km="61,990").press("到着を記録する").sees("前回の記録（62,015km）より少なくなっています")
    volunteer.fill(odometer_km="62,035").press("到着を記録する").sees("お疲れさまでした")


def change_the_name(desk: Visitor, number: str) -> None:
    """The car is ours, and its life tells so without a person's name."""
    desk.press("寄付").fill(q=number).press("探す").sees("車が拠点に着きました")
    desk.press("名義変更の完了を記録する").press("名義変更の完了を記録する").sees("対応は終わりました")
    desk.press("車両の画面を開く").sees("使用可").sees("八代拠点").sees("62,035km").press("経歴")
    desk.sees(f"個人からの寄付（{number}）").sees("回送：引き取り先から八代拠点").sees("架け橋ドライバー 登録番号")
    told = desk.page.inner_text("main")
    assert told.count("名義変更の完了") == 1
    assert not [name for name in ("宮部", "本田", "本町3-4-5") if name in told]
    desk.visit("/vehicles?q=98-76").sees("使用可").sees("八代拠点")


def test_a_donated_car_reaches_a_base(visitor: VisitorOf, run_jobs: Callable[[], None]) -> None:
    donor = visitor("donation-donor", PHONE)
    number = give_a_car(donor)
    donor.press("専用のページを開く").sees("書類が届くのをお待ちください")
    volunteer = visitor("donation-volunteer", PHONE)
    register_to_drive(volunteer)
    desk = visitor("donation-desk", DESKTOP).sign_in("desk@example.jp")
    check_the_licence(desk)
    take_the_car(desk, number)
    ask_the_volunteer(desk)
    run_jobs()
    drive_the_car(volunteer)
    donor.page.reload()
    donor.look().sees("お車が届きました")
    change_the_name(desk, number)
    run_jobs()
    follow_the_text(donor, DONOR_PHONE, "/donations/", "名義変更が完了。感謝します").sees(
        "本当にありがとうございました"
    )
