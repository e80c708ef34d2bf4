"""What came out of reading a spreadsheet, in words."""

from dataclasses import dataclass
from typing import Any

from flask import url_for

from mra.vehicles.models import VehicleImport

SHOWN_FAULTS = 200
SHOWN_ROWS = 50


@dataclass(frozen=True)
class ImportReport:
    """The report of one file as its page shows it."""

    vehicle_import: VehicleImport

    @property
    def good(self) -> int:
        """How many rows can be (or were) registered."""
        return len(self.vehicle_import.good_rows)

    @property
    def wrong(self) -> int:
        """How many rows must be mended first."""
        return self.vehicle_import.row_count - self.good

    @property
    def is_done(self) -> bool:
        """Whether somebody has confirmed it."""
        return self.vehicle_import.confirmed_at is not None

    @property
    def next_step(self) -> str:
        """What to do next."""
        if self.is_done:
            rest = f"残りの{self.wrong:,}行は、直してから別のファイルで読み込んでください。" if self.wrong else ""
            return f"{self.good:,}台の車両を登録しました。{rest}"
        if not self.vehicle_import.row_count:
            return "見本の行だけのファイルです。車両を入力して、もう一度読み込んでください。"
        if not self.good:
            return "登録できる行がありません。下の「直すところ」を見てファイルを直し、もう一度読み込んでください。"
        if self.wrong:
            return f"{self.good:,}行は登録できます。{self.wrong:,}行は直すところがあります。まだ何も登録していません。"
        return f"{self.good:,}行すべてを登録できます。まだ何も登録していません。"

    @property
    def tone(self) -> str:
        """In which tone it is said."""
        if self.is_done:
            return "success"
        return "warning" if self.wrong or not self.good else "info"

    @property
    def action(self) -> dict[str, Any]:
        """The one thing to do now."""
        if self.is_done:
            return {"label": "車両の一覧を見る", "url": url_for("vehicles.index")}
        if not self.good:
            return {"label": "ファイルを読み込み直す", "url": url_for("vehicles.new_import")}
        left_out = f"直すところのある{self.wrong:,}行は登録されません。" if self.wrong else ""
        return {
            "label": f"{self.good:,}台を登録する",
            "url": url_for("vehicles.confirm_import", import_id=self.vehicle_import.id),
            "method": "post",
            "confirm": f"{self.good:,}台の車両を登録します。{left_out}",
        }

    @property
    def figures(self) -> list[dict[str, Any]]:
        """The numbers in a row."""
        return [
            {"label": "読み込んだ行", "value": self.vehicle_import.row_count, "unit": "行"},
            {"label": "登録した行" if self.is_done else "登録できる行", "value": self.good, "unit": "行"},
            {
                "label": "直すところ",
                "value": len(self.vehicle_import.faults),
                "unit": "か所",
                "note": f"{self.wrong:,}行" if self.wrong else None,
                "tone": "danger" if self.vehicle_import.faults else None,
            },
        ]

    @property
    def faults(self) -> list[dict[str, Any]]:
        """The first faults, by row."""
        return list(self.vehicle_import.faults[:SHOWN_FAULTS])

    @property
    def hidden_faults(self) -> int:
        """How many more there are."""
        return max(0, len(self.vehicle_import.faults) - SHOWN_FAULTS)

    @property
    def rows_title(self) -> str:
        """The heading of the good rows."""
        return "登録した車両" if self.is_done else "登録できる行"

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The first good rows, as typed."""
        return list(self.vehicle_import.good_rows[:SHOWN_ROWS])

    @property
    def hidden_rows(self) -> int:
        """How many more there are."""
        return max(0, self.good - SHOWN_ROWS)
