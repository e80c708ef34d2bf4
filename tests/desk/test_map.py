"""The map of a support: where people ask from, where the cars stand and where they go."""

import gzip
import re
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text

from mra.alliance.models import Municipality
from mra.core.access import Role
from mra.core.actor import SYSTEM
from mra.core.audit import move
from mra.core.config import Settings
from mra.core.db import db
from mra.core.geo import point
from mra.disasters.models import Activation, Base
from mra.vehicles.models import Vehicle
from tests import factories
from tests.conftest import CheckingClient
from tests.desk.world import counted_statements

TILES = "https://cyberjapandata.gsi.go.jp"


@pytest.fixture
def activation(client: CheckingClient) -> Activation:
    """天草市 is affected, 苓北町 beside it is not."""
    client.sign_in_as(Role.VIEWER)
    ground(factories.municipality("43215", "天草市"), 130.15, 32.40)
    ground(factories.municipality("43531", "苓北町"), 130.05, 32.40)
    return factories.activation()


def ground(municipality: Municipality, west: float, south: float) -> None:
    """A square of a tenth of a degree as a municipality's real boundary."""
    area = "ST_Multi(ST_MakeEnvelope(:west, :south, :west + 0.1, :south + 0.1, 4326))"
    db.session.execute(
        text(f"INSERT INTO municipality_areas VALUES (:code, {area}, ST_Transform({area}, 3857), false, 'N03')"),
        {"code": municipality.code, "west": west, "south": south},
    )


def on_the_way(to: Base) -> Vehicle:
    car = factories.vehicle()
    car.base_id = to.id
    db.session.flush()
    return move(car, "dispatch", by=SYSTEM)


def shown(client: CheckingClient, activation: Activation) -> str:
    answer = client.get(f"/activations/{activation.id}/map")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def rows(page: str) -> list[str]:
    """The rows of the tables, as text."""
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)]


class TestCounts:
    def test_each_municipality_tells_how_many_applied(self, client: CheckingClient, activation: Activation) -> None:
        for _ in range(3):
            factories.application(activation)
        factories.application(activation, municipality_code="43531")
        page = shown(client, activation)
        assert "天草市、申込 3件、対象の市区町村" in page
        assert "苓北町、申込 1件" in page
        assert {"天草市 3 件", "苓北町 （対象外） 1 件", "合計 4 件"} <= set(rows(page))

    def test_only_the_applications_of_this_support_count(self, client: CheckingClient, activation: Activation) -> None:
        factories.application(factories.activation(slug="another"))
        assert "天草市 0 件" in rows(shown(client, activation))

    def test_who_applied_is_not_told(self, client: CheckingClient, activation: Activation) -> None:
        factories.application(activation, family_name="山鹿", phone="+819000009999")
        page = shown(client, activation)
        assert "山鹿" not in page
        assert "9999" not in page

    def test_somebody_from_far_away_stands_in_the_table(self, client: CheckingClient, activation: Activation) -> None:
        factories.municipality("01100", "札幌市", "北海道")
        factories.application(activation, municipality_code="01100")
        assert "札幌市 （対象外） 1 件" in rows(shown(client, activation))

    def test_the_wards_of_an_affected_city_are_affected(self, client: CheckingClient, activation: Activation) -> None:
        city = factories.municipality("43100", "熊本市")
        ward = factories.municipality("43101", "熊本市中央区")
        ward.city_code = "43100"
        ground(city, 130.25, 32.40)
        ground(ward, 130.25, 32.40)
        activation.municipalities.append(city)
        factories.application(activation, municipality_code="43101")
        page = shown(client, activation)
        assert "熊本市中央区、申込 1件、対象の市区町村" in page
        assert "熊本市中央区 1 件" in rows(page)


class TestBases:
    def test_a_base_tells_its_ready_cars_and_those_on_their_way(
        self, client: CheckingClient, activation: Activation
    ) -> None:
        base = factories.base(activation)
        factories.vehicle(base)
        on_the_way(base)
        on_the_way(base)
        page = shown(client, activation)
        assert "拠点1 天草拠点、使用可 1台、回送中 2台" in page
        assert any("天草拠点 1 台 2 台" in row for row in rows(page))

    def test_promised_cars_and_cars_of_other_supports_do_not_count(
        self, client: CheckingClient, activation: Activation
    ) -> None:
        base = factories.base(activation)
        begin_promised_at(base)
        factories.vehicle(factories.base(factories.activation(slug="another")))
        assert "使用可 0台、回送中 0台" in shown(client, activation)

    def test_a_base_leads_to_its_list_of_the_day(self, client: CheckingClient, activation: Activation) -> None:
        base = factories.base(activation)
        assert f'href="/desk?base={base.id}"' in shown(client, activation)
        assert client.get(f"/desk?base={base.id}").status_code == 200

    def test_a_base_of_another_support_than_mine_leads_to_its_settings(
        self, client: CheckingClient, activation: Activation
    ) -> None:
        factories.base(activation)
        factories.activation(slug="newer")
        assert f'href="/activations/{activation.id}/settings#bases"' in shown(client, activation)


