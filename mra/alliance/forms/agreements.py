"""An agreement as staff write it down, and the days of its signing, renewal and end."""

import re
from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from mra.core import clock
from mra.core.text import fold_width, keep_name, whole_number

from .. import queries
from ..models import Agreement
from ..rules import agreements as rules
from ..rules.agreements import (
    AGREEMENT_LEVEL_WORDS,
    AGREEMENT_TRIGGER_WORDS,
    FIELD_WORDS,
    AgreementDetails,
    AgreementStatus,
    Dates,
    Party,
)
from .agreement_fields import FieldsForm, ambiguous_sentence, shown_day, unknown_sentence

TEXTS = ("place_duty", "publicity_duty", "information_duty", "cost_clause", "remarks")
DAYS = ("signed_on", "effective_on", "expires_on", "review_on")
WHOLE_COUNTRY = "全国"
BETWEEN_PLACES = re.compile(r"[\n、,;；]+")
MOST_PLACES = 400
MOST_PARTIES = 20
FEWEST_ROWS, SPARE_ROWS = 3, 1


class AgreementForm(FieldsForm):
    """One page for the whole paper: parties as rows, area as names or codes."""

    lists = frozenset({"party_name", "party_code"})

    def __init__(self, posted: Mapping[str, Any], agreement: Agreement | None = None) -> None:
        super().__init__(posted)
        self.agreement = agreement
        self.keys: dict[str, list[str]] = {}

    @classmethod
    def of(cls, agreement: Agreement) -> "AgreementForm":
        """The form as it stands for a registered agreement."""
        return cls(MultiDict(_shown(agreement)), agreement)

    @property
    def version(self) -> int:
        """The version of the agreement that the person saw when the form was opened."""
        return whole_number(self.text("version")) or 0

    @property
    def is_outdated(self) -> bool:
        """Whether somebody changed the agreement since the form was opened."""
        return self.agreement is not None and self.version != self.agreement.version

    @property
    def party_rows(self) -> list[tuple[str, str]]:
        """Name and code of each row, with an empty one to go on."""
        typed = self._typed_parties()
        return typed + [("", "")] * max(SPARE_ROWS, FEWEST_ROWS - len(typed))

    def take_newer_version(self) -> list[tuple[str, str]]:
        """Go on from the agreement as it stands now: what differs from what was typed, with what is registered."""
        if self.agreement is None:
            return []
        now = AgreementForm.of(self.agreement)
        self.values["version"] = now.values["version"]
        plain = [name for name in FIELD_WORDS if name != "parties" and self.text(name) != now.text(name)]
        told = [(FIELD_WORDS[name], now.in_words(name)) for name in plain]
        if self._typed_parties() != now._typed_parties():
            told.append((FIELD_WORDS["parties"], "、".join(name for name, _ in now._typed_parties())))
        return told

    def in_words(self, name: str) -> str:
        """A field as people read it."""
        words = {
            "level": {level.value: word for level, word in AGREEMENT_LEVEL_WORDS.items()},
            "trigger": {trigger.value: word for trigger, word in AGREEMENT_TRIGGER_WORDS.items()},
            "renews_automatically": {"yes": "あり", "": "なし"},
        }.get(name, {})
        return words.get(self.text(name), self.text(name)) or "（空欄）"

    def read(self) -> None:
        """`clean` holds the `details`; places are looked up together, days are checked in their order."""
        name = self.take_text("name", 200, "協定の名称を入力してください。")
        level = self.take_choice("level", AGREEMENT_LEVEL_WORDS, "協定の区分を選んでください。")
        trigger = self.take_choice("trigger", AGREEMENT_TRIGGER_WORDS, "支援の始まり方を選んでください。")
        self._look_up()
        parties = self._parties()
        area = self._area(parties)
        dates = self._dates()
        requester = self.take_text("requester", 200)
        texts: dict[str, Any] = {field: self.take_text(field) for field in TEXTS}
        if level and trigger and not self.errors:
            self.clean["details"] = AgreementDetails(
                name=name,
                level=level,
                parties=parties,
                area=area,
                trigger=trigger,
                requester=requester,
                **dates._asdict(),
                **texts,
            )

    def _look_up(self) -> None:
        named = {text for row in self._typed_parties() for text in row if text}
        self.keys = queries.area_keys_of(named | set(self._typed_places()[:MOST_PLACES]))

    def _typed_parties(self) -> list[tuple[str, str]]:
        rows = zip(self.many("party_name"), self.many("party_code"), strict=False)
        return [(keep_name(name), fold_width(code)) for name, code in rows if name.strip() or code.strip()]

    def _parties(self) -> tuple[Party, ...]:
        typed = self._typed_parties()
        if not typed:
            self.wrong("parties", "当事者を1つ以上入力してください。例：熊本県")
        if len(typed) > MOST_PARTIES:
            self.wrong("parties", f"当事者は{MOST_PARTIES}までです。ほかの当事者は備考に書いてください。")
            return ()
        return tuple(self._party(name, code) for name, code in typed)

    def _party(self, name: str, code: str) -> Party:
        """A code must be one; a name that is plainly a prefecture or municipality brings its code along."""
        keys = self.keys.get(code or name, [])
        if code and not keys:
            self.wrong("parties", f"「{code}」という市区町村・都道府県のコードはありません。コードを確かめてください。")
        if len(keys) > 1:
            self.wrong("parties", ambiguous_sentence(code or name, keys))
        if len(name) > 120:
            self.wrong("parties", "当事者の名称は120文字以内で入力してください。")
        key = keys[0] if len(keys) == 1 else None
        return Party(name or (queries.names_of_keys([key])[key] if key else ""), key)

    def _typed_places(self) -> list[str]:
        return [place for part in BETWEEN_PLACES.split(self.text("area")) if (place := part.strip())]

    def _area(self, parties: tuple[Party, ...]) -> tuple[str, ...]:
        """The places that are named; without any, those of the parties."""
        places = self._typed_places()
        if len(places) > MOST_PLACES:
            self.wrong("area", f"区域は{MOST_PLACES}か所までです。都道府県名でまとめて入力してください。")
            return ()
        if places == [WHOLE_COUNTRY]:
            return ()
        keys = {key for place in places if (key := self._place_key(place))}
        keys |= {party.area_key for party in parties if party.area_key and not places}
        if not places and not keys:
            self.wrong("area", "区域を入力してください。全国のときは「全国」と入力します。")
        return tuple(sorted(keys))

    def _place_key(self, place: str) -> str | None:
        found = self.keys.get(place, [])
        if not found:
            self.wrong("area", unknown_sentence(place[:40]))
        elif len(found) > 1:
            self.wrong("area", ambiguous_sentence(place, found))
        return found[0] if len(found) == 1 else None

    def _dates(self) -> Dates:
        dates = Dates(
            **{name: self.take_day(name) for name in DAYS},
            renews_automatically=self.text("renews_automatically") == "yes",
        )
        fault = rules.date_fault(dates)
        if fault:
            self.wrong(fault[0], rules.REFUSALS[fault[1]])
        is_signed = self.agreement is not None and self.agreement.status is AgreementStatus.IN_FORCE
        if is_signed and dates.signed_on is None:
            self.wrong("signed_on", rules.REFUSALS["signing_day_missing"])
        return dates

    @property
    def details(self) -> AgreementDetails:
        """What was written down; only after `check()` said yes."""
        read: AgreementDetails = self.clean["details"]
        return read


