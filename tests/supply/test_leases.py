"""A car out on lease: called back, answered by its lessee's link, driven, arrived in the register."""

import pytest
from flask import Flask

from mra.accounts import services as accounts
from mra.core import clock
from mra.messaging import texts
from mra.messaging.segments import segments
from mra.supply import queries
from mra.supply.rules.calls import CallStatus
from mra.vehicles.leasing import LeaseStatus
from mra.vehicles.rules import VehicleStatus
from tests import factories
from tests.conftest import CheckingClient

from .world import need, tomorrow


def test_a_leased_car_goes_all_the_way(coordinator: CheckingClient) -> None:
    support = factories.activation()
    needed = need(support, factories.base(support))
    car = factories.vehicle()
    lease = factories.lease(car)
    deadline = clock.in_japan(tomorrow())
    values = {"need": needed.id, "chosen": f"lease-{lease.id}", "deadline_time": "17:00"}
    values |= {f"deadline_on_{part}": getattr(deadline, part) for part in ("year", "month", "day")}
    assert "株式会社天草商会" in coordinator.get(f"/activations/{support.id}/calls/new?need={needed.id}").get_data(
        as_text=True
    )
    assert coordinator.post(f"/activations/{support.id}/calls", data=values).status_code == 303
    assert lease.status is LeaseStatus.RECALLED
    [made] = queries.calls_page(support.id).calls
    link = accounts.newest_link("call", made.id)
    assert link is not None
    page = f"/calls/{accounts.token_of(link)}"
    assert "株式会社天草商会　ご担当者様" in coordinator.get(page).get_data(as_text=True)
    day = {"ready_on_year": 2026, "ready_on_month": 8, "ready_on_day": 25}
    assert coordinator.post(f"{page}/answer", data={"answer": "all"} | day).status_code == 303
    form = coordinator.get(f"/supply/calls/{made.id}/deliveries/new").get_data(as_text=True)
    assert car.plate_text in form
    left = {"departed_on_year": 2026, "departed_on_month": 8, "departed_on_day": 18}
    data = {"quantity": 1, "base": needed.base_id, "plates": car.plate_text} | left
    assert coordinator.post(f"/supply/calls/{made.id}/deliveries", data=data).status_code == 303
    [delivery] = made.deliveries
    assert coordinator.post(f"/supply/deliveries/{delivery.id}/arrival", data={"quantity": 1}).status_code == 303
    assert (car.status, car.base_id, made.status) == (VehicleStatus.READY, needed.base_id, CallStatus.MET)
    [line] = queries.board_of(support).lines
    assert line.line.delivered == 1


@pytest.mark.parametrize("template", ["call_made", "call_reminder", "call_cancelled"])
def test_the_texts_fit_one_segment_with_their_own_link(app: Flask, template: str) -> None:
    with app.app_context():
        values = {"deadline": tomorrow().replace(month=12, day=25), "help_phone": "+815057994740"}
        body = texts.render(template, "ja", values).body
    assert segments(texts.with_link(body, "https://mra.example.jp/calls/xxxxxxxxxxxx")) == 1
