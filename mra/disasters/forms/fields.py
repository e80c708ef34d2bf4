"""What the forms of the settings share beside texts and days: times of day and phones."""

from datetime import time

from mra.core.fields import PHONE_SENTENCE, FieldsForm, help_line, typed_time
from mra.core.phone import PhoneFault


class SettingsForm(FieldsForm):
    """What the forms of this capability share: texts, days, times and phones."""

    def take_time(self, name: str, sentence: str = "") -> time | None:
        """A time of day; with a sentence it must be there."""
        if not self.text(name):
            if sentence:
                self.wrong(name, sentence)
            return None
        found = typed_time(self.text(name))
        if found is None:
            self.wrong(name, "時刻の形が違います。例：9:30")
        return found

    def take_phone(self, name: str, sentence: str) -> str:
        """A number for enquiries, which must be there."""
        try:
            return help_line(self.need(name, sentence)) or ""
        except PhoneFault:
            self.wrong(name, PHONE_SENTENCE)
            return ""
