"""Who stands before whom: the rule of an activation, from the applicants' answers to a tier. Pure.

A rule is an ordered list of criteria. The first criterion of which an applicant gave one of the answers decides the
tier; within a tier, and for everybody whom no criterion names, the order of arrival decides. Each rule is a version: it
is never changed, only followed by the next one.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from mra.core.circumstances import CIRCUMSTANCE_PEOPLE, Circumstance

# A ninth place is left for those who stand in order of arrival alone.
MOST_CRITERIA = 8
LONGEST_WORDING = 100
ARRIVAL_WORDING = "そのほかの方（受付順）"
FIRST_REASON = "支援開始時の規則"


class Criterion(NamedTuple):
    """One tier: whichever of these answers was given, and how the public page words it."""

    wording: str
    circumstances: frozenset[Circumstance]


Priorities = tuple[Criterion, ...]


def usual_priorities() -> Priorities:
    """The order with which every support begins: health first, then income, small children, no car, no bus."""
    order = (
        frozenset({Circumstance.HOSPITAL, Circumstance.CARE}),
        frozenset({Circumstance.COMMUTE}),
        frozenset({Circumstance.INFANT}),
        frozenset({Circumstance.NO_CAR}),
        frozenset({Circumstance.NO_PUBLIC_TRANSPORT}),
    )
    return tuple(Criterion(usual_wording(one), one) for one in order)


def tier_of(priorities: Priorities, circumstances: Collection[str]) -> int:
    """1 is served first; the first criterion that applies counts, otherwise order of arrival alone (the last tier)."""
    held = set(circumstances)
    return next((tier for tier, one in enumerate(priorities, 1) if one.circumstances & held), last_tier(priorities))


def last_tier(priorities: Priorities) -> int:
    """The tier of those whom no criterion names."""
    return len(priorities) + 1


def wording_of(priorities: Priorities, tier: int) -> str:
    """Who stands in a tier, in the words of the public page."""
    return priorities[tier - 1].wording if tier <= len(priorities) else ARRIVAL_WORDING


def usual_wording(circumstances: Iterable[Circumstance]) -> str:
    """The public words of a criterion for which nobody wrote any."""
    held = set(circumstances)
    return "、または".join(words for one, words in CIRCUMSTANCE_PEOPLE.items() if one in held)[:LONGEST_WORDING]


def priorities_from(tiers: Mapping[Circumstance, int], wordings: Mapping[int, str]) -> Priorities:
    """A rule from what a coordinator chose: the tier of each answer (left out: none), and words for the tiers.

    Empty tiers are closed up, so that the public page counts 1, 2, 3.
    """
    chosen = sorted(set(tiers.values()))
    criteria = ((tier, frozenset(one for one, at in tiers.items() if at == tier)) for tier in chosen)
    return tuple(Criterion(wordings.get(tier) or usual_wording(held), held) for tier, held in criteria)


def outdated_wordings(priorities: Priorities, in_force: Priorities) -> list[int]:
    """The tiers whose words were written for other answers: the public page would tell another rule than the one applied."""
    written_for = {one.wording: one.circumstances for one in in_force}
    return [
        tier
        for tier, one in enumerate(priorities, 1)
        if one.circumstances != written_for.get(one.wording, one.circumstances)
        and one.wording != usual_wording(one.circumstances)
    ]


class Shift(NamedTuple):
    """So many waiting requests would go from one tier to another, or stay where `before` and `after` are the same."""

    before: int
    after: int
    requests: int
    earlier: int
    later: int


class Effect(NamedTuple):
    """What a rule would do to those who wait now; `by_hand` of them keep the tier that staff gave them.

    Who comes earlier or later is told by the place in the queue: a tier gets another number where one before it is
    closed up, and nobody has moved.
    """

    shifts: tuple[Shift, ...]
    by_hand: int

    @property
    def earlier(self) -> int:
        """How many would stand further ahead than now."""
        return sum(shift.earlier for shift in self.shifts)

    @property
    def later(self) -> int:
        """How many would stand further behind than now."""
        return sum(shift.later for shift in self.shifts)

    @property
    def same(self) -> int:
        """How many would keep their place."""
        return sum(shift.requests for shift in self.shifts) - self.earlier - self.later
