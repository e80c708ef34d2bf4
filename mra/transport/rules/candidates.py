"""Whom to ask for a job: who may and can, the nearest and least asked first; and in words why somebody does not fit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .licences import LicenceClass, licence_misfit

LATELY_DAYS = 30
MISFIT_WORDS = {
    "driver_licence_expired": "免許証の期限が切れます",
    "driver_licence_too_small": "免許の種類が合いません",
    "driver_automatic_only": "AT限定です（MT車）",
}


@dataclass(frozen=True)
class Demand:
    """What a job asks of whoever drives it."""

    day: date
    licence_needed: LicenceClass
    is_manual: bool
    expected_km: int | None


@dataclass(frozen=True)
class Candidate:
    """One volunteer, seen for one job."""

    driver_id: int
    licence_class: LicenceClass
    is_automatic_only: bool
    licence_expires_on: date
    is_free: bool
    farthest_km: int
    distance_km: float | None
    jobs_lately: int
    jobs_that_day: int
    is_asked: bool = False
    has_refused: bool = False


@dataclass(frozen=True)
class Verdict:
    """Why somebody is not to be asked at all (`misfit`), and what speaks against it (`doubts`)."""

    candidate: Candidate
    misfit: str
    doubts: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Whether nothing speaks against asking."""
        return not self.misfit and not self.doubts

    @property
    def rank(self) -> tuple[bool, int, float, int, int]:
        """The order on the page: who fits first, then the nearest in steps of 20 km, the least asked."""
        distance = self.candidate.distance_km
        near = 9_999.0 if distance is None else distance // 20
        return bool(self.misfit), len(self.doubts), near, self.candidate.jobs_lately, self.candidate.driver_id


def verdict_on(candidate: Candidate, demand: Demand) -> Verdict:
    """What speaks for and against asking one person."""
    fault = licence_misfit(
        candidate.licence_class,
        demand.licence_needed,
        is_automatic_only=candidate.is_automatic_only,
        is_manual=demand.is_manual,
        expires_on=candidate.licence_expires_on,
        day=demand.day,
    )
    misfit = MISFIT_WORDS[fault] if fault else "すでに打診しています" if candidate.is_asked else ""
    return Verdict(candidate, misfit, tuple(_doubts(candidate, demand)))


def _doubts(candidate: Candidate, demand: Demand) -> Iterable[str]:
    if candidate.has_refused:
        yield "この回送を断っています"
    if not candidate.is_free:
        yield "都合のよい日ではありません"
    if candidate.jobs_that_day:
        yield "同じ日に別の回送があります"
    if demand.expected_km and demand.expected_km > candidate.farthest_km:
        yield f"{candidate.farthest_km}kmまでとのこと"


def ranked(candidates: Iterable[Candidate], demand: Demand) -> list[Verdict]:
    """Everybody on the list, in the order in which they are to be asked."""
    return sorted((verdict_on(candidate, demand) for candidate in candidates), key=lambda one: one.rank)
