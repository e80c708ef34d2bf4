"""Who stands before whom: the rule as plain values."""

from mra.core.circumstances import CIRCUMSTANCE_PEOPLE, Circumstance
from mra.disasters import priorities
from mra.disasters.priorities import Criterion, Effect, Shift

C = Circumstance
USUAL = priorities.usual_priorities()


def test_the_usual_order_is_that_of_the_association() -> None:
    assert [one.circumstances for one in USUAL] == [
        {C.HOSPITAL, C.CARE}, {C.COMMUTE}, {C.INFANT}, {C.NO_CAR}, {C.NO_PUBLIC_TRANSPORT},
    ]  # fmt: skip


def test_the_first_criterion_that_applies_decides_the_tier() -> None:
    assert priorities.tier_of(USUAL, [C.NO_CAR, C.CARE]) == 1
    assert priorities.tier_of(USUAL, ["infant", "commute"]) == 2


def test_whom_no_criterion_names_stands_in_order_of_arrival() -> None:
    assert priorities.tier_of(USUAL, [C.SHOPPING]) == priorities.last_tier(USUAL) == 6
    assert priorities.wording_of(USUAL, 6) == priorities.ARRIVAL_WORDING


def test_a_rule_without_criteria_is_order_of_arrival_for_all() -> None:
    assert priorities.tier_of((), [C.HOSPITAL]) == 1


def test_empty_tiers_are_closed_up_and_keep_their_words() -> None:
    made = priorities.priorities_from({C.INFANT: 2, C.NO_CAR: 5, C.CARE: 5}, {2: "小さな子のいる方", 5: ""})
    assert made[0] == Criterion("小さな子のいる方", frozenset({C.INFANT}))
    assert made[1].wording == f"{CIRCUMSTANCE_PEOPLE[C.CARE]}、または{CIRCUMSTANCE_PEOPLE[C.NO_CAR]}"
    assert len(made) == 2


def test_every_answer_can_be_worded_for_everybody() -> None:
    assert set(CIRCUMSTANCE_PEOPLE) == set(Circumstance)


def test_an_effect_counts_who_moves_up_and_down() -> None:
    effect = Effect((Shift(1, 1, 5, 0, 1), Shift(2, 1, 3, 3, 0), Shift(1, 4, 2, 0, 2)), by_hand=1)
    assert (effect.earlier, effect.later, effect.same) == (3, 3, 4)


def test_words_belong_to_the_answers_for_which_they_were_written() -> None:
    in_force = (Criterion("お子さんのいる方", frozenset({C.INFANT})),)
    assert priorities.outdated_wordings(in_force, in_force) == []
    assert priorities.outdated_wordings((Criterion("お子さんのいる方", frozenset({C.CARE})),), in_force) == [1]
    assert priorities.outdated_wordings((Criterion("介護のある方", frozenset({C.CARE})),), in_force) == []
