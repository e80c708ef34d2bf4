"""Forms of the message pages."""

from mra.core.forms import Form
from mra.core.phone import PhoneFault, parse_phone


class RepetitionForm(Form):
    """A person's decision to send once more; it may come from another page, which is then shown again."""

    def read(self) -> None:
        """Nothing can be wrong."""

    def next_address(self) -> str | None:
        """Where the person was: a path of this site only."""
        return self.own_path("next")


class HandsetForm(Form):
    """The phone whose messages a visitor of the demo wants to read."""

    def read(self) -> None:
        """A number as people type it."""
        typed = self.need("phone", "電話番号を入力してください。")
        try:
            number = parse_phone(typed)
        except PhoneFault:
            number = None
        if number is None:
            self.wrong("phone", "電話番号の形が違います。例：090-1234-5678")
        else:
            self.clean["phone"] = number.e164
