"""Volunteers for staff: the list, one person, registration by phone, the licence."""

from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from mra.accounts.queries import staff_names, timeline_lines
from mra.core import current
from mra.core.access import DESK_STAFF, READERS, staff
from mra.core.text import keep_name, whole_number
from mra.messaging import queries as messaging

from .. import queries, services
from ..forms import DriverForm, LicenceForm, ReasonForm
from ..models import TransportDriver
from ..rules.drivers import DRIVER, Channel, DriverStatus
from .blueprint import blueprint, load_driver, to_driver

# Where the browser keeps what was last searched for: a name or a number of a person never stands in an address.
LAST_SEARCH = "driver_search"
FOUND, ALL = "found", "all"
LARGEST_ID = 2**63
LONGEST_SEARCH = 60


@blueprint.get("/transport/drivers")
@staff(READERS)
def drivers() -> ResponseReturnValue:
    """Volunteers: those whose licence is to be looked at first, unless a filter says otherwise."""
    search = session.get(LAST_SEARCH, "") if request.args.get("show") == FOUND else ""
    counts = queries.driver_counts()
    shown = _shown(counts)
    before = request.args.get("before", type=int)
    page = queries.drivers_page(shown, search, before if before and 0 < before < LARGEST_ID else None)
    return render_template(
        "transport/drivers/index.html",
        page=page,
        search=search,
        filters=_filters(counts, None if search else shown, is_searching=bool(search)),
        next_url=url_for(
            "transport.drivers",
            show=FOUND if search else shown.value if shown else ALL,
            before=page.next_before,
        )
        if page.next_before
        else None,
        may_enter=current.role() in DESK_STAFF,
    )


def _shown(counts: dict[DriverStatus, int]) -> DriverStatus | None:
    wanted = request.args.get("show", "")
    if wanted in (ALL, FOUND):
        return None
    usual = DriverStatus.REGISTERED if counts.get(DriverStatus.REGISTERED) else DriverStatus.ACTIVE
    return next((one for one in DriverStatus if one.value == wanted), usual)


def _filters(
    counts: dict[DriverStatus, int], shown: DriverStatus | None, *, is_searching: bool
) -> list[dict[str, Any]]:
    links = [
        {
            "label": DRIVER.words[one].label,
            "url": url_for("transport.drivers", show=one.value),
            "count": counts.get(one, 0),
            "current": one is shown,
        }
        for one in DriverStatus
    ]
    everybody = {
        "label": "すべて",
        "url": url_for("transport.drivers", show=ALL),
        "count": sum(counts.values()),
        "current": shown is None and not is_searching,
    }
    return [*links, everybody]


@blueprint.post("/transport/drivers/search")
@staff(READERS)
def search_drivers() -> ResponseReturnValue:
    """Look for somebody by name, reading or phone."""
    session[LAST_SEARCH] = keep_name(request.form.get("q", ""))[:LONGEST_SEARCH]
    return redirect(url_for("transport.drivers", show=FOUND if session[LAST_SEARCH] else None), 303)


@blueprint.get("/transport/drivers/new")
@staff(DESK_STAFF)
def new_driver() -> ResponseReturnValue:
    """Somebody rings and wants to help."""
    return render_template("transport/drivers/new.html", form=DriverForm.new(by_staff=True))


@blueprint.post("/transport/drivers")
@staff(DESK_STAFF)
def enter_driver() -> ResponseReturnValue:
    """Keep what was told on the phone."""
    form = DriverForm(request.form, by_staff=True)
    if not form.check():
        return render_template("transport/drivers/new.html", form=form), 422
    driver = services.register(
        form.clean["facts"], submission_key=form.submission_key, channel=Channel.PHONE, by=current.actor()
    )
    flash("登録しました。免許証を確認したら、「免許証を確認して登録する」を押してください。", "success")
    return to_driver(driver)


@blueprint.get("/transport/drivers/<int:driver_id>")
@staff(READERS)
def driver(driver_id: int) -> ResponseReturnValue:
    """One volunteer."""
    return _page(load_driver(driver_id))


