"""Disaster extensions of 車検: the notices, a new one with a look at whom it reaches, one that was typed wrongly."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from mra.alliance import queries as alliance
from mra.alliance.rules import areas
from mra.core import clock, current
from mra.core.access import COORDINATORS, READERS, staff
from mra.core.db import db
from mra.vehicles import services
from mra.vehicles.extending import EXTENSION, ExtensionStatus
from mra.vehicles.extension_forms import ExtensionForm
from mra.vehicles.models import InspectionExtension, Vehicle
from mra.vehicles.queries import extensions as queries
from mra.vehicles.queries.extensions import KnownPaper, MovedPaper
from mra.vehicles.rules import DOCUMENT_WORDS, DocumentKind

from .blueprint import blueprint

SHOWN_CARS = 50


@dataclass(frozen=True)
class Reach:
    """The papers that a notice moves, in words: how many of how many cars, and the first of them."""

    moved: Sequence[MovedPaper]
    cars: dict[int, Vehicle]

    @classmethod
    def of(cls, moved: Sequence[MovedPaper]) -> "Reach":
        """With the cars of the rows that are shown."""
        ids = [one.paper.vehicle_id for one in moved[:SHOWN_CARS]]
        found = select(Vehicle).where(Vehicle.id == func.any(ids)).options(joinedload(Vehicle.base))
        return cls(moved, {vehicle.id: vehicle for vehicle in db.session.scalars(found)})

    @property
    def car_count(self) -> int:
        """How many cars."""
        return len({one.paper.vehicle_id for one in self.moved})

    @property
    def expired_count(self) -> int:
        """How many of them could not be lent without the notice as of today."""
        today = clock.today()
        return len({one.paper.vehicle_id for one in self.moved if one.before < today})

    @property
    def by_kind(self) -> str:
        """車検 12件、自賠責保険 10件."""
        counts = [(kind, sum(one.paper.kind is kind for one in self.moved)) for kind in DocumentKind]
        return "、".join(f"{DOCUMENT_WORDS[kind]} {count:,}件" for kind, count in counts if count)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Car, paper, day with and without the notice."""
        return [
            {
                "vehicle": self.cars[one.paper.vehicle_id],
                "kind": DOCUMENT_WORDS[one.paper.kind],
                "before": one.before,
                "after": one.after,
            }
            for one in self.moved[:SHOWN_CARS]
        ]

    @property
    def hidden(self) -> int:
        """How many rows are not shown."""
        return max(0, len(self.moved) - SHOWN_CARS)


@blueprint.get("/vehicles/documents/extensions")
@staff(READERS)
def extensions() -> ResponseReturnValue:
    """All notices, and how many cars hold longer because of each."""
    known = queries.all_extensions()
    moved = queries.papers_to_look_at([])
    names = alliance.names_of_keys({key for one in known for key in one.areas})
    rows = [
        {
            "extension": one,
            "areas": areas.words(one.areas, names),
            "cars": _car_count(one, moved),
            "cancel": EXTENSION.actions(one.status, current.role()),
        }
        for one in known
    ]
    return render_template(
        "vehicles/documents/extensions/index.html", rows=rows, may_change=current.role() in COORDINATORS
    )


@blueprint.get("/vehicles/documents/extensions/new")
@staff(COORDINATORS)
def new_extension() -> ResponseReturnValue:
    """The form of a notice; nothing is ticked that nobody has read in it."""
    return render_template("vehicles/documents/extensions/new.html", form=ExtensionForm({}))


@blueprint.post("/vehicles/documents/extensions/preview")
@staff(COORDINATORS)
def preview_extension() -> ResponseReturnValue:
    """Whom a notice would reach; nothing is stored yet."""
    form = ExtensionForm(request.form)
    if not form.check():
        return render_template("vehicles/documents/extensions/new.html", form=form), 422
    facts = form.facts
    reach = Reach.of(queries.moved_by(facts.notice, others=queries.notices_in_force()))
    return render_template(
        "vehicles/documents/extensions/preview.html", form=form, facts=facts, areas=_area_words(facts), reach=reach
    )


@blueprint.post("/vehicles/documents/extensions/revision")
@staff(COORDINATORS)
def revise_extension() -> ResponseReturnValue:
    """Back to the form with what was typed; nothing was stored."""
    return render_template("vehicles/documents/extensions/new.html", form=ExtensionForm(request.form))


@blueprint.post("/vehicles/documents/extensions")
@staff(COORDINATORS)
def create_extension() -> ResponseReturnValue:
    """Write down a notice; papers hold longer at once."""
    form = ExtensionForm(request.form)
    if not form.check():
        return render_template("vehicles/documents/extensions/new.html", form=form), 422
    services.extend_inspections(form.facts, by=current.actor())
    flash("車検の特例を登録しました。対象の車両は、新しい満了日まで貸し出せます。", "success")
    return redirect(url_for("vehicles.extensions"), 303)


@blueprint.get("/vehicles/documents/extensions/<int:extension_id>/cancellation")
@staff(COORDINATORS)
def show_extension_cancellation(extension_id: int) -> ResponseReturnValue:
    """Who falls back to the printed day if a notice is cancelled."""
    extension = db.get_or_404(InspectionExtension, extension_id)
    others = queries.notices_in_force(apart_from=extension.id)
    reach = Reach.of(queries.moved_by(extension.notice, others=others))
    return render_template(
        "vehicles/documents/extensions/cancel.html",
        extension=extension,
        areas=areas.words(extension.areas, alliance.names_of_keys(extension.areas)),
        reach=reach,
        may_cancel=bool(EXTENSION.actions(extension.status, current.role())),
    )


@blueprint.post("/vehicles/documents/extensions/<int:extension_id>/cancellation")
@staff(COORDINATORS)
def cancel_extension(extension_id: int) -> ResponseReturnValue:
    """A notice was typed wrongly: its papers fall back."""
    extension = db.get_or_404(InspectionExtension, extension_id)
    services.cancel_extension(extension, by=current.actor())
    flash("車検の特例を取り消しました。対象だった車両の期限は、元に戻りました。", "success")
    return redirect(url_for("vehicles.extensions"), 303)


def _car_count(extension: InspectionExtension, moved: Sequence[KnownPaper]) -> int:
    """The cars that hold until the day of this notice."""
    notice = extension.notice
    reached = (one for one in moved if one.effective_ends_on == notice.until_on and notice.reaches(one.kind, one.home))
    return len({one.vehicle_id for one in reached}) if extension.status is ExtensionStatus.IN_FORCE else 0


def _area_words(facts: services.ExtensionFacts) -> str:
    keys = sorted(facts.notice.areas)
    return areas.words(keys, alliance.names_of_keys(keys))
