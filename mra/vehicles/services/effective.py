"""Until when papers hold: `rules` and `extending` say it, the column `effective_ends_on` remembers it.

The rule is written once, in Python (`extending.effective_end`); SQL only compares the column. It is worked out again
whenever something it depends on changes: a notice, a paper, where a car is registered, at which base it is used, in which
municipality a base lies. Who changes a notice or a base holds a lock alone, who changes a car shares it: of two
transactions that meet, the later one sees what the earlier one wrote.
"""

from collections.abc import Collection
from datetime import date

from sqlalchemy import BigInteger, Date, bindparam, func, inspect, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from mra.core.db import db
from mra.disasters.models import Base
from mra.vehicles import extending
from mra.vehicles.models import VehicleDocument
from mra.vehicles.queries import extensions as queries

LOCK = func.hashtext("mra.vehicles.inspection_extensions")


def lock_notices() -> None:
    """Alone: whoever changes a car or a paper waits until this transaction ends."""
    db.session.execute(select(func.pg_advisory_xact_lock(LOCK)))


def work_out(vehicle_ids: Collection[int]) -> None:
    """Work out once more until when the papers of these cars hold; after something about them has changed."""
    if not vehicle_ids:
        return
    db.session.execute(select(func.pg_advisory_xact_lock_shared(LOCK)))
    if notices := queries.notices_in_force():
        _write(queries.papers_to_look_at(notices, vehicle_ids), notices)


def work_out_all() -> int:
    """The same for the whole fleet, after a notice or a base has changed; how many papers hold longer or shorter now."""
    lock_notices()
    notices = queries.notices_in_force()
    return _write(queries.papers_to_look_at(notices), notices)


def work_out_after_base_moved(_base: Base) -> None:
    """A base lies in another municipality: other notices reach the cars that stand there."""
    work_out_all()


def _write(papers: Collection[queries.KnownPaper], notices: Collection[extending.Notice]) -> int:
    ends = {paper.id: extending.effective_end(paper.kind, paper.ends_on, paper.home, notices) for paper in papers}
    changed = {paper.id: ends[paper.id] for paper in papers if ends[paper.id] != paper.effective_ends_on}
    if changed:
        _store(changed)
    return len(changed)


def _store(ends: dict[int, date]) -> None:
    new = (
        func.unnest(
            bindparam("ids", list(ends), ARRAY(BigInteger)), bindparam("days", list(ends.values()), ARRAY(Date))
        )
        .table_valued("id", "ends_on")
        .render_derived()
    )
    paper, changed = VehicleDocument, {(number,) for number in ends}
    changing = update(paper).where(paper.id == new.c.id).values(effective_ends_on=new.c.ends_on)
    db.session.execute(changing, execution_options={"synchronize_session": False})
    for known in list(db.session.identity_map.values()):
        if isinstance(known, VehicleDocument) and (inspect(known).identity or ())[:1] in changed:
            db.session.expire(known, ["effective_ends_on"])
