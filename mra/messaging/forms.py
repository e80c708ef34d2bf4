"""Forms of the message pages."""

from dataclasses import dataclass
from typing import Any

from mra.core.email_address import parse_email
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
    """The phone or the mailbox whose messages a visitor of the demo wants to read."""

    def read(self) -> None:
        """A number or an e-mail address as people type them."""
        typed = self.need("phone", "電話番号またはメールアドレスを入力してください。")
        address = _as_number(typed) or parse_email(typed)
        if address is None:
            self.wrong("phone", "電話番号またはメールアドレスの形が違います。例：090-1234-5678、sato@example.jp")
        else:
            self.clean["address"] = address


@dataclass(frozen=True)
class GatewayReport:
    """What the SMS gateway reports: its word, its id, the code of a failure. What it lacks is empty."""

    word: str
    provider_id: str
    code: str

    @classmethod
    def read(cls, document: Any) -> "GatewayReport":
        """From the JSON of a report, whatever it holds."""
        told = document if isinstance(document, dict) else {}
        return cls(str(told.get("status", "")), str(told.get("id", ""))[:64], str(told.get("code") or "")[:20])


def _as_number(typed: str) -> str | None:
    try:
        number = parse_phone(typed)
    except PhoneFault:
        return None
    return number.e164 if number else None
