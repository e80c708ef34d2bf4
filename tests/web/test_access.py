"""Who may call what: the whole table, printed and tried."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from mra.accounts import services as accounts
from mra.accounts.rules import LINK_PATHS
from mra.core.access import READERS, ROLE_WORDS, Mark, Role
from mra.core.db import db
from mra.web.access import mark_of_endpoint
from tests import factories
from tests.conftest import CheckingClient

SAFE = {"GET", "HEAD", "OPTIONS"}

# Everyone may call these. A page that is public belongs on this list on purpose, never by accident.
PUBLIC = {
    "static",
    "health.alive",
    "health.ready",
    "accounts.show_sign_in",
    "accounts.sign_in",
    "accounts.sign_out",
    "messaging.phones",
    "messaging.find_phone",
    "messaging.phone",
    "inbound.reply",
    "vehicles.scanned",
    "disasters.front",
    "disasters.show",
    "applications.start",
    "applications.fill",
    "applications.create",
    "applications.receipt",
    "applications.close_receipt",
    *("donations.start", "donations.fill", "donations.create", "donations.receipt", "donations.close_receipt"),
    "transport.register",
    "transport.register_form",
    "transport.registered",
}
WEBHOOKS = {"messaging.twilio_status", "messaging.gateway_status", "inbound.twilio_inbound"}


def rules_of(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))


def methods_of(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def address_of(rule: Rule) -> str:
    """An address that fits the rule and leads to nothing."""
    return re.sub(r"<[^>]+>", lambda part: "987654321" if "int:" in part[0] else "nothing-here", rule.rule)


def table(app: Flask) -> Iterator[tuple[Rule, Mark | None]]:
    for rule in rules_of(app):
        yield rule, mark_of_endpoint(app, rule.endpoint)


def test_every_endpoint_says_for_whom_it_is(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    print("\n".join(line_of(rule, mark) for rule, mark in table(app)))
    unmarked = [rule.endpoint for rule, mark in table(app) if mark is None]
    assert not unmarked, "\n" + capsys.readouterr().out


def line_of(rule: Rule, mark: Mark | None) -> str:
    """One line of the table: method, address, endpoint, who may."""
    who = "nobody" if mark is None else (mark.link and f"link to {mark.link}") or mark.kind
    if mark and mark.roles:
        who = "、".join(ROLE_WORDS[role] for role in Role if role in mark.roles)
    return f"{'/'.join(methods_of(rule)):5} {rule.rule:60} {rule.endpoint:32} {who}"


def endpoints_with(app: Flask, kind: str) -> set[str]:
    return {rule.endpoint for rule, mark in table(app) if mark and mark.kind == kind}


def test_what_is_public_is_public_on_purpose(app: Flask) -> None:
    assert endpoints_with(app, "public") == PUBLIC
    assert endpoints_with(app, "webhook") == WEBHOOKS


def test_a_private_link_stands_in_every_address_that_asks_for_one(app: Flask) -> None:
    asking = {rule.rule: mark for rule, mark in table(app) if mark and mark.kind == "link"}
    for address, mark in asking.items():
        assert address.startswith(f"{LINK_PATHS[mark.link or '']}<token>")
    assert set(asking) == {rule.rule for rule in rules_of(app) if "<token>" in rule.rule}


# What a viewer may post: which support the own pages are about, and what is looked for.
OWN_CHOICES = {
    "disasters.choose",
    "applications.search",
    "alliance.search_members",
    "donations.search",
    "transport.search_drivers",
}


def test_a_viewer_changes_nothing(app: Flask) -> None:
    may = [
        rule.endpoint
        for rule, mark in table(app)
        if mark and Role.VIEWER in mark.roles and set(methods_of(rule)) - SAFE
    ]
    assert set(may) == OWN_CHOICES


def test_only_admins_keep_accounts(app: Flask) -> None:
    for rule, mark in table(app):
        if rule.endpoint.startswith("accounts.") and rule.endpoint not in PUBLIC:
            assert mark is not None
            assert mark.roles == {Role.ADMIN}, rule.endpoint


@pytest.mark.parametrize("role", [None, *Role], ids=["nobody", *Role])
def test_the_shell_does_what_the_marks_say(app: Flask, client: CheckingClient, role: Role | None) -> None:
    """Every staff endpoint is asked by every role; what the mark allows passes the door, everything else does not."""
    factories.activation()
    if role:
        client.sign_in_as(role)
    surprises = []
    for rule, mark in table(app):
        if mark is None or mark.kind != "staff":
            continue
        for method in methods_of(rule):
            answer = client.open(address_of(rule), method=method)
            stopped = answer.status_code == 403
            sent_away = answer.status_code == 303 and "/sign-in" in (answer.location or "")
            expected = (True, False) if role and role not in mark.roles else (False, role is None)
            if (stopped, sent_away) != expected:
                surprises.append(f"{method} {rule.rule}: {answer.status_code} {answer.location}")
    assert not surprises


def test_a_wrong_link_opens_no_page(app: Flask, client: CheckingClient) -> None:
    for rule, mark in table(app):
        if mark and mark.kind == "link":
            for method in methods_of(rule):
                answer = client.open(address_of(rule), method=method)
                assert answer.status_code == 404, rule.rule
                assert "このリンクは使えません" in answer.get_data(as_text=True)


def test_a_revoked_link_opens_nothing(client: CheckingClient) -> None:
    application = factories.application(factories.activation())
    token = accounts.token_of(accounts.make_link("application", application.id))
    db.session.flush()
    assert client.get(f"/a/{token}").status_code == 200
    accounts.revoke_links("application", application.id)
    assert client.get(f"/a/{token}").status_code == 404


def test_a_view_without_a_mark_is_closed_to_all(house: Flask, session: None) -> None:
    called: list[str] = []

    def unmarked() -> str:
        called.append("called")
        return "secret"

    house.add_url_rule("/planted/unmarked", "planted.unmarked", unmarked)
    answer = house.test_client().get("/planted/unmarked")
    assert answer.status_code == 403
    assert not called


def test_after_signing_in_one_arrives_where_one_wanted_to_go(client: CheckingClient) -> None:
    client.sign_in_as(Role.DESK).post("/sign-out")
    sent = client.get("/loans?shelf=overdue")
    assert sent.location == "/sign-in?next=/loans?shelf%3Doverdue"
    form = {"email": "desk@example.jp", "password": factories.PASSWORD, "next": "/loans?shelf=overdue"}
    assert client.post("/sign-in", data=form).location == "/loans?shelf=overdue"


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_signing_in_leads_to_no_other_site(client: CheckingClient, elsewhere: str) -> None:
    client.sign_in_as(Role.DESK).post("/sign-out")
    form = {"email": "desk@example.jp", "password": factories.PASSWORD, "next": elsewhere}
    assert client.post("/sign-in", data=form).location == "/desk"


@pytest.mark.usefixtures("session")
class TestNavigation:
    """What the menu offers, the door lets through."""

    @pytest.mark.parametrize("role", sorted(READERS))
    def test_every_entry_of_the_menu_opens(self, client: CheckingClient, role: Role) -> None:
        factories.base(factories.activation())
        client.sign_in_as(role)
        page = client.get("/desk").get_data(as_text=True)
        menu = page.split('<nav class="navigation"')[1].split("</nav>")[0]
        addresses = re.findall(r'href="([^"]+)"', menu)
        assert len(addresses) > 3
        answers = {address: client.get(address).status_code for address in addresses}
        assert set(answers.values()) == {200}, answers
