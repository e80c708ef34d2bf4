"""What may be asked of whom, what an answer may be, and what firms' answers come to."""

from datetime import date, datetime, timedelta
from pathlib import Path

from mra.core.clock import JAPAN
from mra.supply.rules import CALL, DELIVERY
from mra.supply.rules.calls import (
    CallStatus,
    Offer,
    Part,
    answer_fault,
    deadline_fault,
    fits_detail,
    proposal,
    roll_up,
    usual_deadline,
)
from mra.supply.rules.deliveries import DeliveryStatus, Load, difference, still_to_come
from mra.supply.rules.needs import ITEMS, ITEMS_BY_CODE, Entry, twice

NOW = datetime(2026, 8, 18, 2, 0, tzinfo=JAPAN)
TODAY = NOW.date()
README = Path(__file__).parents[2] / "mra" / "supply" / "README.md"


def test_the_readme_draws_the_lifecycles_as_they_are() -> None:
    text = README.read_text()
    assert f"```\n{CALL.drawing()}\n```" in text
    assert f"```\n{DELIVERY.drawing()}\n```" in text


class TestProposal:
    def test_the_fastest_are_asked_first_until_the_gap_is_met(self) -> None:
        offers = [Offer("slow", 10, 14), Offer("fast", 5, 2), Offer("next", 8, 3)]
        assert proposal(10, offers) == {"fast": 5, "next": 5}

    def test_doubtful_words_and_what_was_called_already_are_left_to_people(self) -> None:
        offers = [
            Offer("old word", 10, 1, is_doubtful=True),
            Offer("called", 10, 1, is_called=True),
            Offer("sure", 3, 9),
        ]
        assert proposal(10, offers) == {"sure": 3}

    def test_nothing_is_asked_of_an_empty_pledge_or_without_a_gap(self) -> None:
        assert proposal(5, [Offer("empty", 0, 1)]) == {}
        assert proposal(0, [Offer("full", 5, 1)]) == {}


class TestDetail:
    def test_a_size_that_is_asked_for_stands_in_the_pledge(self) -> None:
        assert fits_detail("155/65R14 スタッドレス", ["155/65R14", "スタッドレス"])
        assert not fits_detail("155/65R14 スタッドレス", ["145/80R12", "夏用"])

    def test_where_one_side_says_nothing_it_may_fit(self) -> None:
        assert fits_detail("", ["145/80R12"])
        assert fits_detail("0W-20", [])


class TestDeadline:
    def test_usually_tomorrow_at_five(self) -> None:
        assert usual_deadline(NOW) == datetime(2026, 8, 19, 17, 0, tzinfo=JAPAN)

    def test_a_deadline_lies_ahead_and_not_beyond_that_of_the_umbrella(self) -> None:
        ahead = NOW + timedelta(hours=1)
        assert deadline_fault(NOW, NOW) == "deadline_in_the_past"
        assert deadline_fault(ahead, NOW) is None
        assert deadline_fault(ahead, NOW, ahead - timedelta(minutes=1)) == "deadline_after_parent"
        assert deadline_fault(NOW + timedelta(days=400), NOW) == "deadline_too_far"


class TestAnswer:
    def test_all_or_part_need_a_day(self) -> None:
        assert answer_fault(5, 5, TODAY, TODAY, "") is None
        assert answer_fault(3, 5, None, TODAY, "") == "answer_needs_day"

    def test_more_than_asked_and_less_than_nothing_are_no_answers(self) -> None:
        assert answer_fault(6, 5, TODAY, TODAY, "") == "answer_out_of_range"
        assert answer_fault(-1, 5, TODAY, TODAY, "") == "answer_out_of_range"

    def test_a_no_says_why(self) -> None:
        assert answer_fault(0, 5, None, TODAY, "  ") == "refusal_needs_reason"
        assert answer_fault(0, 5, None, TODAY, "出払っています") is None

    def test_a_day_in_the_past_or_far_away_is_a_slip(self) -> None:
        for days in (-1, 366):
            assert answer_fault(5, 5, TODAY + timedelta(days=days), TODAY, "") == "ready_day_out_of_range"


class TestRollUp:
    def test_not_settled_while_a_firm_is_silent(self) -> None:
        parts = [Part(CallStatus.AGREED, 3, TODAY), Part(CallStatus.ASKED, 0, None)]
        assert not roll_up(parts).is_settled

    def test_the_sum_is_ready_with_the_last_firm(self) -> None:
        later = date(2026, 8, 25)
        parts = [Part(CallStatus.AGREED, 3, TODAY), Part(CallStatus.MET, 2, later), Part(CallStatus.REFUSED, 0, None)]
        found = roll_up(parts)
        assert (found.is_settled, found.is_met, found.agreed_quantity, found.ready_on) == (True, False, 5, later)

    def test_met_when_all_that_agreed_have_delivered(self) -> None:
        assert roll_up([Part(CallStatus.MET, 2, TODAY), Part(CallStatus.CANCELLED, 9, TODAY)]).is_met
        assert not roll_up([Part(CallStatus.REFUSED, 0, None)]).is_met


class TestDeliveries:
    def test_what_is_still_to_come_is_never_below_zero(self) -> None:
        loads = [
            Load(DeliveryStatus.DELIVERED, 4),
            Load(DeliveryStatus.UNDER_WAY, 2),
            Load(DeliveryStatus.CANCELLED, 9),
        ]
        assert still_to_come(10, loads) == 4
        assert still_to_come(5, loads) == 0

    def test_a_difference_is_told_in_words(self) -> None:
        assert difference(5, 5, "台") == ""
        assert difference(5, 3, "台") == "出発時の記録より2台少なく到着しました。"
        assert difference(5, 6, "台") == "出発時の記録より1台多く到着しました。"


class TestItems:
    def test_every_item_is_found_by_its_code(self) -> None:
        assert len(ITEMS_BY_CODE) == len(ITEMS)

    def test_the_same_item_twice_at_one_base_is_noticed(self) -> None:
        entry = Entry(1, ITEMS[0], "", 5, None, "")
        other = Entry(2, ITEMS[0], "", 5, None, "")
        assert twice([entry, other]) == set()
        assert twice([entry, other, entry]) == {entry.identity}
