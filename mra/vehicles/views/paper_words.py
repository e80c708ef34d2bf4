"""The papers of a car in words: which are missing, ended or about to end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mra.vehicles.models import Vehicle
from mra.vehicles.rules import DOCUMENT_WORDS, Cover, DocumentKind, Standing, VehicleStatus

SHORT_WORDS = {
    DocumentKind.INSPECTION: "車検",
    DocumentKind.COMPULSORY_INSURANCE: "自賠責",
    DocumentKind.VOLUNTARY_INSURANCE: "任意",
}
STANDING_WORDS = {
    Standing.MISSING: ("未登録", "danger"),
    Standing.EXPIRED: ("期限切れ", "danger"),
    Standing.EXPIRING: ("期限間近", "warning"),
    Standing.VALID: ("有効", "success"),
}
BARS_LENDING = (Standing.MISSING, Standing.EXPIRED)


@dataclass(frozen=True)
class PaperSummary:
    """The papers of a car in one cell of a list: badges, or the last day on which all are valid."""

    badges: list[dict[str, Any]]
    until: date | None
    is_late: bool


def cover_words(cover: Cover) -> dict[str, Any]:
    """One kind of paper: 車検, 期限間近, あと12日."""
    label, tone = STANDING_WORDS[cover.standing]
    return {
        "kind": DOCUMENT_WORDS[cover.kind],
        "until": cover.until,
        "left": days_left_words(cover.days_left),
        "label": label,
        "tone": tone,
    }


def days_left_words(days: int | None) -> str:
    """あと12日, 本日まで, 3日前に満了."""
    if days is None:
        return ""
    if days < 0:
        return f"{-days:,}日前に満了"
    return f"あと{days:,}日" if days else "本日まで"


def paper_summary(vehicle: Vehicle) -> PaperSummary:
    """What the list says about the papers of a car; a promised car need not have them yet, a released one never again."""
    covers = vehicle.covers()
    ends = [cover.until for cover in covers if cover.until]
    until = min(ends) if len(ends) == len(DocumentKind) else None
    if vehicle.status is VehicleStatus.RELEASED:
        return PaperSummary([], until, is_late=False)
    pressing = [cover for cover in covers if cover.standing is not Standing.VALID]
    if vehicle.status is VehicleStatus.PROMISED:
        pressing = [cover for cover in pressing if cover.standing is not Standing.MISSING]
    is_late = any(cover.standing in BARS_LENDING for cover in pressing)
    return PaperSummary(_badges(pressing), until, is_late)


def _badges(pressing: Sequence[Cover]) -> list[dict[str, Any]]:
    """One badge for the kinds of papers that stand alike."""
    alike: dict[tuple[Standing, date | None], list[Cover]] = {}
    for cover in sorted(pressing, key=lambda cover: cover.until or date.min):
        alike.setdefault((cover.standing, cover.until), []).append(cover)
    return [
        cover_words(covers[0]) | {"kind": "・".join(SHORT_WORDS[cover.kind] for cover in covers)}
        for covers in alike.values()
    ]
