"""From the bytes of an uploaded file to a table, whatever kind of file it is."""

from .csv_text import read_csv
from .faults import MOST_BYTES, SheetFault
from .layout import Layout
from .table import SheetTable, build_table
from .workbook import read_workbook

ZIP = b"PK\x03\x04"
PDF = b"%PDF-"
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def refuse_unusable(content: bytes) -> None:
    """What can be told at once, without reading the file."""
    if not content.strip():
        raise SheetFault("empty")
    if len(content) > MOST_BYTES:
        raise SheetFault("too_large")
    if content.startswith(OLD_OFFICE):
        raise SheetFault("old_workbook")
    if content.startswith(PDF):
        raise SheetFault("not_a_spreadsheet")


def read_file(content: bytes, layout: Layout) -> SheetTable:
    """The table in a file; the content decides what it is, not its name. Raises SheetFault."""
    refuse_unusable(content)
    return build_table(read_workbook(content) if content.startswith(ZIP) else read_csv(content), layout)
