"""Until when cars are promised to people. Offers and loans live above vehicles, so they answer through a register.

The shell fills it once, at start:

    vehicles.queries.commitments.on_commitment(loans.queries.commitments)

A source returns a statement with four columns: `vehicle_id`, `rank` (0 stands before 1), `subject_id` and `until_on`, the last
day on which somebody counts on the car. It is asked inside other statements, so it costs none of its own.
"""

from collections.abc import Callable

from sqlalchemy import BigInteger, Date, Select, Subquery, column, select, union_all, values

Source = Callable[[], Select[tuple[int, int, int, object]]]

LOAN, OFFER = 0, 1

_sources: list[Source] = []


def on_commitment(source: Source) -> None:
    """Ask this source too until when cars are promised."""
    _sources.append(source)


def all_commitments() -> Subquery:
    """What every source knows, one row for each car: nobody offers a car that is lent."""
    if not _sources:
        return _nothing()
    told = union_all(*(source() for source in _sources)).subquery("told")
    first = select(told).distinct(told.c.vehicle_id).order_by(told.c.vehicle_id, told.c.rank)
    return first.subquery("commitments")


def _nothing() -> Subquery:
    names = [column(name, BigInteger) for name in ("vehicle_id", "rank", "subject_id")]
    table = values(*names, column("until_on", Date), name="nothing").data([(0, 0, 0, None)])
    return select(table).where(table.c.vehicle_id < 0).subquery("commitments")
