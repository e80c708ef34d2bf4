"""CSV as Excel and others write it: UTF-8 with or without a mark at the beginning, CP932, UTF-16."""

import codecs
import csv
from io import StringIO

from .table import SheetFault, cell_name, some

_CONTROL_BYTES = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")


def read_csv(content: bytes) -> list[list[str]]:
    """The lines of a CSV file, each cell without the spaces around it; the first line is row 1."""
    text = _decoded(content)
    first_line = text.split("\n", 1)[0]
    separator = "\t" if first_line.count("\t") > first_line.count(",") else ","
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    lines: list[list[str]] = []
    try:
        lines.extend([cell.strip() for cell in line] for line in reader)
    except csv.Error:
        raise SheetFault("broken_csv", line=len(lines) + 1) from None
    _refuse_formulas(lines)
    return lines


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decode(content, "utf-16")
    if not _CONTROL_BYTES.isdisjoint(content):
        raise SheetFault("not_a_spreadsheet")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # A file that says it is UTF-8 is not tried as anything else: the sentence shall name the right line.
        is_utf8 = content.startswith(codecs.BOM_UTF8)
    return _decode(content, "utf-8-sig" if is_utf8 else "cp932")


def _decode(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as fault:
        # The codec may have cut the mark at the beginning off: only its own copy fits its position.
        line = fault.object.count(b"\n", 0, fault.start) + 1
        raise SheetFault("broken_text", line=line) from None


def _refuse_formulas(lines: list[list[str]]) -> None:
    """Excel would work them out; here they would be stored as they are and bite whoever opens an export."""
    cells = [
        cell_name(number, at)
        for number, line in enumerate(lines, 1)
        for at, text in enumerate(line)
        if text.startswith("=")
    ]
    if cells:
        raise SheetFault("formulas", cells=some(cells))
