"""The figures and the coverage that the overview and the maps show."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import func, or_, select

from mra.core.db import db

from ..models import Member, Municipality, Pledge
from ..municipality_codes import PREFECTURES
from ..rules.agreements import AgreementLevel
from ..rules.coverage import Coverage, Covering, of_municipality, of_prefecture
from ..rules.members import MemberStatus
from ..rules.pledges import CONFIRMED_FOR, GRACE, PledgeStatus
from .agreements import agreements_in_force
from .municipalities import municipalities_in


class AllianceFigures(NamedTuple):
    """The alliance in numbers."""

    members: int
    pledges: int
    doubtful_pledges: int
    agreements: dict[AgreementLevel, int]


class PrefectureCoverage(NamedTuple):
    """A prefecture: by whom it is covered, and how many of its municipalities have an agreement of their own."""

    code: str
    name: str
    coverage: Coverage
    own: int


class MunicipalityCoverage(NamedTuple):
    """A municipality and by whom it is covered."""

    municipality: Municipality
    coverage: Coverage


def alliance_figures(on: date) -> AllianceFigures:
    """How many members, pledges and agreements there are on a day; what members promised that left does not count."""
    members = db.session.scalar(select(func.count()).where(Member.status == MemberStatus.CURRENT))
    is_doubtful = or_(Pledge.confirmed_on.is_(None), Pledge.confirmed_on < on - CONFIRMED_FOR - GRACE)
    counts = (
        select(func.count(), func.count().filter(is_doubtful))
        .select_from(Pledge)
        .join(Pledge.member)
        .where(Member.status == MemberStatus.CURRENT)
        .where(Pledge.status != PledgeStatus.LAPSED, or_(Pledge.valid_until.is_(None), Pledge.valid_until >= on))
    )
    pledges, doubtful = db.session.execute(counts).one()
    by_level = dict.fromkeys(AgreementLevel, 0)
    for agreement in agreements_in_force(on):
        by_level[agreement.level] += 1
    return AllianceFigures(members or 0, pledges, doubtful, by_level)


def prefecture_coverage(on: date) -> list[PrefectureCoverage]:
    """Every prefecture in the order of codes, in one statement."""
    agreements = _covering(on)
    named = {key for one in agreements if one.level is not AgreementLevel.ASSOCIATION for key in one.area}
    own = [key[:2] for key in named if len(key) == 5]
    return [
        PrefectureCoverage(code, name, of_prefecture(code, agreements), own.count(code))
        for code, name in PREFECTURES.items()
    ]


def municipality_coverage(prefecture: str, on: date) -> list[MunicipalityCoverage]:
    """Every municipality of a prefecture, designated cities beside their wards."""
    agreements = _covering(on)
    return [MunicipalityCoverage(one, of_municipality(one.code, agreements)) for one in municipalities_in(prefecture)]


def _covering(on: date) -> list[Covering]:
    return [Covering(agreement.level, tuple(agreement.area)) for agreement in agreements_in_force(on)]
