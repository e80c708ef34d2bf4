"""What every answer carries, and the token that proves a form came from our own page."""

import re

import pytest
from flask import Flask

from mra.core.access import Role
from mra.core.db import db
from tests import factories
from tests.conftest import PASSWORD, CheckingClient
from tests.desk.world import address_of

HTTPS = "https://mra.example.jp"


@pytest.fixture
def browser(house: Flask, committed: None) -> "Browser":
    """A browser before a house that checks form tokens."""
    house.config["WTF_CSRF_ENABLED"] = True
    return Browser(house)


class Browser:
    """Keeps cookies, sends forms with the token of the page."""

    def __init__(self, house: Flask) -> None:
        self.client = house.test_client()

    def token(self) -> str:
        page = self.client.get("/sign-in", base_url=HTTPS).get_data(as_text=True)
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found is not None
        return found[1]

    def sign_in(self, **form: str) -> int:
        given = {"email": "nobody@example.jp", "password": PASSWORD} | form
        status: int = self.client.post(
            "/sign-in", data=given, base_url=HTTPS, headers={"Referer": HTTPS + "/sign-in"}
        ).status_code
        return status


@pytest.mark.parametrize("form", [{}, {"csrf_token": "guessed"}], ids=["missing", "guessed"])
def test_a_form_without_our_token_is_refused(browser: Browser, form: dict[str, str]) -> None:
    browser.token()
    assert browser.sign_in(**form) == 400


def test_a_form_with_our_token_is_read(browser: Browser) -> None:
    assert browser.sign_in(csrf_token=browser.token()) == 422


def test_a_form_from_another_site_is_refused(browser: Browser) -> None:
    form = {"email": "a@example.jp", "password": PASSWORD, "csrf_token": browser.token()}
    answer = browser.client.post("/sign-in", data=form, base_url=HTTPS, headers={"Referer": "https://evil.example/"})
    assert answer.status_code == 400


def test_the_refusal_says_what_to_do(browser: Browser) -> None:
    answer = browser.client.post("/sign-in", data={}, base_url=HTTPS)
    assert "前の画面に戻って開き直し" in answer.get_data(as_text=True)


def test_an_outside_service_needs_no_token_but_a_signature(browser: Browser) -> None:
    answer = browser.client.post("/webhooks/twilio/status/1", data={"MessageStatus": "delivered"}, base_url=HTTPS)
    assert answer.status_code == 403


@pytest.mark.parametrize("address", ["/sign-in", "/healthz", "/nowhere", "/desk"])
def test_every_answer_carries_the_headers(client: CheckingClient, address: str) -> None:
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    for rule in ("default-src 'none'", "script-src 'self'", "form-action 'self'", "frame-ancestors 'none'"):
        assert rule in policy
    assert "unsafe-inline" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Request-Id"]


def test_https_is_remembered(client: CheckingClient) -> None:
    assert "Strict-Transport-Security" in client.get("/sign-in", base_url=HTTPS).headers
    assert "Strict-Transport-Security" not in client.get("/sign-in", base_url="http://localhost").headers


def test_no_page_holds_a_script_or_a_style_of_its_own(client: CheckingClient) -> None:
    """The policy would stop them, and the page would be broken without a word."""
    application = factories.application(factories.activation())
    client.sign_in_as(Role.ADMIN)
    for address in ("/sign-in", "/desk", f"/applications/{application.id}", address_of(application)):
        page = client.get(address).get_data(as_text=True)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]+src=)", page), address


def test_static_files_are_kept_and_marked(client: CheckingClient) -> None:
    page = client.get("/sign-in").get_data(as_text=True)
    address = re.search(r'href="(/static/tokens\.css\?v=[0-9a-f]+)"', page)
    assert address is not None
    answer = client.get(address[1])
    assert "public" in answer.headers["Cache-Control"]
    answer.close()


def test_the_cookie_is_for_our_site_and_https_only(house: Flask, committed: None) -> None:
    factories.staff_member(Role.DESK)
    db.session.commit()
    email = db.session.query(factories.Staff.email).scalar()
    answer = house.test_client().post("/sign-in", data={"email": email, "password": PASSWORD}, base_url=HTTPS)
    cookie = answer.headers["Set-Cookie"]
    for mark in ("Secure", "HttpOnly", "SameSite=Lax"):
        assert mark in cookie
    assert email not in cookie


def test_the_cookie_changes_when_somebody_signs_in(client: CheckingClient) -> None:
    client.get("/sign-in")
    before = client.get_cookie("mra")
    client.sign_in_as(Role.DESK)
    after = client.get_cookie("mra")
    assert after is not None
    assert before is None or before.value != after.value
