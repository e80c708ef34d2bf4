"""Is this really a PDF, a JPEG or a PNG: judged by the content, never by the name."""

from .pdf import PdfFault, count_pages

MOST_BYTES = 10 * 1024 * 1024
JPEG_BEGINS, JPEG_ENDS = b"\xff\xd8\xff", b"\xff\xd9"
PNG_BEGINS, PNG_ENDS = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
# Cameras write a little behind the end mark.
END_WITHIN = 64 * 1024

SENTENCES = {
    "empty": "ファイルの中身がありません。選び直してください。",
    "too_large": "ファイルが10MBを超えています。解像度を下げて保存し直してください。",
    "other_kind": "PDF・JPEG・PNGのどれでもないファイルです。選び直してください。",
    "cut_off": "ファイルが途中で切れています。もとのファイルから選び直してください。",
    "encrypted": "パスワードで保護されたPDFです。保護を外してから選んでください。",
    "unreadable": "PDFが壊れていて、ページを読めません。もとのファイルから作り直してください。",
    "too_many_pages": "PDFのページが多すぎます。必要なページだけを選んでください。",
}


class ProofFault(ValueError):
    """Why a file cannot be kept as a proof; `sentence` tells it to people."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def sentence(self) -> str:
        """What is wrong, and what to do."""
        return SENTENCES[self.code]


def kind_of(content: bytes) -> str:
    """The content type of a PDF, JPEG or PNG that is whole; raises ProofFault for everything else."""
    if not content.strip():
        raise ProofFault("empty")
    if len(content) > MOST_BYTES:
        raise ProofFault("too_large")
    for begins, ends, kind in ((JPEG_BEGINS, JPEG_ENDS, "image/jpeg"), (PNG_BEGINS, PNG_ENDS, "image/png")):
        if content.startswith(begins):
            if ends not in content[-END_WITHIN:]:
                raise ProofFault("cut_off")
            return kind
    return _pdf(content)


def _pdf(content: bytes) -> str:
    try:
        count_pages(content)
    except PdfFault as fault:
        raise ProofFault(fault.code if fault.code in SENTENCES else "other_kind") from fault
    return "application/pdf"
