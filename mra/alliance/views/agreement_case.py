"""What the page of one agreement shows: next step, buttons, facts, whom to ring, timeline."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for

from mra.core import clock, dates
from mra.core.access import Role
from mra.core.timeline import Line

from .. import queries
from ..models import Agreement, AgreementContact
from ..rules import agreements as rules
from ..rules.agreements import (
    AGREEMENT_LEVEL_WORDS,
    AGREEMENT_TRIGGER_WORDS,
    ATTENTION_WORDS,
    Attention,
    answers_at,
)

# Where the button of a move leads: the paper's days are asked for first.
PLACES = {"sign": "alliance.show_signing", "end": "alliance.show_ending"}
TONES = {"sign": "primary", "end": "danger"}
WHAT_TO_DO = {
    Attention.DRAFT: "締結したら、締結日を記録してください。記録するまで、この協定は支援の根拠に数えません。",
    Attention.EXPIRED: "有効期限が切れています。相手方に意向を確かめ、更新または終了を記録してください。",
    Attention.REVIEW_OVERDUE: "見直し日を過ぎています。相手方に意向を確かめ、更新または終了を記録してください。",
    Attention.REVIEW_DUE: "見直しの時期です。相手方に意向を確かめ、更新または終了を記録してください。",
}


@dataclass(frozen=True)
class AgreementCase:
    """One agreement as its page shows it to a person of a role."""

    agreement: Agreement
    role: Role | None
    moment: datetime
    area: list[str]
    timeline: list[Line]

    @property
    def today(self) -> date:
        """The day on the wall in Japan."""
        return clock.in_japan(self.moment).date()

    @property
    def may_change(self) -> bool:
        """Whether this person may change what is written down."""
        return rules.may_change(self.agreement.status, self.role)

    @property
    def attention(self) -> Attention | None:
        """What has to be done, if anything."""
        return self.agreement.attention(self.today)

    @property
    def next_step(self) -> dict[str, Any] | None:
        """What a coordinator does next."""
        if not self.may_change:
            return None
        if self.attention:
            return {"text": WHAT_TO_DO[self.attention], "tone": ATTENTION_WORDS[self.attention].tone}
        if not self.agreement.contacts:
            new_contact = url_for("alliance.new_agreement_contact", agreement_id=self.agreement.id)
            return {
                "text": "連絡先がありません。夜間も含めて、電話する先を登録してください。",
                "tone": "warning",
                "link": {"label": "連絡先を追加する", "url": new_contact},
            }
        if not self.agreement.files:
            return {
                "text": "協定書のPDFがまだ保存されていません。",
                "tone": "info",
                "link": {"label": "PDFを選ぶ", "url": "#files"},
            }
        return None

    @property
    def actions(self) -> list[dict[str, Any]]:
        """The buttons: those of the lifecycle, and the renewal, which changes no status."""
        ids: dict[str, Any] = {"agreement_id": self.agreement.id}
        moves = rules.AGREEMENT.actions(self.agreement.status, self.role) if self.role else ()
        buttons = [
            {
                "label": move.label,
                "url": url_for(PLACES[move.action], **ids),
                "method": "get",
                "tone": TONES[move.action],
            }
            for move in moves
        ]
        if rules.may_renew(self.agreement.status, self.role):
            tone = "primary" if self.attention else "secondary"
            renewal = {
                "label": "更新する",
                "url": url_for("alliance.show_renewal", **ids),
                "method": "get",
                "tone": tone,
            }
            buttons.insert(0, renewal)
        return buttons

    @property
    def parties(self) -> list[tuple[str, str | None]]:
        """Each side with the address of its place's page, where it is a municipality."""
        return [
            (
                party.name,
                url_for("alliance.municipality", code=party.area_key)
                if party.area_key and len(party.area_key) == 5
                else None,
            )
            for party in self.agreement.parties
        ]

    @property
    def days(self) -> list[tuple[str, str]]:
        """Label and value of each day."""
        agreement = self.agreement
        facts = [
            ("締結日", _day(agreement.signed_on)),
            ("効力の発生日", _day(agreement.effective_on)),
            ("有効期限", self.term),
            ("見直し日", _day(agreement.review_on)),
        ]
        return [*facts, ("終了日", _day(agreement.ended_on))] if agreement.ended_on else facts

    @property
    def term(self) -> str:
        """Until when it runs: the paper's date, and the end of the present term where it renewed itself."""
        return term_words(self.agreement, self.today)

    @property
    def start(self) -> list[tuple[str, str]]:
        """How support begins under this agreement."""
        agreement = self.agreement
        return [("始まり方", AGREEMENT_TRIGGER_WORDS[agreement.trigger]), ("要請できる人", agreement.requester)]

    @property
    def duties(self) -> list[tuple[str, str]]:
        """What the government side does, and who pays."""
        agreement = self.agreement
        return [
            ("場所の提供", agreement.place_duty),
            ("広報", agreement.publicity_duty),
            ("情報の共有", agreement.information_duty),
            ("費用の負担", agreement.cost_clause),
            ("備考", agreement.remarks),
        ]

    @property
    def contacts(self) -> list[tuple[AgreementContact, bool]]:
        """Each contact and whether it answers now, those that do first."""
        return contacts_now(self.agreement.contacts, self.moment)

    @property
    def level(self) -> str:
        """Between whom it stands."""
        return AGREEMENT_LEVEL_WORDS[self.agreement.level]


def case_of(agreement: Agreement, role: Role | None) -> AgreementCase:
    """The page of an agreement for a person of this role."""
    names = queries.names_of_keys(agreement.area)
    return AgreementCase(agreement, role, clock.now(), list(names.values()), queries.agreement_history(agreement))


def contacts_now(contacts: list[AgreementContact], moment: datetime) -> list[tuple[AgreementContact, bool]]:
    """Each contact and whether it answers at a moment, those that do first, otherwise in their own order."""
    told = [(contact, answers_at(contact.hours, moment)) for contact in contacts]
    return sorted(told, key=lambda one: not one[1])


def term_words(agreement: Agreement, today: date) -> str:
    """Until when an agreement runs, in words."""
    last = agreement.runs_until(today)
    if agreement.expires_on is None or last is None:
        return "定めなし"
    if not agreement.renews_automatically:
        return _day(agreement.expires_on)
    if last == agreement.expires_on:
        return f"{_day(last)}（自動更新あり）"
    return f"{_day(last)}まで自動更新中（協定書の期限 {_day(agreement.expires_on)}）"


def _day(day: date | None) -> str:
    return dates.japanese_date(day) if day else ""
