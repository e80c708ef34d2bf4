"""Days as they stand in tables: in western years or eras, as Excel's bare number, or a month alone."""

from datetime import date, timedelta

from mra.core.dates import DateFault, parse_date
from mra.core.text import fold_width
from mra.vehicles.reading import EXCEL_DAY, EXCEL_DAY_ZERO, Unreadable, read_month


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
        return read_month(text)
    except Unreadable:
        return None


def shown(day: date | None) -> str:
    """A day as tables show it."""
    return f"{day.year}/{day.month}/{day.day}" if day else ""


def shown_month(day: date | None) -> str:
    """A month as tables show it."""
    return f"{day.year}年{day.month}月" if day else ""