def area_text(area: list[str]) -> str:
    """An area as the field shows it: one place a line, municipalities with their code."""
    names = queries.names_of_keys(area)
    lines = [name if len(key) == 2 else f"{name}（{key}）" for key, name in names.items()]
    return "\n".join(lines) if area else WHOLE_COUNTRY


def _shown(agreement: Agreement) -> list[tuple[str, str]]:
    texts = {name: getattr(agreement, name) for name in ("name", "requester", *TEXTS)}
    days = {name: shown_day(getattr(agreement, name)) for name in DAYS}
    choices = {
        "level": agreement.level.value,
        "trigger": agreement.trigger.value,
        "renews_automatically": "yes" if agreement.renews_automatically else "",
        "area": area_text(agreement.area),
        "version": str(agreement.version),
    }
    rows = [
        pair
        for party in agreement.parties
        for pair in (("party_name", party.name), ("party_code", party.area_key or ""))
    ]
    return [*(texts | days | choices).items(), *rows]


class SigningForm(FieldsForm):
    """When the paper was signed, and from when it counts."""

    def read(self) -> None:
        """The day of signing must be there."""
        self.clean["signed_on"] = self.take_day("signed_on", "締結日を入力してください。")
        self.clean["effective_on"] = self.take_day("effective_on")

    @classmethod
    def of(cls, agreement: Agreement) -> "SigningForm":
        """The days that were written into the draft."""
        return cls({"signed_on": shown_day(agreement.signed_on), "effective_on": shown_day(agreement.effective_on)})


class RenewalForm(FieldsForm):
    """The new term, and when to look at it again."""

    def __init__(self, posted: Mapping[str, Any], *, renews_automatically: bool = False) -> None:
        super().__init__(posted)
        self.renews_automatically = renews_automatically

    def read(self) -> None:
        """The beginning must be there, the next review lies ahead."""
        effective_on = self.take_day("effective_on", "新しい期間の開始日を入力してください。")
        expires_on, review_on = self.take_day("expires_on"), self.take_day("review_on")
        if review_on and review_on <= clock.today():
            self.wrong("review_on", rules.REFUSALS["review_not_ahead"])
        fault = rules.date_fault(Dates(None, effective_on, expires_on, review_on, self.renews_automatically))
        if fault:
            self.wrong(fault[0], rules.REFUSALS[fault[1]])
        self.clean.update(effective_on=effective_on, expires_on=expires_on, review_on=review_on)
        self.clean["version"] = whole_number(self.text("version")) or 0

    @classmethod
    def of(cls, agreement: Agreement) -> "RenewalForm":
        """Empty days, with the mark of what the person saw."""
        return cls({"version": str(agreement.version)})


class EndingForm(FieldsForm):
    """The day on which the agreement ended."""

    def read(self) -> None:
        """The day must be there."""
        self.clean["ended_on"] = self.take_day("ended_on", "終了日を入力してください。")

    @classmethod
    def today(cls) -> "EndingForm":
        """Usually it ends on the day on which it is recorded."""
        return cls({"ended_on": shown_day(clock.today())})
