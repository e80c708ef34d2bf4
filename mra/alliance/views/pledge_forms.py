"""The forms of a pledge, which the secretariat, a member at its own pages and the holder of a link fill in alike."""

from flask import render_template

from ..forms.pledges import (
    CLASS_CHOICES,
    KIND_CHOICES,
    SEASON_CHOICES,
    SPECIFICATION_EXAMPLES,
    LapseForm,
    PledgeForm,
)
from ..models import Pledge
from ..rules import pledges as rules
from ..rules.pledges import SUPPLY_KIND_WORDS, UNITS
from .pledge_rows import rows

STAFF, RESIDENT = "layouts/staff.html", "layouts/resident.html"
Back = dict[str, str]


def kind_page(url: str, back: Back, chosen: dict[str, str] | None = None) -> str:
    """What is promised: the kind decides what is asked next. `chosen` goes along."""
    return render_template("alliance/pledges/kind.html", url=url, back=back, kinds=KIND_CHOICES, chosen=chosen or {})


def form_page(
    form: PledgeForm,
    url: str,
    back: Back,
    *,
    layout: str = STAFF,
    by_staff: bool = False,
    is_new: bool = True,
    chosen: dict[str, str] | None = None,
) -> str:
    """The form of one kind; staff may note that the member confirmed it on the telephone."""
    return render_template(
        "alliance/pledges/edit.html",
        form=form,
        url=url,
        back=back,
        layout=layout,
        by_staff=by_staff,
        is_new=is_new,
        chosen=chosen or {},
        kind_word=SUPPLY_KIND_WORDS[form.kind],
        units=[(unit, unit) for unit in UNITS[form.kind]],
        specification=rules.specification_fields(form.kind),
        examples=SPECIFICATION_EXAMPLES,
        seasons=SEASON_CHOICES,
        classes=CLASS_CHOICES,
    )


def lapse_page(form: LapseForm, pledge: Pledge, url: str, back: Back, *, layout: str = STAFF) -> str:
    """What ends, and why."""
    return render_template(
        "alliance/pledges/lapse.html", form=form, row=rows([pledge])[0], url=url, back=back, layout=layout
    )
