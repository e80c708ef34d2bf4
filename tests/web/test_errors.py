"""What people see when something cannot be done: a sentence with the next step, and nothing of the inside."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Flask, abort
from sqlalchemy.exc import TimeoutError as PoolTimeout

from mra.core.config import Settings
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.lifecycle import MoveNotAllowed
from mra.web import errors
from mra.web.app import create_app
from tests.conftest import check_page

Plant = Callable[[str, Callable[..., object]], None]
SECRET = "山田 花子 090-1234-5678"


def answer_of(house: Flask, name: str, **request: object) -> tuple[int, str]:
    answer = house.test_client().open(f"/planted/{name}", **request)  # type: ignore[arg-type]
    page = answer.get_data(as_text=True)
    check_page(page)
    for inside in ("Traceback", "sqlalchemy", "werkzeug", ".py", "Error", SECRET):
        assert inside not in page
    return answer.status_code, page


@pytest.mark.parametrize("status", sorted(errors.PAGES))
def test_every_fault_is_told_in_a_sentence(house: Flask, plant: Plant, status: int) -> None:
    plant("fault", lambda: abort(status, description=SECRET))
    told = answer_of(house, "fault")
    title, sentence = errors.PAGES[status]
    assert told[0] == status
    assert title in told[1]
    assert sentence in told[1]


def test_a_page_that_is_not_there_is_told(house: Flask) -> None:
    status, page = answer_of(house, "nowhere")
    assert status == 404
    assert "ページが見つかりません" in page


def test_an_unexpected_fault_shows_nothing_of_itself(house: Flask, plant: Plant) -> None:
    def broken() -> str:
        raise ValueError(SECRET)

    plant("broken", broken)
    status, page = answer_of(house, "broken")
    assert status == 500
    assert "入力された内容は登録されていません" in page


def test_a_refusal_is_its_own_sentence(house: Flask, plant: Plant) -> None:
    def refused() -> str:
        raise Refused("vehicle_already_out")

    plant("refused", refused)
    status, page = answer_of(house, "refused", method="POST")
    assert status == 409
    assert "この車は先ほど別の方に引き渡されました。別の車を選んでください。" in page


@pytest.mark.parametrize(
    ("before", "is_offered"),
    [
        ("http://localhost/vehicles?kind=kei", True),
        ("http://elsewhere.example/vehicles", False),
        ("http://localhost//elsewhere.example", False),
        ("http://localhost/allocation/runs", False),  # can only be posted to
    ],
)
def test_a_refusal_leads_back_to_the_page_before(house: Flask, plant: Plant, before: str, is_offered: bool) -> None:
    def refused() -> str:
        raise Refused("vehicle_already_out")

    plant("refused", refused)
    _status, page = answer_of(house, "refused", method="POST", headers={"Referer": before})
    assert ('href="/vehicles?kind=kei">前の画面に戻る' in page) is is_offered
    assert "elsewhere" not in page


def test_a_move_that_is_no_longer_possible_says_somebody_was_faster(house: Flask, plant: Plant) -> None:
    def late() -> str:
        raise MoveNotAllowed("loan", "hand_over", "returned")

    plant("late", late)
    status, page = answer_of(house, "late", method="POST")
    assert status == 409
    assert "ほかの人の操作で先に進んでいます" in page


def test_a_house_full_of_people_asks_to_try_again(house: Flask, plant: Plant) -> None:
    def full() -> str:
        raise PoolTimeout("QueuePool limit")

    plant("full", full)
    assert answer_of(house, "full")[0] == 503


def test_a_body_that_is_too_large_is_told(house: Flask, plant: Plant) -> None:
    house.config["MAX_CONTENT_LENGTH"] = 1000
    plant("upload", lambda: "never")
    status, page = answer_of(house, "upload", method="POST", data={"file": "x" * 2000})
    assert status == 413
    assert "10MBを超える" in page


@pytest.fixture
def counting_house(house: Flask, own_redis: Settings, logging_restored: None) -> Iterator[Flask]:
    """A house that counts how often somebody knocks, as every house does outside the tests."""
    built = create_app(replace(own_redis, environment="demo"))
    built.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield built
    with built.app_context():
        db.engine.dispose()


def test_the_sixth_wrong_password_in_a_minute_waits(counting_house: Flask, committed: None) -> None:
    form = {"email": f"{uuid4()}@example.jp", "password": "wrong wrong wrong"}
    answers = [counting_house.test_client().post("/sign-in", data=form) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert answers[5].headers["Retry-After"]
    assert "1分ほど待ってから" in answers[5].get_data(as_text=True)
    other = form | {"email": f"{uuid4()}@example.jp"}
    assert counting_house.test_client().post("/sign-in", data=other).status_code == 422, "others are not locked out"
