"""The case page: facts, what to do next, cars, messages, what happened."""

import re
from datetime import datetime, timedelta

import pytest

from mra.applications.models import Application
from mra.applications.queries import place_in_queue
from mra.applications.rules import ApplicationStatus, RequestStatus
from mra.core import clock
from mra.core.access import Role
from mra.core.actor import SYSTEM, Actor, ActorKind
from mra.core.audit import begin, move
from mra.core.db import db
from mra.desk.queries import case as cases
from mra.disasters.models import Activation
from mra.messaging.models import Message
from tests import factories
from tests.conftest import CheckingClient
from tests.desk.world import counted_statements

A = ApplicationStatus


@pytest.fixture
def activation(client: CheckingClient, story_time: datetime) -> Activation:
    """An open activation, seen by somebody at the desk."""
    client.sign_in_as(Role.DESK)
    return factories.activation()


def case_of(client: CheckingClient, application: Application) -> str:
    db.session.flush()
    answer = client.get(f"/applications/{application.id}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def text_to(kind: str, subject_id: int, body: str) -> Message:
    message = Message(
        key=f"{kind}{subject_id}", subject_kind=kind, subject_id=subject_id, template="offer_made", language="ja",
        phone="+819000001234", body=body, created_at=clock.now(),
    )  # fmt: skip
    return begin(message, by=SYSTEM)


def test_nobody_finds_a_case_that_is_not_there(client: CheckingClient, activation: Activation) -> None:
    assert client.get("/applications/999999").status_code == 404


def test_the_facts_of_the_applicant_stand_on_the_case(client: CheckingClient, activation: Activation) -> None:
    page = case_of(client, factories.application(activation))
    for fact in ("山田 花子", "ヤマダ ハナコ", "1980年4月2日(水)（46歳）", "罹災証明書", "通勤・仕事", "軽乗用車"):
        assert fact in page, fact


def test_only_the_last_digits_of_a_licence_are_shown(client: CheckingClient, activation: Activation) -> None:
    application = factories.application(activation)
    application.drivers[0].licence_number = b"sealed"
    application.drivers[0].licence_last_four = "5670"
    assert "末尾 5670" in case_of(client, application)


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        (Role.VIEWER, set()),
        (Role.DESK, {"admission", "questions/new", "withdrawal/new"}),
        (Role.COORDINATOR, {"admission", "questions/new", "withdrawal/new", "rejection/new"}),
    ],
)
def test_the_buttons_are_those_of_the_role(
    client: CheckingClient, activation: Activation, role: Role, offered: set[str]
) -> None:
    application = factories.application(activation, is_admitted=False)
    client.sign_in_as(role, "somebody@example.jp")
    page = case_of(client, application)
    assert actions_on(page, application) == offered
    assert ("本人用リンクを作り直す" in page) == (role is not Role.VIEWER)


def actions_on(page: str, application: Application) -> set[str]:
    """What can be done with the application as a whole; a new private link or stopped SMS change nothing
    about it.
    """
    return set(re.findall(rf'"/applications/{application.id}/([a-z/]+)"', page)) - {"links", "suppression"}


@pytest.mark.parametrize("role", [Role.DESK, Role.COORDINATOR, Role.ADMIN])
@pytest.mark.parametrize("status", list(ApplicationStatus))
def test_every_button_leads_to_a_page_that_opens(
    client: CheckingClient, activation: Activation, role: Role, status: ApplicationStatus
) -> None:
    application = in_status(activation, status)
    client.sign_in_as(role, "somebody@example.jp")
    for action in actions_on(case_of(client, application), application):
        if action.endswith("/new"):
            assert client.get(f"/applications/{application.id}/{action}").status_code == 200


def in_status(activation: Activation, status: ApplicationStatus) -> Application:
    """An application that came to this status."""
    made = factories.application(activation, is_admitted=False)
    db.session.flush()
    for action, after in {
        "admit": A.ADMITTED,
        "ask_back": A.ASKED_BACK,
        "turn_down": A.TURNED_DOWN,
        "withdraw": A.WITHDRAWN,
    }.items():
        if status is after:
            move(made, action, by=SYSTEM)
            made.decided_at, made.decision_reason = clock.now(), "電話で確認した。"
    db.session.flush()
    return made


def test_an_application_without_proof_is_admitted_with_a_reason_only(
    client: CheckingClient, activation: Activation
) -> None:
    application = factories.application(activation, is_admitted=False, evidence=["consult"])
    assert "admission/new" in actions_on(case_of(client, application), application)


def test_what_has_ended_has_no_buttons(client: CheckingClient, activation: Activation) -> None:
    application = in_status(activation, A.WITHDRAWN)
    assert actions_on(case_of(client, application), application) == set()


def test_one_car_of_several_can_be_withdrawn(client: CheckingClient, activation: Activation) -> None:
    group = factories.application(activation, cars=2)
    address = f"/applications/{group.id}/requests/{group.requests[1].id}/withdrawal"
    assert address in case_of(client, group)
    assert client.post(address).location == f"/applications/{group.id}"
    page = case_of(client, group)
    assert address not in page
    assert group.requests[0].status is RequestStatus.WAITING


def test_a_single_car_is_withdrawn_with_its_application(client: CheckingClient, activation: Activation) -> None:
    assert "/requests/" not in case_of(client, factories.application(activation))


