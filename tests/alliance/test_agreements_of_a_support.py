"""The settings of a support name the agreements that it can stand on."""

import pytest

from mra.alliance import services
from mra.alliance.rules.agreements import ContactDetails
from mra.alliance.rules.members import ContactHours
from mra.core.access import Role
from mra.core.actor import SYSTEM
from mra.core.db import db
from tests import factories
from tests.conftest import CheckingClient
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("story_time")


def block(client: CheckingClient, activation_id: int) -> str:
    page = client.get(f"/activations/{activation_id}/settings").get_data(as_text=True)
    return page.split('id="agreements"')[1].split("</section>")[0]


def test_a_support_names_the_agreements_of_its_towns(client: CheckingClient) -> None:
    activation = factories.activation()
    client.sign_in_as(Role.COORDINATOR)
    assert "使える協定はありません" in block(client, activation.id)
    agreement = factories.agreement(name="熊本県との協定")
    services.add_agreement_contact(
        agreement, ContactDetails("危機管理防災課", ContactHours.ALWAYS, phone="+81969000001"), by=SYSTEM
    )
    factories.agreement(name="福岡県との協定", area=["40"])
    told = block(client, activation.id)
    assert "熊本県との協定" in told
    assert "0969-00-0001" in told
    assert "福岡県との協定" not in told


def test_many_agreements_cost_no_more_statements(client: CheckingClient) -> None:
    activation = factories.activation()
    client.sign_in_as(Role.COORDINATOR)
    factories.agreement()
    block(client, activation.id)
    with statements() as few:
        block(client, activation.id)
    for _ in range(5):
        factories.agreement()
    db.session.commit()
    with statements() as many:
        block(client, activation.id)
    assert len(many) == len(few)
