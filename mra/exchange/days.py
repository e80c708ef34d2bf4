"""Days as they stand in tables: in western years or eras, as Excel's bare number, or a month alone."""

from datetime import date, timedelta

from mra.core.dates import DateFault, parse_date, parse_month
from mra.core.text import fold_width
from mra.vehicles.reading import EXCEL_DAY, EXCEL_DAY_ZERO, read_day


def day_in(text: str) -> date | None:
    """The day that a text means, the first of a month where it means a month; None where it means neither."""
    folded = fold_width(text)
    if EXCEL_DAY.fullmatch(folded):
        return EXCEL_DAY_ZERO + timedelta(days=int(folded))
    try:
        return parse_date(text)
    except DateFault as fault:
        return _month_in(text) if fault.code == "month_only" else None


def _month_in(text: str) -> date | None:
    try:
        return parse_month(text)
    except DateFault:
        return None


def read_month(text: str) -> date:
    """The first day of a month; raises Unreadable with the sentence."""
    month = _month_in(text)
    return month if month else read_day(text).replace(day=1)


def shown(day: date | None) -> str:
    """A day as tables show it."""
    return f"{day.year}/{day.month}/{day.day}" if day else ""


def shown_month(day: date | None) -> str:
    """A month as tables show it."""
    return f"{day.year}年{day.month}月" if day else ""
