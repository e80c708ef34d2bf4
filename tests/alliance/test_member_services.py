"""The ledger of members: two levels, contacts, leaving, and people who sign in."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from mra.accounts import services as accounts
from mra.accounts.models import Staff
from mra.alliance import queries
from mra.alliance.models import Member, MemberInvitation, MemberPerson
from mra.alliance.queries.members import SHELVES, history_of, member_counts, members_page
from mra.alliance.rules.members import ContactDetails, ContactHours, InvitationStatus, MemberDetails, MemberStatus
from mra.alliance.services import members, people
from mra.core.access import Role
from mra.core.actor import SYSTEM, Actor, ActorKind
from mra.core.audit import AuditEvent
from mra.core.clock import JAPAN
from mra.core.db import db
from mra.core.editions import edition
from mra.core.errors import Refused
from mra.messaging.models import Message
from tests import factories

pytestmark = pytest.mark.usefixtures("story_time")
NIGHT = ContactDetails("夜間 当番", "", ContactHours.NIGHT, "+819000007777", True, None)


def details(**values: object) -> MemberDetails:
    usual: dict[str, object] = {
        "name": "九州自動車販売店協会",
        "kana": "キュウシュウジドウシャハンバイテンキョウカイ",
        "parent_id": None,
        "municipality_code": None,
        "address": "",
        "joined_on": date(2021, 7, 28),
        "remarks": "",
    }
    return MemberDetails(**(usual | values))  # type: ignore[arg-type]


def change(member: Member, **values: object) -> None:
    db.session.flush()
    members.change_member(
        member, details=replace(member.details, **values), edition_seen=edition(member.details), by=SYSTEM
    )


@pytest.mark.usefixtures("session")
class TestTwoLevels:
    def test_a_firm_stands_under_its_umbrella(self) -> None:
        umbrella = members.add_member(details=details(), by=SYSTEM)
        firm = members.add_member(details=details(name="天草自動車", parent_id=umbrella.id), by=SYSTEM)
        assert umbrella.firms == [firm]

    def test_a_firm_carries_no_firms(self) -> None:
        firm = factories.member(under=factories.member())
        with pytest.raises(Refused, match="parent_is_a_firm"):
            members.add_member(details=details(parent_id=firm.id), by=SYSTEM)

    def test_an_umbrella_with_firms_gets_no_umbrella(self) -> None:
        umbrella = factories.member()
        factories.member(under=umbrella)
        with pytest.raises(Refused, match="member_has_firms"):
            change(umbrella, parent_id=factories.member().id)

    def test_nobody_stands_under_itself(self) -> None:
        alone = factories.member()
        with pytest.raises(Refused, match="own_parent"):
            change(alone, parent_id=alone.id)

    def test_nobody_stands_under_a_member_that_left(self) -> None:
        past = factories.member()
        members.leave(past, left_on=date(2026, 3, 31), by=SYSTEM)
        with pytest.raises(Refused, match="parent_left"):
            change(factories.member(), parent_id=past.id)

    def test_a_name_is_taken_once(self) -> None:
        factories.member("熊本カーズ")
        with pytest.raises(Refused, match="member_known"):
            members.add_member(details=details(name="熊本カーズ"), by=SYSTEM)
        other = factories.member()
        with pytest.raises(Refused, match="member_known"):
            change(other, name="熊本カーズ")


@pytest.mark.usefixtures("session")
class TestChanging:
    def test_the_timeline_tells_names_of_fields_only(self) -> None:
        member = factories.member()
        change(member, name="新しい名前", address="熊本市中央区1-1")
        event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "change")).one()
        assert event.facts == {"fields": ["name", "address"]}
        assert [line.what for line in history_of(member)] == ["内容の変更", "加盟の登録"]

    def test_the_second_of_two_people_sees_that_it_changed(self) -> None:
        member = factories.member()
        seen = edition(member.details)
        change(member, remarks="電話済み")
        with pytest.raises(Refused, match="member_changed"):
            members.change_member(member, details=details(), edition_seen=seen, by=SYSTEM)

    def test_contacts_are_added_put_in_order_and_forgotten(self) -> None:
        member = factories.member()
        night = members.add_contact(member, details=NIGHT, by=SYSTEM)
        members.call_earlier(night, by=SYSTEM)
        db.session.refresh(member)
        assert [contact.name for contact in member.contacts] == ["夜間 当番", "高橋 誠"]
        members.remove_contact(member.contacts[1], by=SYSTEM)
        assert [contact.name for contact in member.contacts] == ["夜間 当番"]

    def test_the_last_contact_stays(self) -> None:
        member = factories.member()
        with pytest.raises(Refused, match="last_contact"):
            members.remove_contact(member.contacts[0], by=SYSTEM)

    def test_a_contact_without_phone_and_mail_is_none(self) -> None:
        with pytest.raises(Refused, match="contact_unreachable"):
            members.add_contact(factories.member(), details=replace(NIGHT, phone=None), by=SYSTEM)


@pytest.mark.usefixtures("session")
class TestLeaving:
    def test_a_member_that_left_stays_in_the_ledger_and_its_people_come_in_no_more(self) -> None:
        member = factories.member()
        person = factories.member_person(member)
        invitation = invite(member)
        link = accounts.make_link("pledge", member.id)
        db.session.flush()
        members.leave(member, left_on=date(2026, 8, 18), by=SYSTEM)
        assert member.status is MemberStatus.LEFT
        assert not person.is_active
        assert invitation.status is InvitationStatus.REVOKED
        assert accounts.subject_of_token("pledge", accounts.token_of(link)) is None

    def test_nobody_leaves_before_joining(self) -> None:
        with pytest.raises(Refused, match="left_before_joining"):
            members.leave(factories.member(), left_on=date(2021, 7, 27), by=SYSTEM)

    def test_what_left_is_not_changed_until_it_comes_back(self) -> None:
        member = factories.member()
        members.leave(member, left_on=date(2026, 8, 18), by=SYSTEM)
        with pytest.raises(Refused, match="member_left"):
            members.add_contact(member, details=NIGHT, by=SYSTEM)
        members.come_back(member, by=SYSTEM)
        assert members.add_contact(member, details=NIGHT, by=SYSTEM).id
        assert member.left_on is None


def invite(member: Member, email: str = "new@example.jp") -> MemberInvitation:
    staff = factories.staff_member(Role.COORDINATOR)
    return people.invite(member, name="上野 進", email=email, invited_by_staff_id=staff.id, by=staff.actor)


def accept(invitation: MemberInvitation) -> Staff:
    by = Actor(ActorKind.MEMBER, invitation.id)
    return people.accept(invitation, password=factories.PASSWORD, by=by)


@pytest.mark.usefixtures("session")
class TestPeople:
    def test_who_was_invited_signs_in_for_the_own_member(self) -> None:
        member = factories.member("熊本カーズ")
        invitation = invite(member)
        message = db.session.scalars(select(Message)).one()
        assert (message.email, message.subject_kind, message.subject_id) == ("new@example.jp", "member", member.id)
        assert "熊本カーズ" in message.body
        person = accept(invitation)
        assert person.role is Role.MEMBER
        assert queries.member_id_of_person(person.id) == member.id
        assert accounts.newest_link("member_invitation", invitation.id) is None

    def test_an_invitation_is_used_once(self) -> None:
        invitation = invite(factories.member())
        accept(invitation)
        with pytest.raises(Refused, match="invitation_over"):
            accept(invitation)

    def test_who_has_an_account_is_not_invited(self) -> None:
        factories.staff_member()
        taken = db.session.scalars(select(Staff.email)).first() or ""
        with pytest.raises(Refused, match="account_exists"):
            invite(factories.member(), taken.upper())

    def test_one_address_has_one_open_invitation(self) -> None:
        invite(factories.member())
        with pytest.raises(Refused, match="invitation_open"):
            invite(factories.member(), "NEW@example.jp")

    def test_an_invitation_sent_again_has_a_new_link(self) -> None:
        invitation = invite(factories.member())
        first = accounts.newest_link("member_invitation", invitation.id)
        assert first is not None
        token = accounts.token_of(first)
        people.send_again(invitation, by=SYSTEM)
        assert accounts.subject_of_token("member_invitation", token) is None
        assert accounts.newest_link("member_invitation", invitation.id) is not None
        assert len(db.session.scalars(select(Message)).all()) == 2

    def test_a_revoked_invitation_lets_nobody_in(self) -> None:
        invitation = invite(factories.member())
        people.revoke(invitation, by=SYSTEM)
        with pytest.raises(Refused, match="invitation_over"):
            accept(invitation)
        assert invite(factories.member()).email == "new@example.jp"

    def test_an_account_is_closed_and_opened_again(self) -> None:
        person = accept(invite(factories.member()))
        belonging = db.session.get_one(MemberPerson, person.id)
        people.close_account(belonging, by=SYSTEM)
        assert accounts.sign_in(email="new@example.jp", password=factories.PASSWORD) is None
        people.open_account(belonging, by=SYSTEM)
        assert accounts.sign_in(email="new@example.jp", password=factories.PASSWORD) is not None


@pytest.mark.usefixtures("session")
class TestWhoSeesWhom:
    def test_an_umbrella_sees_its_firms_and_a_firm_sees_itself_only(self) -> None:
        umbrella = factories.member()
        one, two = factories.member(under=umbrella), factories.member(under=umbrella)
        assert queries.visible_member_ids(umbrella.id) == {umbrella.id, one.id, two.id}
        assert queries.visible_member_ids(one.id) == {one.id}

    def test_whom_to_call_depends_on_the_hour(self) -> None:
        member = factories.member(with_contact=False)
        day = factories.contact(member, name="昼", hours=ContactHours.DAY)
        night = factories.contact(member, name="夜", hours=ContactHours.NIGHT, position=2)
        assert queries.contacts_for_call(member, datetime(2026, 8, 18, 10, tzinfo=JAPAN)) == [day]
        assert queries.contacts_for_call(member, datetime(2026, 8, 18, 2, tzinfo=JAPAN)) == [night]


@pytest.mark.usefixtures("session")
class TestTheList:
    def test_firms_stand_under_their_umbrella(self) -> None:
        late, early = factories.member("わかば会"), factories.member("あおい会")
        late.kana, early.kana = "ワカバカイ", "アオイカイ"
        firm = factories.member("あさひ自動車", under=late)
        firm.kana = "アサヒジドウシャ"
        db.session.flush()
        assert [line.member for line in members_page("current").lines] == [early, late, firm]

    @pytest.mark.parametrize("typed", ["あさひ", "アサヒ", "ｱｻﾋ", "旭自動車", "（株） 旭", "カーセ", "ｶｰｾﾝﾀｰ"])
    def test_a_search_finds_a_name_however_it_is_typed(self, typed: str) -> None:
        member = factories.member("(株)旭自動車 カーセンター")
        member.kana = "アサヒジドウシャ"
        other = factories.member("東北自動車団体")
        other.kana = "トウホクジドウシャダンタイ"
        db.session.flush()
        assert [line.member for line in members_page("current", typed).lines] == [member]

    def test_pages_follow_each_other_without_gap(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("mra.alliance.queries.members.PAGE", 2)
        umbrella = factories.member()
        made = {umbrella.id, *(factories.member(under=umbrella).id for _ in range(4))}
        seen: list[int] = []
        after = None
        for _ in range(5):
            page = members_page("current", after=after)
            seen += [line.member.id for line in page.lines]
            after = page.next_after
            if after is None:
                break
        assert len(seen) == 5
        assert set(seen) == made

    def test_shelves_count_who_cannot_be_reached_at_night_and_whose_word_is_old(self) -> None:
        member = factories.member(with_contact=False)
        factories.contact(member, hours=ContactHours.DAY)
        factories.pledge(member, is_confirmed=False)
        past = factories.member()
        members.leave(past, left_on=date(2026, 1, 1), by=SYSTEM)
        assert member_counts() == {"current": 1, "nightless": 1, "doubtful": 1, "left": 1}
        assert [len(members_page(shelf).lines) for shelf in SHELVES] == [1, 1, 1, 1]


@pytest.mark.usefixtures("committed")
class TestTogether:
    def test_two_people_make_no_third_level(self, app: Flask) -> None:
        one, two = factories.member(), factories.member()
        ids = one.id, two.id
        db.session.commit()

        def under(child: int, parent: int) -> Callable[[], None]:
            return lambda: change(db.session.get_one(Member, child), parent_id=parent)

        outcomes = together(app, under(*ids), under(*reversed(ids)))
        assert sorted(outcomes) in (["done", "member_has_firms"], ["done", "parent_is_a_firm"])

    def test_two_browsers_use_one_invitation_once(self, app: Flask) -> None:
        number = invite(factories.member()).id
        db.session.commit()

        def use() -> None:
            accept(db.session.get_one(MemberInvitation, number))

        assert sorted(together(app, use, use)) == ["done", "invitation_over"]


def together(app: Flask, *works: Callable[[], None]) -> list[str]:
    """Do these at the same time, each in a transaction of its own; how each ended."""
    start, outcomes = threading.Barrier(len(works)), []

    def run(work: Callable[[], None]) -> None:
        with app.app_context():
            start.wait(10)
            try:
                work()
                db.session.commit()
                outcomes.append("done")
            except Refused as refused:
                db.session.rollback()
                outcomes.append(refused.code)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return outcomes
