"""What a resident chooses behind the private link."""

from datetime import datetime, time

from mra.core import clock
from mra.core.clock import JAPAN
from mra.core.forms import Form
from mra.core.text import fold_width

from .call_rules import CallResult, next_moment

CODE = "%Y-%m-%dT%H:%M"


def slot_code(moment: datetime) -> str:
    """A moment as it stands in an address: Japan's clock, to the minute."""
    return moment.astimezone(JAPAN).strftime(CODE)


class HandoverForm(Form):
    """The moment at which the car is to be fetched."""

    def read(self) -> None:
        """One moment on Japan's clock; whether it is free is the service's question."""
        try:
            chosen = datetime.strptime(self.text("handover_at"), CODE).replace(tzinfo=JAPAN)
        except ValueError:
            self.wrong("handover_at", "受け取る日時を選んでください。")
            return
        self.clean["handover_at"] = chosen


class CallForm(Form):
    """What a call came to."""

    lists = frozenset({"matter"})

    def read(self) -> None:
        """A result there must be; where somebody wants to be rung later, when."""
        chosen = self.text("result")
        if chosen not in set(CallResult):
            self.wrong("result", "電話の結果を選んでください。")
            return
        self.clean = {"result": CallResult(chosen), "codes": self.many("matter"), "again_at": None}
        if self.clean["result"] is CallResult.LATER:
            self._read_time()

    def _read_time(self) -> None:
        try:
            at = time.fromisoformat(fold_width(self.text("again_at")))
        except ValueError:
            self.wrong("again_at", "かけ直す時刻を入力してください。例：14:30")
            return
        self.clean["again_at"] = next_moment(at.replace(tzinfo=None), clock.now())
