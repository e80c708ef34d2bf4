"""Logs: JSON, a request id, the route and never the address; no token, no query, no person."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from io import StringIO

import pytest
from flask import Flask, request
from sqlalchemy import text

from mra.core.config import Settings
from mra.core.db import db
from mra.web import logs

Plant = Callable[[str, Callable[..., object]], None]
Read = Callable[[], list[dict[str, object]]]


@pytest.fixture
def lines(house: Flask, settings: Settings, logging_restored: None) -> Read:
    """Logs as production writes them, from now on."""
    logs.configure(replace(settings, environment="production"))
    written = StringIO()
    (handler,) = logging.getLogger().handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    return lambda: [json.loads(line) for line in written.getvalue().splitlines()]


def test_an_answer_is_one_line_with_its_route(house: Flask, lines: Read) -> None:
    answer = house.test_client().get("/sign-in?next=/applications/7")
    (line,) = lines()
    assert line["event"] == "answered"
    assert (line["method"], line["route"], line["status"]) == ("GET", "/sign-in", 200)
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert "applications" not in json.dumps(line)


def test_a_private_link_never_reaches_the_log(house: Flask, lines: Read, committed: None) -> None:
    house.test_client().get("/a/Sec2etT4ken99?from=sms")
    house.test_client().post("/a/Sec2etT4ken99/offers/3/refusal")
    written = json.dumps(lines())
    assert "Sec2etT4ken99" not in written
    assert "from=sms" not in written
    assert "/a/<token>" in written


def test_an_address_that_does_not_exist_is_not_repeated(house: Flask, lines: Read) -> None:
    house.test_client().get("/applicatoins/yamada-hanako")
    (line,) = lines()
    assert line["route"] == "unknown"
    assert "yamada" not in json.dumps(line)


def test_a_broken_page_is_traced_without_its_values(house: Flask, plant: Plant, lines: Read, committed: None) -> None:
    def broken() -> str:
        db.session.execute(text("SELECT 1 / length(:name) FROM nowhere"), {"name": "山田 花子"})
        return ""

    plant("broken", broken)
    house.test_client().post("/planted/broken", data={"name": "山田 花子"})
    written = lines()
    assert {line["event"] for line in written} == {"database_fault", "answered"}
    assert "山田" not in json.dumps(written, ensure_ascii=False)


def test_an_unexpected_fault_is_written_with_its_trace(house: Flask, plant: Plant, lines: Read) -> None:
    def broken() -> str:
        family_name = request.form["name"]
        try:
            int(family_name)
        except ValueError as fault:
            raise LookupError(family_name) from fault
        return ""

    plant("broken", broken)
    house.test_client().post("/planted/broken", data={"name": "山田"})
    fault = next(line for line in lines() if line["event"] == "unexpected_fault")
    assert str(fault["exception"]).endswith("LookupError")
    assert "ValueError" in str(fault["exception"]), "what led to it is told too"
    assert "int(family_name)" in str(fault["exception"])
    assert "山田" not in json.dumps(fault, ensure_ascii=False)
    assert fault["request_id"]


def test_the_beat_of_the_watchman_fills_no_log(house: Flask, lines: Read) -> None:
    house.test_client().get("/healthz")
    assert lines() == []
