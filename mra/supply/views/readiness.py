"""Readiness: what could be brought to a municipality, by which day, and where the country is weak."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.alliance import queries as alliance
from mra.alliance.models import Municipality
from mra.alliance.municipality_codes import PREFECTURES
from mra.alliance.rules.pledges import lead_time_words
from mra.core import clock
from mra.core.access import READERS, staff
from mra.core.dates import short_date
from mra.core.vehicle_classes import VEHICLE_CLASS_WORDS, VehicleClass
from mra.disasters import queries as disasters

from .. import queries
from ..arrivals import COUNTED_ON, Certainty, by_day
from ..chart import Curve, drawing
from ..queries import Origin, ReadyPlace
from ..rules import readiness as rules
from ..rules.readiness import DAYS, LAST_DAY, SOURCE_WORDS, Part, Source
from .blueprint import blueprint

PAGE = 50
TABLE_DAYS = (0, 1, 2, 3, 5, 7, 10, 14, 21, 30)
CLASS_CHOICES = [(one.value, word) for one, word in VEHICLE_CLASS_WORDS.items()]


@dataclass(frozen=True)
class Search:
    """What was asked for: the place if it is certain, otherwise the places that could be meant, or why there is none."""

    text: str = ""
    municipality: Municipality | None = None
    choices: Sequence[Municipality] = ()
    fault: str = ""


@blueprint.get("/alliance/readiness")
@staff(READERS)
def readiness() -> ResponseReturnValue:
    """Choose a place; how much could be brought there, by which day, and on whom that rests."""
    search = _search()
    if search.municipality is None:
        return render_template("supply/readiness/index.html", search=search), 422 if search.fault else 200
    if "municipality" not in request.args:
        return redirect(url_for("supply.readiness", municipality=search.municipality.code), 303)
    return _page(search, queries.readiness_of(search.municipality))


def _search() -> Search:
    """By code where a link leads here, otherwise by name, reading or code as somebody typed it."""
    code = request.args.get("municipality", "").strip()[:20]
    if code:
        found = alliance.municipality_by_code(code)
        fault = "" if found else f"「{code}」という市区町村コードはありません。名前で探すか、コードを確かめてください。"
        return Search("" if found else code, found, fault=fault)
    text = request.args.get("q", "").strip()[:40]
    choices = alliance.municipalities_matching(text) if text else []
    if text and not choices:
        return Search(
            text,
            fault=f"「{text}」に合う市区町村は見つかりません。名前の一部、読みがな、または5桁・6桁のコードで探してください。",
        )
    return Search(text, choices[0] if len(choices) == 1 else None, choices)


def _page(search: Search, found: ReadyPlace) -> str:
    lines = [line for line in rules.lines_of(found.parts) if line.total]
    cars = [line for line in lines if line.item.vehicle_class]
    name = found.municipality.name
    return render_template(
        "supply/readiness/show.html",
        search=search,
        place=found.municipality,
        answer=rules.sentence(name, cars),
        doubtful=sum(line.total.doubtful[-1] for line in cars),
        days=DAYS,
        cars=cars,
        all_cars=rules.total([line.total for line in cars]) if cars else None,
        by_source=rules.by_source(cars),
        others=[line for line in lines if line not in cars],
        source_words=SOURCE_WORDS,
        curve=_curve([part for part in found.parts if part.item.vehicle_class]),
        rows=_rows(found),
        activation=disasters.current_activation(),
    )


def _curve(parts: Sequence[Part]) -> dict[str, Any]:
    """All cars together along the days, with and without what has to be confirmed."""
    arrivals, today = [part.arrival for part in parts], clock.today()
    days = list(range(LAST_DAY + 1))
    sure, with_doubtful = by_day(arrivals, days, COUNTED_ON), by_day(arrivals, days, COUNTED_ON | {Certainty.DOUBTFUL})
    return {
        "drawing": drawing([Curve("hoped", with_doubtful), Curve("sure", sure)], 0, every=5),
        "rows": [
            (day, short_date(today + timedelta(days=day)), sure[day], with_doubtful[day] - sure[day])
            for day in TABLE_DAYS
        ],
    }


def _rows(found: ReadyPlace) -> dict[str, Any]:
    """Fifty of the lines that the answer rests on, the earliest first; `next_url` leads on."""
    rows = _grouped(found)
    begin = max(0, request.args.get("after", 0, type=int))
    shown = rows[begin : begin + PAGE]
    here: dict[str, Any] = {"municipality": found.municipality.code, "_anchor": "parts"}
    return {
        "shown": shown,
        "text": f"{begin + 1:,}〜{begin + len(shown):,}件（全 {len(rows):,}件）" if shown else "",
        "next_url": url_for("supply.readiness", after=begin + PAGE, **here) if begin + PAGE < len(rows) else None,
        "previous_url": url_for("supply.readiness", after=max(0, begin - PAGE), **here) if begin else None,
    }


def _grouped(found: ReadyPlace) -> list[dict[str, Any]]:
    """A line for each pledge and each lease; own cars of one class that come from one base on one day are one line."""
    rows: dict[Any, dict[str, Any]] = {}
    for part in found.parts:
        origin = found.origin(part)
        if part.source is Source.OWN:
            key: Any = (origin.link_id, part.item, part.arrival.day, part.is_doubtful)
        else:
            key = (part.source, part.subject_id)
        if key in rows:
            rows[key]["quantity"] += part.arrival.quantity
        else:
            rows[key] = _row(part, origin)
    return list(rows.values())


def _row(part: Part, origin: Origin) -> dict[str, Any]:
    return {
        "name": origin.name,
        "about": origin.about,
        "part": part,
        "link_id": origin.link_id,
        "quantity": part.arrival.quantity,
        "when": lead_time_words(part.arrival.day),
    }


# The whole country


@blueprint.get("/alliance/readiness/all")
@staff(READERS)
def readiness_all() -> ResponseReturnValue:
    """Where are we weak? Every prefecture by its weakest and its middle municipality; one prefecture town by town."""
    chosen = _chosen_class()
    country = queries.readiness_everywhere(chosen)
    prefecture = request.args.get("prefecture", "")
    within = {code: found for code, found in country.amounts.items() if code[:2] == prefecture}
    return render_template(
        "supply/readiness/all.html",
        days=DAYS,
        regions=rules.regions(country.amounts),
        prefectures=PREFECTURES,
        prefecture=prefecture if within else "",
        fault=bool(prefecture) and not within,
        towns=[(country.towns[code], within[code]) for code in rules.weakest_first(within)],
        town_count=len(country.towns),
        chosen=chosen.value if chosen else "",
        class_choices=CLASS_CHOICES,
    )


def _chosen_class() -> VehicleClass | None:
    value = request.args.get("class", "")
    return VehicleClass(value) if value in {one.value for one in VehicleClass} else None


@blueprint.get("/alliance/readiness/all.csv")
@staff(READERS)
def readiness_csv() -> ResponseReturnValue:
    """The table of all municipalities for a spreadsheet; the mark at the beginning lets Excel read Japanese."""
    country = queries.readiness_everywhere(_chosen_class())
    text = StringIO("\ufeff")
    text.seek(0, 2)
    table = csv.writer(text)
    table.writerow(
        ["コード", "都道府県", "市区町村", *(f"{day}日以内" for day in DAYS), *(f"要確認 {day}日以内" for day in DAYS)]
    )
    for code, town in country.towns.items():
        found = country.amounts[code]
        table.writerow([code, town.prefecture, town.name, *found.sure, *found.doubtful])
    name = f"readiness-{clock.today():%Y%m%d}.csv"
    return Response(
        text.getvalue(), mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
