"""A resident applies with a phone: no account, no JavaScript, nothing lost, nothing leaked."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from mra.applications.forms import SECTIONS
from mra.applications.forms.application import FIELDS
from mra.applications.models import Application
from mra.core import clock
from mra.core.application_number import format_number
from mra.core.db import db
from tests import factories
from tests.applications import typed
from tests.conftest import CheckingClient
from tests.statements import statements

NEW = "/activations/kumamoto-2026/applications/new"
CREATE = "/activations/kumamoto-2026/applications"
RECEIPT = "/activations/kumamoto-2026/applications/receipt"


@pytest.fixture(autouse=True)
def world(client: CheckingClient, story_time: object) -> None:
    factories.activation()
    typed.postal_codes()


def page(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True))


def stored() -> int:
    return db.session.scalar(select(func.count()).select_from(Application)) or 0


def fields_of(text: str) -> MultiDict[str, str]:
    """What a browser would post from the first posting form of a page, hidden and typed."""
    form = text.split("<form", 1)[1].split("</form>", 1)[0]
    found: MultiDict[str, str] = MultiDict()
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        is_off = re.search(r'type="(?:checkbox|radio)"', tag) and " checked" not in tag
        if name and not is_off:
            found.add(name[1], unescape(value[1]) if value else "")
    for name, body in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', body)
        found.add(name, chosen[1] if chosen else "")
    for name, body in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form, re.S):
        found.add(name, body)
    return found


def typed_at(section: Any, values: typed.Typed) -> typed.Typed:
    return {name: value for name, value in values.items() if name in section.fields}


def type_into(posting: MultiDict[str, str], **values: Any) -> MultiDict[str, str]:
    """Type over what stands in the fields."""
    for name, value in values.items():
        posting.setlist(name, value if isinstance(value, list) else [value])
    return posting


def walk(client: CheckingClient, values: typed.Typed, until: str = "confirm") -> TestResponse:
    """Fill step after step as a browser would, carrying only what the pages carry."""
    answer = client.get(NEW)
    for section in SECTIONS:
        if section.key == until:
            break
        posting = fields_of(page(answer))
        answer = client.post(NEW, data=type_into(posting, **typed_at(section, values)))
    return answer


def test_the_whole_way_ends_with_a_receipt(client: CheckingClient) -> None:
    values = typed.application()
    check = walk(client, values)
    text = page(check)
    assert check.status_code == 200
    assert "山田 花子" in text
    assert "090-1234-5678" in text
    assert "熊本県天草市今釜新町1-1" in text
    assert stored() == 0

    posting = fields_of(text)
    posting["personal_consent"] = "yes"
    answer = client.post(CREATE, data=posting)
    assert (answer.status_code, answer.location) == (303, RECEIPT)
    made = db.session.scalars(select(Application)).one()
    receipt = page(client.get(RECEIPT))
    assert format_number(made.serial) in receipt
    assert re.search(r'href="/a/\w{12}"', receipt)


def test_nothing_typed_stands_in_an_address(client: CheckingClient) -> None:
    text = page(walk(client, typed.application()))
    addresses = re.findall(r'(?:href|action|formaction)="([^"]*)"', text)
    assert not [address for address in addresses if "?" in address and "static" not in address]


def test_a_wrong_step_is_shown_again_with_what_was_typed(client: CheckingClient) -> None:
    posting = fields_of(page(client.get(NEW)))
    type_into(posting, **typed_at(SECTIONS[0], typed.application(phone="0120-123-456", family_name="髙﨑")))
    answer = client.post(NEW, data=posting)
    text = page(answer)
    assert answer.status_code == 422
    assert "0120・0800で始まる番号には連絡できません" in text
    assert 'value="髙﨑"' in text
    assert 'href="#field-phone"' in text


def test_going_back_loses_nothing(client: CheckingClient) -> None:
    posting = fields_of(page(walk(client, typed.application(), until="drivers")))
    posting["driver1_licence_kind"] = "large"
    posting["go"] = "place"
    text = page(client.post(NEW, data=posting))
    assert "<h1>ご住所</h1>" in text
    assert fields_of(text)["driver1_licence_kind"] == "large"
    assert fields_of(text)["family_name"] == "山田"


def test_a_correction_leads_back_to_the_check(client: CheckingClient) -> None:
    posting = fields_of(page(walk(client, typed.application())))
    posting["go"] = "place"
    correcting = fields_of(page(client.post(NEW, data=posting)))
    correcting["address"] = "大浜町5-5"
    text = page(client.post(NEW, data=correcting))
    assert "<h1>同意と確認</h1>" in text
    assert "天草市大浜町5-5" in text


def test_a_postal_code_fills_the_address(client: CheckingClient) -> None:
    posting = fields_of(page(walk(client, typed.application(), until="place")))
    type_into(posting, postal_code="８６３−００１３", look_up="postal_code")
    found = fields_of(page(client.post(NEW, data=posting)))
    assert (found["municipality_code"], found["address"]) == ("43215", "今釜新町")


def test_a_look_up_overwrites_nothing_that_was_typed(client: CheckingClient) -> None:
    posting = fields_of(page(walk(client, typed.application(), until="place")))
    type_into(posting, postal_code="8630013", address="いまがま1-1", look_up="postal_code")
    assert fields_of(page(client.post(NEW, data=posting)))["address"] == "いまがま1-1"


def test_one_of_several_towns_is_chosen_with_a_tap(client: CheckingClient) -> None:
    posting = fields_of(page(walk(client, typed.application(), until="place")))
    type_into(posting, postal_code="8630015", look_up="postal_code")
    text = page(client.post(NEW, data=posting))
    assert 'name="town" value="大浜町"' in text
    choosing = fields_of(text)
    choosing["town"] = "大浜町"
    assert fields_of(page(client.post(NEW, data=choosing)))["address"] == "大浜町"


def test_an_unknown_postal_code_leaves_the_choice_to_the_person(client: CheckingClient) -> None:
    posting = fields_of(page(walk(client, typed.application(), until="place")))
    type_into(posting, postal_code="9999999", look_up="postal_code")
    text = page(client.post(NEW, data=posting))
    assert "この郵便番号は見つかりません" in text
    assert '<option value="43215">天草市</option>' in text


def test_drivers_are_added_and_taken_out(client: CheckingClient) -> None:
    posting = fields_of(page(walk(client, typed.application(), until="drivers")))
    posting["add_driver"] = "yes"
    text = page(client.post(NEW, data=posting))
    assert "2人目の運転する方" in text
    removing = fields_of(text)
    removing["remove_driver"] = "2"
    assert "2人目の運転する方" not in page(client.post(NEW, data=removing))


def test_the_applicant_stands_there_as_the_first_driver(client: CheckingClient) -> None:
    drivers = fields_of(page(walk(client, typed.application(), until="drivers")))
    assert (drivers["driver1_name"], drivers["driver1_born_on_era"]) == ("山田 花子", "S")


def test_a_landline_is_told_that_we_shall_ring(client: CheckingClient) -> None:
    assert "SMSは届きません" in page(walk(client, typed.application(phone="0969-22-1111"), until="place"))


def test_the_family_is_asked_where_somebody_of_75_drives(client: CheckingClient) -> None:
    assert "ご家族の同意" not in page(walk(client, typed.application()))
    old = typed.application(driver_count="2", **typed.old_driver(2))
    first = fields_of(page(walk(client, old, until="drivers")))
    first["add_driver"] = "yes"
    client.post(NEW, data=first)
    answer = client.post(CREATE, data=old)
    assert answer.status_code == 422
    assert "ご家族の電話番号" in page(answer)
    assert stored() == 0


def test_a_fault_of_an_earlier_step_leads_back_to_it(client: CheckingClient) -> None:
    answer = client.post(CREATE, data=typed.application(**typed.driver(1, expires_on_year="7")))
    assert answer.status_code == 422
    assert "<h1>運転する方</h1>" in page(answer)
    assert stored() == 0


def test_pressing_twice_gives_one_application_and_the_same_receipt(client: CheckingClient) -> None:
    values = typed.application()
    client.post(CREATE, data=values)
    first = re.search(r"A\d{5}-\d", page(client.get(RECEIPT)))
    client.post(CREATE, data=values)
    second = re.search(r"A\d{5}-\d", page(client.get(RECEIPT)))
    assert stored() == 1
    assert first
    assert second
    assert first[0] == second[0]


def test_changes_after_the_receipt_are_not_swallowed_silently(client: CheckingClient) -> None:
    values = typed.application()
    client.post(CREATE, data=values)
    client.post(CREATE, data=values | {"phone": "08011112222"})
    assert "すでに受け付けています" in page(client.get(RECEIPT))


def test_the_next_person_at_a_shared_telephone_never_sees_the_receipt_before(client: CheckingClient) -> None:
    values = typed.application()
    client.post(CREATE, data=values)
    first = re.search(r"A\d{5}-\d", page(client.get(RECEIPT)))
    client.post(CREATE, data=values | {"given_name": "次郎"})
    assert first
    assert first[0] not in page(client.get(RECEIPT))
    assert stored() == 2


def test_the_receipt_is_for_the_browser_that_applied(app: Flask, client: CheckingClient) -> None:
    client.post(CREATE, data=typed.application())
    assert client.get(RECEIPT).headers["Cache-Control"] == "no-store"
    assert app.test_client().get(RECEIPT).status_code == 404


def test_the_receipt_fades_from_a_shared_telephone(client: CheckingClient) -> None:
    client.post(CREATE, data=typed.application())
    with clock.stopped(clock.now() + timedelta(hours=2)):
        assert client.get(RECEIPT).status_code == 404
    assert client.get(RECEIPT).status_code == 200
    assert client.post(f"{RECEIPT}/closing").status_code == 303
    assert client.get(RECEIPT).status_code == 404


def test_a_closed_intake_is_told_in_a_sentence(client: CheckingClient) -> None:
    with clock.stopped(clock.now() + timedelta(days=110)):
        assert "受け付けていません" in page(client.get(NEW))
        answer = client.post(NEW, data={"step": "applicant"})
        assert answer.status_code == 409
        assert client.post(CREATE, data=typed.application()).status_code in (409, 422)
    assert stored() == 0


def test_nobody_applies_to_a_support_that_does_not_exist(client: CheckingClient) -> None:
    assert client.get("/activations/nowhere/applications/new").status_code == 404
    assert client.post("/activations/nowhere/applications", data=typed.application()).status_code == 404


def test_steps_may_be_gone_back_to_with_the_telephones_own_button(client: CheckingClient) -> None:
    assert "no-store" not in walk(client, typed.application(), until="place").headers["Cache-Control"]


def test_the_cookie_stays_the_same_from_step_to_step(client: CheckingClient) -> None:
    """2026-11-22: a page kept for another cookie is asked for again, so the back button ended at the browser's own page."""
    first = client.get(NEW)
    kept = client.get_cookie("mra")
    walk(client, typed.application(), until="drivers")
    assert first.status_code == 200
    assert kept
    assert client.get_cookie("mra") == kept


def test_a_submission_takes_few_statements(client: CheckingClient) -> None:
    values = typed.application()
    with statements() as seen:
        assert client.post(CREATE, data=values).status_code == 303
    assert len(seen) <= 19, "\n".join(seen)


ODD = st.text(max_size=40) | st.sampled_from(
    ["\x00", "１" * 5000, "9" * 400, "-1", "令和元年", "ｶﾞ", "🚗", "'; --", "{link}"]
)
NAMES = st.sampled_from(sorted(FIELDS | {"step", "go", "look_up", "town", "add_driver", "remove_driver", "checking"}))


@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(changes=st.dictionaries(NAMES, ODD, max_size=6), address=st.sampled_from([NEW, CREATE]))
def test_nothing_that_can_be_typed_breaks_a_page(client: CheckingClient, changes: dict[str, str], address: str) -> None:
    answer = client.post(address, data=typed.application(step="wish") | changes)
    assert answer.status_code in (200, 303, 422)
