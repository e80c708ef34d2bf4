"""A map put together: order, signs, words, and what the page prints of it."""

from typing import Any

import html5lib
import pytest
from flask import Flask, render_template_string
from shapely import MultiPolygon, box

from mra.core.geo import Coordinates
from mra.core.maps import Drawing, Frame, Ground, Sign, draw, mercator, steps_for

AMAKUSA = Coordinates(32.4586, 130.1930)
X, Y = mercator(AMAKUSA)
FRAME = Frame(X - 500, Y - 300, X + 500, Y + 300)


def ground(name: str, west: float, south: float, size: float = 200, **values: Any) -> Ground:
    """A square around a corner that lies so many metres east and north of 天草市役所."""
    shape = MultiPolygon([box(X + west, Y + south, X + west + size, Y + south + size)])
    return Ground(name, shape, f"{name}、申込 {values.get('value', 0)}件", **values)


def words(drawing: Drawing) -> list[str]:
    return [word.text for word in drawing.words]


class TestGrounds:
    def test_marked_ones_are_drawn_last(self) -> None:
        drawing = draw([ground("天草市", -100, -100, is_marked=True), ground("苓北町", -300, -100)], FRAME)
        assert [one.is_marked for one in drawing.grounds] == [False, True]
        assert drawing.has_marked

    def test_the_count_decides_the_step(self) -> None:
        drawing = draw(
            [ground("a", 0, 0, value=69), ground("b", -300, 0, value=5), ground("c", 0, -300)],
            FRAME,
            steps=steps_for([69]),
        )
        assert [one.step for one in drawing.grounds] == [4, 1, None]
        assert drawing.legend[-1] == (4, "60件以上")

    def test_what_cannot_be_seen_is_left_out(self) -> None:
        assert draw([ground("遠い町", 5000, 5000)], FRAME).grounds == []


class TestSigns:
    def test_two_bases_at_one_place_do_not_cover_each_other(self) -> None:
        drawing = draw([], FRAME, signs=[Sign("1", AMAKUSA, "拠点1", arriving=3), Sign("2", AMAKUSA, "拠点2")])
        first, second = drawing.signs
        assert second.y - first.y >= 66

    def test_a_base_outside_of_the_window_is_not_drawn(self) -> None:
        assert draw([], FRAME, signs=[Sign("1", Coordinates(40, 140), "拠点1")]).signs == []


class TestWords:
    def test_a_marked_shape_has_its_name_and_its_count(self) -> None:
        assert words(draw([ground("天草市", -100, -100, is_marked=True, value=63)], FRAME)) == ["天草市", "63"]

    def test_an_unmarked_shape_has_only_its_count(self) -> None:
        assert words(draw([ground("苓北町", -100, -100, value=1063)], FRAME)) == ["1,063"]

    def test_a_shape_without_applications_says_nothing(self) -> None:
        assert words(draw([ground("苓北町", -100, -100, value=0)], FRAME)) == []

    def test_words_keep_away_from_signs(self) -> None:
        drawing = draw(
            [ground("天草市", -150, -150, 300, is_marked=True, value=63)], FRAME, signs=[Sign("1", AMAKUSA, "拠点1")]
        )
        assert words(drawing) == ["天草市", "63"]
        assert all(abs(word.y - drawing.signs[0].y) > 40 for word in drawing.words)

    def test_there_are_no_words_where_there_is_no_room(self) -> None:
        assert words(draw([ground("とても長い名前の町", -5, -5, 10, is_marked=True)], FRAME)) == []

    def test_the_larger_count_speaks_where_two_would_overlap(self) -> None:
        small = [ground("a", 0, 0, 4, value=11), ground("b", 5, 5, 4, value=22)]
        assert words(draw(small, FRAME)) == ["22"]


class TestTemplate:
    @pytest.fixture
    def page(self, app: Flask) -> Any:
        def render(drawing: Drawing) -> Any:
            with app.test_request_context("/"):
                text = render_template_string(
                    '{% from "components/map.html" import map %}{{ map(drawing, "地図", marked="対象", source="出典") }}',
                    drawing=drawing,
                )
            parser = html5lib.HTMLParser(namespaceHTMLElements=False)
            tree = parser.parseFragment(text)
            assert not parser.errors
            for element in tree.iter():
                element.tag = str(element.tag).removeprefix("{http://www.w3.org/2000/svg}")
            return tree

        return render

    def test_shapes_and_signs_with_an_address_are_links_with_a_name(self, page: Any) -> None:
        tree = page(
            draw(
                [ground("天草市", -100, -100, url="/towns/43215", value=3), ground("苓北町", 200, 0)],
                FRAME,
                signs=[Sign("1", AMAKUSA, "拠点1 天草拠点", "/desk?base=1", arriving=9)],
            )
        )
        links = {link.get("href"): link.get("aria-label") for link in tree.iter("a")}
        assert links == {"/towns/43215": "天草市、申込 3件", "/desk?base=1": "拠点1 天草拠点"}
        assert len(tree.findall(".//path/title")) == 2

    def test_names_are_printed_as_text(self, page: Any) -> None:
        tree = page(draw([ground('<b onload="x">', -100, -100, is_marked=True)], FRAME))
        assert tree.find(".//b") is None

    def test_without_tiles_nothing_is_fetched(self, page: Any) -> None:
        tree = page(draw([ground("天草市", -100, -100)], FRAME))
        assert tree.find(".//image") is None
        assert "地理院タイル" not in "".join(tree.itertext())

    def test_tiles_come_with_their_source(self, page: Any) -> None:
        tree = page(draw([ground("天草市", -100, -100)], FRAME, has_tiles=True))
        images = [image.get("href") for image in tree.iter("image")]
        assert images
        assert all(one.startswith("https://cyberjapandata.gsi.go.jp/xyz/pale/") for one in images)
        (source,) = [link for link in tree.iter("a") if link.text == "地理院タイル"]
        assert source.get("href") == "https://maps.gsi.go.jp/development/ichiran.html"
