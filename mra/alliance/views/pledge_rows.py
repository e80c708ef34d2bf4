"""Pledges as pages show them: in words, with how much they may be relied on today."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mra.core import clock
from mra.core.dates import japanese_date
from mra.core.lifecycle import Word

from ..models import Pledge
from ..queries import area_names
from ..rules import areas
from ..rules import pledges as rules
from ..rules.pledges import PledgeStatus


@dataclass(frozen=True)
class PledgeRow:
    """One pledge: what is promised, where, how fast, and its standing."""

    pledge: Pledge
    item: str
    region: str
    lead_time: str
    standing: Word

    @property
    def validity(self) -> str:
        """From when until when."""
        until = self.pledge.valid_until
        end = f" {japanese_date(until)}まで" if until else "（終わりの定めなし）"
        return f"{japanese_date(self.pledge.valid_from)}から{end}"

    @property
    def is_open(self) -> bool:
        """Whether the member was asked and has not answered, or never gave its word."""
        return not self.is_lapsed and (self.pledge.asked_at is not None or self.pledge.confirmed_on is None)

    @property
    def is_lapsed(self) -> bool:
        """Whether it was ended."""
        return self.pledge.status is PledgeStatus.LAPSED


def rows(pledges: Iterable[Pledge]) -> list[PledgeRow]:
    """These pledges in words; one statement for the names of all towns."""
    pledges = list(pledges)
    names, today = area_names(pledges), clock.today()
    return [
        PledgeRow(
            pledge,
            rules.item_words(pledge),
            areas.words(pledge.area, names),
            rules.lead_time_words(pledge.lead_time_days),
            rules.standing(
                pledge.status, pledge.confirmed_on, pledge.valid_until, today, asked=pledge.asked_at is not None
            ),
        )
        for pledge in pledges
    ]


def facts(row: PledgeRow, *, region: str = "") -> list[tuple[str, Any]]:
    """What stands on the page of one pledge; `region` with all its names."""
    pledge = row.pledge
    told = [
        ("提供内容", row.item),
        ("地域", region or row.region),
        ("提供までの日数", row.lead_time),
        ("有効期間", row.validity),
        ("最終確認", japanese_date(pledge.confirmed_on) if pledge.confirmed_on else "まだ確認されていません"),
        ("条件", pledge.conditions),
    ]
    if pledge.lapsed_on:
        told += [("終了日", japanese_date(pledge.lapsed_on)), ("終えた理由", pledge.lapse_reason or "")]
    return told
