"""The pages of readiness: choose a place, read the answer, compare the country."""

import csv
from io import StringIO

import pytest

from mra.alliance.models import Municipality
from mra.alliance.rules.pledges import SupplyKind
from mra.core.access import Role
from mra.core.db import db
from mra.core.geo import point
from mra.disasters.models import Activation
from tests import factories
from tests.conftest import CheckingClient
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("session", "story_time")
AMAKUSA = "/alliance/readiness?municipality=43215"
ALL = "/alliance/readiness/all"


@pytest.fixture
def reader(client: CheckingClient) -> CheckingClient:
    return client.sign_in_as(Role.VIEWER)


@pytest.fixture
def support() -> Activation:
    """Three cars at the base in 天草市, five promised there, two of which somebody has to ask about."""
    support = factories.activation()
    base = factories.base(support)
    for _ in range(3):
        factories.vehicle(base)
    member = factories.member("熊本レンタカー協会")
    factories.pledge(member, area=["43"])
    factories.pledge(member, quantity=2, is_confirmed=False)
    factories.pledge(member, kind=SupplyKind.TYRE, unit="本", quantity=40)
    return support


def oita() -> None:
    db.session.add(
        Municipality(code="44201", name="大分市", kana="オオイタシ", prefecture="大分県", place=point(33.2, 131.6))
    )


def text(client: CheckingClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def test_the_answer_stands_on_top(reader: CheckingClient, support: Activation) -> None:
    page = text(reader, AMAKUSA)
    assert "天草市には、3日以内に軽乗用車3台、7日以内に合計8台、14日以内に合計8台を届けられる見込みです。" in page
    assert "先に確認が必要な車が14日以内に2台" in page
    assert "自前の車両" in page
    assert "ほか要確認 2" in page


def test_it_rests_on_members_and_cars_with_links(reader: CheckingClient, support: Activation) -> None:
    page = text(reader, AMAKUSA)
    assert "熊本レンタカー協会" in page
    assert "/alliance/pledges/" in page
    assert "/vehicles?base=" in page
    assert page.count("天草拠点") == 1
    assert "40" in page
    assert "タイヤ" in page
    assert f"/activations/{support.id}/board" in page


def test_a_name_or_a_reading_leads_to_the_place(reader: CheckingClient, support: Activation) -> None:
    for typed in ("天草", "あまくさ", "432156"):
        answer = reader.get("/alliance/readiness", query_string={"q": typed})
        assert (answer.status_code, answer.headers["Location"]) == (303, AMAKUSA), typed


def test_a_name_of_several_places_asks_which(reader: CheckingClient, support: Activation) -> None:
    db.session.add(Municipality(code="43212", name="上天草市", kana="カミアマクサシ", prefecture="熊本県", place=None))
    page = text(reader, "/alliance/readiness?q=天草")
    assert "どの市区町村ですか" in page
    assert "municipality=43212" in page
    assert "municipality=43215" in page


@pytest.mark.parametrize("path", ["?municipality=99999", "?municipality=432150", "?q=どこにもない町", "?q=%25_"])
def test_an_unknown_place_gets_a_sentence(reader: CheckingClient, support: Activation, path: str) -> None:
    page = text(reader, f"/alliance/readiness{path}", 422)
    assert "コードはありません" in page or "見つかりません" in page


def test_a_place_that_nothing_reaches_is_told_what_to_do(reader: CheckingClient) -> None:
    factories.municipality()
    page = text(reader, AMAKUSA)
    assert "今のところ見込めません" in page
    assert "提供表明を、加盟団体に依頼してください" in page


def test_a_place_without_a_point_has_its_answer_too(reader: CheckingClient, support: Activation) -> None:
    db.session.add(Municipality(code="43212", name="上天草市", kana="カミアマクサシ", prefecture="熊本県", place=None))
    assert "7日以内に合計8台" in text(reader, "/alliance/readiness?municipality=43212")


def test_the_country_is_compared_by_prefecture_and_town(reader: CheckingClient, support: Activation) -> None:
    oita()
    page = text(reader, ALL)
    assert page.index("大分県") < page.index("熊本県")
    page = text(reader, f"{ALL}?prefecture=43")
    assert "天草市" in page
    assert "大分市" not in page
    assert "その都道府県はありません" in text(reader, f"{ALL}?prefecture=99")


def test_one_class_is_counted_alone(reader: CheckingClient, support: Activation) -> None:
    assert "3台" not in text(reader, f"{ALL}?prefecture=43&class=kei_truck")
    assert "天草市" in text(reader, f"{ALL}?prefecture=43&class=nonsense")


def test_the_table_of_all_can_be_taken_along(reader: CheckingClient, support: Activation) -> None:
    oita()
    answer = reader.get("/alliance/readiness/all.csv")
    assert answer.mimetype == "text/csv"
    assert answer.get_data().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [(row["コード"], row["7日以内"], row["要確認 7日以内"]) for row in rows] == [
        ("43215", "8", "2"),
        ("44201", "3", "2"),
    ]


def test_long_lists_are_cut_into_pages_of_fifty(reader: CheckingClient, support: Activation) -> None:
    member = factories.member()
    for _ in range(60):
        factories.pledge(member)
    page = text(reader, AMAKUSA)
    assert "1〜50件（全 64件）" in page
    assert "after=50" in page
    assert "51〜64件（全 64件）" in text(reader, f"{AMAKUSA}&after=50")
    assert text(reader, f"{AMAKUSA}&after=9999")


@pytest.mark.parametrize("path", [AMAKUSA, f"{ALL}?prefecture=43"])
def test_the_number_of_statements_does_not_grow(reader: CheckingClient, support: Activation, path: str) -> None:
    text(reader, path)
    with statements() as few:
        text(reader, path)
    member = factories.member()
    for _ in range(30):
        factories.pledge(member)
        factories.lease(factories.vehicle())
        factories.vehicle(support.bases[0])
    with statements() as many:
        text(reader, path)
    assert [one for one in many if "SAVEPOINT" not in one] == [one for one in few if "SAVEPOINT" not in one]


def test_members_do_not_see_it(client: CheckingClient) -> None:
    person = factories.member_person(factories.member())
    client.post("/sign-in", data={"email": person.email, "password": factories.PASSWORD})
    assert client.get("/alliance/readiness").status_code == 403
