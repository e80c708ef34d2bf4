"""Signing in and out, and the list of accounts."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user
from sqlalchemy import select

from mra.core.access import ADMINS, ROLE_WORDS, Role, public, staff
from mra.core.db import db

from . import services
from .forms import SignInForm, StaffForm
from .models import Staff
from .rules import HOMES, USUAL_HOME

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/sign-in")
@public
def show_sign_in() -> ResponseReturnValue:
    """The page where staff sign in."""
    return render_template("accounts/sign_in.html", form=SignInForm({"next": request.args.get("next", "")}))


@blueprint.post("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Open a session; a wrong pair shows the page again."""
    form = SignInForm(request.form)
    # Read first: signing the same person in gives their object the new token.
    token_before = current_user.get_id() if current_user.is_authenticated else None
    person = services.sign_in(email=form.text("email"), password=form.text("password")) if form.check() else None
    if person is None:
        form.wrong("email", "メールアドレスまたはパスワードが違います。もう一度入力してください。")
        return render_template("accounts/sign_in.html", form=form), 422
    if token_before:
        services.sign_out(token_before)
    session.clear()
    login_user(person)
    return redirect(form.next_address() or HOMES.get(person.role, USUAL_HOME), 303)


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End the session."""
    if current_user.is_authenticated:
        services.sign_out(current_user.get_id())
    logout_user()
    session.clear()
    return redirect(url_for("accounts.show_sign_in"), 303)


@blueprint.get("/users")
@staff(ADMINS)
def index() -> ResponseReturnValue:
    """All accounts."""
    people = db.session.scalars(select(Staff).order_by(Staff.is_active.desc(), Staff.id))
    return render_template("accounts/users/index.html", people=list(people), form=StaffForm({}), roles=ROLE_WORDS)


@blueprint.post("/users")
@staff(ADMINS)
def create() -> ResponseReturnValue:
    """Give a person an account."""
    form = StaffForm(request.form)
    if not form.check():
        people = db.session.scalars(select(Staff).order_by(Staff.is_active.desc(), Staff.id))
        return render_template("accounts/users/index.html", people=list(people), form=form, roles=ROLE_WORDS), 422
    person = services.create_staff(
        email=form.text("email"), name=form.text("name"), role=Role(form.text("role")), password=form.text("password")
    )
    flash(f"{person.name}さんのアカウントを作成しました。", "success")
    return redirect(url_for("accounts.index"), 303)


@blueprint.post("/users/<int:staff_id>/deactivation")
@staff(ADMINS)
def deactivate(staff_id: int) -> ResponseReturnValue:
    """Close an account."""
    person = db.get_or_404(Staff, staff_id)
    services.deactivate(person)
    flash(f"{person.name}さんのアカウントを停止しました。", "success")
    return redirect(url_for("accounts.index"), 303)
