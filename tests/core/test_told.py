"""What the timeline calls an event."""

from enum import StrEnum

from mra.core.lifecycle import Lifecycle, Word


class Light(StrEnum):
    """Something with one status."""

    ON = "on"


LIGHT = Lifecycle("light", Light.ON, {Light.ON: Word("点灯")}, notes={"dim": "明るさを{before}から{after}に変更"})


def test_words_may_name_facts_of_the_event() -> None:
    assert LIGHT.told_as("dim", {"before": 9, "after": 3}) == "明るさを9から3に変更"


def test_a_fact_that_is_missing_stays_unsaid() -> None:
    assert LIGHT.told_as("dim", {"after": 3}) == "明るさをから3に変更"


def test_an_action_without_words_is_a_record() -> None:
    assert LIGHT.told_as("explode") == "記録"
