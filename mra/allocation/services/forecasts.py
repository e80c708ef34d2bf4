"""Working out what everybody who waits may expect, and keeping it for their pages."""

from collections.abc import Sequence

from sqlalchemy import delete, text

from mra.allocation.forecast import Standing, prospects
from mra.allocation.models import Forecast
from mra.allocation.queries.forecast import seen_now
from mra.core import clock
from mra.core.db import db
from mra.disasters.models import Activation
from mra.disasters.queries import running_activations

# All rows in one statement. Two workers at once write the same rows in the same order, and the later one stands.
KEEP = text(
    "INSERT INTO forecasts (request_id, activation_id, made_at, kind, low_days, high_days,"
    " ahead_least, ahead_most, free_count, release_count, days_seen)"
    " SELECT told.request_id, :activation_id, :made_at, told.kind, told.low_days, told.high_days,"
    " told.ahead_least, told.ahead_most, told.free_count, told.release_count, told.days_seen"
    " FROM unnest(CAST(:request_id AS bigint[]), CAST(:kind AS text[]), CAST(:low_days AS float8[]),"
    " CAST(:high_days AS float8[]), CAST(:ahead_least AS bigint[]), CAST(:ahead_most AS bigint[]),"
    " CAST(:free_count AS bigint[]), CAST(:release_count AS bigint[]), CAST(:days_seen AS bigint[]))"
    " AS told (request_id, kind, low_days, high_days, ahead_least, ahead_most, free_count, release_count, days_seen)"
    " ORDER BY told.request_id"
    " ON CONFLICT (request_id) DO UPDATE SET made_at = excluded.made_at, kind = excluded.kind,"
    " low_days = excluded.low_days, high_days = excluded.high_days, ahead_least = excluded.ahead_least,"
    " ahead_most = excluded.ahead_most, free_count = excluded.free_count,"
    " release_count = excluded.release_count, days_seen = excluded.days_seen"
)


def refresh_forecasts() -> int:
    """Work out anew what those who wait in every running support may expect; returns how many. May run twice."""
    return sum(refresh(activation) for activation in running_activations())


def refresh(activation: Activation) -> int:
    """Work out anew what those who wait in one support may expect, and forget those who wait no longer."""
    told = prospects(seen_now(activation))
    made_at = clock.now()
    if told:
        db.session.execute(KEEP, {"activation_id": activation.id, "made_at": made_at} | _columns(told))
    waits_no_longer = Forecast.made_at < made_at
    db.session.execute(delete(Forecast).where(Forecast.activation_id == activation.id, waits_no_longer))
    db.session.expire_all()
    return len(told)


def _columns(told: Sequence[Standing]) -> dict[str, list[object]]:
    return {
        "request_id": [one.request_id for one in told],
        "kind": [one.prospect.kind.value for one in told],
        "low_days": [one.prospect.low_days for one in told],
        "high_days": [one.prospect.high_days for one in told],
        "ahead_least": [one.ahead_least for one in told],
        "ahead_most": [one.ahead_most for one in told],
        "free_count": [one.free for one in told],
        "release_count": [one.flow.releases for one in told],
        "days_seen": [one.flow.days for one in told],
    }
