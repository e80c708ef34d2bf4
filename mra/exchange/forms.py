"""The forms of tables: a file to read."""

from werkzeug.datastructures import FileStorage

from mra.core.forms import Form
from mra.core.spreadsheets.faults import MOST_BYTES, SheetFault
from mra.core.spreadsheets.files import refuse_unusable
from mra.core.text import keep_name


class UploadForm(Form):
    """A table to be read."""

    def __init__(self, upload: FileStorage | None = None) -> None:
        super().__init__({})
        self.upload = upload

    def read(self) -> None:
        """There must be a file, and not one that is plainly something else."""
        if self.upload is None or not self.upload.filename:
            self.wrong("file", "ファイルを選んでください。")
            return
        content = self.upload.stream.read(MOST_BYTES + 1)
        try:
            refuse_unusable(content)
        except SheetFault as fault:
            self.wrong("file", fault.sentence)
        self.clean["content"] = content

    @property
    def content(self) -> bytes:
        """The bytes of the file; only after `check()` said yes."""
        content: bytes = self.clean["content"]
        return content

    @property
    def file_name(self) -> str:
        """The file's own name, for the person who uploaded it; some browsers send folders along."""
        name = (self.upload.filename if self.upload else "") or ""
        return keep_name(name.replace("\\", "/").rpartition("/")[2])
