"""Groups that lead to each other: the strong components of arrows between groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mra.allocation.engine.groupsets import lowest


@dataclass(slots=True)
class Component:
    """Groups that lead to each other, and all groups they lead to, themselves included."""

    members: int
    leads_to: int


def strong_components(leads_to: dict[int, int]) -> Iterator[Component]:
    """The groups that lead to each other, those led to before those that lead there.

    A walk along the arrows: where it comes back to its own path, everything since then is one component (Purdom, 1970;
    Munro, 1971). With sets as whole numbers it takes a step for each group, not one for each arrow.
    """
    left = sum(1 << group for group in leads_to)
    path: list[Component] = []
    on_path = 0
    while left:
        top = path[-1] if path else Component(0, left)
        ahead = top.leads_to & left & ~top.members
        if not ahead:
            left &= ~top.members
            on_path &= ~top.members
            yield path.pop()
        elif back := ahead & on_path:
            _merge(path, back)
        else:
            group = lowest(ahead)
            on_path |= 1 << group
            path.append(Component(1 << group, leads_to[group]))


def _merge(path: list[Component], back: int) -> None:
    """The path has come back to these groups: it is one component from the first of them to its end."""
    top = path.pop()
    while back & ~top.members:
        before = path.pop()
        top = Component(top.members | before.members, top.leads_to | before.leads_to)
    path.append(top)
