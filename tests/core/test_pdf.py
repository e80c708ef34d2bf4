"""Whether a file is really a PDF, judged by its content."""

from io import BytesIO

import pytest
from pypdf import PdfWriter

from mra.core import pdf
from mra.core.pdf import PdfFault, count_pages


def written(pages: int = 2, password: str = "") -> bytes:
    """A PDF of empty A4 pages."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_the_pages_of_a_whole_paper_are_counted() -> None:
    assert count_pages(written(3)) == 3


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"PK\x03\x04" + b"word/document.xml" * 50, "office_document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"old word", "office_document"),
        (b"<!DOCTYPE html><html><body>%PDF</body></html>", "web_page"),
        (b"\xef\xbb\xbf  <html></html>", "web_page"),
        ("協定書".encode(), "not_pdf"),
        (b"%PDF-1.7\nnothing here\n%%EOF", "unreadable"),
        (b"%PDF-1.7\n" + b"x" * pdf.MOST_BYTES, "too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_paper_is_told_by_its_kind(content: bytes, code: str) -> None:
    with pytest.raises(PdfFault) as fault:
        count_pages(content)
    assert fault.value.code == code
    assert fault.value.sentence.endswith("。")


def test_a_paper_that_was_cut_off_on_its_way_is_refused() -> None:
    whole = written(40)
    with pytest.raises(PdfFault, match="cut_off"):
        count_pages(whole[: len(whole) // 2])


def test_a_paper_behind_a_password_is_refused() -> None:
    with pytest.raises(PdfFault, match="encrypted"):
        count_pages(written(password="secret"))


def test_a_paper_without_pages_is_refused() -> None:
    with pytest.raises(PdfFault, match="unreadable"):
        count_pages(written(0))


def test_a_book_is_no_agreement() -> None:
    with pytest.raises(PdfFault, match="too_many_pages"):
        count_pages(written(pdf.MOST_PAGES + 1))
