"""The page of a municipality: which agreements apply, what was promised, whom to ring at this hour; and the maps."""

import re
from datetime import date, datetime
from html import unescape

import pytest
from sqlalchemy import text

from mra.alliance import queries, services
from mra.alliance.models import Agreement
from mra.alliance.rules.agreements import AgreementLevel, CandidateDetails, ContactDetails
from mra.alliance.rules.coverage import Coverage, Covering, of_municipality, of_prefecture
from mra.alliance.rules.members import ContactHours
from mra.core import clock
from mra.core.access import Role
from mra.core.actor import SYSTEM
from mra.core.clock import JAPAN
from mra.core.db import db
from tests import factories
from tests.conftest import CheckingClient
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("story_time")

PATH = "/alliance/municipalities/43215"


def with_contacts(agreement: Agreement) -> Agreement:
    for name, hours in (("昼の窓口", ContactHours.DAY), ("夜の当直", ContactHours.NIGHT)):
        services.add_agreement_contact(agreement, ContactDetails(name, hours, phone="+81969000001"), by=SYSTEM)
    return agreement


def shown(client: CheckingClient, path: str = PATH, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


@pytest.fixture
def viewer(client: CheckingClient) -> CheckingClient:
    factories.municipality()
    return client.sign_in_as(Role.VIEWER)


class TestOneMunicipality:
    def test_it_tells_what_was_promised_and_whom_to_ring(self, viewer: CheckingClient) -> None:
        with_contacts(factories.agreement(place_duty="県有地を貸す", cost_clause="実費は協会", requester="熊本県知事"))
        page = shown(viewer)
        for word in ("熊本県天草市", "コード 432156", "県有地を貸す", "実費は協会", "熊本県知事", "0969-00-0001"):
            assert word in page

    @pytest.mark.parametrize(("hour", "first"), [(9, "昼の窓口"), (3, "夜の当直")])
    def test_who_answers_now_stands_first(self, viewer: CheckingClient, hour: int, first: str) -> None:
        with_contacts(factories.agreement())
        with clock.stopped(datetime(2026, 8, 18, hour, tzinfo=JAPAN)):
            page = shown(viewer)
        on_top = page.split('id="ring"')[1].split("</section>")[0]
        assert first in on_top
        assert ("昼の窓口" if first == "夜の当直" else "夜の当直") not in on_top
        assert page.count("いまの時間") == 1

    def test_nobody_to_ring_is_told(self, viewer: CheckingClient) -> None:
        factories.agreement()
        assert "この時間に電話できる先は登録されていません" in shown(viewer)

    def test_base_candidates_and_pledges_stand_below(self, viewer: CheckingClient) -> None:
        agreement = factories.agreement()
        services.add_base_candidate(
            agreement, CandidateDetails("市民センター駐車場", "43215", "天草市東町1-1", capacity_cars=30), by=SYSTEM
        )
        factories.pledge(factories.member("九州タイヤ"), lead_time_days=3, area=["43"])
        factories.pledge(factories.member("東北オート"), area=["04"])
        page = shown(viewer)
        assert "市民センター駐車場" in page
        assert "九州タイヤ" in page
        assert "東北オート" not in page

    def test_the_way_to_readiness_leads_to_the_answer_for_this_place(self, viewer: CheckingClient) -> None:
        link = re.search(r'href="(/alliance/readiness\?[^"]*)"', shown(viewer))
        assert link
        assert "熊本県天草市の備え" in shown(viewer, unescape(link[1]))

    def test_an_expired_agreement_is_named_but_does_not_count(self, viewer: CheckingClient) -> None:
        factories.agreement(expires_on=clock.today().replace(day=1))
        page = shown(viewer)
        assert "この地域に使える協定（0）" in page
        assert "期限切れ" in page

    def test_the_code_with_its_check_digit_leads_here_too(self, viewer: CheckingClient) -> None:
        assert "熊本県天草市" in shown(viewer, "/alliance/municipalities/432156")

    def test_an_unknown_code_is_told_in_words(self, viewer: CheckingClient) -> None:
        page = shown(viewer, "/alliance/municipalities/43999", 404)
        assert "「43999」というコードの市区町村はありません" in page

    def test_many_agreements_cost_no_more_statements(self, viewer: CheckingClient) -> None:
        member = factories.member()
        with_contacts(factories.agreement())
        factories.pledge(member)
        shown(viewer)
        with statements() as few:
            shown(viewer)
        for _ in range(10):
            with_contacts(factories.agreement())
            factories.pledge(factories.member())
        db.session.commit()
        with statements() as many:
            shown(viewer)
        assert len(many) == len(few)

    def test_a_member_does_not_see_it(self, client: CheckingClient) -> None:
        factories.municipality()
        client.sign_in_as(Role.MEMBER)
        assert client.get(PATH).status_code == 403


class TestLookingUp:
    @pytest.mark.parametrize("text", ["天草", "あまくさ", "43215"])
    def test_a_municipality_is_found(self, viewer: CheckingClient, text: str) -> None:
        assert PATH in shown(viewer, f"/alliance/municipalities?q={text}")

    def test_nothing_found_is_told(self, viewer: CheckingClient) -> None:
        assert "見つかりませんでした" in shown(viewer, "/alliance/municipalities?q=どこにもない")


class TestCoverage:
    COUNTRY = Covering(AgreementLevel.ASSOCIATION, ())
    PREFECTURE = Covering(AgreementLevel.PREFECTURE, ("43",))
    CITY = Covering(AgreementLevel.CITY, ("43100",))

    def test_the_nearest_partner_counts(self) -> None:
        everything = [self.COUNTRY, self.PREFECTURE, self.CITY]
        assert of_municipality("43101", everything) is Coverage.OWN
        assert of_municipality("43215", everything) is Coverage.PREFECTURE
        assert of_municipality("40202", everything) is Coverage.ASSOCIATION
        assert of_municipality("40202", [self.PREFECTURE]) is Coverage.NONE

    def test_a_prefecture_is_covered_as_a_whole_or_in_parts(self) -> None:
        assert of_prefecture("43", [self.CITY, self.PREFECTURE]) is Coverage.PREFECTURE
        assert of_prefecture("43", [self.CITY, self.COUNTRY]) is Coverage.TOWNS_ONLY
        assert of_prefecture("40", [self.CITY, self.COUNTRY]) is Coverage.ASSOCIATION
        assert of_prefecture("40", [self.CITY]) is Coverage.NONE

    def test_the_country_and_a_prefecture_are_shown(self, viewer: CheckingClient) -> None:
        factories.agreement(level=AgreementLevel.CITY, area=["43215"])
        assert "一部の市区町村のみ" in shown(viewer, "/alliance/map")
        page = shown(viewer, "/alliance/map/43")
        assert "市区町村との協定あり" in page
        assert PATH in page
        assert viewer.get("/alliance/map/99").status_code == 404


class TestOverview:
    def test_it_tells_the_numbers_and_what_needs_doing(self, viewer: CheckingClient) -> None:
        factories.agreement(is_signed=False)
        factories.pledge(factories.member(), is_confirmed=False)
        page = shown(viewer, "/alliance")
        assert "確認が必要な協定（1）" in page
        assert "再確認が必要な提供表明" in page

    def test_many_agreements_cost_no_more_statements(self, viewer: CheckingClient) -> None:
        factories.agreement(is_signed=False)
        shown(viewer, "/alliance")
        with statements() as few:
            shown(viewer, "/alliance")
        for _ in range(10):
            factories.agreement(is_signed=False)
            factories.agreement()
        db.session.commit()
        with statements() as many:
            shown(viewer, "/alliance")
        assert len(many) == len(few)


class TestMaps:
    """Whole maps need the ground of the country; two squares are enough to see that they are coloured and lead on."""

    def ground(self, code: str, west: int) -> None:
        square = f"MULTIPOLYGON((({west} 0,{west + 1} 0,{west + 1} 1,{west} 1,{west} 0)))"
        outline = f"ST_Multi(ST_Transform(ST_GeomFromText('{square}', 4326), 3857))"
        db.session.execute(
            text(
                "INSERT INTO municipality_areas (municipality_code, area, outline, is_approximate, source)"
                f" VALUES (:code, ST_GeomFromText('{square}', 4326), {outline}, true, 'test')"
            ),
            {"code": code},
        )

    def test_a_municipality_is_coloured_by_its_partner_and_leads_to_its_page(self, viewer: CheckingClient) -> None:
        factories.municipality("43202", "八代市")
        self.ground("43215", 130)
        self.ground("43202", 131)
        factories.agreement(level=AgreementLevel.CITY, area=["43215"])
        page = shown(viewer, "/alliance/map/43")
        drawn = page.split('<svg class="map__drawing"')[1].split("</svg>")[0]
        town, other = (drawn.split(f'href="/alliance/municipalities/{code}"')[1][:200] for code in ("43215", "43202"))
        assert "map__step-5" in town
        assert "天草市、市区町村との協定あり" in town
        assert "map__step-0" in other
        assert "推定したもの" in page


@pytest.mark.usefixtures("session")
def test_what_a_member_promised_that_left_is_no_figure_of_the_alliance() -> None:
    gone = factories.member()
    factories.pledge(gone)
    factories.pledge(factories.member())
    services.members.leave(gone, left_on=date(2026, 8, 1), by=SYSTEM)
    figures = queries.alliance_figures(clock.today())
    assert (figures.members, figures.pledges) == (1, 1)
