"""Somebody declines by SMS; somebody whom no SMS reaches is rung up by the desk."""

from collections.abc import Callable

import pytest
from flask import Flask

from mra.allocation.models import Offer
from mra.allocation.rules import OfferStatus
from mra.allocation.services.offers import new_link
from mra.allocation.services.replies import tell_of_offer
from mra.core.db import db
from mra.disasters.models import Activation, Base
from mra.story import flood
from tests import factories

from .conftest import DESKTOP, PHONE, Visitor

pytestmark = pytest.mark.browser

VisitorOf = Callable[..., Visitor]


def offered(family_name: str, phone: str, *, can_sms: bool, serial: int) -> Offer:
    """Somebody is offered a car, and told so by SMS where one can arrive."""
    activation = db.session.query(Activation).filter_by(name=flood.ACTIVATION_NAME).one()
    base = db.session.query(Base).filter_by(name="八代拠点").one()
    application = factories.application(activation, family_name=family_name, phone=phone, can_sms=can_sms)
    car = factories.vehicle(base, plate_class="581", plate_serial=serial)
    made = factories.offer(application.requests[0], car, hours=3)
    tell_of_offer(made, new_link(application.id))
    return made


@pytest.fixture
def offers(site: tuple[Flask, str]) -> tuple[int, int]:
    """The offer to 西川, who has a mobile phone, and that to 東田, who has a landline."""
    journey_app, _address = site
    with journey_app.app_context():
        by_sms = offered("西川", "+819000008801", can_sms=True, serial=8801)
        by_voice = offered("東田", "+81965008802", can_sms=False, serial=8802)
        db.session.commit()
        return by_sms.id, by_voice.id


def status_of(site: tuple[Flask, str], offer_id: int) -> OfferStatus:
    with site[0].app_context():
        return db.session.get_one(Offer, offer_id).status


def test_one_declines_by_sms_and_one_is_rung_up(
    site: tuple[Flask, str], visitor: VisitorOf, run_jobs: Callable[[], None], offers: tuple[int, int]
) -> None:
    run_jobs()
    resident = visitor("resident-declines-by-sms", PHONE)
    resident.visit("/phone").page.get_by_role("link", name="090-0000-8801").click()
    resident.look().sees("車決定").fill(body="いいえ").press("返信する").sees("返信しました")
    run_jobs()  # the reply is read
    run_jobs()  # and its answer sent
    resident.press("新しいSMSを確認する").sees("この電話からの返信").sees("辞退を承りました")
    assert status_of(site, offers[0]) is OfferStatus.DECLINED

    desk = visitor("desk-rings", DESKTOP).sign_in("coordinator@example.jp").press("電話リスト", exact=False)
    desk.page.get_by_role("row").filter(has_text="東田").get_by_role("button", name="この方に電話する").click()
    desk.page.wait_for_load_state("load")
    desk.look().sees("お貸しする車が決まりました").sees("八代拠点")
    desk.tick(result="told").press("結果を記録する").sees("「話せた・伝えた」と記録しました")
    assert "東田" not in desk.page.inner_text("main")
