"""The page behind the private link, from receipt to return, as a worried person on a phone meets it."""

from datetime import datetime, timedelta

import pytest

from mra.allocation.models import Offer
from mra.allocation.rules import OfferStatus
from mra.applications.models import Application
from mra.applications.rules import ApplicationStatus, RequestStatus
from mra.core import clock
from mra.core.actor import SYSTEM, ActorKind
from mra.core.audit import move, timeline
from mra.core.clock import JAPAN
from mra.core.db import db
from mra.disasters.models import Activation, Base
from mra.loans.models import Loan
from tests import factories
from tests.conftest import CheckingClient
from tests.desk.world import address_of, counted_statements

# Thursday: Wednesday, the day after the story's present, the base is closed.
SLOT = datetime(2026, 8, 20, 10, 30, tzinfo=JAPAN)
SLOT_CODE = "2026-08-20T10:30"


@pytest.fixture
def activation(client: CheckingClient, story_time: datetime) -> Activation:
    """An open activation."""
    return factories.activation()


@pytest.fixture
def base(activation: Activation) -> Base:
    """Its base."""
    return factories.base(activation)


@pytest.fixture
def hanako(activation: Activation) -> Application:
    """Yamada Hanako, who waits."""
    return factories.application(activation)


@pytest.fixture
def offer(hanako: Application, base: Base) -> Offer:
    """A car for her."""
    return factories.offer(hanako.requests[0], factories.vehicle(base))


