"""Forms of the message pages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mra.core.email_address import parse_email
from mra.core.forms import Form
from mra.core.text import digits, keep_name

from . import bulk_rules, services
from .services.registers import Choice

LONGEST_PHONE = "+819000000000"


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


class BulkForm(Form):
    """A text to many: to whom, and the words."""

    def __init__(self, posted: Mapping[str, Any], choices: Iterable[Choice], own_host: str) -> None:
        super().__init__(posted)
        self._choices, self._own_host = {one.value: one for one in choices}, own_host

    def read(self) -> None:
        """An audience of today; words without places for people's facts, not too long."""
        chosen = self._choices.get(self.need("audience", "送る相手を選んでください。"))
        if chosen is None:
            self.wrong("audience", "この相手は、もう選べません。選び直してください。")
        self.clean["choice"] = chosen
        words = "\n".join(map(keep_name, self.need("words", "送る文章を入力してください。").splitlines())).strip()
        if fault := bulk_rules.fault_in(words, self._own_host):
            self.wrong("words", bulk_rules.FAULTS[fault])
        elif words and (count := services.bulk.measure(words, LONGEST_PHONE)) > bulk_rules.MOST_SEGMENTS:
            told = {"most": bulk_rules.MOST_SEGMENTS, "count": count}
            self.wrong("words", bulk_rules.FAULTS["too_long"].format_map(told))
        self.clean["words"] = words


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
    """The number as it is stored. The story's people have numbers that no phone has, so only the length counts."""
    bare = digits(typed)
    if bare.startswith("81"):
        bare = "0" + bare[2:]
    return "+81" + bare[1:] if "@" not in typed and bare.startswith("0") and len(bare) in (10, 11) else None
