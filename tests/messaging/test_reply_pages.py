"""What people wrote and what we answered, as staff read it."""

import pytest

from mra.core.access import Role
from mra.core.db import db
from mra.messaging.inbound import services
from mra.messaging.inbound.models import InboundMessage
from tests import factories
from tests.conftest import CheckingClient
from tests.messaging.conftest import Promise
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("story_time")


def said(number: int, body: str) -> InboundMessage:
    message = services.take_in(provider="twilio", provider_id=f"SM-{number}", phone=f"+81900000{number:04}", body=body)
    assert message is not None
    services.process(message.id)
    db.session.commit()
    return message


@pytest.fixture
def viewer(client: CheckingClient) -> CheckingClient:
    """Somebody who may read."""
    return client.sign_in_as(Role.VIEWER)


def page_of(client: CheckingClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def test_an_empty_list_says_what_fills_it(viewer: CheckingClient) -> None:
    assert "返信があると、ここに並びます" in page_of(viewer, "/messages/replies")


def test_what_was_written_stands_beside_what_was_answered(viewer: CheckingClient, promise: Promise) -> None:
    promise(phone="+819000000001", subject_id=7)
    said(1, "<b>電話ください</b>")
    page = page_of(viewer, "/messages/replies")
    assert "&lt;b&gt;電話ください" in page
    assert "このSMSへの返信では手続きできません" in page
    assert 'href="/applications/7"' in page
    assert "確認待ち 1件" in page_of(viewer, "/messages")


def test_a_filter_shows_one_state(viewer: CheckingClient) -> None:
    said(1, "電話ください")
    said(2, "停止")
    assert "電話ください" not in page_of(viewer, "/messages/replies?status=handled")
    assert "電話ください" in page_of(viewer, "/messages/replies?status=open")
    assert "電話ください" in page_of(viewer, "/messages/replies?status=nonsense")


def test_a_long_list_has_pages_and_takes_no_more_statements(viewer: CheckingClient) -> None:
    said(1, "ひとつめ")
    page_of(viewer, "/messages/replies")
    with statements() as short:
        page_of(viewer, "/messages/replies")
    last, *_ = [said(number, f"番号{number}番") for number in range(2, 53)]
    with statements() as long:
        page = page_of(viewer, "/messages/replies")
    assert len(long) == len(short)
    assert f"before={last.id + 1}" in page
    assert "ひとつめ" in page_of(viewer, f"/messages/replies?before={last.id}")


def test_the_case_tells_the_whole_conversation(viewer: CheckingClient) -> None:
    application = factories.application(factories.activation(), phone="+819000000001")
    db.session.commit()
    said(1, "電話ください")
    said(2, "ほかの人の返信")
    page = page_of(viewer, f"/applications/{application.id}")
    assert "電話ください" in page
    assert "このSMSへの返信では手続きできません" in page
    assert "ほかの人の返信" not in page
