"""The form of a public notice that lets 車検 hold longer."""

from datetime import date

from mra.alliance.queries.regions import WHOLE_COUNTRY, read_region
from mra.core.forms import Form
from mra.core.text import keep_name

from . import rules
from .extending import Notice, notice_fault
from .reading import Unreadable, read_day
from .services.extensions import ExtensionFacts

TITLE_LONGEST, SOURCE_LONGEST = 200, 500
TICKS = ("insurance_waits", "covers_relief")
FIELDS = ("notice_on", "title", "source", "areas", "first_on", "last_on", "until_on", *TICKS)


class ExtensionForm(Form):
    """A notice as it was published; nothing about it is guessed."""

    def read(self) -> None:
        """`clean` holds the `facts`."""
        title = self._words("title", TITLE_LONGEST)
        if not title:
            self.wrong("title", "告示の番号か題名を入力してください。例：国土交通省告示第123号")
        notice_on = self._day("notice_on", "告示の日を入力してください。例：2026/8/20、令和8年8月20日")
        source = self._words("source", SOURCE_LONGEST)
        areas = self._areas()
        first_on = self._day("first_on", "対象となる満了日の最初の日を入力してください。")
        last_on = self._day("last_on", "対象となる満了日の最後の日を入力してください。")
        until_on = self._day("until_on", "新しい満了日を入力してください。")
        if self.errors or not (notice_on and first_on and last_on and until_on):
            return
        waits, relief = (self.text(name) == "yes" for name in TICKS)
        notice = Notice(areas, first_on, last_on, until_on, insurance_waits=waits, covers_relief=relief)
        if fault := notice_fault(notice):
            self.wrong("last_on" if fault == "notice_window" else "until_on", rules.REFUSALS[fault])
        self.clean["facts"] = ExtensionFacts(notice_on, title, notice, source)

    @property
    def facts(self) -> ExtensionFacts:
        """The notice; only after `check()` said yes."""
        read: ExtensionFacts = self.clean["facts"]
        return read

    @property
    def typed(self) -> dict[str, str]:
        """What was typed, to be sent along with the confirmation."""
        return {name: self.text(name) for name in FIELDS if self.text(name)}

    def _words(self, name: str, longest: int) -> str:
        kept = keep_name(self.text(name))
        if len(kept) > longest:
            self.wrong(name, f"長すぎます。{longest}文字までで入力してください。")
        return kept

    def _day(self, name: str, sentence: str) -> date | None:
        typed = self.need(name, sentence)
        try:
            return read_day(typed) if typed else None
        except Unreadable as fault:
            self.wrong(name, str(fault))
            return None

    def _areas(self) -> frozenset[str]:
        typed = self.need(
            "areas", "対象の地域を入力してください。例：石川県、富山県氷見市。全国のときは「全国」と入力します。"
        )
        region = read_region(typed)
        if region.faults:
            self.wrong("areas", region.faults[0])
        elif typed and not region.keys and typed not in WHOLE_COUNTRY:
            self.wrong("areas", "対象の地域を読み取れません。市区町村か都道府県の名前を入力してください。")
        return frozenset(region.keys)
