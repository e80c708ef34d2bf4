"""An agreement from the draft to its end, and what applies to a place."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select

from mra.alliance import queries, services
from mra.alliance.models import Agreement, AgreementReminder
from mra.alliance.rules.agreements import (
    AgreementDetails,
    AgreementLevel,
    AgreementStatus,
    AgreementTrigger,
    CandidateDetails,
    ContactDetails,
    Party,
)
from mra.alliance.rules.members import ContactHours
from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.audit import AuditEvent
from mra.core.db import db
from mra.core.editions import edition
from mra.core.errors import Refused
from mra.core.files import StoredFile
from mra.core.geo import coordinates
from mra.core.lifecycle import MoveNotAllowed
from tests import factories
from tests.core.test_pdf import written
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("story_time")

CITY = AgreementDetails(
    name="災害時における被災者等の移動手段の確保に関する協定",
    level=AgreementLevel.CITY,
    parties=(Party("天草市", "43215"), Party("一般社団法人日本カーシェアリング協会")),
    area=("43215",),
    trigger=AgreementTrigger.REQUEST,
    signed_on=date(2025, 6, 2),
    expires_on=date(2027, 3, 31),
    review_on=date(2026, 12, 1),
    requester="天草市長",
)


def registered(details: AgreementDetails = CITY, *, is_signed: bool = True) -> Agreement:
    factories.municipality()
    agreement = services.register_agreement(details, by=SYSTEM)
    if is_signed and details.signed_on:
        services.sign_agreement(agreement, signed_on=details.signed_on, effective_on=None, by=SYSTEM)
    return agreement


def actions(agreement: Agreement) -> list[str]:
    found = select(AuditEvent.action).where(
        AuditEvent.subject_kind == "agreement", AuditEvent.subject_id == agreement.id
    )
    return list(db.session.scalars(found.order_by(AuditEvent.id)))


def reminder(agreement: Agreement, days: int = 90) -> AgreementReminder:
    made = AgreementReminder(
        agreement_id=agreement.id, review_on=agreement.review_on, threshold_days=days, created_at=clock.now()
    )
    db.session.add(made)
    db.session.flush()
    return made


def is_open(made: AgreementReminder) -> bool:
    db.session.refresh(made)
    return made.closed_at is None


@pytest.mark.usefixtures("session")
class TestRegistering:
    def test_a_new_agreement_is_being_negotiated(self) -> None:
        agreement = registered(is_signed=False)
        assert agreement.status is AgreementStatus.DRAFT
        assert [party.name for party in agreement.parties] == ["天草市", "一般社団法人日本カーシェアリング協会"]
        assert agreement.details == CITY

    def test_an_unknown_municipality_is_named_and_nothing_is_written(self) -> None:
        with pytest.raises(Refused) as refused:
            registered(replace(CITY, area=("43215", "43999")))
        assert refused.value.facts == {"place": "43999"}
        assert db.session.scalar(select(func.count()).select_from(Agreement)) == 0

    def test_reversed_dates_are_refused(self) -> None:
        with pytest.raises(Refused, match="expiry_before_effect"):
            registered(replace(CITY, expires_on=date(2025, 6, 1)))


@pytest.mark.usefixtures("session")
class TestSigning:
    def test_a_signed_agreement_takes_effect_on_the_same_day_unless_told(self) -> None:
        agreement = registered()
        assert agreement.status is AgreementStatus.IN_FORCE
        assert agreement.effective_on == date(2025, 6, 2)

    def test_nobody_signs_tomorrow(self) -> None:
        agreement = registered(is_signed=False)
        with pytest.raises(Refused, match="signing_ahead"):
            services.sign_agreement(agreement, signed_on=date(2026, 8, 19), effective_on=None, by=SYSTEM)

    def test_an_agreement_is_signed_once(self) -> None:
        agreement = registered()
        with pytest.raises(MoveNotAllowed):
            services.sign_agreement(agreement, signed_on=date(2025, 6, 2), effective_on=None, by=SYSTEM)


@pytest.mark.usefixtures("session")
class TestChanging:
    def test_a_change_is_on_the_timeline_without_its_values(self) -> None:
        agreement = registered()
        changed = replace(agreement.details, requester="天草市長または副市長", area=("43",))
        services.change_agreement(agreement, changed, version=agreement.version, by=SYSTEM)
        event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "change")).one()
        assert event.facts == {"fields": ["area", "requester"]}
        assert agreement.details == changed

    def test_parties_are_replaced_in_their_order(self) -> None:
        agreement = registered()
        parties = (Party("熊本県", "43"), *CITY.parties)
        services.change_agreement(
            agreement, replace(agreement.details, parties=parties), version=agreement.version, by=SYSTEM
        )
        db.session.expire_all()
        assert [party.name for party in agreement.parties][:2] == ["熊本県", "天草市"]

    def test_who_saw_an_older_version_overwrites_nothing(self) -> None:
        agreement = registered()
        seen = agreement.version
        services.change_agreement(agreement, replace(agreement.details, remarks="先"), version=seen, by=SYSTEM)
        with pytest.raises(Refused, match="agreement_changed"):
            services.change_agreement(agreement, replace(agreement.details, remarks="後"), version=seen, by=SYSTEM)
        assert agreement.remarks == "先"

    def test_saving_the_same_writes_nothing(self) -> None:
        agreement = registered()
        version = agreement.version
        services.change_agreement(agreement, agreement.details, version=version, by=SYSTEM)
        assert agreement.version == version
        assert "change" not in actions(agreement)

    def test_a_signed_agreement_keeps_its_signing_day(self) -> None:
        agreement = registered()
        without = replace(agreement.details, signed_on=None)
        with pytest.raises(Refused, match="signing_day_missing"):
            services.change_agreement(agreement, without, version=agreement.version, by=SYSTEM)

    def test_an_agreement_that_has_ended_stays_as_it_is(self) -> None:
        agreement = registered()
        services.end_agreement(agreement, ended_on=clock.today(), by=SYSTEM)
        with pytest.raises(Refused, match="agreement_ended"):
            services.change_agreement(agreement, CITY, version=agreement.version, by=SYSTEM)

    def test_another_review_date_settles_the_reminders_of_the_old_one(self) -> None:
        agreement = registered()
        old = reminder(agreement)
        services.change_agreement(
            agreement, replace(agreement.details, remarks="控え"), version=agreement.version, by=SYSTEM
        )
        assert is_open(old)
        later = replace(agreement.details, review_on=date(2027, 3, 1))
        services.change_agreement(agreement, later, version=agreement.version, by=SYSTEM)
        assert not is_open(old)


@pytest.mark.usefixtures("session")
class TestRenewing:
    def renew(self, agreement: Agreement, **values: object) -> None:
        days: dict[str, object] = {
            "effective_on": date(2027, 4, 1),
            "expires_on": date(2030, 3, 31),
            "review_on": date(2029, 12, 1),
            "version": agreement.version,
        }
        services.renew_agreement(agreement, **(days | values), by=SYSTEM)  # type: ignore[arg-type]

    def test_a_renewal_writes_the_new_term_and_settles_reminders(self) -> None:
        agreement = registered()
        old = reminder(agreement)
        self.renew(agreement)
        assert agreement.expires_on == date(2030, 3, 31)
        assert not is_open(old)
        assert actions(agreement)[-1] == "renew"

    def test_an_agreement_renewed_ahead_of_time_counts_until_the_new_term_begins(self) -> None:
        agreement = registered()
        assert agreement.applies_on(clock.today())
        self.renew(agreement, effective_on=date(2027, 4, 1))
        assert agreement.applies_on(clock.today())
        assert agreement.applies_on(date(2030, 3, 31))

    def test_an_agreement_that_had_expired_counts_from_its_new_term_on(self) -> None:
        agreement = registered()
        self.renew(agreement, effective_on=date(2026, 7, 1), expires_on=date(2026, 7, 31), review_on=None)
        self.renew(agreement, effective_on=date(2027, 4, 1))
        assert not agreement.applies_on(clock.today())
        assert agreement.applies_on(date(2027, 4, 1))

    def test_the_telephone_is_the_one_that_is_answered_at_the_hour(self) -> None:
        agreement = registered()
        for name, hours in (("担当係", ContactHours.DAY), ("宿直室", ContactHours.NIGHT)):
            services.add_agreement_contact(agreement, ContactDetails(name, hours, phone="+81961000001"), by=SYSTEM)
        tuesday = datetime(2026, 8, 18, tzinfo=clock.JAPAN)
        rung = [agreement.rung_at(tuesday.replace(hour=hour)) for hour in (3, 10)]
        assert [one.name for one in rung if one] == ["宿直室", "担当係"]

    def test_a_draft_cannot_be_renewed(self) -> None:
        with pytest.raises(Refused, match="agreement_not_in_force"):
            self.renew(registered(is_signed=False))

    def test_the_next_review_lies_ahead(self) -> None:
        with pytest.raises(Refused, match="review_not_ahead"):
            self.renew(registered(), review_on=clock.today())

    def test_a_new_term_runs_forward(self) -> None:
        with pytest.raises(Refused, match="expiry_before_effect"):
            self.renew(registered(), expires_on=date(2027, 3, 31))

    def test_two_people_renew_once(self) -> None:
        agreement = registered()
        seen = agreement.version
        self.renew(agreement)
        with pytest.raises(Refused, match="agreement_changed"):
            self.renew(agreement, version=seen)


@pytest.mark.usefixtures("session")
class TestEnding:
    def test_the_end_settles_reminders(self) -> None:
        agreement = registered()
        old = reminder(agreement)
        services.end_agreement(agreement, ended_on=date(2026, 8, 1), by=SYSTEM)
        assert agreement.status is AgreementStatus.ENDED
        assert agreement.ended_on == date(2026, 8, 1)
        assert not is_open(old)

    @pytest.mark.parametrize(
        ("ended_on", "code"),
        [(date(2026, 8, 19), "ending_ahead"), (date(2025, 6, 1), "ending_before_signing")],
    )
    def test_an_end_lies_between_signing_and_today(self, ended_on: date, code: str) -> None:
        with pytest.raises(Refused, match=code):
            services.end_agreement(registered(), ended_on=ended_on, by=SYSTEM)


@pytest.mark.usefixtures("session")
class TestParts:
    CONTACT = ContactDetails(name="危機管理課", hours=ContactHours.NIGHT, phone="+81969000001")
    CANDIDATE = CandidateDetails(name="市民センター駐車場", municipality_code="43215", address="天草市東町1-1")

    def test_a_contact_comes_changes_and_goes(self) -> None:
        agreement = registered()
        contact = services.add_agreement_contact(agreement, self.CONTACT, by=SYSTEM)
        services.change_agreement_contact(
            agreement,
            contact,
            replace(self.CONTACT, name="防災危機管理課"),
            edition=edition(contact.details),
            by=SYSTEM,
        )
        assert [one.name for one in agreement.contacts] == ["防災危機管理課"]
        services.remove_agreement_contact(agreement, contact, by=SYSTEM)
        assert agreement.contacts == []
        assert actions(agreement)[-3:] == ["add_contact", "change_contact", "remove_contact"]

    def test_a_contact_can_be_reached(self) -> None:
        with pytest.raises(Refused, match="no_way_to_reach"):
            services.add_agreement_contact(registered(), replace(self.CONTACT, phone=None), by=SYSTEM)

    def test_who_saw_an_older_contact_overwrites_nothing(self) -> None:
        agreement = registered()
        contact = services.add_agreement_contact(agreement, self.CONTACT, by=SYSTEM)
        seen = edition(contact.details)
        other = replace(self.CONTACT, phone="+81969000002")
        services.change_agreement_contact(agreement, contact, other, edition=seen, by=SYSTEM)
        with pytest.raises(Refused, match="part_changed"):
            services.change_agreement_contact(agreement, contact, self.CONTACT, edition=seen, by=SYSTEM)

    def test_a_candidate_without_a_point_stands_at_the_office(self) -> None:
        candidate = services.add_base_candidate(registered(), self.CANDIDATE, by=SYSTEM)
        assert coordinates(candidate.place) == pytest.approx((32.4586, 130.1930))

    def test_a_candidate_lies_in_a_municipality_that_exists(self) -> None:
        with pytest.raises(Refused) as refused:
            services.add_base_candidate(registered(), replace(self.CANDIDATE, municipality_code="43999"), by=SYSTEM)
        assert refused.value.code == "unknown_place"

    def test_a_candidate_goes(self) -> None:
        agreement = registered()
        candidate = services.add_base_candidate(agreement, self.CANDIDATE, by=SYSTEM)
        assert queries.candidates_in(["43215"]) == [candidate]
        services.remove_base_candidate(agreement, candidate, by=SYSTEM)
        assert queries.candidates_in(["43215"]) == []

    def test_the_newest_paper_stands_first_and_the_older_is_kept(self) -> None:
        agreement, person = registered(), factories.staff_member()
        for pages in (1, 2):
            services.add_agreement_file(
                agreement, content=written(pages), page_count=pages, name=f"{pages}.pdf", staff_id=person.id, by=SYSTEM
            )
        assert [paper.name for paper in agreement.files] == ["2.pdf", "1.pdf"]

    def test_the_same_paper_is_kept_once(self) -> None:
        agreement, person = registered(), factories.staff_member()

        def keep() -> None:
            services.add_agreement_file(
                agreement, content=written(1), page_count=1, name="a.pdf", staff_id=person.id, by=SYSTEM
            )

        keep()
        with pytest.raises(Refused, match="already_this_file"):
            keep()
        assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 1


@pytest.mark.usefixtures("session")
class TestWhatAppliesToAPlace:
    def names(self, code: str = "43215", on: date | None = None) -> list[str]:
        return [one.name for one in queries.agreements_for_place(code, on or clock.today())]

    def test_the_nearest_partner_comes_first(self) -> None:
        factories.agreement(name="全国市長会", level=AgreementLevel.ASSOCIATION, area=[])
        factories.agreement(name="熊本県", area=["43"])
        factories.agreement(name="天草市", level=AgreementLevel.CITY, area=["43215"])
        factories.agreement(name="福岡県", area=["40"])
        assert self.names() == ["天草市", "熊本県", "全国市長会"]

    def test_a_ward_lies_in_its_city(self) -> None:
        factories.agreement(name="熊本市", level=AgreementLevel.CITY, area=["43100"])
        assert self.names("43101") == ["熊本市"]

    def test_drafts_and_expired_and_ended_ones_do_not_apply(self) -> None:
        factories.agreement(name="案", is_signed=False)
        factories.agreement(name="期限切れ", expires_on=date(2026, 8, 17))
        services.end_agreement(factories.agreement(name="終了"), ended_on=clock.today(), by=SYSTEM)
        factories.agreement(name="自動更新", expires_on=date(2022, 3, 31), renews_automatically=True)
        assert self.names() == ["自動更新"]
        assert {one.name for one in queries.agreements_about("43215")} == {"案", "期限切れ", "自動更新"}

    def test_one_agreement_covers_several_places_once(self) -> None:
        factories.agreement(name="熊本県", area=["43"])
        found = queries.agreements_for_places(["43215", "43202"], clock.today())
        assert [one.name for one in found] == ["熊本県"]
        assert queries.agreements_for_places([], clock.today()) == []

    def test_many_agreements_are_read_as_fast_as_one(self) -> None:
        factories.agreement()
        with statements() as few:
            [contact.name for one in queries.agreements_for_place("43215", clock.today()) for contact in one.contacts]
        for _ in range(20):
            services.add_agreement_contact(factories.agreement(), TestParts.CONTACT, by=SYSTEM)
        db.session.expire_all()
        with statements() as many:
            [contact.name for one in queries.agreements_for_place("43215", clock.today()) for contact in one.contacts]
        assert len(many) == len(few)


@pytest.mark.usefixtures("session")
class TestPlacesAsTyped:
    def keys(self, *texts: str) -> dict[str, list[str]]:
        factories.municipality()
        factories.municipality("13206", "府中市", "東京都")
        factories.municipality("34208", "府中市", "広島県")
        return queries.area_keys_of(texts)

    @pytest.mark.parametrize(
        ("typed", "keys"),
        [
            ("熊本県", ["43"]),
            ("43", ["43"]),
            ("430005", ["43"]),
            ("43000", ["43"]),
            ("天草市", ["43215"]),
            ("熊本県天草市", ["43215"]),
            ("熊本県 天草市", ["43215"]),
            ("４３２１５", ["43215"]),
            ("432156", ["43215"]),
            ("熊本県天草市（43215）", ["43215"]),
            ("府中市", ["13206", "34208"]),
            ("広島県府中市", ["34208"]),
            ("432150", []),
            ("99999", []),
            ("どこにもない村", []),
            ("", []),
        ],
    )
    def test_a_place_is_found_by_name_and_by_code(self, typed: str, keys: list[str]) -> None:
        assert self.keys(typed) == {typed: keys}

    def test_many_places_are_one_question(self) -> None:
        self.keys()
        with statements() as asked:
            self.keys("天草市", "府中市", "43215", "福岡県")
        assert len(asked) <= 4


def test_two_people_sign_once(app: Flask, committed: None) -> None:
    agreement_id = registered(is_signed=False).id
    db.session.commit()
    barrier, outcomes = Barrier(2), list[str]()

    def sign() -> None:
        with app.app_context():
            agreement = db.session.get(Agreement, agreement_id)
            assert agreement is not None
            barrier.wait(10)
            outcomes.append(_told(lambda: _sign(agreement)))
            db.session.commit() if outcomes[-1] == "done" else db.session.rollback()

    threads = [Thread(target=sign) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["done", "refused"]


def _sign(agreement: Agreement) -> None:
    services.sign_agreement(agreement, signed_on=date(2025, 6, 2), effective_on=None, by=SYSTEM)


def _told(use_case: Callable[[], None]) -> str:
    try:
        use_case()
    except MoveNotAllowed:
        return "refused"
    return "done"
