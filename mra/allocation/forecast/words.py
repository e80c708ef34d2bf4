"""What is said of a prospect: to the person who waits, and to staff who are asked on what it stands."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil, floor

from mra.core.dates import short_date
from mra.core.vehicle_classes import VEHICLE_CLASS_WORDS, VehicleClass

from .interval import FARTHEST_DAYS, Kind, Prospect

NO_PROMISE = "お約束ではありません。"
IN_DAYS_UP_TO = 10
WEEK = 7


def sentence(expected: Prospect, classes: Sequence[str], *, today: date, ends_on: date | None) -> str:
    """The forecast in a resident's words, which staff can also read out on the phone."""
    cars = "か".join(VEHICLE_CLASS_WORDS[VehicleClass(kind)] for kind in classes)
    if expected.kind is Kind.SOON:
        return f"お住まいの近くに、空いている{cars}があります。まもなくご案内できる見込みです。{NO_PROMISE}"
    if expected.kind is Kind.NO_CARS:
        return (
            f"お住まいの近くには、ご希望に合う{cars}がまだありません。そのため、見込みをお伝えできません。"
            "ほかの種類の車でもよいときは、お電話でご相談ください。"
        )
    if expected.kind is Kind.VAGUE:
        return f"お住まいの近くの{cars}は、車の戻る時期にばらつきがあるため、まだ見込みをお伝えできません。"
    if expected.kind is Kind.TOO_LITTLE or expected.low_days is None:
        return f"お住まいの近くの{cars}は、返却や到着の記録がまだ少ないため、見込みをお伝えできません。"
    if ends_on and today + timedelta(days=floor(expected.low_days)) > ends_on:
        return (
            f"支援が終わる{short_date(ends_on)}までに、{cars}の順番が来ない見込みです。"
            "ほかの方法も含めて、お電話でご相談ください。"
        )
    return f"お住まいの近くの{cars}は、{_when(expected.low_days, expected.high_days)}の見込みです。{NO_PROMISE}" + _end(
        expected, today, ends_on
    )


def _when(low: float, high: float | None) -> str:
    """The range, rounded away from its middle."""
    if low > FARTHEST_DAYS:
        return "3か月より先"
    if high is None:
        return f"早くても{floor(low / WEEK)}週間ほど先"
    if ceil(high) <= IN_DAYS_UP_TO:
        first, last, unit = floor(low), max(ceil(high), 1), "日"
    else:
        first, last, unit = floor(low / WEEK), ceil(high / WEEK), "週間"
    return f"あと{first}〜{last}{unit}ほど" if 0 < first < last else f"{last}{unit}以内"


def _end(expected: Prospect, today: date, ends_on: date | None) -> str:
    """That the support may end before the late end of the range."""
    if ends_on is None:
        return ""
    late = FARTHEST_DAYS + 1 if expected.high_days is None else ceil(expected.high_days)
    if today + timedelta(days=late) <= ends_on:
        return ""
    return f"支援は{short_date(ends_on)}に終わるため、それまでにお貸しできないことがあります。"


def basis(expected: Prospect, *, ahead_least: int, ahead_most: int, free: int, releases: int, days: int) -> str:
    """On what the forecast stands, for staff who are asked."""
    ahead = f"{ahead_most}件" if ahead_least == ahead_most else f"{ahead_least}〜{ahead_most}件"
    stands_on = f"同じ車を先に待つ希望 {ahead}、いま空いている車 {free}台、この{days}日間に空いた車 {releases}台。"
    return stands_on + ("10回に8回は、この幅に収まる計算です。" if expected.high_days is not None else "")
