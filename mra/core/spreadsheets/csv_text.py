"""CSV as Excel and others write it: UTF-8 with or without a mark at the beginning, CP932, UTF-16."""

import codecs
import csv
import re
from io import StringIO

from .faults import MOST_ROWS, SheetFault
from .sheet import Sheet

_CONTROL_BYTES = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")
MOST_LINES = MOST_ROWS + 200
# ="00123" is how people keep the zeros of a number in CSV.
TEXT_AS_FORMULA = re.compile(r'="([^"]*)"')
# How tables of ours (and others) keep a text that begins like a formula from being worked out.
GUARDED = re.compile(r"'(?='*[=+\-@\t\r＝＋－＠])")
FORMULA_IN_TEXT = "「=」で始まる数式は読み取れません。計算した後の値を入力してください。"


def read_csv(content: bytes) -> Sheet:
    """The lines of a CSV file, each cell without the spaces around it; the first line is row 1."""
    text = _decoded(content)
    first_line = text.split("\n", 1)[0]
    separator = "\t" if first_line.count("\t") > first_line.count(",") else ","
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    sheet = Sheet([])
    try:
        for at, line in enumerate(reader):
            sheet.lines.append([_read_cell(sheet, at, place, cell.strip()) for place, cell in enumerate(line)])
            if at > MOST_LINES:
                raise SheetFault("too_many_rows")
    except csv.Error:
        raise SheetFault("broken_csv", line=len(sheet.lines) + 1) from None
    return sheet


def _read_cell(sheet: Sheet, line: int, place: int, text: str) -> str:
    """The text of a cell; Excel would work a formula out, here it would bite whoever opens an export."""
    if found := TEXT_AS_FORMULA.fullmatch(text):
        return found[1]
    if text.startswith("="):
        sheet.wrong[line, place] = FORMULA_IN_TEXT
    return text[1:] if GUARDED.match(text) else text


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