def test_probably_the_same_person_is_labelled(client: CheckingClient, activation: Activation) -> None:
    first, second = factories.application(activation), factories.application(activation)
    sister = factories.application(activation, given_name="春子", given_kana="ハルコ")
    page = case_of(client, first)
    assert "重複かもしれません" in page
    assert f'href="/applications/{second.id}"' in page
    assert f'href="/applications/{sister.id}"' not in page
    assert "重複かもしれません" not in case_of(client, sister)


def test_an_admitted_request_shows_its_place(client: CheckingClient, activation: Activation) -> None:
    with clock.stopped(clock.now() - timedelta(hours=1)):
        factories.application(activation)
        factories.application(activation, is_admitted=False)
        factories.application(activation, circumstances=["shopping"])
    urgent = factories.application(activation, circumstances=["hospital"])
    late = factories.application(activation)
    for wish in (urgent.requests[0], late.requests[0]):
        assert cases.places_in_queue(wish.application) == {wish.id: place_in_queue(wish)}
    assert "1番目" in case_of(client, urgent)
    assert "3番目" in case_of(client, late)


def test_what_is_not_admitted_has_no_place(client: CheckingClient, activation: Activation) -> None:
    assert "番目" not in case_of(client, factories.application(activation, is_admitted=False))


def test_messages_hide_the_private_link(client: CheckingClient, activation: Activation) -> None:
    application = factories.application(activation)
    text_to("application", application.id, "申込を受け付けました。{link}")
    page = case_of(client, application)
    assert "申込を受け付けました。（本人用リンク）" in page
    assert "送信待ち" in page
    assert "{link}" not in page


def test_messages_about_offers_and_loans_belong_to_the_case(client: CheckingClient, activation: Activation) -> None:
    base = factories.base(activation)
    application, stranger = factories.application(activation), factories.application(activation)
    offer = factories.offer(application.requests[0], factories.vehicle(base))
    others = factories.offer(stranger.requests[0], factories.vehicle(base))
    text_to("offer", offer.id, "車が決まりました。")
    text_to("offer", others.id, "別の方への連絡。")
    page = case_of(client, application)
    assert "車が決まりました。" in page
    assert "別の方への連絡。" not in page


def test_an_offer_past_its_deadline_is_expired_before_any_job_says_so(
    client: CheckingClient, activation: Activation
) -> None:
    application = factories.application(activation)
    with clock.stopped(clock.now() - timedelta(hours=25)):
        factories.offer(application.requests[0], factories.vehicle(factories.base(activation)))
    page = case_of(client, application)
    offers = page.split("<caption>案内</caption>")[1].split("</table>")[0]
    assert "期限切れ" in offers
    assert "回答待ち" not in offers


def test_the_timeline_tells_who_did_what(client: CheckingClient, activation: Activation) -> None:
    person = factories.staff_member(name="高橋 実")
    application = factories.application(activation, is_admitted=False)
    db.session.flush()
    move(application, "admit", by=person.actor)
    application.decided_at = clock.now()
    db.session.flush()
    move(application, "withdraw", by=Actor(ActorKind.APPLICANT, application.id))
    timeline = case_of(client, application).split('class="case__timeline"')[1]
    assert timeline.index("申込者本人") < timeline.index("高橋 実") < timeline.rindex("システム")
    assert "受付済" in timeline
    assert "受理" in timeline


def test_each_car_of_a_group_is_named_in_the_timeline(client: CheckingClient, activation: Activation) -> None:
    page = case_of(client, factories.application(activation, cars=2))
    timeline = page.split('class="case__timeline"')[1]
    assert "1台目" in timeline
    assert "2台目" in timeline


def test_the_next_record_of_each_car_is_one_tap_away(client: CheckingClient, activation: Activation) -> None:
    base, group = factories.base(activation), factories.application(activation, cars=3)
    offer = factories.offer(group.requests[0], factories.vehicle(base))
    reserved = factories.loan(group.requests[1], factories.vehicle(base))
    out = factories.loan_out(group.requests[2], factories.vehicle(base), handed_over_at=clock.now() - timedelta(days=3))
    pages = [f"/offers/{offer.id}", f"/loans/{reserved.id}/handover", f"/loans/{out.id}/return"]
    banner = case_of(client, group).split('class="next-step tone')[1].split("</section>")[0]
    assert [page for page in pages if f'href="{page}"' in banner] == pages
    assert {client.get(page).status_code for page in pages} == {200}
    client.sign_in_as(Role.VIEWER)
    viewed = case_of(client, group).split('class="next-step tone')[1].split("</section>")[0]
    assert "href" not in viewed


def test_a_loan_leads_to_its_page(client: CheckingClient, activation: Activation) -> None:
    application = factories.application(activation)
    base = factories.base(activation)
    handed_over_at = clock.now() - timedelta(days=33)
    loan = factories.loan_out(application.requests[0], factories.vehicle(base), handed_over_at=handed_over_at)
    page = case_of(client, application)
    assert f'href="/loans/{loan.id}"' in page
    assert "返却期限を過ぎています。" in page


def test_the_case_takes_the_same_statements_however_much_happened(
    client: CheckingClient, activation: Activation
) -> None:
    base = factories.base(activation)
    short, long = factories.application(activation), factories.application(activation, cars=6)
    for wish in (*short.requests, *long.requests):
        text_to("request", wish.id, "お知らせ")
        factories.loan_out(wish, factories.vehicle(base), handed_over_at=clock.now() - timedelta(days=3))
    counts = []
    for address in [f"/applications/{application.id}" for application in (short, long)]:
        db.session.commit()
        with counted_statements() as seen:
            assert client.get(address).status_code == 200
        counts.append(len(seen))
    assert 5 < counts[0] == counts[1]
