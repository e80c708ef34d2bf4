"""A flood in five municipalities: needs, calls, answers by link, deliveries, a filled board, and what a member sees of it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from mra.alliance.models import Member
from mra.alliance.rules.members import ContactDetails, ContactHours, MemberDetails
from mra.alliance.rules.pledges import PledgeDetails, SupplyKind
from mra.alliance.services import members, pledges
from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.db import db
from mra.core.vehicle_classes import VehicleClass
from mra.story.alliance_names import OF_THE_DEMO

from .conftest import DESKTOP, PHONE, Visitor

pytestmark = pytest.mark.browser

VisitorOf = Callable[..., Visitor]
BUILDERS, FIRM, OTHER_FIRM = "肥後建機リース", "あまくさマイカー販売", "水前寺カーライフ"
BUILDERS_PHONE, UMBRELLA_PHONE, FIRM_PHONE = "09070000001", "09070000002", "09070000003"
SUPPORT = "球磨川豪雨 車の無償貸出"
STRUCK = ("43203", "43501", "43505", "43507", "43511")


def _reached_at(of: Member, phone: str) -> None:
    details = ContactDetails("当直", "", ContactHours.ALWAYS, f"+81{phone[1:]}", True, None)
    members.add_contact(of, details=details, by=SYSTEM)


def _promise_dump_trucks(of: Member, quantity: int, lead_time_days: int) -> None:
    details = PledgeDetails(
        SupplyKind.VEHICLE, quantity, "台", lead_time_days, date(2021, 1, 1), None, VehicleClass.TRUCK_DUMP
    )
    pledges.declare(of, details=details, is_confirmed=True, by=SYSTEM)


@pytest.fixture
def promised(site: tuple[Flask, str]) -> None:
    """Two members promise dump trucks, which nobody else of the story has: one by itself, one with firms under it."""
    journey_app, _address = site
    with journey_app.app_context():
        details = MemberDetails(BUILDERS, "ヒゴケンキリース", None, None, "", date(2021, 1, 1), "")
        builders = members.add_member(details=details, by=SYSTEM)
        umbrella = db.session.scalars(select(Member).where(Member.name == OF_THE_DEMO)).one()
        firm = db.session.scalars(select(Member).where(Member.name == FIRM)).one()
        for member, phone in ((builders, BUILDERS_PHONE), (umbrella, UMBRELLA_PHONE), (firm, FIRM_PHONE)):
            _reached_at(member, phone)
        _promise_dump_trucks(builders, 6, 2)
        _promise_dump_trucks(umbrella, 8, 5)
        db.session.commit()


def open_a_support(coordinator: Visitor) -> None:
    """The disaster, the support, five municipalities and a base."""
    day = clock.today() - timedelta(days=1)
    parts = {"year": str(day.year), "month": str(day.month), "day": str(day.day)}
    coordinator.press("災害と支援").press("災害を登録する")
    coordinator.fill(name="球磨川豪雨").choose(kind="大雨・洪水")
    coordinator.fill(**{f"occurred_on_{part}": value for part, value in parts.items()})
    coordinator.press("災害を登録して、次へ進む")
    coordinator.fill(name=SUPPORT, slug="kuma-river", help_phone="0966-22-0001")
    coordinator.press("支援を登録する").press("市区町村を選ぶ").choose(prefecture="熊本県").press("探す")
    for code in STRUCK:
        coordinator.tick(code=code)
    coordinator.press("対象の市区町村を保存する").sees("人吉市").sees("追加 5").press("拠点を登録する")
    coordinator.choose(municipality_code="熊本県人吉市").fill(name="人吉拠点", address="人吉市西間下町7-1")
    coordinator.press("拠点を登録する").sees("人吉拠点")
    coordinator.work_on(SUPPORT).press("過不足").sees("必要な物資がまだ入力されていません")


def enter_needs(coordinator: Visitor) -> None:
    """The whole table at once."""
    coordinator.press("必要な物資を入力する")
    coordinator.choose(
        new_base_1="人吉拠点", new_item_1="ダンプ（台）", new_base_2="人吉拠点", new_item_2="タイヤ（本）"
    )
    coordinator.fill(new_quantity_1="１０", new_detail_2="145/80R12", new_quantity_2="40")
    coordinator.press("必要な物資を保存する").sees("ダンプ")


def call_the_pledges(coordinator: Visitor) -> None:
    """What the system proposes fits: six of the one, four of the other; two are told."""
    coordinator.press("過不足を見る").sees("人吉拠点のダンプが 10台 不足")
    coordinator.press("要請する", exact=False).sees(BUILDERS).sees(OF_THE_DEMO)
    coordinator.press("連絡の内容を確認する").sees("2件、合計 10台").press("2件に要請する").sees(
        "2件の要請を出しました"
    )


def open_the_link(member: Visitor, phone: str) -> None:
    """Somebody reads the text on the telephone and follows its link."""
    member.visit("/phone").fill(phone=phone).press("届いた連絡を開く")
    link = member.page.locator("main a[href*='/calls/']").last.get_attribute("href")
    assert link is not None
    member.visit(link).sees("ダンプ").sees("人吉拠点")


def deliver(coordinator: Visitor, name: str, quantity: str) -> None:
    """What a member promised leaves and arrives."""
    coordinator.press("要請").press(name).press("出発を記録する").fill(quantity=quantity).press("出発を記録する")
    coordinator.sees("輸送中").press("到着を記録する").press("到着を記録する").sees("到着を記録しました")


def test_from_a_flood_to_a_filled_board(visitor: VisitorOf, promised: None, run_jobs: Callable[[], None]) -> None:
    coordinator = visitor("calling", DESKTOP).sign_in("coordinator@example.jp")
    open_a_support(coordinator)
    enter_needs(coordinator)
    call_the_pledges(coordinator)
    run_jobs()
    builders = visitor("calling-builders", PHONE)
    open_the_link(builders, BUILDERS_PHONE)
    builders.tick(answer="part").fill(quantity="４").press("この内容で回答する").sees("4台」のご提供として承りました")
    umbrella = visitor("calling-umbrella", PHONE)
    open_the_link(umbrella, UMBRELLA_PHONE)
    umbrella.press("加盟店に取り次ぐ")
    for name in (FIRM, OTHER_FIRM):
        umbrella.page.get_by_label(name).fill("2")
    umbrella.press("取り次ぐ").sees("加盟店に取り次ぎました")
    run_jobs()
    open_the_link(builders, FIRM_PHONE)
    builders.tick(answer="all").press("この内容で回答する").sees("2台」のご提供として承りました")
    coordinator.press("過不足").press("要請").press(OTHER_FIRM).tick(answer="none").fill(reason="車検中です").press(
        "回答を記録する"
    )
    coordinator.press("過不足").sees("人吉拠点のダンプが 4台 不足")
    deliver(coordinator, FIRM, "2")
    coordinator.press("過不足").sees("うち未登録 2台")
    member = visitor("calling-member", DESKTOP).sign_in("member@example.jp")
    member.sees("納入済み").sees(f"{FIRM}：承諾 2台").sees(SUPPORT)