def read(client: CheckingClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


class TestPrivacy:
    def test_a_wrong_link_opens_nothing(self, client: CheckingClient, hanako: Application) -> None:
        page = read(client, "/a/23456789ABCD", 404)
        assert "このリンクは使えません" in page
        assert "山田" not in page

    def test_somebody_over_the_shoulder_learns_the_family_name_only(
        self, client: CheckingClient, hanako: Application
    ) -> None:
        page = read(client, address_of(hanako))
        assert "山田さま" in page
        for private in ("花子", "ハナコ", "1234", "天草市今釜", "8630013", "1980", "罹災"):
            assert private not in page, private

    def test_no_browser_keeps_the_page(self, client: CheckingClient, hanako: Application) -> None:
        assert client.get(address_of(hanako)).headers["Cache-Control"] == "no-store"

    @pytest.mark.parametrize("page", ["", "/acceptance", "/refusal"])
    def test_the_offer_of_somebody_else_is_not_found(
        self, client: CheckingClient, activation: Activation, offer: Offer, page: str
    ) -> None:
        stranger = address_of(factories.application(activation))
        assert client.get(f"{stranger}/offers/{offer.id}{page}?handover_at={SLOT_CODE}").status_code == 404

    @pytest.mark.parametrize("page", ["acceptance", "refusal"])
    def test_nobody_answers_the_offer_of_somebody_else(
        self, client: CheckingClient, activation: Activation, offer: Offer, page: str
    ) -> None:
        stranger = address_of(factories.application(activation))
        answer = client.post(f"{stranger}/offers/{offer.id}/{page}", data={"handover_at": SLOT_CODE})
        assert answer.status_code == 404
        assert db.session.get_one(Offer, offer.id).status is OfferStatus.MADE


class TestStanding:
    def test_what_was_received_is_being_looked_at(self, client: CheckingClient, activation: Activation) -> None:
        page = read(client, address_of(factories.application(activation, is_admitted=False)))
        assert "お申し込みを受け付けました" in page

    def test_a_question_is_told_with_the_number_to_ring(self, client: CheckingClient, activation: Activation) -> None:
        activation.help_phone = "+81963221111"
        asked = factories.application(activation, is_admitted=False)
        db.session.flush()
        move(asked, "ask_back", by=SYSTEM)
        asked.decided_at, asked.decision_reason = clock.now(), "免許証の期限を教えてください。"
        page = read(client, address_of(asked))
        assert "免許証の期限を教えてください。" not in page, (
            "written for colleagues, and somebody may look over the shoulder"
        )
        assert "096-322-1111" in page

    def test_the_place_in_the_order_is_told_without_a_promise(
        self, client: CheckingClient, activation: Activation, hanako: Application
    ) -> None:
        with clock.stopped(clock.now() + timedelta(minutes=1)):
            page = read(client, address_of(factories.application(activation)))
        assert "2番目" in page
        assert "お貸しできる日は、まだお約束できません" in page

    def test_who_has_no_mobile_is_phoned(self, client: CheckingClient, activation: Activation) -> None:
        assert "お電話でお知らせします" in read(client, address_of(factories.application(activation, can_sms=False)))

    def test_a_car_is_told_with_its_base_and_deadline(
        self, client: CheckingClient, hanako: Application, offer: Offer
    ) -> None:
        page = read(client, address_of(hanako))
        for told in (
            "お貸しする車が決まりました",
            "8/19(水) 09:00まで",
            "天草拠点",
            "9:30〜16:00",
            "水曜休み",
        ):
            assert told in page, told

    def test_a_lapsed_offer_is_told_kindly_and_the_waiting_goes_on(
        self, client: CheckingClient, hanako: Application, base: Base
    ) -> None:
        with clock.stopped(clock.now() - timedelta(hours=25)):
            factories.offer(hanako.requests[0], factories.vehicle(base))
        page = read(client, address_of(hanako))
        assert "期限を過ぎたため終了しました" in page
        assert "順番待ちは続いています" in page
        assert "1番目" in page

    def test_a_reservation_says_when_where_and_what_to_bring(
        self, client: CheckingClient, hanako: Application, base: Base
    ) -> None:
        factories.loan(hanako.requests[0], factories.vehicle(base), handover_at=SLOT)
        page = read(client, address_of(hanako))
        for told in ("2026年8月20日(木) 10:30", "天草拠点", "全員</strong>の運転免許証", "被害を証明するもの"):
            assert told in page, told

    def test_a_car_that_is_out_has_its_due_date_and_the_numbers_for_an_accident(
        self, client: CheckingClient, hanako: Application, base: Base
    ) -> None:
        factories.loan_out(hanako.requests[0], factories.vehicle(base), handed_over_at=clock.now() - timedelta(days=3))
        page = read(client, address_of(hanako))
        for told in ("2026年9月14日(月) 09:00までに", 'href="tel:110"', 'href="tel:119"', "保険会社"):
            assert told in page, told

    def test_a_late_borrower_is_asked_to_ring(self, client: CheckingClient, hanako: Application, base: Base) -> None:
        factories.loan_out(hanako.requests[0], factories.vehicle(base), handed_over_at=clock.now() - timedelta(days=31))
        assert "すぐに拠点へお電話ください" in read(client, address_of(hanako))

    def test_every_car_of_a_group_has_its_own_section(
        self, client: CheckingClient, activation: Activation, base: Base
    ) -> None:
        group = factories.application(activation, cars=3)
        factories.offer(group.requests[1], factories.vehicle(base))
        page = read(client, address_of(group))
        sections = page.split('aria-labelledby="car-')[1:]
        assert ["お貸しする車が決まりました" in one for one in sections] == [False, True, False]


class TestAnswer:
    def test_free_times_are_offered_by_day(self, client: CheckingClient, hanako: Application, offer: Offer) -> None:
        page = read(client, f"{address_of(hanako)}/offers/{offer.id}")
        assert SLOT_CODE in page
        assert "2026-08-19T10:30" not in page, "the base is closed on Wednesdays"

    def test_the_choice_is_shown_before_it_is_made(
        self, client: CheckingClient, hanako: Application, offer: Offer
    ) -> None:
        page = read(client, f"{address_of(hanako)}/offers/{offer.id}/acceptance?handover_at={SLOT_CODE}")
        assert "2026年8月20日(木) 10:30" in page
        assert offer.status is OfferStatus.MADE

    def test_accepting_reserves_the_car(self, client: CheckingClient, hanako: Application, offer: Offer) -> None:
        address = address_of(hanako)
        answer = client.post(f"{address}/offers/{offer.id}/acceptance", data={"handover_at": SLOT_CODE})
        assert (answer.status_code, answer.location) == (303, address)
        loan = db.session.query(Loan).one()
        assert (loan.handover_at, loan.offer_id) == (SLOT, offer.id)
        assert hanako.requests[0].status is RequestStatus.RESERVED
        told = timeline(("offer", [offer.id]))[0]
        assert (told.action, told.actor_kind, told.actor_id) == ("accept", ActorKind.APPLICANT, hanako.id)
        assert "予約しました" in read(client, address)

    @pytest.mark.parametrize("typed", ["", "tomorrow", "2026-13-40T10:30"])
    def test_no_time_is_asked_for_again(
        self, client: CheckingClient, hanako: Application, offer: Offer, typed: str
    ) -> None:
        address = f"{address_of(hanako)}/offers/{offer.id}/acceptance"
        answer = client.post(address, data={"handover_at": typed})
        assert answer.status_code == client.get(f"{address}?handover_at={typed}").status_code == 422
        assert "受け取る日時を選んでください" in answer.get_data(as_text=True)

    def test_a_time_at_which_the_base_is_closed_is_refused(
        self, client: CheckingClient, hanako: Application, offer: Offer
    ) -> None:
        answer = client.post(
            f"{address_of(hanako)}/offers/{offer.id}/acceptance", data={"handover_at": "2026-08-19T10:30"}
        )
        assert answer.status_code == 409
        assert db.session.get_one(Offer, offer.id).status is OfferStatus.MADE

    def test_a_refusal_leads_back_to_the_resident_page(
        self, client: CheckingClient, hanako: Application, offer: Offer
    ) -> None:
        address = address_of(hanako)
        with clock.stopped(offer.deadline_at + timedelta(minutes=1)):
            answer = client.post(f"{address}/offers/{offer.id}/acceptance", data={"handover_at": SLOT_CODE})
        assert answer.status_code == 409
        assert f'href="{address}"' in answer.get_data(as_text=True)

    @pytest.mark.parametrize("page", ["", "/acceptance?handover_at=" + SLOT_CODE, "/refusal"])
    def test_the_pages_of_a_lapsed_offer_lead_back_with_a_word(
        self, client: CheckingClient, hanako: Application, offer: Offer, page: str
    ) -> None:
        address = address_of(hanako)
        with clock.stopped(offer.deadline_at + timedelta(minutes=1)):
            answer = client.get(f"{address}/offers/{offer.id}{page}")
            assert (answer.status_code, answer.location) == (303, address)
            assert "このご案内は終了しました" in read(client, address)

    def test_whoever_goes_back_to_an_offer_they_took_is_told_that_it_is_theirs(
        self, client: CheckingClient, hanako: Application, offer: Offer
    ) -> None:
        """2026-11-22: the back button after accepting said that the offer was over."""
        address = address_of(hanako)
        client.post(f"{address}/offers/{offer.id}/acceptance", data={"handover_at": SLOT_CODE})
        answer = client.get(f"{address}/offers/{offer.id}")
        assert (answer.status_code, answer.location) == (303, address)
        assert "このご案内は、ご予約いただいています" in read(client, address)

    def test_declining_is_asked_before_it_is_done(
        self, client: CheckingClient, hanako: Application, offer: Offer
    ) -> None:
        address = address_of(hanako)
        assert "順番待ちは続きます" in read(client, f"{address}/offers/{offer.id}/refusal")
        assert client.post(f"{address}/offers/{offer.id}/refusal").status_code == 303
        assert offer.status is OfferStatus.DECLINED
        page = read(client, address)
        assert "辞退を承りました" in page
        assert "1番目" in page


class TestWithdrawal:
    def test_withdrawing_is_asked_before_it_is_done(self, client: CheckingClient, hanako: Application) -> None:
        address = address_of(hanako)
        assert "元に戻すことはできません" in read(client, f"{address}/withdrawal")
        assert client.post(f"{address}/withdrawal").status_code == 303
        assert hanako.status is ApplicationStatus.WITHDRAWN
        assert hanako.requests[0].status is RequestStatus.WITHDRAWN
        page = read(client, address)
        assert "取り下げられました" in page
        assert "/withdrawal" not in page

    def test_withdrawing_twice_is_no_fault(self, client: CheckingClient, hanako: Application) -> None:
        """2026-11-22: the second press told the resident that somebody else had been faster."""
        address = address_of(hanako)
        client.post(f"{address}/withdrawal")
        answer = client.post(f"{address}/withdrawal")
        assert (answer.status_code, answer.location) == (303, address)
        assert client.get(f"{address}/withdrawal").status_code == 303

    def test_nobody_withdraws_with_a_car_reserved(
        self, client: CheckingClient, hanako: Application, base: Base
    ) -> None:
        factories.loan(hanako.requests[0], factories.vehicle(base), handover_at=SLOT)
        address = address_of(hanako)
        assert "/withdrawal" not in read(client, address)
        assert client.post(f"{address}/withdrawal").status_code == 409
        assert db.session.get_one(Application, hanako.id).status is ApplicationStatus.ADMITTED


def test_the_page_takes_the_same_statements_for_any_number_of_cars(
    client: CheckingClient, activation: Activation, base: Base
) -> None:
    addresses = []
    for cars in (1, 6):
        group = factories.application(activation, cars=cars)
        for wish in group.requests:
            factories.offer(wish, factories.vehicle(base))
        addresses.append(address_of(group))
    counts = []
    for address in addresses:
        db.session.commit()
        with counted_statements() as seen:
            read(client, address)
        counts.append(len(seen))
    assert 3 < counts[0] == counts[1]
