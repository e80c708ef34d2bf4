"""The pages of pledges: the secretariat's, the member's own, and those behind the yearly link."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from mra.accounts import services as accounts
from mra.alliance.models import Member, Pledge
from mra.alliance.rules.pledges import PledgeStatus, SupplyKind
from mra.alliance.services import members, pledges
from mra.core import clock
from mra.core.access import Role
from mra.core.actor import SYSTEM, ActorKind
from mra.core.audit import AuditEvent
from mra.core.db import db
from mra.core.vehicle_classes import VehicleClass
from mra.messaging.models import Message
from tests import factories
from tests.alliance.test_member_views import hidden, page, refused, sign_in
from tests.conftest import CheckingClient
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("story_time")
LEDGER = "/alliance/pledges"
TODAY = date(2026, 8, 18)


def typed(**values: str) -> dict[str, str]:
    usual = {
        "kind": "vehicle",
        "vehicle_class": "kei_passenger",
        "quantity": "５",
        "lead_time_days": "7",
        "region": "熊本県、大分県",
        "valid_from_year": "2026",
        "valid_from_month": "4",
        "valid_from_day": "1",
    }
    return usual | values


def of(member: Member) -> str:
    return f"/alliance/members/{member.id}/pledges"


def the_pledge() -> Pledge:
    return db.session.scalars(select(Pledge)).one()


def old(of: Member, **values: object) -> Pledge:
    made = factories.pledge(of, **values)
    made.confirmed_on = TODAY - timedelta(days=500)
    db.session.flush()
    return made


class TestDeclaring:
    def test_a_coordinator_takes_down_cars(self, client: CheckingClient) -> None:
        member = factories.member("みなみ自動車")
        client.sign_in_as(Role.COORDINATOR)
        assert "種類を選んでください" in page(client, f"{of(member)}/new")
        assert "車種区分" in page(client, f"{of(member)}/new?kind=vehicle")
        answer = client.post(of(member), data=typed())
        made = the_pledge()
        assert answer.location == f"{LEDGER}/{made.id}"
        assert (made.quantity, made.unit, made.area) == (5, "台", ["43", "44"])
        assert made.status is PledgeStatus.DECLARED
        text = page(client, f"{LEDGER}/{made.id}")
        for words in ("軽乗用車 5台", "熊本県、大分県", "7日以内", "みなみ自動車", "提供表明の登録"):
            assert words in text

    def test_what_was_confirmed_on_the_telephone_is_in_force(self, client: CheckingClient) -> None:
        client.sign_in_as(Role.COORDINATOR)
        client.post(of(factories.member()), data=typed(is_confirmed="yes"))
        assert the_pledge().confirmed_on == TODAY

    def test_tyres_have_size_and_season(self, client: CheckingClient) -> None:
        client.sign_in_as(Role.COORDINATOR)
        tyres = typed(kind="tyre", quantity="40", unit="本", size="１５５／６５Ｒ１４", season="studless")
        client.post(of(factories.member()), data=tyres)
        assert the_pledge().specification == {"size": "155/65R14", "season": "studless"}
        assert "タイヤ 155/65R14 スタッドレス 40本" in page(client, f"{LEDGER}/{the_pledge().id}")

    @pytest.mark.parametrize("kind", [kind.value for kind in SupplyKind])
    def test_every_kind_has_a_form(self, client: CheckingClient, kind: str) -> None:
        client.sign_in_as(Role.COORDINATOR)
        assert "数量" in page(client, f"{of(factories.member())}/new?kind={kind}")

    @pytest.mark.parametrize(
        ("values", "sentence"),
        [
            ({"quantity": "0"}, "数量は1以上の数字で入力してください。"),
            ({"quantity": "-3"}, "数量は1以上の数字で入力してください。"),
            ({"quantity": "たくさん"}, "数量は1以上の数字で入力してください。"),
            ({"vehicle_class": "tank"}, "車種区分を選んでください。"),
            ({"region": "熊本県、99999"}, "「99999」という市区町村コードはありません。"),
            ({"region": "くまもと市"}, "「くまもと市」という都道府県・市区町村は見つかりません。"),
            ({"lead_time_days": ""}, "何日以内に提供できるかを入力してください。"),
            ({"lead_time_days": "366"}, "日数は0〜365の数字で入力してください。"),
            (
                {"valid_until_year": "2026", "valid_until_month": "3", "valid_until_day": "31"},
                "有効期間の終わりが始まりより前になっています。",
            ),
            (
                {"valid_until_year": "2026", "valid_until_month": "8", "valid_until_day": "17"},
                "有効期間がすでに終わっています。",
            ),
            ({"kind": "tyre", "unit": "kg", "size": "各種", "season": "summer"}, "単位を選んでください。"),
            ({"kind": "engine_oil", "unit": "L"}, "粘度・規格を入力してください。"),
        ],
    )
    def test_bad_input_is_told_in_words(self, client: CheckingClient, values: dict[str, str], sentence: str) -> None:
        member = factories.member()
        client.sign_in_as(Role.COORDINATOR)
        refused(client, of(member), typed(**values), sentence)
        assert db.session.scalars(select(Pledge)).all() == []


class TestTheLedger:
    def test_what_became_doubtful_stands_on_top_as_work(self, client: CheckingClient) -> None:
        member = factories.member("みなみ自動車")
        factories.pledge(member)
        old(member, kind=SupplyKind.TYRE, unit="本", quantity=40, specification={"size": "各種", "season": "summer"})
        client.sign_in_as(Role.VIEWER)
        text = page(client, LEDGER)
        assert "要確認の提供表明が1件あります" in text
        assert text.index("タイヤ 各種 夏用 40本") < text.index("軽乗用車 5台")
        text = page(client, f"{LEDGER}?show=doubtful")
        assert "090-0000-5678" in text
        assert "軽乗用車 5台" not in text

    def test_filters_by_kind_and_region(self, client: CheckingClient) -> None:
        factories.municipality()
        member = factories.member()
        factories.pledge(member, area=["43215"])
        factories.pledge(member, vehicle_class=VehicleClass.KEI_TRUCK, area=["04"])
        client.sign_in_as(Role.VIEWER)
        text = page(client, f"{LEDGER}?kind=vehicle&place=熊本県")
        assert "軽乗用車 5台" in text
        assert "軽トラック 5台" not in text
        assert "条件に合う提供表明はありません" in page(client, f"{LEDGER}?kind=tyre")
        assert "「どこか」という都道府県・市区町村は見つかりません" in page(client, f"{LEDGER}?place=どこか")

    def test_a_long_list_takes_as_many_statements_as_a_short_one(self, client: CheckingClient) -> None:
        client.sign_in_as(Role.VIEWER)
        counts = []
        for number in (2, 30):
            for _ in range(number):
                old(factories.member(), area=["43215"])
            page(client, f"{LEDGER}?show=doubtful")
            db.session.expire_all()
            with statements() as seen:
                page(client, f"{LEDGER}?show=doubtful")
            counts.append(len(seen))
        assert counts[0] == counts[1]


class TestOnePledge:
    def test_a_coordinator_confirms_on_the_telephone(self, client: CheckingClient) -> None:
        pledge = old(factories.member())
        client.sign_in_as(Role.COORDINATOR)
        text = page(client, f"{LEDGER}/{pledge.id}")
        assert "長く確認されていません" in text
        assert "電話で確認した" in text
        client.post(f"{LEDGER}/{pledge.id}/confirmation")
        assert pledge.confirmed_on == TODAY
        assert "内容の確認" in page(client, f"{LEDGER}/{pledge.id}")

    def test_a_change_made_meanwhile_is_not_overwritten(self, client: CheckingClient) -> None:
        pledge = factories.pledge(factories.member())
        client.sign_in_as(Role.COORDINATOR)
        here = f"{LEDGER}/{pledge.id}"
        seen = hidden(page(client, f"{here}/edit"), "edition")
        assert client.post(here, data=typed(quantity="3", edition=seen)).status_code == 303
        refused(client, here, typed(quantity="9", edition=seen), "ほかの人が内容を変更しました", 409)
        assert pledge.quantity == 3

    def test_it_ends_with_a_reason_and_stays_in_the_ledger(self, client: CheckingClient) -> None:
        pledge = factories.pledge(factories.member())
        client.sign_in_as(Role.COORDINATOR)
        here = f"{LEDGER}/{pledge.id}"
        refused(client, f"{here}/lapse", {"reason": ""}, "終える理由を入力してください。")
        client.post(f"{here}/lapse", data={"reason": "車両の入替え"})
        text = page(client, here)
        assert "車両の入替え" in text
        assert "電話で確認した" not in text
        assert client.post(f"{here}/confirmation").status_code == 409
        assert "軽乗用車 5台" in page(client, f"{LEDGER}?show=over")

    def test_a_coordinator_asks_by_hand(self, client: CheckingClient) -> None:
        member = factories.member()
        old(member)
        client.sign_in_as(Role.COORDINATOR)
        here = f"/alliance/members/{member.id}"
        assert client.post(f"{here}/confirmation-request").status_code == 303
        assert "SMSとメールで送ります" in page(client, here)
        assert len(db.session.scalars(select(Message)).all()) == 2
        refused(client, f"{here}/confirmation-request", {}, "さきほど送りました", 409)

    def test_viewers_change_nothing(self, client: CheckingClient) -> None:
        pledge = old(factories.member())
        client.sign_in_as(Role.VIEWER)
        text = page(client, f"{LEDGER}/{pledge.id}")
        for words in ("電話で確認した", "提供表明を終える", "再確認を依頼する", "変更する"):
            assert words not in text


class TestOwnPledges:
    def test_a_members_own_word_is_confirmed_by_that(self, client: CheckingClient) -> None:
        member = factories.member()
        sign_in(client, member)
        assert "提供表明はまだありません" in page(client, "/member/pledges")
        assert "種類を選んでください" in page(client, "/member/pledges/new")
        assert "車種区分" in page(client, "/member/pledges/new?kind=vehicle")
        assert client.post("/member/pledges", data=typed()).status_code == 303
        made = the_pledge()
        assert (made.member_id, made.status, made.confirmed_on) == (member.id, PledgeStatus.IN_FORCE, TODAY)

    def test_a_change_gives_the_word_anew(self, client: CheckingClient) -> None:
        member = factories.member()
        pledge = old(member)
        sign_in(client, member)
        here = f"/member/pledges/{pledge.id}"
        seen = hidden(page(client, here), "edition")
        refused(client, here, typed(quantity="0", edition=seen), "数量は1以上の数字で入力してください。")
        client.post(here, data=typed(quantity="2", edition=seen))
        assert (pledge.quantity, pledge.confirmed_on) == (2, TODAY)

    def test_one_click_confirms_and_an_end_has_its_reason(self, client: CheckingClient) -> None:
        member = factories.member()
        pledge = old(member)
        sign_in(client, member)
        assert "長く確認されていない提供表明が1件あります" in page(client, "/member/pledges")
        client.post(f"/member/pledges/{pledge.id}/confirmation")
        assert pledge.confirmed_on == TODAY
        assert "終えます" in page(client, f"/member/pledges/{pledge.id}/lapse")
        refused(client, f"/member/pledges/{pledge.id}/lapse", {}, "終える理由を入力してください。")
        client.post(f"/member/pledges/{pledge.id}/lapse", data={"reason": "事業の終了"})
        assert pledge.lapse_reason == "事業の終了"

    def test_an_umbrella_keeps_the_pledges_of_its_firms(self, client: CheckingClient) -> None:
        umbrella = factories.member()
        firm = factories.member("みなみ自動車", under=umbrella)
        sign_in(client, umbrella)
        client.post("/member/pledges", data=typed(**{"for": str(firm.id)}))
        assert the_pledge().member_id == firm.id
        assert "みなみ自動車" in page(client, "/member/pledges")
        assert "軽乗用車 5台" in page(client, f"/member/pledges?for={firm.id}")

    def test_nobody_reaches_the_pledges_of_others(self, client: CheckingClient) -> None:
        umbrella = factories.member()
        own, sister = factories.member(under=umbrella), factories.member(under=umbrella)
        foreign = [factories.pledge(one, quantity=77) for one in (umbrella, sister, factories.member())]
        sign_in(client, own)
        assert "77台" not in page(client, "/member/pledges")
        for pledge in foreign:
            here = f"/member/pledges/{pledge.id}"
            assert [client.get(here).status_code, client.get(f"{here}/lapse").status_code] == [404, 404]
            for post in (here, f"{here}/confirmation", f"{here}/lapse"):
                assert client.post(post, data=typed(reason="x")).status_code == 404
            assert client.get(f"/member/pledges?for={pledge.member_id}").status_code == 404
            posted = typed(**{"for": str(pledge.member_id)})
            assert client.post("/member/pledges", data=posted).status_code == 404
        assert {pledge.quantity for pledge in foreign} == {77}


@pytest.fixture
def asked(client: CheckingClient) -> tuple[Member, list[Pledge], str]:
    member = factories.member("みなみ自動車")
    made = [old(member), old(member, vehicle_class=VehicleClass.KEI_TRUCK, quantity=2)]
    return member, made, ask(member)


def ask(member: Member) -> str:
    pledges.ask_confirmation(member, by=SYSTEM)
    found = accounts.newest_link("pledge", member.id)
    assert found
    return f"/pledges/{accounts.token_of(found)}"


Asked = tuple[Member, list[Pledge], str]


class TestTheLink:
    def test_one_page_shows_everything_that_was_promised(self, client: CheckingClient, asked: Asked) -> None:
        text = page(client, asked[2])
        for words in ("みなみ自動車", "軽乗用車 5台", "軽トラック 2台", "確認をお願いしたいものが2件あります"):
            assert words in text

    def test_one_answer_for_all(self, client: CheckingClient, asked: Asked) -> None:
        _, made, here = asked
        client.post(f"{here}/confirmation")
        assert {pledge.confirmed_on for pledge in made} == {TODAY}
        assert "すべてお答えいただきました" in page(client, here)

    def test_each_is_confirmed_changed_or_ended(self, client: CheckingClient, asked: Asked) -> None:
        _, (cars, trucks), here = asked
        client.post(f"{here}/{cars.id}/confirmation")
        assert "確認をお願いしたいものが1件あります" in page(client, here)
        seen = hidden(page(client, f"{here}/{cars.id}/change"), "edition")
        client.post(f"{here}/{cars.id}/change", data=typed(quantity="3", edition=seen))
        assert cars.quantity == 3
        assert "終えます" in page(client, f"{here}/{trucks.id}/lapse")
        client.post(f"{here}/{trucks.id}/lapse", data={"reason": "売却"})
        assert (trucks.status, trucks.lapse_reason) == (PledgeStatus.LAPSED, "売却")
        event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "lapse")).one()
        assert (event.actor_kind, event.actor_id) == (ActorKind.MEMBER, asked[0].id)

    def test_answering_twice_is_harmless(self, client: CheckingClient, asked: Asked) -> None:
        _, (cars, trucks), here = asked
        for _ in range(2):
            assert client.post(f"{here}/{cars.id}/confirmation").status_code == 303
            assert client.post(f"{here}/{trucks.id}/lapse", data={"reason": "売却"}).status_code == 303
            assert client.post(f"{here}/confirmation").status_code == 303
        assert trucks.status is PledgeStatus.LAPSED

    def test_what_was_ended_is_confirmed_no_more(self, client: CheckingClient, asked: Asked) -> None:
        _, (cars, _trucks), here = asked
        pledges.lapse(cars, reason="終了", by=SYSTEM)
        refused(client, f"{here}/{cars.id}/confirmation", {}, "この提供表明は終了しているため", 409)

    def test_bad_input_changes_nothing(self, client: CheckingClient, asked: Asked) -> None:
        _, (cars, _), here = asked
        seen = hidden(page(client, f"{here}/{cars.id}/change"), "edition")
        refused(client, f"{here}/{cars.id}/change", typed(quantity="0", edition=seen), "数量は1以上の数字")
        refused(client, f"{here}/{cars.id}/lapse", {}, "終える理由を入力してください。")
        assert (cars.quantity, cars.status) == (5, PledgeStatus.IN_FORCE)

    def test_a_link_after_which_another_was_sent_says_so(self, client: CheckingClient, asked: Asked) -> None:
        member, (cars, _), here = asked
        with clock.stopped(clock.now() + timedelta(hours=1)):
            newer = ask(member)
        assert "新しいリンクをお送りしたあとは、前のリンクは使えません。" in page(client, here, 404)
        assert client.post(f"{here}/{cars.id}/confirmation").status_code == 404
        assert "軽乗用車 5台" in page(client, newer)

    def test_the_link_of_a_member_that_left_opens_nothing(self, client: CheckingClient, asked: Asked) -> None:
        members.leave(asked[0], left_on=TODAY, by=SYSTEM)
        assert client.get(asked[2]).status_code == 404

    def test_nobody_answers_for_others(self, client: CheckingClient, asked: Asked) -> None:
        foreign = old(factories.member(under=asked[0]))
        for address in (f"{asked[2]}/{foreign.id}/change", f"{asked[2]}/{foreign.id}/lapse"):
            assert client.get(address).status_code == 404
            assert client.post(address, data=typed(reason="x")).status_code == 404
        assert client.post(f"{asked[2]}/{foreign.id}/confirmation").status_code == 404
