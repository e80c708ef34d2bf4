"""How long it may still take: what the resident reads, and what the desk can say on the phone."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from mra.allocation import services as allocation
from mra.allocation.forecast import Kind
from mra.allocation.models import Forecast
from mra.allocation.rules import AfterIntake
from mra.applications.models import Application
from mra.core import clock
from mra.core.access import Role
from mra.core.actor import SYSTEM
from mra.core.db import db
from mra.disasters.models import Activation
from tests import factories
from tests.conftest import CheckingClient
from tests.desk.world import address_of, counted_statements

TWO_TO_THREE_WEEKS = "お住まいの近くの軽乗用車は、あと2〜3週間ほどの見込みです。お約束ではありません。"


@pytest.fixture
def activation(session: None, story_time: datetime) -> Activation:
    return factories.activation()


def expects(application: Application, **values: Any) -> None:
    """A forecast for each wished car: two to three weeks, unless told otherwise."""
    facts = {
        "made_at": clock.now(), "kind": Kind.RANGE, "low_days": 15.0, "high_days": 20.0, "ahead_least": 4,
        "ahead_most": 12, "free_count": 1, "release_count": 30, "days_seen": 28,
    }  # fmt: skip
    for wish in application.requests:
        db.session.add(Forecast(request_id=wish.id, activation_id=wish.activation_id, **(facts | values)))
    db.session.flush()


def page_of(client: CheckingClient, application: Application) -> str:
    return client.get(address_of(application)).get_data(as_text=True)


def test_who_waits_reads_a_range(client: CheckingClient, activation: Activation) -> None:
    application = factories.application(activation)
    expects(application)
    page = page_of(client, application)
    assert TWO_TO_THREE_WEEKS in page
    assert "8/18(火) 09:00 現在" in page
    assert "同じ車を先に待つ希望" not in page


def test_the_desk_reads_the_range_and_its_grounds(client: CheckingClient, activation: Activation) -> None:
    client.sign_in_as(Role.DESK)
    application = factories.application(activation)
    expects(application)
    page = client.get(f"/applications/{application.id}").get_data(as_text=True)
    assert TWO_TO_THREE_WEEKS in page
    assert "同じ車を先に待つ希望 4〜12件、いま空いている車 1台、この28日間に空いた車 30台。" in page


def test_before_anything_is_worked_out_no_day_is_promised(client: CheckingClient, activation: Activation) -> None:
    page = page_of(client, factories.application(activation))
    assert "お貸しできる日は、まだお約束できません。" in page
    assert "見込み" not in page


def test_an_old_forecast_is_not_shown(client: CheckingClient, activation: Activation) -> None:
    application = factories.application(activation)
    expects(application, made_at=clock.now() - timedelta(days=2))
    assert "見込み" not in page_of(client, application)


def test_who_has_an_offer_reads_of_the_offer_alone(client: CheckingClient, activation: Activation) -> None:
    application = factories.application(activation)
    expects(application)
    factories.offer(application.requests[0], factories.vehicle(factories.base(activation)))
    assert "見込み" not in page_of(client, application)


def test_the_end_of_the_support_is_told(client: CheckingClient, activation: Activation) -> None:
    application = factories.application(activation)
    activation.ends_on = (clock.now() + timedelta(days=10)).date()
    activation.intake_until = clock.now()
    expects(application)
    assert "支援が終わる8/28(金)までに" in page_of(client, application)


def test_the_page_takes_the_same_statements_however_many_cars(client: CheckingClient, activation: Activation) -> None:
    counts = []
    for cars in (1, 6):
        application = factories.application(activation, cars=cars)
        expects(application)
        address = address_of(application)
        db.session.commit()
        db.session.expire_all()
        with counted_statements() as seen:
            assert client.get(address).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


class TestAfterTheIntake:
    """No range is told to people whom nothing is offered any more: the office gets in touch with them."""

    STOPPED = "申込の受付が終わったため、新しいご案内は止まっています。今後のことは、事務局からご連絡します。"

    @pytest.fixture
    def waiting(self, activation: Activation) -> Application:
        application = factories.application(activation)
        expects(application)
        activation.intake_until = clock.now() - timedelta(minutes=1)
        db.session.flush()
        return application

    def test_who_waits_reads_that_the_office_gets_in_touch(self, client: CheckingClient, waiting: Application) -> None:
        page = page_of(client, waiting)
        assert self.STOPPED in page
        assert "見込み" not in page
        assert "順番をお待ちください" not in page

    def test_the_desk_can_say_so_on_the_phone(self, client: CheckingClient, waiting: Application) -> None:
        client.sign_in_as(Role.DESK)
        page = client.get(f"/applications/{waiting.id}").get_data(as_text=True)
        assert self.STOPPED in page
        assert "見込み" not in page

    def test_where_offers_go_on_the_range_is_told(self, client: CheckingClient, waiting: Application) -> None:
        allocation.choose_after_intake(waiting.activation, AfterIntake.GO_ON, by=SYSTEM)
        assert TWO_TO_THREE_WEEKS in page_of(client, waiting)

    def test_who_has_an_offer_can_still_answer_it(self, client: CheckingClient, waiting: Application) -> None:
        factories.offer(waiting.requests[0], factories.vehicle(factories.base(waiting.activation)))
        page = page_of(client, waiting)
        assert "受け取る日時を選ぶ" in page
        assert self.STOPPED not in page
