"""The one-page form with which staff enter what came by phone or on paper."""

import re
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from mra.core import clock, reading, text
from mra.disasters.models import Activation

from ..rules import Channel
from .application import FIELDS, ApplicationForm

_CLOCK = re.compile(
    r"(?P<hour>[0-9]{1,2})(?::|時)(?P<minute>[0-9]{1,2})分?|(?P<bare_hour>[0-9]{2})(?P<bare_minute>[0-9]{2})"
)
STAFF_CHANNELS = (Channel.PHONE, Channel.PAPER)


class IntakeForm(ApplicationForm):
    """The same sections under the same rules, with the channel and the time of receipt."""

    fields = FIELDS | {"channel", "received_on", "received_time"}

    def __init__(self, posted: Mapping[str, Any], *, activation: Activation) -> None:
        super().__init__(posted)
        self.activation = activation

    def read(self) -> None:
        """Receipt first, then all sections, so that every fault stands on the page at once."""
        self._read_receipt()
        super().read()

    def _read_receipt(self) -> None:
        channel = reading.choice(self, "channel", Channel, "受付の方法を選んでください。")
        if channel is Channel.WEB:
            self.wrong("channel", "受付の方法を選んでください。")
        self.clean["channel"] = channel
        day = reading.day(self, "received_on", "受付日")
        moment = clock_time(self.text("received_time"))
        if moment is None:
            self.wrong("received_time", "受付時刻を、9:30 の形で入力してください。")
        if day and moment:
            self._read_moment(datetime.combine(day, moment, clock.JAPAN))

    def _read_moment(self, received_at: datetime) -> None:
        self.clean["received_at"] = received_at
        if received_at > clock.now():
            self.wrong("received_time", "受付日時が未来になっています。日付と時刻を確認してください。")
        elif not self.activation.takes_applications(received_at):
            self.wrong("received_on", "この支援の受付期間ではない日時です。日付と時刻を確認してください。")


def clock_time(typed: str) -> time | None:
    """A time of day however it was typed: 9:05, ０９：０５, 0905, 9時5分; None for anything else."""
    found = _CLOCK.fullmatch(text.fold_width(typed).replace(" ", ""))
    if found is None:
        return None
    hour, minute = int(found["hour"] or found["bare_hour"]), int(found["minute"] or found["bare_minute"])
    return time(hour, minute) if hour < 24 and minute < 60 else None
