"""The order of those who wait: versions of the rule, its application to all, and one request moved by hand."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from mra.applications import queries, services
from mra.applications.models import Application, CarRequest
from mra.applications.rules import Channel, RequestStatus
from mra.core import clock
from mra.core.access import Role
from mra.core.actor import SYSTEM, Actor
from mra.core.audit import AuditEvent, move
from mra.core.circumstances import Circumstance
from mra.core.db import db
from mra.core.errors import Refused
from mra.disasters import queries as disasters
from mra.disasters.models import Activation, PriorityVersion
from mra.disasters.priorities import Priorities, priorities_from, tier_of
from tests import factories
from tests.applications import typed
from tests.applications.test_services import submission
from tests.conftest import STORY_NOW, CheckingClient
from tests.desk.world import address_of
from tests.statements import statements

C = Circumstance
# Small children first, whoever needs a hospital second, and nobody else.
CHILDREN_FIRST = priorities_from({C.INFANT: 1, C.HOSPITAL: 2}, {1: "お子さんのいる方"})
REASON = "透析の施設が近くで再開したため"


@pytest.fixture
def activation(session: None, story_time: datetime) -> Activation:
    """An open support with the usual order."""
    return factories.activation()


@pytest.fixture
def coordinator(activation: Activation) -> Actor:
    return factories.staff_member(Role.COORDINATOR, "調整 花").actor


def waiting(activation: Activation, *circumstances: str, **values: Any) -> CarRequest:
    return factories.application(activation, circumstances=list(circumstances), **values).requests[0]


def change(activation: Activation, by: Actor, rule: Priorities = CHILDREN_FIRST, based_on: int = 1) -> PriorityVersion:
    return services.change_priorities(activation, priorities=rule, reason=REASON, based_on=based_on, by=by)


def by_hand(wish: CarRequest, by: Actor, tier: int = 1, reason: str = "主治医から電話があった。") -> CarRequest:
    return services.set_tier(wish, tier=tier, reason=reason, edition=wish.tier_edition, by=by)


class TestAVersion:
    def test_every_support_begins_with_the_usual_order(self, activation: Activation) -> None:
        first = disasters.priorities_in_force(activation.id)
        assert first.number == 1
        assert first.lines[0].circumstances == ["care", "hospital"]
        assert len(first.lines) == 5

    def test_a_change_is_a_new_version_and_the_old_one_stays(self, activation: Activation, coordinator: Actor) -> None:
        before = disasters.priorities_in_force(activation.id).priorities
        change(activation, coordinator)
        (second, writer), (first, _nobody) = disasters.priorities_history(activation)
        assert (second.number, second.priorities, second.reason, writer) == (2, CHILDREN_FIRST, REASON, "調整 花")
        assert first.priorities == before

    def test_the_same_order_is_no_new_version(self, activation: Activation, coordinator: Actor) -> None:
        same = disasters.priorities_in_force(activation.id).priorities
        with pytest.raises(Refused, match="priorities_unchanged"):
            change(activation, coordinator, same)

    def test_who_saw_an_older_version_is_told(self, activation: Activation, coordinator: Actor) -> None:
        change(activation, coordinator)
        with pytest.raises(Refused, match="settings_changed"):
            change(activation, coordinator, (), based_on=1)

    def test_a_closed_support_keeps_its_order(self, activation: Activation, coordinator: Actor) -> None:
        move(activation, "wind_down", by=SYSTEM)
        db.session.flush()
        move(activation, "close", by=SYSTEM)
        db.session.flush()
        with pytest.raises(Refused, match="activation_closed"):
            change(activation, coordinator)

    def test_the_reason_of_a_version_stands_in_no_audit_event(self, activation: Activation, coordinator: Actor) -> None:
        change(activation, coordinator)
        told = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "change_priorities")).one()
        assert told.facts == {"number": 2}


class TestApplyingARule:
    def test_all_who_wait_are_ordered_anew(self, activation: Activation, coordinator: Actor) -> None:
        mother, patient, worker = (waiting(activation, one) for one in ("infant", "hospital", "commute"))
        assert [one.tier for one in (mother, patient, worker)] == [3, 1, 2]
        version = change(activation, coordinator)
        assert [one.tier for one in (mother, patient, worker)] == [1, 2, 3]
        assert {one.priority_version_id for one in (mother, patient, worker)} == {version.id}
        assert [one.id for one in queries.waiting(activation.id)] == [mother.id, patient.id, worker.id]

    def test_the_database_counts_as_the_rule_does(self, activation: Activation, coordinator: Actor) -> None:
        answers = [["care", "infant"], ["hospital"], ["shopping", "infant"], ["no_car", "commute"], ["clean_up"]]
        wishes = [waiting(activation, *held) for held in answers]
        change(activation, coordinator)
        assert [one.tier for one in wishes] == [tier_of(CHILDREN_FIRST, held) for held in answers]

    def test_what_is_not_yet_admitted_is_ordered_too(self, activation: Activation, coordinator: Actor) -> None:
        wish = waiting(activation, "infant", is_admitted=False)
        change(activation, coordinator)
        assert wish.tier == 1

    def test_a_reserved_request_may_wait_again_and_is_ordered_too(
        self, activation: Activation, coordinator: Actor
    ) -> None:
        wish = waiting(activation, "infant")
        move(wish, "reserve", by=SYSTEM)
        db.session.flush()
        change(activation, coordinator)
        assert wish.tier == 1

    def test_what_has_ended_keeps_the_version_it_ended_under(self, activation: Activation, coordinator: Actor) -> None:
        wish = waiting(activation, "infant")
        services.withdraw_request(wish, by=SYSTEM)
        db.session.flush()
        change(activation, coordinator)
        assert wish.priority_version is not None
        assert (wish.tier, wish.priority_version.number) == (3, 1)

    def test_another_support_is_not_touched(self, activation: Activation, coordinator: Actor) -> None:
        other = factories.activation(slug="noto-2026")
        wish = waiting(other, "infant")
        change(activation, coordinator)
        assert wish.tier == 3

    def test_who_was_moved_by_hand_stays(self, activation: Activation, coordinator: Actor) -> None:
        wish = by_hand(waiting(activation, "shopping"), coordinator, tier=2)
        change(activation, coordinator)
        assert (wish.tier, wish.tier_reason) == (2, "主治医から電話があった。")

    def test_who_was_put_last_is_not_left_behind_the_last(self, activation: Activation, coordinator: Actor) -> None:
        wish = by_hand(waiting(activation, "hospital"), coordinator, tier=6)
        change(activation, coordinator)
        assert wish.tier == 3

    def test_who_comes_to_the_last_tier_with_it_is_told_so(self, activation: Activation, coordinator: Actor) -> None:
        wish = by_hand(waiting(activation, "hospital"), coordinator, tier=6)
        change(activation, coordinator)
        [event] = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "reorder"))
        assert (event.subject_id, event.facts) == (wish.id, {"tier_before": 6, "tier": 3, "number": 2})

    def test_only_those_who_move_are_told_on_their_timeline(self, activation: Activation, coordinator: Actor) -> None:
        mother, shopper = waiting(activation, "infant"), waiting(activation, "hospital", "commute")
        change(activation, coordinator, priorities_from({C.HOSPITAL: 1, C.INFANT: 2}, {}))
        [told] = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "reorder"))
        assert (told.subject_id, told.actor_id) == (mother.id, coordinator.id)
        assert told.facts == {"tier_before": 3, "tier": 2, "number": 2}
        assert shopper.tier == 1

    def test_it_takes_as_many_statements_for_many_as_for_few(self, activation: Activation, coordinator: Actor) -> None:
        counts = []
        for number, people in enumerate((1, 12), 1):
            for _ in range(people):
                waiting(activation, "infant", cars=2)
            rule = priorities_from({C.INFANT: 1, C.HOSPITAL: 2}, {1: f"お子さんのいる方（{number}）"})
            db.session.flush()
            db.session.expire_all()
            with statements() as seen:
                change(activation, coordinator, rule, based_on=number)
            counts.append(len(seen))
        assert 5 < counts[0] == counts[1] <= 12


class TestAPreview:
    def test_it_counts_who_would_come_earlier_and_later(self, activation: Activation, coordinator: Actor) -> None:
        for answer in ("hospital", "commute", "infant", "shopping"):
            waiting(activation, answer)
        by_hand(waiting(activation, "shopping"), coordinator)
        effect = queries.effect_of(activation.id, CHILDREN_FIRST)
        # Now: hospital, by hand, commute, infant, shopping. Then: infant, by hand, hospital, commute, shopping.
        assert (effect.earlier, effect.later, effect.same, effect.by_hand) == (1, 2, 2, 1)

    def test_a_tier_that_is_closed_up_moves_nobody(self, activation: Activation) -> None:
        waiting(activation, "hospital")
        waiting(activation, "shopping")
        without_infants = priorities_from({C.HOSPITAL: 1, C.COMMUTE: 2}, {})
        effect = queries.effect_of(activation.id, without_infants)
        assert [(shift.before, shift.after) for shift in effect.shifts] == [(1, 1), (6, 3)]
        assert (effect.earlier, effect.later, effect.same) == (0, 0, 2)

    def test_it_tells_what_then_happens(self, activation: Activation, coordinator: Actor) -> None:
        wishes = [waiting(activation, one) for one in ("infant", "hospital", "commute", "shopping")]
        wishes.append(by_hand(waiting(activation, "hospital"), coordinator, tier=6))
        before = [one.tier for one in wishes]
        effect = queries.effect_of(activation.id, CHILDREN_FIRST)
        change(activation, coordinator)
        moved = [(tier, one.tier) for tier, one in zip(before, wishes, strict=True)]
        assert sorted(moved) == [(shift.before, shift.after) for shift in effect.shifts for _ in range(shift.requests)]


class TestOneRequest:
    def test_staff_move_it_with_a_reason(self, activation: Activation, coordinator: Actor) -> None:
        wish = by_hand(waiting(activation, "shopping"), coordinator)
        assert (wish.tier, wish.tier_set_by_staff_id, wish.priority_version_id) == (1, coordinator.id, None)

    @pytest.mark.parametrize("reason", ["", "   "])
    def test_without_a_reason_it_stays(self, activation: Activation, coordinator: Actor, reason: str) -> None:
        wish = waiting(activation, "shopping")
        with pytest.raises(Refused, match="reason_missing"):
            by_hand(wish, coordinator, reason=reason)
        assert wish.tier == 6

    @pytest.mark.parametrize(("tier", "code"), [(0, "tier_unknown"), (7, "tier_unknown"), (6, "tier_unchanged")])
    def test_it_goes_only_where_the_rule_has_a_tier(
        self, activation: Activation, coordinator: Actor, tier: int, code: str
    ) -> None:
        with pytest.raises(Refused, match=code):
            by_hand(waiting(activation, "shopping"), coordinator, tier=tier)

    def test_what_has_ended_is_not_moved(self, activation: Activation, coordinator: Actor) -> None:
        wish = waiting(activation, "shopping")
        services.withdraw_request(wish, by=SYSTEM)
        db.session.flush()
        with pytest.raises(Refused, match="tier_of_ended"):
            by_hand(wish, coordinator)

    def test_the_audit_tells_the_tiers_and_not_the_reason(self, activation: Activation, coordinator: Actor) -> None:
        by_hand(waiting(activation, "shopping"), coordinator)
        told = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "set_tier")).one()
        assert told.facts == {"tier_before": 6, "tier": 1}

    def test_it_goes_back_to_what_the_rule_in_force_says(self, activation: Activation, coordinator: Actor) -> None:
        wish = by_hand(waiting(activation, "infant"), coordinator, tier=5)
        version = change(activation, coordinator)
        services.restore_tier(wish, edition=wish.tier_edition, by=coordinator)
        assert (wish.tier, wish.priority_version_id, wish.tier_reason) == (1, version.id, "")
        assert wish.tier_set_by_staff_id is None

    def test_what_the_rule_ordered_cannot_go_back(self, activation: Activation, coordinator: Actor) -> None:
        wish = waiting(activation, "infant")
        with pytest.raises(Refused, match="tier_changed"):
            services.restore_tier(wish, edition=wish.tier_edition, by=coordinator)

    def test_who_saw_another_tier_is_told(self, activation: Activation, coordinator: Actor) -> None:
        wish = waiting(activation, "infant")
        seen = wish.tier_edition
        by_hand(wish, coordinator)
        with pytest.raises(Refused, match="tier_changed"):
            services.set_tier(wish, tier=2, reason="別の理由", edition=seen, by=coordinator)

    def test_the_database_wants_an_origin_of_every_tier(self, activation: Activation) -> None:
        wish = waiting(activation, "infant")
        wish.priority_version_id = None
        with pytest.raises(IntegrityError, match="tier_origin"):
            db.session.flush()
        db.session.rollback()


class TestAtTheSameSecond:
    @pytest.fixture
    def support(self, app: Flask, committed: None) -> Iterator[tuple[int, Actor]]:
        """A support that everybody can see, and a coordinator."""
        with clock.stopped(STORY_NOW):
            made, by = factories.activation(), factories.staff_member(Role.COORDINATOR).actor
            waiting(made, "infant")
            db.session.commit()
            yield made.id, by

    @staticmethod
    def at_once(app: Flask, *deeds: Any) -> list[object]:
        start = Barrier(len(deeds))

        def run(deed: Any) -> object:
            with app.app_context(), clock.stopped(STORY_NOW + timedelta(minutes=1)):
                db.session.execute(select(1))
                start.wait(20)
                try:
                    deed()
                    db.session.commit()
                except Refused as refused:
                    db.session.rollback()
                    return refused.code
                finally:
                    db.session.remove()
            return "done"

        with ThreadPoolExecutor(len(deeds)) as pool:
            return [future.result(20) for future in [pool.submit(run, deed) for deed in deeds]]

    def test_of_two_coordinators_the_second_is_told(self, app: Flask, support: tuple[int, Actor]) -> None:
        activation_id, by = support

        def deed(rule: Priorities) -> Any:
            return lambda: change(db.session.get_one(Activation, activation_id), by, rule)

        outcome = self.at_once(app, deed(CHILDREN_FIRST), deed(()))
        assert sorted(map(str, outcome)) == ["done", "settings_changed"]
        assert disasters.priorities_in_force(activation_id).number == 2

    def test_nobody_slips_in_under_the_old_rule(self, app: Flask, support: tuple[int, Actor]) -> None:
        activation_id, by = support

        def apply() -> None:
            activation = db.session.get_one(Activation, activation_id)
            services.submit(
                submission(circumstances=["infant"]), activation=activation, channel=Channel.WEB, by=SYSTEM,
                received_at=clock.now(), submission_key=uuid4(),
            )  # fmt: skip

        assert (
            self.at_once(app, apply, lambda: change(db.session.get_one(Activation, activation_id), by), apply, apply)
            == ["done"] * 4
        )
        db.session.expire_all()
        newest = disasters.priorities_in_force(activation_id)
        wishes = list(db.session.scalars(select(CarRequest)))
        assert {(one.tier, one.priority_version_id) for one in wishes} == {(1, newest.id)}
        assert len(wishes) == 4


class TestPages:
    @pytest.fixture
    def seen(self, client: CheckingClient, activation: Activation) -> CheckingClient:
        """A coordinator with a browser."""
        return client.sign_in_as(Role.COORDINATOR)

    @staticmethod
    def typed_rule(**more: str) -> dict[str, str]:
        return {
            "tier_infant": "1",
            "tier_hospital": "3",
            "wording_1": "お子さんのいる方",
            "reason": REASON,
            "based_on": "1",
        } | more

    def address(self, activation: Activation) -> str:
        return f"/activations/{activation.id}/settings/priorities"

    def test_the_rule_in_force_stands_ready_to_be_changed(self, seen: CheckingClient, activation: Activation) -> None:
        page = seen.get(self.address(activation)).get_data(as_text=True)
        assert "第1版（現在）" in page
        assert "空欄のとき：通院・透析に車が必要な方、または家族の介護がある方" in page

    def test_a_preview_changes_nothing_and_tells_who_moves(self, seen: CheckingClient, activation: Activation) -> None:
        mother, worker = waiting(activation, "infant"), waiting(activation, "commute")
        answer = seen.post(f"{self.address(activation)}/preview", data=self.typed_rule())
        page = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert "順番が先になる希望" in page
        assert "お子さんのいる方" in page
        assert (mother.tier, worker.tier) == (3, 2)
        assert disasters.priorities_in_force(activation.id).number == 1

    def test_from_the_preview_one_may_go_back_with_what_was_typed(
        self, seen: CheckingClient, activation: Activation
    ) -> None:
        answer = seen.post(f"{self.address(activation)}/preview", data=self.typed_rule(go="back"))
        assert 'value="お子さんのいる方"' in answer.get_data(as_text=True)

    def test_saving_orders_all_who_wait(self, seen: CheckingClient, activation: Activation) -> None:
        wish = waiting(activation, "infant")
        answer = seen.post(self.address(activation), data=self.typed_rule())
        assert (answer.status_code, answer.location) == (303, self.address(activation))
        db.session.refresh(wish)
        assert wish.tier == 1
        assert "第2版（現在）" in seen.get(self.address(activation)).get_data(as_text=True)

    @pytest.mark.parametrize("where", ["", "/preview"])
    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"reason": ""}, "変更の理由を入力してください。"),
            ({"tier_infant": "9"}, "順位を選び直してください。"),
            ({"tier_infant": "abc"}, "順位を選び直してください。"),
            ({"wording_1": "あ" * 101}, "100文字以内"),
        ],
    )
    def test_a_form_that_cannot_be_read_is_shown_again(
        self, seen: CheckingClient, activation: Activation, where: str, wrong: dict[str, str], sentence: str
    ) -> None:
        answer = seen.post(self.address(activation) + where, data=self.typed_rule(**wrong))
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)
        assert disasters.priorities_in_force(activation.id).number == 1

    def test_words_that_were_written_for_other_answers_are_not_published(
        self, seen: CheckingClient, activation: Activation
    ) -> None:
        seen.post(self.address(activation), data=self.typed_rule())
        answer = seen.post(self.address(activation), data=self.typed_rule(tier_care="1", based_on="2"))
        assert answer.status_code == 422
        assert "この順位の答えが変わりました。" in answer.get_data(as_text=True)
        rewritten = self.typed_rule(tier_care="1", wording_1="お子さんや介護の必要な方のいる方", based_on="2")
        assert seen.post(self.address(activation), data=rewritten).status_code == 303

    def test_who_saw_an_older_version_gets_a_sentence(self, seen: CheckingClient, activation: Activation) -> None:
        seen.post(self.address(activation), data=self.typed_rule())
        answer = seen.post(self.address(activation), data=self.typed_rule(tier_commute="2"))
        assert answer.status_code == 409

    def test_one_request_is_moved_and_brought_back(self, seen: CheckingClient, activation: Activation) -> None:
        wish = waiting(activation, "shopping")
        address = f"/applications/{wish.application_id}/requests/{wish.id}/tier"
        assert seen.get(f"{address}/new").status_code == 200
        typed_tier = {"tier": "1", "reason": "主治医から電話があった。", "edition": wish.tier_edition}
        assert seen.post(address, data=typed_tier).location == f"/applications/{wish.application_id}"
        page = seen.get(f"/applications/{wish.application_id}").get_data(as_text=True)
        assert "理由：主治医から電話があった。" in page
        assert "優先順位を職員が変更（第6→第1順位）" in page
        db.session.refresh(wish)
        seen.post(f"{address}/restoration", data={"edition": wish.tier_edition})
        page = seen.get(f"/applications/{wish.application_id}").get_data(as_text=True)
        assert "主治医" not in page
        assert "第6順位" in page

    @pytest.mark.parametrize("wrong", [{"reason": ""}, {"tier": ""}])
    def test_a_tier_without_its_reason_is_asked_for_again(
        self, seen: CheckingClient, activation: Activation, wrong: dict[str, str]
    ) -> None:
        wish = waiting(activation, "shopping")
        address = f"/applications/{wish.application_id}/requests/{wish.id}/tier"
        typed_tier = {"tier": "1", "reason": "理由", "edition": wish.tier_edition} | wrong
        assert seen.post(address, data=typed_tier).status_code == 422

    @pytest.mark.parametrize("role", [Role.DESK, Role.VIEWER])
    def test_others_read_the_rule_and_change_nothing(
        self, client: CheckingClient, activation: Activation, role: Role
    ) -> None:
        wish = waiting(activation, "shopping")
        client.sign_in_as(role)
        assert client.get(self.address(activation)).status_code == 200
        assert client.post(self.address(activation), data=self.typed_rule()).status_code == 403
        assert client.post(f"/applications/{wish.application_id}/requests/{wish.id}/tier").status_code == 403
        assert "優先順位を変更する" not in client.get(f"/applications/{wish.application_id}").get_data(as_text=True)

    def test_the_public_page_prints_the_rule_in_force(self, seen: CheckingClient, activation: Activation) -> None:
        seen.post(self.address(activation), data=self.typed_rule())
        page = seen.get(f"/activations/{activation.slug}").get_data(as_text=True)
        order = page.split('id="order"')[1].split("</section>")[0]
        assert order.index("お子さんのいる方") < order.index("通院・透析に車が必要な方") < order.index("そのほかの方")
        assert "第2版で、2026年8月18日(火)から" in order

    def test_a_support_without_criteria_says_order_of_arrival(
        self, seen: CheckingClient, activation: Activation
    ) -> None:
        seen.post(self.address(activation), data={"reason": REASON, "based_on": "1"})
        page = seen.get(f"/activations/{activation.slug}").get_data(as_text=True)
        assert "申込を受け付けた順にお貸しします。" in page

    def test_the_form_asks_for_every_answer_that_a_rule_may_need(
        self, client: CheckingClient, activation: Activation
    ) -> None:
        values = typed.application(step="situation", go="situation")
        step = client.post(f"/activations/{activation.slug}/applications/new", data=values).get_data(as_text=True)
        client.sign_in_as(Role.DESK)
        intake = client.get("/applications/new").get_data(as_text=True)
        for answer in Circumstance:
            assert f'name="circumstances" value="{answer.value}"' in step
            assert f'name="circumstances" value="{answer.value}"' in intake


def test_a_resident_never_sees_why_staff_moved_them(
    client: CheckingClient, activation: Activation, coordinator: Actor
) -> None:
    wish = by_hand(waiting(activation, "shopping"), coordinator)
    application = db.session.get_one(Application, wish.application_id)
    page = client.get(address_of(application)).get_data(as_text=True)
    assert "主治医" not in page
    assert wish.status is RequestStatus.WAITING
