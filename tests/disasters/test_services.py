"""Opening a support, keeping its settings, ending it: what works, what is refused, what the timeline keeps."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from mra.alliance.models import Municipality
from mra.core import clock
from mra.core.access import Role
from mra.core.actor import SYSTEM
from mra.core.audit import AuditEvent
from mra.core.clock import JAPAN
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.geo import coordinates
from mra.core.lifecycle import MoveNotAllowed
from mra.core.vehicle_classes import VehicleClass
from mra.disasters import queries, rules, services
from mra.disasters.models import Activation, Base, Disaster
from mra.disasters.rules import ActivationDetails, ActivationStatus, BaseDetails, DisasterKind
from mra.web import registry
from tests import factories

DETAILS = ActivationDetails(
    name="熊本豪雨 車の無償貸出",
    slug="kumamoto-2026",
    intake_from=datetime(2026, 8, 16, 9, 0, tzinfo=JAPAN),
    intake_until=datetime(2026, 11, 30, 17, 0, tzinfo=JAPAN),
    ends_on=date(2026, 12, 25),
    help_phone="+81960000000",
)
BASE = BaseDetails(
    name="天草拠点",
    address="天草市東町1-1",
    municipality_code="43215",
    place=None,
    phone="+81969000000",
    opens_at=time(9, 30),
    closes_at=time(16, 0),
    closed_weekdays=(2,),
    closes_on=None,
    handovers_per_slot=2,
)
SHORTER = rules.usual_terms() | {VehicleClass.KEI_PASSENGER: (14, True)}


@pytest.fixture
def disaster(session: None, story_time: datetime) -> Disaster:
    return services.record_disaster(name="令和8年8月 熊本豪雨", kind=DisasterKind.FLOOD, occurred_on=date(2026, 8, 11))


@pytest.fixture
def preparing(disaster: Disaster) -> Activation:
    factories.municipality()
    return services.prepare(disaster, details=DETAILS, by=SYSTEM)


@pytest.fixture
def running(preparing: Activation) -> Activation:
    services.add_base(preparing, details=BASE, by=SYSTEM)
    services.change_terms(preparing, terms=rules.usual_terms(), reason="開始時の条件", based_on=0, by=SYSTEM)
    services.open_support(preparing, by=SYSTEM)
    return preparing


def refusal(raised: pytest.ExceptionInfo[Refused]) -> str:
    """The code of a refusal, whose sentence must exist."""
    assert raised.value.code in registry.REFUSALS
    return raised.value.code


def events(activation: Activation) -> list[AuditEvent]:
    db.session.flush()
    return list(
        db.session.query(AuditEvent).filter_by(subject_kind="activation", subject_id=activation.id).order_by("id")
    )


class TestRecordDisaster:
    def test_the_same_event_is_recorded_once(self, disaster: Disaster) -> None:
        with pytest.raises(Refused) as raised:
            services.record_disaster(name=disaster.name, kind=DisasterKind.FLOOD, occurred_on=disaster.occurred_on)
        assert refusal(raised) == "disaster_known"

    def test_another_year_may_bring_a_disaster_of_the_same_name(self, disaster: Disaster) -> None:
        other = services.record_disaster(name=disaster.name, kind=DisasterKind.FLOOD, occurred_on=date(2027, 8, 11))
        assert other.id != disaster.id

    def test_a_correction_is_remembered_by_the_support(self, preparing: Activation) -> None:
        disaster = preparing.disaster
        services.change_disaster(
            disaster, by=SYSTEM, name="令和8年8月豪雨", kind=DisasterKind.LANDSLIDE, occurred_on=disaster.occurred_on
        )
        assert events(preparing)[-1].action == "change_disaster"
        assert disaster.kind is DisasterKind.LANDSLIDE


class TestPrepare:
    def test_a_prepared_support_is_not_public(self, preparing: Activation) -> None:
        assert preparing.status is ActivationStatus.PREPARING
        assert queries.activation_by_slug(DETAILS.slug) is None
        assert queries.open_activations() == []
        assert queries.current_activation() is preparing

    def test_an_address_belongs_to_one_support(self, disaster: Disaster, preparing: Activation) -> None:
        with pytest.raises(Refused) as raised:
            services.prepare(disaster, details=DETAILS, by=SYSTEM)
        assert refusal(raised) == "slug_taken"

    def test_the_database_knows_the_rules_of_the_period(self, disaster: Disaster) -> None:
        for wrong in (
            replace(DETAILS, intake_until=DETAILS.intake_from - timedelta(minutes=1)),
            replace(DETAILS, ends_on=date(2026, 11, 29)),
            replace(DETAILS, intake_until=None, ends_on=date(2026, 8, 15)),
        ):
            with pytest.raises(IntegrityError) as raised, db.session.begin_nested():
                services.prepare(disaster, details=wrong, by=SYSTEM)
            assert raised.value.orig is not None
            assert raised.value.orig.diag.constraint_name in registry.CONSTRAINTS  # type: ignore[attr-defined]

    def test_support_may_end_on_the_day_on_which_the_intake_ends(self, disaster: Disaster) -> None:
        made = services.prepare(disaster, details=replace(DETAILS, ends_on=date(2026, 11, 30)), by=SYSTEM)
        assert made.ends_on == date(2026, 11, 30)


class TestChangeDetails:
    def test_a_change_keeps_the_names_of_the_fields_and_no_values(self, running: Activation) -> None:
        later = replace(running.details, ends_on=date(2027, 1, 31))
        services.change_details(running, details=later, edition=rules.edition(running.details), by=SYSTEM)
        last = events(running)[-1]
        assert running.ends_on == date(2027, 1, 31)
        assert (last.action, last.facts) == ("change_details", {"fields": ["ends_on"]})

    def test_a_page_that_shows_old_settings_changes_nothing(self, running: Activation) -> None:
        seen = rules.edition(running.details)
        services.change_details(
            running, details=replace(running.details, name="先に変えた名前"), edition=seen, by=SYSTEM
        )
        with pytest.raises(Refused) as raised:
            services.change_details(running, details=replace(running.details, name="後の名前"), edition=seen, by=SYSTEM)
        assert refusal(raised) == "settings_changed"

    def test_saving_without_a_change_leaves_no_trace(self, running: Activation) -> None:
        count = len(events(running))
        services.change_details(running, details=running.details, edition=rules.edition(running.details), by=SYSTEM)
        assert len(events(running)) == count

    def test_the_address_may_change_until_it_is_public(self, preparing: Activation) -> None:
        new = replace(preparing.details, slug="kumamoto-2")
        services.change_details(preparing, details=new, edition=rules.edition(preparing.details), by=SYSTEM)
        assert preparing.slug == "kumamoto-2"

    def test_a_public_address_stays(self, running: Activation) -> None:
        new = replace(running.details, slug="kumamoto-2")
        with pytest.raises(Refused) as raised:
            services.change_details(running, details=new, edition=rules.edition(running.details), by=SYSTEM)
        assert refusal(raised) == "slug_fixed"

    def test_a_new_address_must_be_free(self, preparing: Activation) -> None:
        factories.activation(slug="other-2026")
        new = replace(preparing.details, slug="other-2026")
        with pytest.raises(Refused) as raised:
            services.change_details(preparing, details=new, edition=rules.edition(preparing.details), by=SYSTEM)
        assert refusal(raised) == "slug_taken"


class TestChangeMunicipalities:
    @pytest.fixture(autouse=True)
    def towns(self, session: None) -> None:
        factories.municipality("43212", "上天草市")
        factories.municipality("43211", "宇土市")

    def codes(self, activation: Activation) -> list[str]:
        return [one.code for one in activation.municipalities]

    def test_what_one_adds_another_does_not_undo(self, preparing: Activation) -> None:
        services.change_municipalities(preparing, add=["43212"], remove=[], by=SYSTEM)
        services.change_municipalities(preparing, add=["43211"], remove=[], by=SYSTEM)
        assert self.codes(preparing) == ["43211", "43212"]
        services.change_municipalities(preparing, add=[], remove=["43212"], by=SYSTEM)
        assert self.codes(preparing) == ["43211"]
        assert events(preparing)[-1].facts == {"added": [], "removed": ["43212"]}

    def test_an_unknown_code_is_refused(self, preparing: Activation) -> None:
        with pytest.raises(Refused) as raised:
            services.change_municipalities(preparing, add=["99999"], remove=[], by=SYSTEM)
        assert refusal(raised) == "unknown_municipality"

    def test_the_same_choice_again_leaves_no_trace(self, preparing: Activation) -> None:
        services.change_municipalities(preparing, add=["43212"], remove=[], by=SYSTEM)
        count = len(events(preparing))
        services.change_municipalities(preparing, add=["43212"], remove=["43211"], by=SYSTEM)
        assert len(events(preparing)) == count


class TestBases:
    def test_a_base_without_a_point_stands_at_its_municipality(self, preparing: Activation) -> None:
        base = services.add_base(preparing, details=BASE, by=SYSTEM)
        assert coordinates(base.place) == coordinates(factories.municipality().place)
        assert events(preparing)[-1].facts == {"base_id": base.id}

    def test_a_point_of_its_own_is_kept(self, preparing: Activation) -> None:
        base = services.add_base(preparing, details=replace(BASE, place=(32.46, 130.19)), by=SYSTEM)
        assert coordinates(base.place) == (32.46, 130.19)

    def test_a_base_in_an_unknown_municipality_is_refused(self, preparing: Activation) -> None:
        with pytest.raises(Refused) as raised:
            services.add_base(preparing, details=replace(BASE, municipality_code="99999"), by=SYSTEM)
        assert refusal(raised) == "unknown_municipality"

    def test_a_municipality_without_a_point_cannot_give_one(self, preparing: Activation) -> None:
        db.session.add(Municipality(code="43999", prefecture="熊本県", name="点のない町", kana="テンノナイマチ"))
        db.session.flush()
        with pytest.raises(Refused) as raised:
            services.add_base(preparing, details=replace(BASE, municipality_code="43999"), by=SYSTEM)
        assert refusal(raised) == "unknown_municipality"

    def test_changed_hours_are_on_the_timeline_of_the_support(self, running: Activation) -> None:
        (base,) = db.session.query(Base).all()
        new = replace(base.details, closes_at=time(17, 0), closed_weekdays=(2, 6))
        services.change_base(base, details=new, edition=rules.edition(base.details), by=SYSTEM)
        assert base.closed_weekdays == [2, 6]
        assert events(running)[-1].facts == {"base_id": base.id, "fields": ["closes_at", "closed_weekdays"]}

    def test_a_page_that_shows_an_old_base_changes_nothing(self, running: Activation) -> None:
        (base,) = db.session.query(Base).all()
        seen = rules.edition(base.details)
        services.change_base(base, details=replace(base.details, name="本渡拠点"), edition=seen, by=SYSTEM)
        with pytest.raises(Refused) as raised:
            services.change_base(base, details=replace(base.details, name="牛深拠点"), edition=seen, by=SYSTEM)
        assert refusal(raised) == "settings_changed"

    def test_the_database_refuses_a_base_that_closes_before_it_opens(self, preparing: Activation) -> None:
        with pytest.raises(IntegrityError, match="ck_bases_opening_hours"), db.session.begin_nested():
            services.add_base(preparing, details=replace(BASE, closes_at=time(9, 0)), by=SYSTEM)


class TestChangeTerms:
    def test_a_running_loan_keeps_its_terms(self, running: Activation) -> None:
        base = db.session.query(Base).one()
        loan = factories.loan(factories.application(running).requests[0], factories.vehicle(base))
        services.change_terms(running, terms=SHORTER, reason="申込が多いため", based_on=1, by=SYSTEM)
        assert loan.terms_version_id != queries.terms_in_force(running).id
        assert queries.terms_in_force(running).line(VehicleClass.KEI_PASSENGER).days == 14

    def test_the_history_tells_who_changed_what_and_why(self, running: Activation) -> None:
        sato = factories.staff_member(Role.COORDINATOR, "佐藤 明")
        services.change_terms(running, terms=SHORTER, reason="申込が多いため", based_on=1, by=sato.actor)
        newest, first = queries.terms_history(running)
        assert (newest.version.number, newest.version.reason, newest.who) == (2, "申込が多いため", "佐藤 明")
        assert newest.changes == [(VehicleClass.KEI_PASSENGER, (30, True), (14, True))]
        assert (first.version.number, first.changes) == (1, [])

    def test_two_people_cannot_both_change_the_version_they_saw(self, running: Activation) -> None:
        services.change_terms(running, terms=SHORTER, reason="申込が多いため", based_on=1, by=SYSTEM)
        with pytest.raises(Refused) as raised:
            services.change_terms(running, terms=rules.usual_terms(), reason="元に戻す", based_on=1, by=SYSTEM)
        assert refusal(raised) == "settings_changed"

    def test_the_same_terms_make_no_new_version(self, running: Activation) -> None:
        with pytest.raises(Refused) as raised:
            services.change_terms(running, terms=rules.usual_terms(), reason="確認", based_on=1, by=SYSTEM)
        assert refusal(raised) == "terms_unchanged"

    def test_a_support_without_terms_says_so(self, preparing: Activation) -> None:
        with pytest.raises(LookupError):
            queries.terms_in_force(preparing)


class TestLifecycle:
    def test_a_support_without_a_base_does_not_open(self, preparing: Activation) -> None:
        services.change_terms(preparing, terms=rules.usual_terms(), reason="開始時", based_on=0, by=SYSTEM)
        with pytest.raises(Refused) as raised:
            services.open_support(preparing, by=SYSTEM)
        assert refusal(raised) == "no_base"

    def test_a_support_without_terms_does_not_open(self, preparing: Activation) -> None:
        services.add_base(preparing, details=BASE, by=SYSTEM)
        with pytest.raises(Refused) as raised:
            services.open_support(preparing, by=SYSTEM)
        assert refusal(raised) == "no_terms"

    def test_an_open_support_takes_applications_within_its_period(self, running: Activation) -> None:
        assert running.takes_applications(clock.now())
        assert not running.takes_applications(DETAILS.intake_from - timedelta(seconds=1))
        assert queries.open_activations() == [running]

    def test_winding_down_ends_the_intake(self, running: Activation, story_time: datetime) -> None:
        services.wind_down(running, by=SYSTEM)
        db.session.flush()
        assert running.intake_until == story_time
        assert not running.takes_applications(clock.now())
        assert queries.running_activations() == [running]
        assert queries.open_activations() == []

    def test_an_intake_that_is_already_over_keeps_its_end(self, running: Activation) -> None:
        with clock.stopped(datetime(2026, 12, 1, 9, 0, tzinfo=JAPAN)):
            services.wind_down(running, by=SYSTEM)
        assert running.intake_until == DETAILS.intake_until

    def test_a_support_that_outlived_its_last_day_can_be_wound_down(self, running: Activation) -> None:
        running.intake_until = None
        db.session.flush()
        with clock.stopped(datetime(2027, 1, 10, 9, 0, tzinfo=JAPAN)):
            services.wind_down(running, by=SYSTEM)
        db.session.flush()
        assert running.intake_until is not None

    def test_a_support_is_closed_after_winding_down_only(self, running: Activation) -> None:
        with pytest.raises(MoveNotAllowed):
            services.close(running, by=SYSTEM)

    def test_a_closed_support_changes_no_more(self, running: Activation) -> None:
        services.wind_down(running, by=SYSTEM)
        services.close(running, by=SYSTEM)
        base = db.session.query(Base).one()
        changes = (
            lambda: services.change_details(running, details=DETAILS, edition="", by=SYSTEM),
            lambda: services.change_municipalities(running, add=["43215"], remove=[], by=SYSTEM),
            lambda: services.add_base(running, details=BASE, by=SYSTEM),
            lambda: services.change_base(base, details=BASE, edition="", by=SYSTEM),
            lambda: services.change_terms(running, terms=SHORTER, reason="変更", based_on=1, by=SYSTEM),
        )
        for change in changes:
            with pytest.raises(Refused) as raised:
                change()
            assert refusal(raised) == "activation_closed"
        assert queries.current_activation() is None
        assert queries.closed_activations() == [running]

    def test_whoever_knows_a_reason_can_stop_the_closing(self, running: Activation, cars_are_out: None) -> None:
        services.wind_down(running, by=SYSTEM)
        db.session.flush()
        with pytest.raises(Refused) as raised:
            services.close(running, by=SYSTEM)
        assert raised.value.code == "no_base"

    @pytest.fixture
    def cars_are_out(self) -> Iterator[None]:
        @services.before_closing
        def refuse(_activation: Activation) -> None:
            raise Refused("no_base")

        yield
        services._closing_checks.remove(refuse)


class TestTwoPeopleAtOnce:
    def test_two_first_versions_of_the_terms_become_one(self, app: Flask, committed: None) -> None:
        activation = factories.activation()
        db.session.commit()
        ready, outcomes = Barrier(2), []

        def change() -> None:
            with app.app_context():
                mine = db.session.get_one(Activation, activation_id)
                ready.wait(timeout=10)
                try:
                    services.change_terms(mine, terms=SHORTER, reason="申込が多いため", based_on=1, by=SYSTEM)
                    db.session.commit()
                    outcomes.append("changed")
                except Refused as refused:
                    db.session.rollback()
                    outcomes.append(refused.code)

        activation_id = activation.id
        threads = [Thread(target=change) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        assert sorted(outcomes) == ["changed", "settings_changed"]

    def test_two_people_add_towns_and_both_stay(self, app: Flask, committed: None) -> None:
        activation = factories.activation()
        factories.municipality("43212", "上天草市")
        factories.municipality("43211", "宇土市")
        db.session.commit()
        activation_id, ready = activation.id, Barrier(2)

        def add(code: str) -> None:
            with app.app_context():
                mine = db.session.get_one(Activation, activation_id)
                assert [one.code for one in mine.municipalities] == ["43215"]
                ready.wait(timeout=10)
                services.change_municipalities(mine, add=[code], remove=[], by=SYSTEM)
                db.session.commit()

        threads = [Thread(target=add, args=(code,)) for code in ("43212", "43211")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        db.session.expire_all()
        after = db.session.get_one(Activation, activation_id)
        assert [one.code for one in after.municipalities] == ["43211", "43212", "43215"]
