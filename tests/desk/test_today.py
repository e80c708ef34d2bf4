"""The page of the day: what is late, who comes, whom to phone."""

from datetime import date, datetime, timedelta

import pytest

from mra.applications.models import CarRequest
from mra.core import clock
from mra.core.access import Role
from mra.core.actor import SYSTEM
from mra.core.audit import begin, move
from mra.core.clock import JAPAN
from mra.core.db import db
from mra.disasters.models import Activation, Base
from mra.messaging.models import Message
from mra.messaging.rules import MessageStatus
from tests import factories
from tests.conftest import CheckingClient
from tests.desk.world import counted_statements


@pytest.fixture
def activation(client: CheckingClient, story_time: datetime) -> Activation:
    """An open activation, seen by somebody at the desk."""
    client.sign_in_as(Role.DESK)
    return factories.activation()


@pytest.fixture
def base(activation: Activation) -> Base:
    """Its base."""
    return factories.base(activation)


def shown(client: CheckingClient, query: str = "") -> str:
    answer = client.get("/desk" + query)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def section(page: str, name: str) -> str:
    """The part of the page between one section and the next."""
    return page.split(f'id="{name}"')[1].split('<section class="section"')[0]


def wish_of(activation: Activation, family_name: str, **values: object) -> CarRequest:
    return factories.application(activation, family_name=family_name, **values).requests[0]


def test_without_an_activation_the_page_says_what_would_fill_it(client: CheckingClient) -> None:
    assert "進行中の支援がありません" in client.sign_in_as(Role.DESK).get("/desk").get_data(as_text=True)


def test_empty_lists_say_what_would_fill_them(client: CheckingClient, base: Base) -> None:
    page = shown(client)
    for name in ("overdue", "handovers", "returns", "to-phone", "expiring", "intake", "silent", "tomorrow", "papers"):
        assert "empty-state" in section(page, name), name


def test_a_late_car_stands_first_with_its_lateness(client: CheckingClient, activation: Activation, base: Base) -> None:
    wish = wish_of(activation, "遅井")
    factories.loan_out(wish, factories.vehicle(base), handed_over_at=clock.now() - timedelta(days=33))
    page = shown(client)
    assert "遅井" in section(page, "overdue")
    assert "3日超過" in section(page, "overdue")
    assert "遅井" not in section(page, "returns")


def test_todays_handovers_come_by_time(client: CheckingClient, activation: Activation, base: Base) -> None:
    for hour, name in ((14, "午後田"), (10, "午前川")):
        at = datetime(2026, 8, 18, hour, 0, tzinfo=JAPAN)
        factories.loan(wish_of(activation, name), factories.vehicle(base), handover_at=at)
    handovers = section(shown(client), "handovers")
    assert handovers.index("午前川") < handovers.index("午後田")
    assert "引渡しを記録する" in handovers


def test_an_appointment_nobody_came_to_stays_on_the_list(
    client: CheckingClient, activation: Activation, base: Base
) -> None:
    yesterday = datetime(2026, 8, 17, 15, 0, tzinfo=JAPAN)
    factories.loan(wish_of(activation, "来ず"), factories.vehicle(base), handover_at=yesterday)
    assert "予定時刻を過ぎています" in section(shown(client), "handovers")


def test_a_car_due_this_afternoon_is_a_return_of_today(
    client: CheckingClient, activation: Activation, base: Base
) -> None:
    out_at = datetime(2026, 7, 19, 15, 0, tzinfo=JAPAN)
    factories.loan_out(wish_of(activation, "返田"), factories.vehicle(base), handed_over_at=out_at)
    page = shown(client)
    assert "返田" in section(page, "returns")
    assert "返田" not in section(page, "overdue")


def test_tomorrows_car_is_to_be_prepared_today(client: CheckingClient, activation: Activation, base: Base) -> None:
    factories.loan(wish_of(activation, "明日"), factories.vehicle(base))
    page = shown(client)
    assert "明日 花子" in section(page, "tomorrow")
    assert "明日 花子" not in section(page, "handovers")


def test_a_landline_is_phoned(client: CheckingClient, activation: Activation, base: Base) -> None:
    for name, can_sms in (("固定", False), ("携帯", True)):
        factories.offer(wish_of(activation, name, can_sms=can_sms), factories.vehicle(base))
    to_phone = section(shown(client), "to-phone")
    assert "固定" in to_phone
    assert "携帯" not in to_phone


def test_a_text_that_did_not_arrive_is_phoned(client: CheckingClient, activation: Activation, base: Base) -> None:
    made = factories.offer(wish_of(activation, "不達"), factories.vehicle(base))
    message = Message(
        key="offer", activation_id=activation.id, subject_kind="offer", subject_id=made.id, template="offer_made",
        language="ja", phone="+819000001234", body="車が決まりました。{link}", created_at=clock.now(),
    )  # fmt: skip
    begin(message, by=SYSTEM)
    assert "不達 花子" not in section(shown(client), "to-phone")
    move(message, "claim", by=SYSTEM)
    message.claimed_at = clock.now()
    move_failed(message)
    assert "不達 花子" in section(shown(client), "to-phone")


