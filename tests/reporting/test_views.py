"""The fairness report as staff see it, and as it leaves the house."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from mra.allocation import services as allocation
from mra.applications.models import CarRequest
from mra.applications.rules import Channel
from mra.core import clock
from mra.core.access import Role
from mra.core.actor import SYSTEM
from mra.core.audit import move
from mra.core.db import db
from mra.core.vehicle_classes import VehicleClass
from mra.disasters.models import Activation, Base
from mra.reporting.fairness import Dimension, Waits
from mra.reporting.queries import fairness
from tests import factories
from tests.conftest import CheckingClient
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("session", "story_time")


@pytest.fixture
def activation() -> Activation:
    """A support with one base."""
    return factories.activation()


def base_of(of: Activation) -> Base:
    """The one base of a support."""
    found = db.session.scalar(select(Base).where(Base.activation_id == of.id))
    return found or factories.base(of)


def served_after(days: int, of: Activation, **values: object) -> CarRequest:
    """Somebody who asked `days` before the keys, which were handed over yesterday."""
    base = base_of(of)
    handed_over_at = clock.now() - timedelta(days=1)
    wish = factories.application(of, received_at=handed_over_at - timedelta(days=days), **values).requests[0]
    factories.loan_out(wish, factories.vehicle(base), handed_over_at=handed_over_at)
    return wish


def only(report: dict[Dimension, list[Waits]], dimension: Dimension) -> dict[str, Waits]:
    return {one.group: one for one in report[dimension]}


class TestWaits:
    def test_the_half_and_the_slow_tenth_are_told_for_everybody(self, activation: Activation) -> None:
        for days in range(1, 12):
            served_after(days, activation)
        (whole,) = fairness.waits(activation)[Dimension.ALL]
        assert (whole.wished, whole.served, whole.waiting) == (11, 11, 0)
        assert whole.handover_median_days == pytest.approx(6)
        assert whole.handover_slow_days == pytest.approx(10)

    def test_those_who_still_wait_are_counted_apart(self, activation: Activation) -> None:
        served_after(2, activation)
        factories.application(activation, received_at=clock.now() - timedelta(days=8))
        (whole,) = fairness.waits(activation)[Dimension.ALL]
        assert (whole.served, whole.waiting) == (1, 1)
        assert whole.handover_median_days == pytest.approx(2)
        assert whole.waiting_median_days == pytest.approx(8)

    def test_groups_are_told_by_channel_class_tier_and_base(self, activation: Activation) -> None:
        served_after(2, activation, channel=Channel.PHONE)
        car = factories.vehicle(base_of(activation))
        factories.offer(factories.application(activation, channel=Channel.PAPER).requests[0], car)
        factories.application(activation)
        report = fairness.waits(activation)
        assert {name: one.wished for name, one in only(report, Dimension.CHANNEL).items()} == {
            "電話": 1,
            "紙": 1,
            "ウェブ": 1,
        }
        assert only(report, Dimension.BASE)["天草拠点"].offered == 1
        assert only(report, Dimension.VEHICLE_CLASS)["軽乗用車"].wished == 3
        assert sum(one.wished for one in report[Dimension.TIER]) == 3

    def test_another_support_is_not_counted(self, activation: Activation) -> None:
        served_after(2, factories.activation(slug="elsewhere"))
        assert fairness.waits(activation)[Dimension.CHANNEL] == []


class TestPages:
    def test_the_report_tells_every_override_with_its_reason(
        self, client: CheckingClient, activation: Activation
    ) -> None:
        car = factories.vehicle(base_of(activation))
        factories.application(activation)
        allocation.hold(activation, car, reason="市役所へ貸すため", by=factories.staff_member(Role.COORDINATOR).actor)
        page = client.sign_in_as(Role.VIEWER).get("/reports/fairness").get_data(as_text=True)
        assert "市役所へ貸すため" in page

    def test_what_leaves_the_house_names_nobody(self, client: CheckingClient, activation: Activation) -> None:
        wish = served_after(3, activation)
        car = factories.vehicle(base_of(activation))
        allocation.hold(activation, car, reason="山田さんのため", by=factories.staff_member(Role.COORDINATOR).actor)
        answer = client.sign_in_as(Role.VIEWER).get(f"/reports/fairness/{activation.id}.csv")
        text = answer.get_data().decode("utf-8-sig")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        rows = list(csv.reader(io.StringIO(text)))
        assert ["全体", "すべての希望", "1", "0", "1", "0"] in [row[:6] for row in rows]
        assert any(VehicleClass(car.vehicle_class) and row[1:3] == ["割当から外す", "軽乗用車"] for row in rows), rows
        for secret in (wish.application.family_name, car.plate_text, "山田さん", "天草市"):
            assert secret not in text

    def test_names_that_begin_like_a_formula_are_only_names(
        self, client: CheckingClient, activation: Activation
    ) -> None:
        activation.name, base_of(activation).name = "=HYPERLINK(1)", "@拠点"
        factories.offer(factories.application(activation).requests[0], factories.vehicle(base_of(activation)))
        db.session.flush()
        answer = client.sign_in_as(Role.VIEWER).get(f"/reports/fairness/{activation.id}.csv")
        cells = {one for row in csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))) for one in row}
        assert "'@拠点" in cells
        assert not [one for one in cells if one.startswith(("=", "@"))]

    def test_the_report_of_a_closed_support_is_still_read(self, client: CheckingClient, activation: Activation) -> None:
        served_after(3, activation)
        for step in ("wind_down", "close"):
            move(activation, step, by=SYSTEM)
            db.session.flush()
        client.sign_in_as(Role.VIEWER)
        settings = client.get(f"/activations/{activation.id}/settings").get_data(as_text=True)
        assert f'href="/reports/fairness/{activation.id}"' in settings
        page = client.get(f"/reports/fairness/{activation.id}").get_data(as_text=True)
        assert activation.name in page
        assert f"/reports/fairness/{activation.id}.csv" in page
        assert client.get("/reports/fairness/999999").status_code == 404

    def test_without_any_support_the_page_says_what_would_fill_it(self, client: CheckingClient) -> None:
        page = client.sign_in_as(Role.VIEWER).get("/reports/fairness")
        assert "進行中の支援がありません" in page.get_data(as_text=True)

    def test_the_number_of_statements_does_not_grow(self, client: CheckingClient, activation: Activation) -> None:
        client.sign_in_as(Role.VIEWER)
        served_after(1, activation)
        client.get("/reports/fairness")
        with statements() as few:
            client.get("/reports/fairness")
        for days in range(2, 8):
            served_after(days, activation)
        with statements() as many:
            client.get("/reports/fairness")
        asked = [[one for one in seen if one.startswith("SELECT")] for seen in (few, many)]
        assert len(asked[1]) == len(asked[0])