def _page(person: TransportDriver, *, licence: LicenceForm | None = None, reason: ReasonForm | None = None) -> str:
    offers = queries.offers_of_driver(person.id)
    checker = staff_names([person.licence_checked_by_staff_id] if person.licence_checked_by_staff_id else [])
    return render_template(
        "transport/drivers/show.html",
        driver=person,
        moves={move.action: move for move in DRIVER.actions(person.status, current.role())},
        licence_form=licence or LicenceForm.of(person),
        refused=reason or ReasonForm({}),
        offers=offers,
        checker=next(iter(checker.values()), ""),
        messages=messaging.about("transport_driver", [person.id]),
        timeline_lines=timeline_lines(("transport_driver", [person.id])),
        may_act=current.role() in DESK_STAFF,
    )


@blueprint.get("/transport/drivers/<int:driver_id>/edit")
@staff(DESK_STAFF)
def edit_driver(driver_id: int) -> ResponseReturnValue:
    """The registration as it stands."""
    person = load_driver(driver_id)
    return render_template("transport/drivers/edit.html", driver=person, form=DriverForm.known(person))


@blueprint.post("/transport/drivers/<int:driver_id>/edit")
@staff(DESK_STAFF)
def change_driver(driver_id: int) -> ResponseReturnValue:
    """Write down what changed."""
    person = load_driver(driver_id)
    form = DriverForm(request.form, by_staff=True, is_known=True)
    if not form.check():
        return render_template("transport/drivers/edit.html", driver=person, form=form), 422
    version = whole_number(form.text("version")) or 0
    services.change(person, form.clean["facts"], version=version, by=current.actor())
    flash("登録内容を変更しました。", "success")
    return to_driver(person)


@blueprint.post("/transport/drivers/<int:driver_id>/approval")
@staff(DESK_STAFF)
def approve(driver_id: int) -> ResponseReturnValue:
    """The licence was seen: jobs may be offered."""
    return _see_licence(driver_id, is_first=True)


@blueprint.post("/transport/drivers/<int:driver_id>/licence")
@staff(DESK_STAFF)
def check_licence(driver_id: int) -> ResponseReturnValue:
    """A renewed licence was seen."""
    return _see_licence(driver_id, is_first=False)


def _see_licence(driver_id: int, *, is_first: bool) -> ResponseReturnValue:
    person = load_driver(driver_id)
    form = LicenceForm(request.form)
    if not form.check():
        return _page(person, licence=form), 422
    verb = services.approve if is_first else services.check_licence
    verb(person, by=current.actor(), staff_id=current.staff_id(), **form.clean)
    flash("免許証の確認を記録しました。回送を打診できます。" if is_first else "免許証の確認を記録しました。", "success")
    return to_driver(person)


@blueprint.post("/transport/drivers/<int:driver_id>/pause")
@staff(DESK_STAFF)
def pause(driver_id: int) -> ResponseReturnValue:
    """No jobs for now."""
    person = load_driver(driver_id)
    services.pause(person, by=current.actor())
    flash("お休みにしました。再開するまで打診しません。", "success")
    return to_driver(person)


@blueprint.post("/transport/drivers/<int:driver_id>/resumption")
@staff(DESK_STAFF)
def resume(driver_id: int) -> ResponseReturnValue:
    """Jobs again."""
    person = load_driver(driver_id)
    services.resume(person, by=current.actor())
    flash("活動中に戻しました。", "success")
    return to_driver(person)


@blueprint.post("/transport/drivers/<int:driver_id>/removal")
@staff(DESK_STAFF)
def remove(driver_id: int) -> ResponseReturnValue:
    """Off the list; the number of the licence is erased."""
    person = load_driver(driver_id)
    form = ReasonForm(request.form)
    if not form.check():
        return _page(person, reason=form), 422
    services.remove(person, by=current.actor(), reason=form.clean["reason"])
    flash("登録を終え、免許証の番号を消しました。", "success")
    return to_driver(person)


@blueprint.post("/transport/drivers/<int:driver_id>/link")
@staff(DESK_STAFF)
def send_driver_link(driver_id: int) -> ResponseReturnValue:
    """The link to the own page was lost."""
    person = load_driver(driver_id)
    if services.send_page_again(person, by=current.actor()):
        flash("新しいリンクを送りました。前のリンクは使えなくなりました。", "success")
    else:
        flash("SMSもメールも届く連絡先がありません。電話で伝えてください。", "warning")
    return to_driver(person)
