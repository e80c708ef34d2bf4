"""Looking up a municipality, and its page: which agreements apply, what was promised, whom to ring."""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.core import clock
from mra.core.access import READERS, staff

from .. import queries
from ..models import Agreement, AgreementContact, Pledge
from ..municipality_codes import full_code
from ..rules.agreements import AGREEMENT_LEVEL_WORDS, AGREEMENT_TRIGGER_WORDS, ATTENTION_WORDS
from ..rules.members import CONTACT_HOURS_WORDS
from ..rules.pledges import SUPPLY_KIND_WORDS, SupplyKind
from .agreement_case import contacts_now, term_words
from .blueprint import blueprint

MOST_FOUND = 50


@dataclass(frozen=True)
class Partner:
    """An agreement as the page of a municipality tells it."""

    agreement: Agreement
    moment: datetime

    @property
    def contacts(self) -> list[tuple[AgreementContact, bool]]:
        """Whom to ring: who answers now comes first."""
        return contacts_now(self.agreement.contacts, self.moment)

    @property
    def contact_now(self) -> AgreementContact | None:
        """The first one who answers now."""
        return next((contact for contact, answers in self.contacts if answers), None)

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Who must ask, and what was promised; what the paper does not say is left out."""
        agreement = self.agreement
        facts = [
            ("支援の始まり方", AGREEMENT_TRIGGER_WORDS[agreement.trigger]),
            ("要請できる人", agreement.requester),
            ("場所の提供", agreement.place_duty),
            ("広報", agreement.publicity_duty),
            ("情報の共有", agreement.information_duty),
            ("費用の負担", agreement.cost_clause),
            ("有効期限", term_words(agreement, clock.in_japan(self.moment).date())),
        ]
        return [(label, value) for label, value in facts if value]


@blueprint.get("/alliance/municipalities")
@staff(READERS)
def municipalities() -> ResponseReturnValue:
    """Look up a municipality by name, reading or code."""
    text = request.args.get("q", "")
    return render_template(
        "alliance/municipalities/index.html",
        text=text,
        found=queries.municipalities_matching(text, limit=MOST_FOUND) if text.strip() else [],
        unknown_code=None,
    )


@blueprint.get("/alliance/municipalities/<code>")
@staff(READERS)
def municipality(code: str) -> ResponseReturnValue:
    """One municipality, as one needs it at night: whom to ring, under which agreement, what members can bring."""
    found = queries.municipality_by_code(code)
    if found is None:
        page = render_template("alliance/municipalities/index.html", text="", found=[], unknown_code=code[:20])
        return page, 404
    moment = clock.now()
    today = clock.in_japan(moment).date()
    about = queries.agreements_about(found.code)
    applying = [agreement for agreement in about if agreement.applies_on(today)]
    return render_template(
        "alliance/municipalities/show.html",
        municipality=found,
        code6=full_code(found.code),
        partners=[Partner(agreement, moment) for agreement in applying],
        others=[agreement for agreement in about if agreement not in applying],
        candidates=queries.candidates_in(queries.municipality_codes_of(found.code)),
        pledges=_by_kind(queries.pledges_for_place(found.code, today)),
        readiness_url=_readiness_url(found.code),
        level_words=AGREEMENT_LEVEL_WORDS,
        hours_words=CONTACT_HOURS_WORDS,
        attention_words=ATTENTION_WORDS,
        kind_words=SUPPLY_KIND_WORDS,
        day=today,
    )


def _by_kind(pledges: list[Pledge]) -> list[tuple[SupplyKind, list[Pledge]]]:
    """The pledges under their kinds, in the order of the founding paper, the fastest of each first."""
    return [(kind, found) for kind in SupplyKind if (found := [one for one in pledges if one.kind is kind])]


def _readiness_url(code: str) -> str | None:
    """The page of what could be brought here by which day, where the house has one."""
    return url_for("supply.readiness", municipality=code) if "supply.readiness" in current_app.view_functions else None
