"""The settings page of a support, and the buttons that open it, wind it down and close it."""

from typing import Any

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from mra.alliance import queries as alliance
from mra.alliance.models import BaseCandidate
from mra.alliance.rules.agreements import AGREEMENT_LEVEL_WORDS
from mra.core import clock, current
from mra.core.access import COORDINATORS, READERS, staff
from mra.core.lifecycle import Move

from .. import queries, rules, services
from ..models import Activation, TermsVersion
from ..priorities import ARRIVAL_WORDING
from .blueprint import blueprint, load_activation, rights, to_settings

# action → endpoint, what will happen to whom
BUTTONS = {
    "open": (
        "disasters.open_support",
        "公開ページが誰でも見られるようになり、受付期間のあいだ申込を受け付けます。",
    ),
    "wind_down": (
        "disasters.wind_down",
        "申込の受付をいま終了します。順番待ちの方への貸出と、返却の受付は続けられます。元の状態には戻せません。",
    ),
    "close": (
        "disasters.close",
        "公開ページは「支援終了」になり、以後は設定を変更できません。元の状態には戻せません。",
    ),
}
# what is missing → sentence, endpoint, label of the button
NEXT_SETTINGS = {
    "municipalities": ("対象の市区町村を選んでください。", "disasters.municipalities", "市区町村を選ぶ"),
    "bases": ("車を貸し出す拠点を登録してください。", "disasters.new_base", "拠点を登録する"),
    "terms": ("貸出条件を確かめて、登録してください。", "disasters.terms", "貸出条件を登録する"),
}


@blueprint.get("/activations/<int:activation_id>/settings")
@staff(READERS)
def settings(activation_id: int) -> ResponseReturnValue:
    """Everything that is decided about a support, what to do next, and what happened."""
    activation = load_activation(activation_id)
    terms, may = queries.terms_in_force_or_none(activation), rights(activation)
    return render_template(
        "disasters/settings/show.html",
        activation=activation,
        terms=terms,
        order=queries.priorities_in_force(activation.id),
        arrival=ARRIVAL_WORDING,
        lendings=rules.lendings(terms.terms) if terms else [],
        next_step=_next_step(activation, terms),
        actions=[_button(activation, terms, move) for move in _moves(activation)],
        events=queries.history(activation),
        agreements=alliance.agreements_for_places([one.code for one in activation.municipalities], clock.today()),
        moment=clock.now(),
        agreement_levels=AGREEMENT_LEVEL_WORDS,
        kinds=rules.DISASTER_KIND_WORDS,
        weekdays=rules.WEEKDAY_WORDS,
        candidates=_candidates(activation) if may["may_change"] else [],
        **may,
    )


def _candidates(activation: Activation) -> list[BaseCandidate]:
    """The places that agreements offer where the disaster struck, without those that are a base already."""
    codes = {code for town in activation.municipalities for code in alliance.municipality_codes_of(town.code)}
    bases = {(base.municipality_code, base.name) for base in activation.bases}
    return [one for one in alliance.candidates_in(codes) if (one.municipality_code, one.name) not in bases]


@blueprint.post("/activations/<int:activation_id>/selection")
@staff(READERS)
def choose(activation_id: int) -> ResponseReturnValue:
    """From now on this person's pages are about this support."""
    activation = load_activation(activation_id)
    session["activation_id"] = activation.id
    flash(f"「{activation.name}」に切り替えました。", "success")
    return redirect(url_for("desk.today"), 303)


@blueprint.post("/activations/<int:activation_id>/settings/opening")
@staff(COORDINATORS)
def open_support(activation_id: int) -> ResponseReturnValue:
    """Make the support public."""
    activation = load_activation(activation_id)
    services.open_support(activation, by=current.actor())
    flash("支援を開始しました。公開ページを確認してください。", "success")
    return to_settings(activation)


@blueprint.post("/activations/<int:activation_id>/settings/winding-down")
@staff(COORDINATORS)
def wind_down(activation_id: int) -> ResponseReturnValue:
    """End the intake."""
    activation = load_activation(activation_id)
    services.wind_down(activation, by=current.actor())
    flash("終了準備に入りました。申込の受付を終了しています。", "success")
    return to_settings(activation)


@blueprint.post("/activations/<int:activation_id>/settings/closing")
@staff(COORDINATORS)
def close(activation_id: int) -> ResponseReturnValue:
    """End the support."""
    activation = load_activation(activation_id)
    services.close(activation, by=current.actor())
    flash("支援を終了しました。", "success")
    return to_settings(activation)


def _moves(activation: Activation) -> tuple[Move, ...]:
    role = current.role()
    return rules.ACTIVATION.actions(activation.status, role) if role else ()


def _button(activation: Activation, terms: TermsVersion | None, move: Move) -> dict[str, Any]:
    endpoint, confirm = BUTTONS[move.action]
    hindrance = None
    if move.action == "open":
        hindrance = rules.opening_hindrance(bases=len(activation.bases), has_terms=terms is not None)
    return {
        "label": move.label,
        "url": url_for(endpoint, activation_id=activation.id),
        "tone": "primary" if move.action == "open" else "danger" if move.action == "close" else "secondary",
        "confirm": confirm,
        "disabled_reason": rules.REFUSALS[hindrance] if hindrance else None,
    }


def _next_step(activation: Activation, terms: TermsVersion | None) -> dict[str, Any] | None:
    """What a coordinator does next with a support that is not open yet; None for everybody else."""
    preparing = activation.status is rules.ActivationStatus.PREPARING
    if not preparing or not rights(activation)["may_change"]:
        return None
    missing = rules.next_setting(
        municipalities=len(activation.municipalities), bases=len(activation.bases), has_terms=terms is not None
    )
    if missing is None:
        return {"text": "準備ができました。公開ページの見え方を確かめて、支援を開始してください。", "action": None}
    sentence, endpoint, label = NEXT_SETTINGS[missing]
    return {"text": sentence, "action": {"label": label, "url": url_for(endpoint, activation_id=activation.id)}}
