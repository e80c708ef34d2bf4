"""Is this really a PDF, and how many pages has it: judged by the content, never by the name."""

import logging
from io import BytesIO

from pypdf import PdfReader

MOST_BYTES = 20 * 1024 * 1024
MOST_PAGES = 500
# The format allows a little before the header and after the end mark; readers look as far as this.
MARK_WITHIN = 1024
HEADER, END = b"%PDF-", b"%%EOF"
ZIP = b"PK\x03\x04"
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

SENTENCES = {
    "empty": "ファイルの中身がありません。協定書のPDFを選び直してください。",
    "too_large": "ファイルが20MBを超えています。解像度を下げるか、分けて保存してください。",
    "office_document": "Word・Excelなどの文書です。PDFとして保存し直してから選んでください。",
    "web_page": "Webページのファイルです。協定書のPDFを選び直してください。",
    "not_pdf": "PDFではないファイルです。協定書のPDFを選び直してください。",
    "cut_off": "PDFが途中で切れています。もとのファイルから選び直してください。",
    "encrypted": "パスワードで保護されたPDFです。保護を外してから選んでください。",
    "unreadable": "PDFが壊れていて、ページを読めません。もとのファイルから作り直してください。",
    "too_many_pages": "500ページを超えています。協定書の部分だけを選んでください。",
}

# What is wrong in a file is told to the person who hands it in, not to the log.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


class PdfFault(ValueError):
    """Why a file cannot be kept as a PDF; `code` names the reason, `sentence` tells it to people."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def sentence(self) -> str:
        """What is wrong, and what to do."""
        return SENTENCES[self.code]


def count_pages(content: bytes) -> int:
    """How many pages a PDF has, each of them found; raises PdfFault for everything that is not a whole, open PDF."""
    if not content.strip():
        raise PdfFault("empty")
    if len(content) > MOST_BYTES:
        raise PdfFault("too_large")
    if HEADER not in content[:MARK_WITHIN]:
        raise PdfFault(_other_kind(content))
    if END not in content[-MARK_WITHIN:]:
        raise PdfFault("cut_off")
    return _read(content)


def _other_kind(content: bytes) -> str:
    if content.startswith((ZIP, OLD_OFFICE)):
        return "office_document"
    beginning = content[:MARK_WITHIN].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "web_page" if beginning.startswith((b"<!doctype", b"<html", b"<?xml")) else "not_pdf"


def _read(content: bytes) -> int:
    # The reader meets whatever people upload: whatever it stumbles over is a file that cannot be read.
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted:
            raise PdfFault("encrypted")
        count = len(reader.pages)
        if count > MOST_PAGES:
            raise PdfFault("too_many_pages")
        for page in reader.pages:
            _ = page.mediabox.width
    except PdfFault:
        raise
    except Exception as fault:
        raise PdfFault("unreadable") from fault
    if not count:
        raise PdfFault("unreadable")
    return count
