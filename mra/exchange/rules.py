"""What becomes of a table that is handed in, and of each of its rows; and that a table was written out."""

from enum import StrEnum

from mra.core.access import COORDINATORS
from mra.core.lifecycle import Lifecycle, Move, Word


class ImportStatus(StrEnum):
    """From the file to the register; nothing is stored before a person has seen what will change."""

    HANDED_IN = "handed_in"
    CHECKED = "checked"
    CONFIRMED = "confirmed"
    STORED = "stored"
    UNUSABLE = "unusable"
    CANCELLED = "cancelled"


S = ImportStatus

TABLE_IMPORT = Lifecycle(
    "table_import",
    S.HANDED_IN,
    {
        S.HANDED_IN: Word("確認中", "info"),
        S.CHECKED: Word("登録待ち", "warning"),
        S.CONFIRMED: Word("登録中", "info"),
        S.STORED: Word("登録済み", "success"),
        S.UNUSABLE: Word("読み取れず", "danger"),
        S.CANCELLED: Word("取りやめ", "neutral"),
    },
    Move("check", (S.HANDED_IN,), S.CHECKED, "確認の完了"),
    Move("refuse", (S.HANDED_IN,), S.UNUSABLE, "読み取りの中止"),
    Move("confirm", (S.CHECKED,), S.CONFIRMED, "登録する", COORDINATORS, "登録の指示"),
    Move("send_back", (S.CONFIRMED,), S.CHECKED, "もう一度の確認"),
    Move("store", (S.CONFIRMED,), S.STORED, "登録"),
    Move("cancel", (S.HANDED_IN, S.CHECKED), S.CANCELLED, "取りやめる", COORDINATORS, "取りやめ"),
    begun="表の読み込み",
)


class ExportStatus(StrEnum):
    """A table that was written out is written out."""

    MADE = "made"


TABLE_EXPORT = Lifecycle(
    "table_export", ExportStatus.MADE, {ExportStatus.MADE: Word("書き出し済み", "success")}, begun="表の書き出し"
)


class Outcome(StrEnum):
    """What a row would do to the register."""

    WAITING = "waiting"
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WRONG = "wrong"
    CONFLICT = "conflict"


OUTCOME_WORDS = {
    Outcome.NEW: Word("新しく登録", "success"),
    Outcome.CHANGED: Word("変更", "info"),
    Outcome.UNCHANGED: Word("変更なし", "neutral"),
    Outcome.WRONG: Word("直すところあり", "danger"),
    Outcome.CONFLICT: Word("ほかの変更と重複", "warning"),
}
# These rows are stored when a person says so.
GOOD = frozenset({Outcome.NEW, Outcome.CHANGED})


class FileFormat(StrEnum):
    """As what a table is written out."""

    XLSX = "xlsx"
    CSV = "csv"
    CP932 = "cp932"


FORMAT_WORDS = {
    FileFormat.XLSX: "Excel(.xlsx)",
    FileFormat.CSV: "CSV(UTF-8)",
    FileFormat.CP932: "CSV(古いソフト用)",
}
ENDINGS = {FileFormat.XLSX: "xlsx", FileFormat.CSV: "csv", FileFormat.CP932: "csv"}
CONTENT_TYPES = {
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.CP932: "text/csv; charset=Shift_JIS",
}

# How many rows one job checks before it tells how far it is; and up to how many are done while the person waits.
SLICE_ROWS = 1_000
AT_ONCE_ROWS = 300
AT_ONCE_BYTES = 200 * 1024
# A file that was written out can be fetched so long; then it is written anew, and noted again.
FETCHED_WITHIN_MINUTES = 15
# What people typed is kept so long after it is settled, to be looked up; the register and its history stay.
KEPT_DAYS = 30

REFUSALS: dict[str, str] = {
    "import_has_no_good_row": "登録できる行がありません。「直すところ」を見てファイルを直し、もう一度読み込んでください。",
    "export_is_over": "このファイルは{minutes}分を過ぎたため、受け取れません。もう一度書き出してください。",
}
CONSTRAINTS: dict[str, str] = {}
