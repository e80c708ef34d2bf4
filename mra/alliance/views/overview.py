"""The alliance at a glance, and the maps of where agreements stand."""

from typing import Any

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue

from mra.core import clock
from mra.core.access import READERS, staff

from .. import queries
from ..municipality_codes import PREFECTURES
from ..queries.pledges import DOUBTFUL
from ..rules.agreements import AGREEMENT_LEVEL_WORDS, ATTENTION_WORDS
from ..rules.coverage import COVERAGE_WORDS
from .blueprint import blueprint
from .coverage_maps import country_drawing, prefecture_drawing

DUTIES_SHOWN = 5


@blueprint.get("/alliance")
@staff(READERS)
def overview() -> ResponseReturnValue:
    """Numbers, what needs doing, and the country by prefecture."""
    today = clock.today()
    figures = queries.alliance_figures(today)
    duties = queries.agreements_to_attend(today)
    prefectures = queries.prefecture_coverage(today)
    return render_template(
        "alliance/overview.html",
        figures=_figure_items(figures),
        duties=duties[:DUTIES_SHOWN],
        duty_count=len(duties),
        prefectures=prefectures,
        drawing=country_drawing(prefectures),
        attention_words=ATTENTION_WORDS,
        coverage_words=COVERAGE_WORDS,
    )


@blueprint.get("/alliance/map")
@staff(READERS)
def coverage_map() -> ResponseReturnValue:
    """The country by prefecture."""
    prefectures = queries.prefecture_coverage(clock.today())
    return render_template(
        "alliance/map/country.html",
        prefectures=prefectures,
        drawing=country_drawing(prefectures),
        coverage_words=COVERAGE_WORDS,
    )


@blueprint.get("/alliance/map/<prefecture>")
@staff(READERS)
def prefecture_map(prefecture: str) -> ResponseReturnValue:
    """One prefecture by municipality."""
    if prefecture not in PREFECTURES:
        abort(404)
    municipalities = queries.municipality_coverage(prefecture, clock.today())
    drawing, is_approximate = prefecture_drawing(prefecture, municipalities)
    return render_template(
        "alliance/map/prefecture.html",
        prefecture=prefecture,
        name=PREFECTURES[prefecture],
        municipalities=municipalities,
        drawing=drawing,
        is_approximate=is_approximate,
        coverage_words=COVERAGE_WORDS,
    )


def _figure_items(figures: queries.AllianceFigures) -> list[dict[str, Any]]:
    """The large numbers, each leading to its list where the house has one."""
    agreements: list[dict[str, Any]] = [
        {
            "label": f"協定（{AGREEMENT_LEVEL_WORDS[level]}）",
            "value": count,
            "unit": "件",
            "url": url_for("alliance.agreements", level=level.value),
        }
        for level, count in figures.agreements.items()
    ]
    doubtful = figures.doubtful_pledges
    return [
        {"label": "加盟団体", "value": figures.members, "unit": "団体", "url": url_for("alliance.members")},
        {"label": "提供表明", "value": figures.pledges, "unit": "件", "url": url_for("alliance.pledges")},
        {
            "label": "再確認が必要な提供表明",
            "value": doubtful,
            "unit": "件",
            "url": url_for("alliance.pledges", show=DOUBTFUL),
            "tone": "warning" if doubtful else None,
        },
        *agreements,
    ]
