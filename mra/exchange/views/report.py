"""What came out of reading a table, in words."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import url_for

from mra.core import current
from mra.core.spreadsheets.faults import cell_name
from mra.exchange import queries
from mra.exchange.models import ImportRow, TableImport
from mra.exchange.queries import RowPage
from mra.exchange.rules import OUTCOME_WORDS, TABLE_IMPORT, ImportStatus, Outcome
from mra.exchange.tables import TABLES, Table

# What needs somebody's eyes comes first.
ORDER = (Outcome.WRONG, Outcome.CONFLICT, Outcome.CHANGED, Outcome.NEW, Outcome.UNCHANGED)
RUNNING = frozenset({ImportStatus.HANDED_IN, ImportStatus.CONFIRMED})
PREVIEW_COLUMNS = 7
LONGEST_SHOWN = 40


def outcome_named(name: str) -> Outcome | None:
    """The outcome of a link; None for anything else."""
    return next((outcome for outcome in ORDER if outcome.value == name), None)


@dataclass(frozen=True)
class Report:
    """The report of one file as its page shows it: one kind of rows at a time."""

    table_import: TableImport
    wanted: Outcome | None = None
    after: int = 0

    @property
    def table(self) -> Table:
        """The register that it is about."""
        return TABLES[self.table_import.kind]

    @property
    def is_running(self) -> bool:
        """Whether a job is at it."""
        return self.table_import.status in RUNNING

    @property
    def is_storing(self) -> bool:
        """Whether what was confirmed is being stored."""
        return self.table_import.status is ImportStatus.CONFIRMED

    @cached_property
    def counts(self) -> dict[Outcome, int]:
        """How many rows would do what."""
        return queries.counts(self.table_import.id)

    def count(self, outcome: Outcome) -> int:
        """How many rows would do this."""
        return self.counts.get(outcome, 0)

    @property
    def good(self) -> int:
        """How many rows can be stored."""
        return self.count(Outcome.NEW) + self.count(Outcome.CHANGED)

    @property
    def left_behind(self) -> int:
        """How many rows have to be mended first."""
        return self.count(Outcome.WRONG) + self.count(Outcome.CONFLICT)

    @property
    def what_will_be(self) -> str:
        """新しく3台を登録し、2台を変更, in the counter of the register."""
        unit = self.table.unit
        parts = [
            f"新しく{self.count(Outcome.NEW):,}{unit}を登録" if self.count(Outcome.NEW) else "",
            f"{self.count(Outcome.CHANGED):,}{unit}を変更" if self.count(Outcome.CHANGED) else "",
        ]
        return "し、".join(part for part in parts if part)

    @property
    def next_step(self) -> str:
        """What to do next."""
        made = self.table_import
        if made.status is ImportStatus.UNUSABLE:
            return made.sentence
        if made.status is ImportStatus.CANCELLED:
            return "取りやめました。何も登録していません。"
        if made.status is ImportStatus.STORED:
            rest = f"残りの{self.left_behind:,}行は、直してから読み込んでください。" if self.left_behind else ""
            return f"{self.what_was_done}しました。{rest}"
        if made.sentence:
            return made.sentence
        return self._before_confirmation()

    @property
    def what_was_done(self) -> str:
        """What the storing did."""
        unit, made = self.table.unit, self.table_import
        parts = [
            f"新しく{made.stored_new:,}{unit}を登録" if made.stored_new else "",
            f"{made.stored_changed:,}{unit}を変更" if made.stored_changed else "",
        ]
        return "し、".join(part for part in parts if part)

    def _before_confirmation(self) -> str:
        if not self.table_import.row_count:
            return "見本の行だけのファイルです。入力して、もう一度読み込んでください。"
        if self.good and self.left_behind:
            return (
                f"{self.what_will_be}できます。{self.left_behind:,}行は直すところがあります。まだ何も登録していません。"
            )
        if self.good:
            return f"{self.what_will_be}できます。まだ何も登録していません。"
        if self.left_behind:
            return "登録できる行がありません。下の「直すところ」を見てファイルを直し、もう一度読み込んでください。"
        return f"{self.count(Outcome.UNCHANGED):,}行すべてが、今の登録と同じです。登録することはありません。"

    @property
    def tone(self) -> str:
        """In which tone it is said."""
        if self.table_import.status is ImportStatus.STORED:
            return "success"
        is_sad = self.left_behind or self.table_import.sentence or not self.table_import.row_count
        return "warning" if is_sad else "info"

    @property
    def actions(self) -> list[dict[str, Any]]:
        """What can be done now, by the lifecycle."""
        urls = {"confirm": "exchange.confirm_import", "cancel": "exchange.cancel_import"}
        moves = TABLE_IMPORT.actions(self.table_import.status, current.role())
        return [
            {
                "label": move.label,
                "url": url_for(urls[move.action], import_id=self.table_import.id),
                "tone": "primary" if move.action == "confirm" else "secondary",
                "confirm": self._confirmation() if move.action == "confirm" else None,
            }
            for move in moves
            if move.action != "confirm" or self.good
        ]

    def _confirmation(self) -> str:
        left_out = f"直すところのある{self.left_behind:,}行は登録されません。" if self.left_behind else ""
        notice = self.table.notice if self.count(Outcome.NEW) else ""
        return f"{self.what_will_be}します。{notice}{left_out}"

    @property
    def figures(self) -> list[dict[str, Any]]:
        """The numbers in a row."""
        tones = {Outcome.WRONG: "danger", Outcome.CONFLICT: "danger"}
        return [{"label": "読んだ行", "value": self.table_import.row_count, "unit": "行"}] + [
            {
                "label": OUTCOME_WORDS[outcome].label,
                "value": self.count(outcome),
                "unit": "行",
                "tone": tones.get(outcome) if self.count(outcome) else None,
            }
            for outcome in (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.WRONG, Outcome.CONFLICT)
            if self.count(outcome) or outcome is not Outcome.CONFLICT
        ]

    @property
    def shown(self) -> Outcome | None:
        """Which rows the page shows."""
        return self.wanted or next((outcome for outcome in ORDER if self.count(outcome)), None)

    @property
    def tabs(self) -> list[dict[str, Any]]:
        """Between which rows one can choose."""
        return [
            {
                "label": OUTCOME_WORDS[outcome].label,
                "url": url_for("exchange.show_import", import_id=self.table_import.id, show=outcome.value),
                "count": self.count(outcome),
                "current": outcome is self.shown,
            }
            for outcome in ORDER
            if self.count(outcome)
        ]

    @cached_property
    def page(self) -> RowPage:
        """The rows of this page."""
        if self.shown is None:
            return RowPage([], None)
        return queries.row_page(self.table_import.id, self.shown, self.after)

    @property
    def next_url(self) -> str | None:
        """Where the next rows stand."""
        if self.page.after is None or self.shown is None:
            return None
        return url_for(
            "exchange.show_import", import_id=self.table_import.id, show=self.shown.value, after=self.page.after
        )

    @property
    def faults(self) -> list[dict[str, Any]]:
        """What is wrong in the rows of this page, cell by cell."""
        return [self._fault(row, fault) for row in self.page.rows for fault in row.faults]

    def _fault(self, row: ImportRow, fault: dict[str, str]) -> dict[str, Any]:
        name = fault["name"]
        place = self.table_import.positions.get(name)
        column = self.table.layout.by_name.get(name)
        return {
            "row": row.number,
            "cell": cell_name(row.number, place) if place is not None else "",
            "column": column.heading if column else "行全体",
            "value": row.cells.get(name, "")[:LONGEST_SHOWN],
            "sentence": fault["sentence"],
        }

    @property
    def changes(self) -> list[dict[str, Any]]:
        """What would change in the rows of this page, cell by cell."""
        return [
            {
                "row": row.number,
                "name": row.subject_name,
                "column": self.table.layout.by_name[change["name"]].heading,
                "before": change["before"],
                "after": change["after"],
            }
            for row in self.page.rows
            for change in row.changes
        ]

    @property
    def preview(self) -> list[Any]:
        """The columns by which people know a row again."""
        filled = [column for column in self.table.layout.own if column.name in self.table_import.positions]
        return filled[:PREVIEW_COLUMNS]