def move_failed(message: Message) -> None:
    db.session.flush()
    move(message, "fail", by=SYSTEM)
    message.error_code = "30005"
    assert message.status is MessageStatus.FAILED


def test_an_expired_offer_is_nobodys_call(client: CheckingClient, activation: Activation, base: Base) -> None:
    wish = wish_of(activation, "期限", can_sms=False)
    with clock.stopped(clock.now() - timedelta(hours=25)):
        factories.offer(wish, factories.vehicle(base))
    page = shown(client)
    assert "期限 花子" not in page


def test_an_offer_that_ends_today_is_named(client: CheckingClient, activation: Activation, base: Base) -> None:
    factories.offer(wish_of(activation, "今夜"), factories.vehicle(base), hours=8)
    factories.offer(wish_of(activation, "明朝"), factories.vehicle(base), hours=24)
    expiring = section(shown(client), "expiring")
    assert "今夜" in expiring
    assert "明朝" not in expiring


def test_new_applications_are_counted_with_the_oldest(client: CheckingClient, activation: Activation) -> None:
    oldest = datetime(2026, 8, 16, 9, 30, tzinfo=JAPAN)
    factories.application(activation, is_admitted=False, received_at=oldest)
    factories.application(activation, is_admitted=False)
    intake = section(shown(client), "intake")
    assert "2件の申込" in intake
    assert "2026年8月16日(日) 09:30" in intake


def test_two_silent_days_after_a_question_are_noticed(client: CheckingClient, activation: Activation) -> None:
    for name, days in (("沈黙", 2), ("昨日", 1)):
        asked = factories.application(activation, is_admitted=False, family_name=name)
        db.session.flush()
        move(asked, "ask_back", by=SYSTEM)
        asked.decided_at = clock.now() - timedelta(days=days)
        asked.decision_reason = "免許証の期限を教えてください。"
    silent = section(shown(client), "silent")
    assert "沈黙" in silent
    assert "昨日" not in silent


def test_cars_with_papers_that_end_soon_are_counted_once(
    client: CheckingClient, activation: Activation, base: Base
) -> None:
    factories.vehicle(base, lawful_until=date(2026, 9, 1))
    renewed = factories.vehicle(base, lawful_until=date(2026, 9, 1))
    factories.papers(renewed, date(2028, 9, 1))
    assert "1台あります" in section(shown(client), "papers")


def test_one_base_sees_its_own_day(client: CheckingClient, activation: Activation, base: Base) -> None:
    other = factories.base(activation, name="人吉拠点")
    at = datetime(2026, 8, 18, 11, 0, tzinfo=JAPAN)
    factories.loan(wish_of(activation, "天草"), factories.vehicle(base), handover_at=at)
    factories.loan(wish_of(activation, "人吉"), factories.vehicle(other), handover_at=at)
    page = shown(client, f"?base={other.id}")
    assert "人吉 花子" in page
    assert "天草 花子" not in page
    assert client.get("/desk?base=999999").status_code == 404


def test_a_viewer_reads_without_buttons(client: CheckingClient, activation: Activation, base: Base) -> None:
    at = datetime(2026, 8, 18, 11, 0, tzinfo=JAPAN)
    factories.loan(wish_of(activation, "予約"), factories.vehicle(base), handover_at=at)
    assert "引渡しを記録する" in shown(client)
    client.sign_in_as(Role.VIEWER)
    page = shown(client)
    assert "予約 花子" in page
    assert "引渡しを記録する" not in page


def fill(activation: Activation, base: Base, times: int) -> None:
    """Something in every list, `times` over."""
    for _ in range(times):
        factories.loan_out(
            wish_of(activation, "遅"), factories.vehicle(base), handed_over_at=clock.now() - timedelta(days=40)
        )
        for hours in (3, 27):
            factories.loan(
                wish_of(activation, "待"), factories.vehicle(base), handover_at=clock.now() + timedelta(hours=hours)
            )
        factories.offer(wish_of(activation, "固", can_sms=False), factories.vehicle(base), hours=5)
        factories.application(activation, is_admitted=False)


def test_the_page_takes_the_same_statements_however_long_the_lists(
    client: CheckingClient, activation: Activation, base: Base
) -> None:
    fill(activation, base, 1)
    shown(client)
    with counted_statements() as few:
        shown(client)
    fill(activation, base, 5)
    db.session.expire_all()
    with counted_statements() as many:
        shown(client)
    assert 8 < len(few) == len(many), [one[:200] for one in many]


def test_a_list_of_more_than_a_page_says_how_many_are_left_out(
    client: CheckingClient, activation: Activation, base: Base
) -> None:
    for _ in range(52):
        factories.offer(wish_of(activation, "固", can_sms=False), factories.vehicle(base))
    assert "ほかにもあります" in section(shown(client), "to-phone")
