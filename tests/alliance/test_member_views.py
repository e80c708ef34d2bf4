"""The pages of members, their contacts and their people."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from mra.accounts import services as accounts
from mra.alliance.models import Member, MemberContact, MemberInvitation, MemberPerson
from mra.alliance.rules.members import InvitationStatus, MemberStatus
from mra.alliance.services import members, people
from mra.core.access import Role
from mra.core.actor import SYSTEM
from mra.core.db import db
from mra.messaging.models import Message
from tests import factories
from tests.conftest import CheckingClient
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("story_time")
LEDGER = "/alliance/members"


def typed(**values: str) -> dict[str, str]:
    usual = {
        "name": "九州カーサポート協会",
        "kana": "きゅうしゅうかーさぽーときょうかい",
        "joined_on_year": "2021",
        "joined_on_month": "7",
        "joined_on_day": "28",
    }
    return usual | values


def person_typed(**values: str) -> dict[str, str]:
    return {"name": "夜間 当番", "hours": "night", "phone": "090-1234-7777"} | values


def page(client: CheckingClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def refused(client: CheckingClient, address: str, posted: dict[str, str], sentence: str, status: int = 422) -> None:
    answer = client.post(address, data=posted)
    assert answer.status_code == status
    assert sentence in answer.get_data(as_text=True)


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found
    return found[1]


class TestTheLedger:
    def test_readers_see_both_levels_with_figures_and_whether_anybody_is_reached(self, client: CheckingClient) -> None:
        umbrella = factories.member("九州カーサポート協会")
        firm = factories.member("みなみ自動車", under=umbrella, with_contact=False)
        factories.pledge(firm, is_confirmed=False)
        text = page(client.sign_in_as(Role.VIEWER), LEDGER)
        assert text.index("九州カーサポート協会") < text.index("みなみ自動車")
        assert "要確認 1件" in text
        assert "夜なし" in text
        assert "加盟団体を登録する" not in text

    def test_a_search_is_posted_and_its_words_stand_in_no_address(self, client: CheckingClient) -> None:
        factories.member("みなみ自動車")
        factories.member("きた整備工場")
        client.sign_in_as(Role.VIEWER)
        answer = client.post(f"{LEDGER}/search", data={"q": "みなみ"})
        assert answer.location == f"{LEDGER}?show=found"
        text = page(client, f"{LEDGER}?show=found")
        assert "みなみ自動車" in text
        assert "きた整備工場" not in text

    def test_what_left_stands_on_its_own_shelf(self, client: CheckingClient) -> None:
        past = factories.member("もと会員")
        members.leave(past, left_on=date(2026, 3, 31), by=SYSTEM)
        client.sign_in_as(Role.VIEWER)
        assert "もと会員" not in page(client, LEDGER)
        assert "2026年3月31日(火) 退会" in page(client, f"{LEDGER}?show=left")

    def test_a_long_list_takes_as_many_statements_as_a_short_one(self, client: CheckingClient) -> None:
        client.sign_in_as(Role.VIEWER)
        counts = []
        for number in (2, 30):
            umbrella = factories.member()
            for _ in range(number):
                factories.pledge(factories.member(under=umbrella))
            page(client, LEDGER)
            db.session.expire_all()
            with statements() as seen:
                page(client, LEDGER)
            counts.append(len(seen))
        assert counts[0] == counts[1]


class TestOneMember:
    def test_a_coordinator_takes_a_member_in_and_a_firm_under_it(self, client: CheckingClient) -> None:
        factories.municipality()
        client.sign_in_as(Role.COORDINATOR)
        client.post(LEDGER, data=typed())
        umbrella = db.session.scalars(select(Member)).one()
        answer = client.post(LEDGER, data=typed(name="みなみ自動車", parent_id=str(umbrella.id), municipality="天草市"))
        firm = db.session.scalars(select(Member).where(Member.parent_id == umbrella.id)).one()
        assert answer.location == f"{LEDGER}/{firm.id}"
        assert firm.municipality_code == "43215"
        assert umbrella.kana == "キュウシュウカーサポートキョウカイ"
        text = page(client, f"{LEDGER}/{firm.id}")
        assert "熊本県天草市" in text
        assert "加盟の登録" in text

    @pytest.mark.parametrize(
        ("values", "sentence"),
        [
            ({"name": ""}, "団体の名称を入力してください。"),
            ({"kana": "九州"}, "よみはひらがなかカタカナで入力してください。"),
            ({"municipality": "99999"}, "「99999」という市区町村コードはありません。"),
            ({"municipality": "熊本県"}, "所在地の市区町村を1つ入力してください。"),
            ({"joined_on_year": "2027"}, "加盟日が今日より後になっています。"),
            ({"joined_on_month": "13"}, "年・月・日を数字で入力してください。"),
        ],
    )
    def test_bad_input_is_told_in_words(self, client: CheckingClient, values: dict[str, str], sentence: str) -> None:
        client.sign_in_as(Role.COORDINATOR)
        refused(client, LEDGER, typed(**values), sentence)
        assert db.session.scalars(select(Member)).all() == []

    def test_a_name_that_is_taken_is_refused(self, client: CheckingClient) -> None:
        factories.member("九州カーサポート協会")
        refused(
            client.sign_in_as(Role.COORDINATOR), LEDGER, typed(), "同じ名前の加盟団体がすでに登録されています。", 409
        )

    def test_a_change_made_meanwhile_is_not_overwritten(self, client: CheckingClient) -> None:
        member = factories.member("みなみ自動車")
        client.sign_in_as(Role.COORDINATOR)
        seen = hidden(page(client, f"{LEDGER}/{member.id}/edit"), "edition")
        client.post(f"{LEDGER}/{member.id}", data=typed(name="新みなみ自動車", edition=seen))
        refused(client, f"{LEDGER}/{member.id}", typed(edition=seen), "ほかの人が内容を変更しました", 409)
        assert "新みなみ自動車" in page(client, f"{LEDGER}/{member.id}")

    def test_viewers_see_and_change_nothing(self, client: CheckingClient) -> None:
        member = factories.member()
        client.sign_in_as(Role.VIEWER)
        text = page(client, f"{LEDGER}/{member.id}")
        assert "090-0000-5678" in text
        for words in ("変更する", "退会を記録する", "担当者を招待する", "再確認を依頼する"):
            assert words not in text
        assert client.post(f"{LEDGER}/{member.id}/departure", data={}).status_code == 403

    def test_leaving_and_coming_back(self, client: CheckingClient) -> None:
        member = factories.member()
        client.sign_in_as(Role.COORDINATOR)
        day = {"left_on_year": "2026", "left_on_month": "8"}
        refused(client, f"{LEDGER}/{member.id}/departure", day | {"left_on_day": "19"}, "退会日が今日より後")
        client.post(f"{LEDGER}/{member.id}/departure", data=day | {"left_on_day": "18"})
        assert member.status is MemberStatus.LEFT
        assert "再加盟を記録する" in page(client, f"{LEDGER}/{member.id}")
        client.post(f"{LEDGER}/{member.id}/return")
        assert member.status is MemberStatus.CURRENT

    def test_the_page_takes_as_many_statements_for_many_firms_as_for_one(self, client: CheckingClient) -> None:
        client.sign_in_as(Role.COORDINATOR)
        umbrella = factories.member()
        counts = []
        for number in (1, 12):
            for _ in range(number):
                factories.pledge(factories.member(under=umbrella))
                factories.pledge(umbrella, area=["43", "43215"])
                factories.member_person(umbrella)
                factories.contact(umbrella)
            page(client, f"{LEDGER}/{umbrella.id}")
            db.session.expire_all()
            with statements() as seen:
                page(client, f"{LEDGER}/{umbrella.id}")
            counts.append(len(seen))
        assert counts[0] == counts[1]


class TestContacts:
    def test_a_contact_is_added_changed_and_put_first(self, client: CheckingClient) -> None:
        member = factories.member()
        client.sign_in_as(Role.COORDINATOR)
        here = f"{LEDGER}/{member.id}/contacts"
        client.post(here, data=person_typed())
        made = db.session.scalars(select(MemberContact).where(MemberContact.name == "夜間 当番")).one()
        assert (made.phone, made.can_sms) == ("+819012347777", True)
        seen = hidden(page(client, f"{here}/{made.id}"), "edition")
        client.post(f"{here}/{made.id}", data=person_typed(phone="0120-000-000", edition=seen))
        assert (made.phone, made.can_sms) == ("+81120000000", False)
        client.post(f"{here}/{made.id}/promotion")
        db.session.expire_all()
        assert [contact.name for contact in member.contacts] == ["夜間 当番", "高橋 誠"]
        client.post(f"{here}/{made.id}/removal")
        db.session.expire_all()
        assert [contact.name for contact in member.contacts] == ["高橋 誠"]

    @pytest.mark.parametrize(
        ("values", "sentence"),
        [
            ({"phone": ""}, "電話番号かメールアドレスの、少なくとも一方を入力してください。"),
            ({"phone": "12345"}, "電話番号の形が違います。"),
            ({"email": "nobody"}, "メールアドレスの形が違います。"),
            ({"hours": "sometimes"}, "連絡できる時間を選んでください。"),
        ],
    )
    def test_a_contact_that_cannot_be_reached_is_refused(
        self, client: CheckingClient, values: dict[str, str], sentence: str
    ) -> None:
        member = factories.member(with_contact=False)
        client.sign_in_as(Role.COORDINATOR)
        refused(client, f"{LEDGER}/{member.id}/contacts", person_typed(**values), sentence)
        assert db.session.scalars(select(MemberContact)).all() == []

    def test_a_contact_of_somebody_else_is_not_there(self, client: CheckingClient) -> None:
        one, other = factories.member(), factories.member()
        client.sign_in_as(Role.COORDINATOR)
        foreign = f"{LEDGER}/{one.id}/contacts/{other.contacts[0].id}"
        assert client.get(foreign).status_code == 404
        assert client.post(f"{foreign}/removal").status_code == 404


def invited(member: Member) -> tuple[MemberInvitation, str]:
    staff = factories.staff_member(Role.COORDINATOR)
    made = people.invite(member, name="上野 進", email="ueno@example.jp", invited_by_staff_id=staff.id, by=staff.actor)
    found = accounts.newest_link("member_invitation", made.id)
    assert found
    return made, f"/member/invitations/{accounts.token_of(found)}"


class TestInvitations:
    def test_a_coordinator_invites_and_the_person_signs_in(self, client: CheckingClient) -> None:
        member = factories.member("みなみ自動車")
        client.sign_in_as(Role.COORDINATOR)
        here = f"{LEDGER}/{member.id}"
        posted = {"invited_name": "上野 進", "invited_email": "Ueno@example.jp"}
        assert client.post(f"{here}/invitations", data=posted).status_code == 303
        assert "招待中" in page(client, here)
        message = db.session.scalars(select(Message)).one()
        address = accounts.link_address(message.link_id or 0) or ""
        client.post("/sign-out")
        here = address.removeprefix("https://mra.example.jp")
        assert "みなみ自動車の担当者として" in page(client, here)
        secret = {"password": "a long enough one", "password_again": "a long enough one"}
        assert client.post(here, data=secret).location == "/sign-in"
        signed_in = client.post("/sign-in", data={"email": "ueno@example.jp", "password": "a long enough one"})
        assert signed_in.location == "/member"
        assert "みなみ自動車" in page(client, "/member/organisation")

    def test_a_link_that_was_used_or_revoked_says_so(self, client: CheckingClient) -> None:
        invitation, address = invited(factories.member())
        people.revoke(invitation, by=SYSTEM)
        assert "招待がすでに使われたか、取り消されています。" in page(client, address, 404)
        answer = client.post(address, data={"password": "a long enough one", "password_again": "a long enough one"})
        assert answer.status_code == 404
        assert db.session.scalars(select(MemberPerson)).all() == []

    @pytest.mark.parametrize(
        ("secret", "again", "sentence"),
        [
            ("short", "short", "パスワードは10文字以上"),
            ("a long enough one", "another long one", "2つのパスワードが違います。"),
        ],
    )
    def test_a_password_is_long_and_typed_twice(
        self, client: CheckingClient, secret: str, again: str, sentence: str
    ) -> None:
        invitation, address = invited(factories.member())
        refused(client, address, {"password": secret, "password_again": again}, sentence)
        assert invitation.status is InvitationStatus.INVITED

    def test_an_address_with_an_account_is_not_invited(self, client: CheckingClient) -> None:
        member = factories.member()
        client.sign_in_as(Role.COORDINATOR, "taken@example.jp")
        posted = {"invited_name": "上野 進", "invited_email": "TAKEN@example.jp"}
        refused(
            client,
            f"{LEDGER}/{member.id}/invitations",
            posted,
            "このメールアドレスのアカウントは、すでにあります。",
        )
        assert db.session.scalars(select(MemberInvitation)).all() == []

    def test_sent_again_and_taken_back(self, client: CheckingClient) -> None:
        member = factories.member()
        invitation, first = invited(member)
        client.sign_in_as(Role.COORDINATOR)
        here = f"{LEDGER}/{member.id}/invitations/{invitation.id}"
        assert client.post(f"{here}/repetition").status_code == 303
        assert client.get(first).status_code == 404
        assert client.post(f"{here}/revocation").status_code == 303
        assert client.post(f"{here}/repetition").status_code == 409

    def test_an_account_is_closed_and_opened(self, client: CheckingClient) -> None:
        member = factories.member()
        person = factories.member_person(member)
        client.sign_in_as(Role.COORDINATOR)
        here = f"{LEDGER}/{member.id}/people/{person.id}"
        client.post(f"{here}/deactivation")
        assert not person.is_active
        client.post(f"{here}/activation")
        assert person.is_active
        assert client.post(f"{LEDGER}/{factories.member().id}/people/{person.id}/deactivation").status_code == 404


def sign_in(client: CheckingClient, member: Member) -> CheckingClient:
    person = factories.member_person(member)
    client.post("/sign-in", data={"email": person.email, "password": factories.PASSWORD})
    return client


class TestOwnPages:
    def test_people_of_a_member_keep_their_own_contacts(self, client: CheckingClient) -> None:
        member = factories.member("みなみ自動車", with_contact=False)
        sign_in(client, member)
        assert "夜間・休日に電話できる連絡先がありません" in page(client, "/member/organisation")
        client.post("/member/contacts", data=person_typed())
        assert "090-1234-7777" in page(client, "/member/organisation")
        made = db.session.scalars(select(MemberContact)).one()
        seen = hidden(page(client, f"/member/contacts/{made.id}"), "edition")
        client.post(f"/member/contacts/{made.id}", data=person_typed(name="当番", edition=seen))
        assert made.name == "当番"

    def test_an_umbrella_sees_its_firms_contacts_and_a_firm_sees_only_its_own(self, client: CheckingClient) -> None:
        umbrella = factories.member("九州カーサポート協会")
        one, two = factories.member("みなみ自動車", under=umbrella), factories.member("きた整備工場", under=umbrella)
        text = page(sign_in(client, umbrella), "/member/organisation")
        assert "みなみ自動車" in text
        assert "きた整備工場" in text
        text = page(sign_in(client, one), "/member/organisation")
        assert "みなみ自動車" in text
        assert "きた整備工場" not in text
        assert "九州カーサポート協会" not in text
        foreign = two.contacts[0].id
        assert client.get(f"/member/contacts/{foreign}").status_code == 404
        assert client.post(f"/member/contacts/{foreign}", data=person_typed()).status_code == 404
        assert client.post(f"/member/contacts/{foreign}/removal").status_code == 404
        assert client.post(f"/member/contacts/{foreign}/promotion").status_code == 404

    def test_people_of_a_member_open_no_page_of_staff(self, client: CheckingClient) -> None:
        member = factories.member()
        sign_in(client, member)
        for address in ("/desk", "/applications", "/messages", LEDGER, f"{LEDGER}/{member.id}", "/alliance/pledges"):
            assert client.get(address).status_code == 403, address

    def test_staff_open_no_page_of_members(self, client: CheckingClient) -> None:
        client.sign_in_as(Role.ADMIN)
        for address in ("/member/organisation", "/member/pledges"):
            assert client.get(address).status_code == 403, address

    def test_who_is_not_signed_in_is_sent_to_sign_in(self, client: CheckingClient) -> None:
        assert client.get("/member/pledges").location == "/sign-in?next=/member/pledges"

    def test_the_menu_leads_to_own_pages_only(self, client: CheckingClient) -> None:
        factories.activation()
        factories.activation(slug="kumamoto-2027")
        text = page(sign_in(client, factories.member()), "/member/pledges")
        menu = text.split('<nav class="navigation"')[1].split("</nav>")[0]
        addresses = re.findall(r'href="([^"]+)"', menu)
        assert {"/member/pledges", "/member/organisation"} <= set(addresses)
        assert all(address.startswith("/member") for address in addresses)
        assert 'href="/member/pledges" aria-current="page"' in menu
        assert "switcher" not in text
