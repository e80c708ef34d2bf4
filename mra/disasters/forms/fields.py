"""What the forms of the settings share beside texts and days: times of day and phones."""

import re
from datetime import time

from mra.core.fields import FieldsForm, help_line
from mra.core.phone import PhoneFault
from mra.core.text import fold_width

CLOCK_TIME = re.compile(r"([0-9]{1,2})(?::|時)([0-9]{2})分?|([0-9]{2})([0-9]{2})")

PHONE_SENTENCE = "電話番号の形が違います。市外局番から入力してください。例：0969-00-0000"


class SettingsForm(FieldsForm):
    """What the forms of this capability share: texts, days, times and phones."""

    def take_time(self, name: str, sentence: str = "") -> time | None:
        """A time of day; with a sentence it must be there."""
        folded = fold_width(self.text(name)).replace(" ", "")
        if not folded:
            if sentence:
                self.wrong(name, sentence)
            return None
        found = CLOCK_TIME.fullmatch(folded)
        hour, minute = (int(part) for part in found.groups() if part is not None) if found else (24, 0)
        if hour > 23 or minute > 59:
            self.wrong(name, "時刻の形が違います。例：9:30")
            return None
        return time(hour, minute)

    def take_phone(self, name: str, sentence: str) -> str:
        """A number for enquiries, which must be there."""
        try:
            return help_line(self.need(name, sentence)) or ""
        except PhoneFault:
            self.wrong(name, PHONE_SENTENCE)
            return ""
