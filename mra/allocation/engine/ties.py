"""Many plans may cost the least. This chooses one of them by a rule, whichever of them the solver has found.

By the duality of linear programs there are prices for the groups such that a plan is among the cheapest if and only if
everyone gets one of the groups that are cheapest for them, price included, and every group that has a price is full
(complementary slackness). Among these plans the best ranked person gets the first group possible, in the order of place
and kind; then the next person, and so on. That names exactly one plan, and nothing in the rule speaks of the solver.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mra.allocation.engine.components import strong_components
from mra.allocation.engine.groupsets import each
from mra.allocation.engine.pairs import Ints

_VACANCY = -1


@dataclass(frozen=True, slots=True)
class Market:
    """The arcs a plan can use, by person; everybody has at least one. `capacity` is that of the groups."""

    person: Ints
    group: Ints
    cost: Ints
    capacity: Ints


def first_of_the_cheapest(market: Market, chosen: Ints) -> Ints:
    """The chosen arc of each person in the one plan of the rule, given those in any plan of least cost."""
    prices = prices_of(market, chosen)
    dearness = market.cost + prices[market.group]
    tight = np.flatnonzero(dearness == dearness[chosen][market.person])
    held = np.array(_Choice(market, tight, prices, market.group[chosen]).made(), dtype=np.int64)
    return np.flatnonzero(market.group == held[market.person])


def prices_of(market: Market, chosen: Ints) -> Ints:
    """Prices at which everyone has the cheapest group; a group with room left costs nothing extra (Bellman and Ford).

    A person who could change to a group of price p and save s bounds the price of the own group by p - s. The bounds
    settle, because in a plan of least cost no round of changes saves anything. So this is a check of the solver, too.
    """
    held = market.group[chosen]
    vacant = market.capacity > np.bincount(held, minlength=len(market.capacity))
    extra = market.cost - market.cost[chosen][market.person]
    prices = np.where(vacant, 0, int(np.abs(extra).max()) * len(chosen) + 1)
    first_arc = np.searchsorted(market.person, np.arange(len(chosen)))
    by_group = np.argsort(held, kind="stable")
    groups, first_holder = _runs(held[by_group])
    for _ in range(len(groups) + 1):
        bounds = np.minimum.reduceat(prices[market.group] + extra, first_arc)
        lower = np.minimum(prices[groups], np.minimum.reduceat(bounds[by_group], first_holder))
        if (lower == prices[groups]).all():
            break
        prices[groups] = lower
    else:
        raise RuntimeError("a round of changes would save something: this is no plan of least cost")
    if (prices < 0).any():
        raise RuntimeError("a change to a place that is free would save something: this is no plan of least cost")
    return prices


def _runs(values: Ints) -> tuple[Ints, Ints]:
    """The different values of a sorted row, and where each begins."""
    first = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
    return values[first], first


class _Choice:
    """Goes down the ranking and gives everyone the first group that some plan of least cost still allows."""

    def __init__(self, market: Market, tight: Ints, prices: Ints, held: Ints) -> None:
        self._held: list[int] = held.tolist()
        self._left = (market.capacity - np.bincount(held, minlength=len(market.capacity))).tolist()
        self._is_free = (prices == 0).tolist()
        person, group = market.person[tight], market.group[tight]
        self._circle = self._circles(held[person], group)
        circle = np.array(self._circle)
        same = np.flatnonzero(circle[held[person]] == circle[group])
        self._choices: dict[int, list[int]] = {}
        self._suitors: dict[int, list[int]] = {}
        for one, option in zip(person[same].tolist(), group[same].tolist(), strict=True):
            self._choices.setdefault(one, []).append(option)
            self._suitors.setdefault(option, []).append(one)

    def _circles(self, source: Ints, target: Ints) -> list[int]:
        """The number of each group's circle: within a circle people can change in a ring at no cost.

        Room that is left wanders too: into any group without a price, out of any that is not full.
        """
        count = len(self._left)
        leads_to = dict.fromkeys(range(count + 1), 0)
        for own, other in zip(source.tolist(), target.tolist(), strict=True):
            leads_to[own] |= 1 << other
        for group in range(count):
            leads_to[count] |= self._is_free[group] << group
            leads_to[group] |= (self._left[group] > 0) << count
        circle = [0] * (count + 1)
        self._count = 0
        for component in strong_components(leads_to):
            self._count += 1
            for group in each(component.members):
                circle[group] = self._count
        return circle

    def made(self) -> list[int]:
        """The group of each person."""
        for person, groups in sorted(self._choices.items()):
            self._choose(person, sorted(groups))
        return self._held

    def _choose(self, person: int, groups: list[int]) -> None:
        own = self._held[person]
        better = [group for group in groups if group < own and self._circle[group] == self._circle[own]]
        if not better:
            return
        step = self._ways_to(own, person, better[0])
        best = next((group for group in better if group in step), own)
        if best != better[0]:
            self._split(step)
        self._held[person] = best
        self._change(best, own, step)

    def _change(self, group: int, own: int, step: dict[int, tuple[int, int]]) -> None:
        """One after the other moves on, from the group that is taken to the one that has become free."""
        while group != own:
            mover, target = step[group]
            if mover == _VACANCY:
                self._left[group] -= 1
                self._left[target] += 1
            else:
                self._held[mover] = target
            group = target

    def _ways_to(self, own: int, person: int, wanted: int) -> dict[int, tuple[int, int]]:
        """From each group that leads here: who moves from it, and to which. Only those ranked below may be moved."""
        step = {own: (person, own)}
        queue = [own]
        circle, has_wandered = self._circle[own], False
        for target in queue:
            for mover in self._suitors.get(target, ()):
                group = self._held[mover]
                if mover > person and group not in step and self._circle[group] == circle:
                    step[group] = (mover, target)
                    queue.append(group)
            if self._is_free[target] and not has_wandered:
                has_wandered = True
                for group in [wanted] if self._left[wanted] else self._with_room(circle):
                    if group not in step:
                        step[group] = (_VACANCY, target)
                        queue.append(group)
            if wanted in step:
                break
        return step

    def _with_room(self, circle: int) -> list[int]:
        return [group for group, left in enumerate(self._left) if left and self._circle[group] == circle]

    def _split(self, step: dict[int, tuple[int, int]]) -> None:
        """What does not lead here any more is no longer in the same circle, and never will be again."""
        self._count += 1
        for group in step:
            self._circle[group] = self._count
