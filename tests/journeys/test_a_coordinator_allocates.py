"""A coordinator runs, reads why somebody gets nothing, orders something with a reason, runs again, and confirms."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from mra.applications.models import Application
from mra.core import clock
from mra.core.application_number import format_number
from mra.core.db import db
from mra.core.geo import point
from mra.core.vehicle_classes import VehicleClass
from mra.disasters.models import Activation, Base
from mra.story import flood
from tests import factories

from .conftest import DESKTOP, PHONE, Visitor

pytestmark = pytest.mark.browser

VisitorOf = Callable[..., Visitor]
YATSUSHIRO = (32.507, 130.602)
SMALL_BUS = VehicleClass.MICROBUS


def somebody(activation: Activation, family_name: str, phone: str, *, days_ago: int) -> Application:
    """A group that waits for a small bus, of which nobody else of the story wants one."""
    made = factories.application(
        activation,
        family_name=family_name,
        phone=phone,
        place=point(*YATSUSHIRO),
        received_at=clock.now() - timedelta(days=days_ago),
    )
    made.requests[0].classes, made.requests[0].seats = [SMALL_BUS.value], 8
    return made


@pytest.fixture
def numbers(site: tuple[Flask, str]) -> tuple[str, str]:
    """Two groups wait for the one bus; their numbers, first in the queue first."""
    journey_app, _address = site
    with journey_app.app_context():
        activation = db.session.query(Activation).filter_by(name=flood.ACTIVATION_NAME).one()
        base = db.session.query(Base).filter_by(name="八代拠点").one()
        first = somebody(activation, "早川", "+819000007701", days_ago=3)
        second = somebody(activation, "後藤", "+819000007702", days_ago=2)
        factories.vehicle(base, vehicle_class=SMALL_BUS, seats=10, plate_class="200", plate_serial=7701)
        db.session.commit()
        return format_number(first.serial), format_number(second.serial)


def order(coordinator: Visitor, kind: str, reason: str) -> None:
    """Say what is ordered, and why; the run then asks to be made anew."""
    coordinator.tick(kind=kind).fill(reason=reason).press("この内容で指定する").sees("作り直してから案内してください")


def test_a_coordinator_runs_orders_confirms_and_the_text_arrives(
    visitor: VisitorOf, run_jobs: Callable[[], None], numbers: tuple[str, str]
) -> None:
    first, second = numbers
    coordinator = visitor("coordinator-allocates", DESKTOP).sign_in("coordinator@example.jp")
    coordinator.press("割当").press("割当案を作る")
    reason = coordinator.page.locator("#unserved tr").filter(has_text=second).inner_text()
    assert "ご希望に合う車が1台ありますが、すべて順番が先の方に割り当てられました。" in reason

    coordinator.page.locator("#unserved tr").filter(has_text=second).get_by_role("link", name="車両を固定").click()
    coordinator.look().sees(second)
    coordinator.choose(vehicle="八代拠点　マイクロバス　熊本 200 わ 77-01")
    order(coordinator, "pin", "避難所の送迎で、この大きさの車が要るため")
    coordinator.press("指定を入れて割当案を作り直す").sees("指定によって順番が変わった方")
    overtaken = coordinator.page.locator("#overtaken tbody tr").first.inner_text()
    assert first in overtaken
    assert second in overtaken

    boxes = coordinator.page.locator("main input[name=pair]")
    for box in boxes.all():
        box.uncheck()
    coordinator.page.locator("#pairs tr").filter(has_text=second).locator("input[name=pair]").check()
    coordinator.press("選んだ方に案内する").sees("1人に案内しました（SMS 1通）")
    run_jobs()
    coordinator.press("案内").sees(second)

    applicant = visitor("applicant-is-offered", PHONE)
    applicant.visit("/phone").page.get_by_role("link", name="090-0000-7702").click()
    applicant.look().sees("車決定")
