"""Pledges: declared, confirmed anew, changed, ended; who is asked; what counts at a place."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from mra.accounts import services as accounts
from mra.alliance import queries
from mra.alliance.models import Member, Pledge
from mra.alliance.queries.pledges import PledgeFilter, pledge_counts, pledges_page
from mra.alliance.queries.regions import read_region, region_text
from mra.alliance.rules.members import ContactHours
from mra.alliance.rules.pledges import PledgeDetails, PledgeStatus, SupplyKind
from mra.alliance.services import members, pledges
from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.clock import JAPAN
from mra.core.db import db
from mra.core.editions import edition
from mra.core.errors import Refused
from mra.core.vehicle_classes import VehicleClass
from mra.messaging.models import Message
from mra.messaging.segments import segments
from tests import factories
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("session", "story_time")
TODAY = date(2026, 8, 18)
LAST_SUMMER = TODAY - timedelta(days=366)
LONG_AGO = TODAY - timedelta(days=426)
CARS = PledgeDetails(
    kind=SupplyKind.VEHICLE,
    vehicle_class=VehicleClass.KEI_PASSENGER,
    quantity=5,
    unit="台",
    lead_time_days=7,
    valid_from=date(2026, 4, 1),
    area=("43",),
)


def declared(of: Member | None = None, *, is_confirmed: bool = False, **values: object) -> Pledge:
    details = replace(CARS, **values)  # type: ignore[arg-type]
    return pledges.declare(of or factories.member(), details=details, is_confirmed=is_confirmed, by=SYSTEM)


def confirmed(on: date, of: Member | None = None) -> Pledge:
    made = declared(of, is_confirmed=True)
    made.confirmed_on = on
    db.session.flush()
    return made


class TestDeclaring:
    def test_what_staff_heard_waits_for_the_members_word(self) -> None:
        assert declared().status is PledgeStatus.DECLARED

    def test_what_the_member_says_itself_is_confirmed_by_that(self) -> None:
        made = declared(is_confirmed=True)
        assert (made.status, made.confirmed_on) == (PledgeStatus.IN_FORCE, TODAY)

    def test_the_area_is_kept_without_what_it_says_twice(self) -> None:
        assert declared(area=("43215", "43", "44204")).area == ["43", "44204"]

    @pytest.mark.parametrize("quantity", [0, -5])
    def test_nobody_promises_nothing(self, quantity: int) -> None:
        with pytest.raises(Refused, match="pledge_quantity"):
            declared(quantity=quantity)

    def test_a_validity_runs_forward(self) -> None:
        with pytest.raises(Refused, match="validity_reversed"):
            declared(valid_until=date(2026, 3, 31))

    def test_a_member_that_left_promises_nothing(self) -> None:
        past = factories.member()
        members.leave(past, left_on=TODAY, by=SYSTEM)
        with pytest.raises(Refused, match="member_left"):
            declared(past)


class TestChanging:
    def test_a_change_keeps_the_names_of_fields_only(self) -> None:
        made = declared()
        pledges.change(
            made,
            details=replace(made.details, quantity=3),
            edition_seen=edition(made.details),
            is_confirmed=False,
            by=SYSTEM,
        )
        assert made.quantity == 3
        assert made.status is PledgeStatus.DECLARED

    def test_the_members_own_change_confirms(self) -> None:
        made = confirmed(LONG_AGO)
        pledges.change(made, details=made.details, edition_seen=edition(made.details), is_confirmed=True, by=SYSTEM)
        assert made.confirmed_on == TODAY

    def test_the_second_of_two_people_sees_that_it_changed(self) -> None:
        made = declared()
        with pytest.raises(Refused, match="pledge_changed"):
            pledges.change(made, details=CARS, edition_seen="old", is_confirmed=False, by=SYSTEM)

    def test_what_lapsed_stays_with_its_reason_and_is_changed_no_more(self) -> None:
        made = declared(is_confirmed=True)
        pledges.lapse(made, reason="車両の入替え", by=SYSTEM)
        assert (made.status, made.lapse_reason, made.lapsed_on) == (PledgeStatus.LAPSED, "車両の入替え", TODAY)
        with pytest.raises(Refused, match="pledge_lapsed"):
            pledges.confirm(made, by=SYSTEM)
        with pytest.raises(Refused, match="pledge_lapsed"):
            pledges.lapse(made, reason="再度", by=SYSTEM)

    def test_confirming_twice_is_harmless(self) -> None:
        made = declared(is_confirmed=True)
        pledges.confirm(made, by=SYSTEM)
        assert made.status is PledgeStatus.IN_FORCE


def sent() -> list[Message]:
    return list(db.session.scalars(select(Message).order_by(Message.id)))


class TestTheYearlyQuestion:
    def test_a_member_gets_one_message_for_all_its_pledges(self) -> None:
        member = factories.member()
        old, older = confirmed(LAST_SUMMER, member), confirmed(LONG_AGO, member)
        assert pledges.ask_due() == 1
        assert [(message.channel.value, message.template) for message in sent()] == [
            ("sms", "pledge_confirmation"),
            ("email", "pledge_confirmation"),
        ]
        assert old.asked_at == older.asked_at == clock.now()

    def test_who_was_asked_is_not_asked_again_for_a_month(self) -> None:
        confirmed(LAST_SUMMER)
        assert [pledges.ask_due(), pledges.ask_due()] == [1, 0]
        with clock.stopped(clock.now() + timedelta(days=30)):
            assert pledges.ask_due() == 1

    def test_nobody_is_asked_within_the_year(self) -> None:
        confirmed(TODAY - timedelta(days=365))
        assert pledges.ask_due() == 0

    def test_a_word_never_confirmed_is_asked_for_after_a_month(self) -> None:
        declared()
        assert pledges.ask_due() == 0
        with clock.stopped(clock.now() + timedelta(days=31)):
            assert pledges.ask_due() == 1

    def test_nobody_is_woken_for_it(self) -> None:
        confirmed(LAST_SUMMER)
        with clock.stopped(datetime(2026, 8, 19, 3, 0, tzinfo=JAPAN)):
            assert pledges.ask_due() == 0

    def test_who_left_or_cannot_be_reached_is_not_asked(self) -> None:
        past, silent = factories.member(), factories.member(with_contact=False)
        factories.contact(silent, phone="+81969000000", can_sms=False, email=None)
        for member in (past, silent):
            confirmed(LAST_SUMMER, member)
        members.leave(past, left_on=TODAY, by=SYSTEM)
        assert pledges.ask_due() == 0

    def test_what_lapsed_or_is_over_is_not_asked_about(self) -> None:
        pledges.lapse(confirmed(LAST_SUMMER), reason="終了", by=SYSTEM)
        over = confirmed(LAST_SUMMER)
        over.valid_until = TODAY - timedelta(days=1)
        db.session.flush()
        assert pledges.ask_due() == 0

    def test_by_day_the_day_is_asked(self) -> None:
        member = factories.member(with_contact=False)
        factories.contact(member, hours=ContactHours.NIGHT, phone="+819000000001", email=None)
        factories.contact(member, hours=ContactHours.DAY, phone="+819000000002", email=None, position=2)
        confirmed(LAST_SUMMER, member)
        pledges.ask_due()
        assert [message.phone for message in sent()] == ["+819000000002"]


class TestAskingByHand:
    def test_a_new_link_ends_the_one_before(self) -> None:
        member = factories.member()
        confirmed(TODAY, member)
        assert pledges.ask_confirmation(member, by=SYSTEM) == ["SMS", "メール"]
        first = accounts.newest_link("pledge", member.id)
        assert first is not None
        with clock.stopped(clock.now() + timedelta(minutes=11)):
            pledges.ask_confirmation(member, by=SYSTEM)
        assert accounts.subject_of_token("pledge", accounts.token_of(first)) is None
        assert len(sent()) == 4

    def test_two_clicks_are_one_question(self) -> None:
        member = factories.member()
        confirmed(TODAY, member)
        pledges.ask_confirmation(member, by=SYSTEM)
        with pytest.raises(Refused, match="asked_just_now"):
            pledges.ask_confirmation(member, by=SYSTEM)

    def test_without_pledges_or_contacts_there_is_nothing_to_send(self) -> None:
        with pytest.raises(Refused, match="nothing_to_confirm"):
            pledges.ask_confirmation(factories.member(), by=SYSTEM)
        silent = factories.member(with_contact=False)
        confirmed(TODAY, silent)
        with pytest.raises(Refused, match="nobody_to_ask"):
            pledges.ask_confirmation(silent, by=SYSTEM)

    def test_the_text_fits_one_segment_with_its_link(self) -> None:
        member = factories.member()
        confirmed(TODAY, member)
        pledges.ask_confirmation(member, by=SYSTEM)
        link = accounts.newest_link("pledge", member.id)
        assert link is not None
        db.session.flush()
        body = sent()[0].body.replace("{link}", accounts.link_address(link.id) or "")
        assert "/pledges/" in body
        assert segments(body) == 1


class TestAtAPlace:
    def at(self, code: str = "43215", on: date = TODAY, **more: object) -> list[Pledge]:
        return queries.pledges_for_place(code, on, **more)  # type: ignore[arg-type]

    def test_an_area_is_a_prefecture_a_town_or_the_whole_country(self) -> None:
        prefecture, town, everywhere = declared(area=("43",)), declared(area=("43215",)), declared(area=())
        declared(area=("44", "43100"))
        assert self.at() == [prefecture, town, everywhere]

    def test_a_ward_lies_in_its_city(self) -> None:
        city = declared(area=("43100",))
        assert self.at("43101") == [city]

    def test_the_fastest_comes_first(self) -> None:
        slow, fast = declared(lead_time_days=14), declared(lead_time_days=1)
        assert self.at() == [fast, slow]

    def test_what_lapsed_is_over_begins_later_or_belongs_to_a_past_member_counts_not(self) -> None:
        pledges.lapse(declared(), reason="終了", by=SYSTEM)
        over = declared(valid_until=TODAY)
        declared(valid_from=TODAY + timedelta(days=2))
        past = declared()
        members.leave(past.member, left_on=TODAY, by=SYSTEM)
        assert self.at() == [over]
        assert self.at(on=TODAY + timedelta(days=1)) == []

    def test_kinds_are_chosen(self) -> None:
        tyres = declared(kind=SupplyKind.TYRE, vehicle_class=None, unit="本")
        declared()
        assert self.at(kinds=[SupplyKind.TYRE]) == [tyres]

    def test_members_and_contacts_come_along_in_as_many_statements_for_one_as_for_many(self) -> None:
        declared()
        counts = []
        for _ in range(2):
            db.session.flush()
            db.session.expire_all()
            with statements() as seen:
                found = self.at()
                assert all(pledge.member.contacts for pledge in found)
            counts.append(len(seen))
            for _ in range(5):
                declared()
        assert counts[0] == counts[1] <= 2


class TestTheLedger:
    def test_the_longest_unconfirmed_stands_first(self) -> None:
        fresh, never, old = confirmed(TODAY), declared(), confirmed(LONG_AGO)
        assert pledges_page(PledgeFilter()).pledges == [never, old, fresh]
        assert pledges_page(PledgeFilter("doubtful")).pledges == [never, old]

    def test_shelves_are_counted_by_kind_in_one_statement(self) -> None:
        declared()
        confirmed(TODAY).valid_until = TODAY + timedelta(days=30)
        pledges.lapse(declared(kind=SupplyKind.TYRE, vehicle_class=None, unit="本"), reason="終了", by=SYSTEM)
        db.session.flush()
        with statements() as seen:
            counts = pledge_counts(PledgeFilter())
        assert len(seen) == 1
        cars = {shelf: counts[shelf, SupplyKind.VEHICLE] for shelf in ("all", "doubtful", "expiring", "over")}
        assert cars == {"all": 2, "doubtful": 1, "expiring": 1, "over": 0}
        assert counts["over", SupplyKind.TYRE] == 1

    def test_a_region_finds_what_reaches_it(self) -> None:
        town, elsewhere, everywhere = declared(area=("43215",)), declared(area=("44",)), declared(area=())
        assert pledges_page(PledgeFilter(key="43")).pledges == [town, everywhere]
        assert pledges_page(PledgeFilter(key="43215")).pledges == [town, everywhere]
        assert pledges_page(PledgeFilter(key="44204")).pledges == [elsewhere, everywhere]

    def test_pages_follow_each_other_without_gap(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("mra.alliance.queries.pledges.PAGE", 2)
        made = [declared(), declared(), confirmed(LONG_AGO), confirmed(TODAY), confirmed(TODAY)]
        seen, after = [], None
        for _ in range(3):
            page = pledges_page(PledgeFilter(), after)
            seen += page.pledges
            after = page.next_after
        assert seen == made
        assert after is None


class TestRegions:
    @pytest.fixture(autouse=True)
    def towns(self, session: None) -> None:
        for code, name, prefecture in (
            ("43215", "天草市", "熊本県"),
            ("13206", "府中市", "東京都"),
            ("34208", "府中市", "広島県"),
            ("44204", "日田市", "大分県"),
        ):
            factories.municipality(code, name, prefecture)

    @pytest.mark.parametrize(
        ("typed", "keys"),
        [
            ("", ()),
            ("全国", ()),
            ("熊本県、大分", ("43", "44")),
            ("43 44", ("43", "44")),
            ("４３", ("43",)),
            ("430005", ("43",)),
            ("43215", ("43215",)),
            ("天草市\n大分県 日田市", ("43215", "44204")),
            ("熊本県天草市、熊本県", ("43",)),
        ],
    )
    def test_names_and_codes_are_understood(self, typed: str, keys: tuple[str, ...]) -> None:
        region = read_region(typed)
        assert (region.keys, region.faults) == (keys, ())

    @pytest.mark.parametrize("typed", ["99999", "43999", "432151", "430001"])
    def test_an_unknown_code_is_named(self, typed: str) -> None:
        region = read_region(f"熊本県、{typed}")
        assert region.faults
        assert f"「{typed}」" in region.faults[0]
        assert "コード" in region.faults[0]

    def test_an_unknown_name_is_named(self) -> None:
        assert "「あまくさ」" in read_region("あまくさ").faults[0]

    def test_a_name_that_two_towns_bear_wants_its_prefecture(self) -> None:
        assert "東京都府中市、広島県府中市" in read_region("府中市").faults[0]
        assert read_region("広島県府中市").keys == ("34208",)

    def test_a_municipality_of_the_past_is_no_region_any_more(self) -> None:
        gone = factories.municipality("22131", "浜松市中区", "静岡県")
        gone.valid_until = date(2023, 12, 31)
        db.session.flush()
        assert read_region("浜松市中区").faults
        assert read_region("22131").faults

    def test_what_is_shown_is_read_again_as_the_same(self) -> None:
        area = ["34208", "43", "44204"]
        assert list(read_region(region_text(area)).keys) == area
