"""Which leases are asked back, and where and when their cars are taken."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from mra.core import clock
from mra.core.fields import day_values
from mra.disasters.models import Activation, Base

from ..queries import Candidate
from ..rules import (
    LONGEST_MESSAGE,
    LONGEST_NOTE,
    MOST_PLACES_PER_SLOT,
    REFUSALS,
    SLOT_HOURS,
    slots_fault,
)
from ..services import Places, planned_slots
from .fields import RecallForm

HOUR_OPTIONS = [(str(hour), f"{hour}:00") for hour in SLOT_HOURS]
USUAL_HOURS = ("10", "11", "13", "14", "15")
USUAL_CAPACITY = 2


class SlotsForm(RecallForm):
    """Bases, days, hours, and how many cars an hour."""

    lists = frozenset({"bases", "hours"})

    def __init__(self, posted: Any, activation: Activation) -> None:
        super().__init__(posted)
        self.bases = {str(base.id): base for base in activation.bases}

    @property
    def base_options(self) -> list[tuple[str, str, str]]:
        """The bases of the support with their addresses and hours."""
        return [(key, base.name, _hours_of(base)) for key, base in self.bases.items()]

    def read(self) -> None:
        """`clean["places"]` is where and when; at least one slot must come of it."""
        bases = tuple(self.bases[key] for key in self.many("bases") if key in self.bases)
        if not bases:
            self.wrong("bases", "返却を受け付ける拠点を1か所以上選んでください。")
        hours = tuple(int(key) for key, _ in HOUR_OPTIONS if key in self.many("hours"))
        if not hours:
            self.wrong("hours", "受付の時間を1つ以上選んでください。")
        first, last = (
            self.take_day("first_on", "受付の初日を入力してください。"),
            self.take_day("last_on", "受付の最終日を入力してください。"),
        )
        capacity = self.take_number(
            "capacity",
            f"1時間に受け付ける台数は1〜{MOST_PLACES_PER_SLOT}で入力してください。",
            most=MOST_PLACES_PER_SLOT,
        )
        if first and last and (fault := slots_fault(first, last, clock.today())):
            self.wrong("last_on" if fault != "slots_in_the_past" else "first_on", REFUSALS[fault])
        elif first and last and bases and hours:
            self._keep(Places(bases, first, last, hours, capacity))

    def _keep(self, places: Places) -> None:
        self.clean["places"] = places
        self.clean["slots"] = planned_slots(places, clock.now())
        if not self.clean["slots"]:
            self.wrong("hours", REFUSALS["recall_needs_slots"])

    @classmethod
    def usual(cls, activation: Activation) -> dict[str, Any]:
        """The fields as they open: all bases, from tomorrow for ten days."""
        tomorrow = clock.today() + timedelta(days=1)
        return (
            {"capacity": str(USUAL_CAPACITY)}
            | day_values("first_on", tomorrow)
            | day_values("last_on", tomorrow + timedelta(days=9))
        )

    @classmethod
    def new(cls, activation: Activation) -> "SlotsForm":
        """The form as it opens."""
        form = cls(cls.usual(activation), activation)
        form.values |= {"bases": list(form.bases), "hours": list(USUAL_HOURS)}
        return form


def _hours_of(base: Base) -> str:
    return f"{base.address}　{base.opens_at.hour}:{base.opens_at.minute:02}〜{base.closes_at.hour}:{base.closes_at.minute:02}"


class CampaignForm(SlotsForm):
    """The ticked leases, the slots, and what the lessees read."""

    lists = frozenset({"chosen", "bases", "hours"})

    def __init__(self, posted: Any, activation: Activation, candidates: Sequence[Candidate]) -> None:
        super().__init__(posted, activation)
        self.candidates = {candidate.key: candidate for candidate in candidates}

    def read(self) -> None:
        """At least one lease, none of them gone meanwhile."""
        keys = self.many("chosen")
        chosen = [self.candidates[key] for key in keys if key in self.candidates]
        if len(chosen) < len(keys) or any(not one.is_free for one in chosen):
            self.wrong("chosen", REFUSALS["lease_already_recalled"])
        elif not chosen:
            self.wrong("chosen", REFUSALS["nothing_to_recall"])
        self.clean["chosen"] = chosen
        super().read()
        self.clean["message"] = self.take_free_text("message", LONGEST_MESSAGE)

    @classmethod
    def of(cls, activation: Activation, candidates: Sequence[Candidate], number: int | None) -> "CampaignForm":
        """The page as it opens: so many of the nearest ticked (all of them without a number), none from the struck area."""
        form = cls(cls.usual(activation), activation, candidates)
        free = [one.key for one in candidates if one.is_free and not one.is_struck]
        form.values |= {
            "bases": list(form.bases),
            "hours": list(USUAL_HOURS),
            "chosen": free if number is None else free[:number],
        }
        return form


class ReasonForm(RecallForm):
    """Why a campaign is cancelled."""

    def read(self) -> None:
        """The reason, which the lessees read."""
        self.clean["reason"] = self.take_text("reason", REFUSALS["recall_cancel_needs_reason"], LONGEST_NOTE)