def begin_promised_at(base: Base) -> None:
    """A car promised for a base."""
    car = factories.vehicle()
    car.base_id = base.id
    db.session.flush()


class TestPage:
    def test_every_reader_may_see_it_and_nobody_else(self, client: CheckingClient, activation: Activation) -> None:
        assert shown(client, activation)
        client.post("/sign-out")
        assert client.get(f"/activations/{activation.id}/map").status_code in (302, 303)

    def test_an_unknown_support_has_no_map(self, client: CheckingClient, activation: Activation) -> None:
        assert client.get("/activations/987654321/map").status_code == 404

    def test_without_shapes_the_tables_still_tell(self, client: CheckingClient) -> None:
        client.sign_in_as(Role.VIEWER)
        activation = factories.activation()
        factories.application(activation)
        page = shown(client, activation)
        assert "市区町村の形がまだ読み込まれていません" in page
        assert "天草市 1 件" in rows(page)

    def test_without_an_area_it_says_what_to_do(self, client: CheckingClient) -> None:
        client.sign_in_as(Role.COORDINATOR)
        activation = factories.activation()
        activation.municipalities.clear()
        page = shown(client, activation)
        assert "対象の市区町村を選ぶと、ここに地図が出ます" in page
        assert f'href="/activations/{activation.id}/settings/municipalities"' in page

    def test_guessed_borders_are_said_to_be_guessed(self, client: CheckingClient, activation: Activation) -> None:
        assert "国土数値情報（行政区域データ）" in shown(client, activation)
        db.session.execute(
            text("UPDATE municipality_areas SET is_approximate = true WHERE municipality_code = '43531'")
        )
        assert "役所の位置から推定" in shown(client, activation)

    def test_the_settings_and_the_desk_lead_here(self, client: CheckingClient, activation: Activation) -> None:
        link = f'href="/activations/{activation.id}/map"'
        assert link in client.get(f"/activations/{activation.id}/settings").get_data(as_text=True)
        assert link in client.get("/desk").get_data(as_text=True)

    def test_it_is_small_and_takes_the_same_statements_however_much_there_is(
        self, client: CheckingClient, activation: Activation
    ) -> None:
        factories.base(activation)
        factories.application(activation)
        shown(client, activation)
        with counted_statements() as few:
            shown(client, activation)
        for number in range(60):
            other = factories.municipality(f"43{600 + number}", f"町{number}")
            ground(other, 129.9 + number % 10 / 20, 32.2 + number // 10 / 20)
            activation.municipalities.append(other)
            factories.application(activation, municipality_code=other.code)
            on_the_way(factories.base(activation, f"拠点{number}", place=point(32.3, 130.0 + number / 500)))
        shown(client, activation)
        with counted_statements() as many:
            page = shown(client, activation)
        assert len(many) == len(few)
        assert len(gzip.compress(page.encode())) < 60_000

    def test_its_own_statements_are_few(self, client: CheckingClient, activation: Activation) -> None:
        factories.base(activation)
        shown(client, activation)
        with counted_statements() as quiet:
            client.get("/activations/987654321/map")
        with counted_statements() as whole:
            shown(client, activation)
        # Who signed in comes on every page; two more count for the menu how many people are to be rung.
        assert len(whole) - len(quiet) <= 10


class TestTiles:
    @pytest.fixture
    def with_tiles(self, app: Flask, settings: Settings) -> object:
        app.extensions["mra"] = replace(settings, map_tiles="gsi")
        yield
        app.extensions["mra"] = settings

    def test_without_the_setting_nothing_is_fetched_from_outside(
        self, client: CheckingClient, activation: Activation
    ) -> None:
        answer = client.get(f"/activations/{activation.id}/map")
        assert TILES not in answer.get_data(as_text=True)
        assert TILES not in answer.headers["Content-Security-Policy"]

    def test_with_the_setting_tiles_lie_below_and_are_named(
        self, with_tiles: None, client: CheckingClient, activation: Activation
    ) -> None:
        answer = client.get(f"/activations/{activation.id}/map")
        page = answer.get_data(as_text=True)
        assert f'<image href="{TILES}/xyz/pale/' in page
        assert "地理院タイル" in page
        assert f"img-src 'self' {TILES} data: blob:" in answer.headers["Content-Security-Policy"]

    def test_public_pages_and_files_never_allow_the_host_of_tiles(
        self, with_tiles: None, client: CheckingClient, activation: Activation
    ) -> None:
        for address in ("/", "/sign-in", f"/activations/{activation.slug}", "/nowhere", "/static/map.css"):
            with client.get(address) as answer:
                assert TILES not in answer.headers["Content-Security-Policy"], address
