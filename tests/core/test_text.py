"""Widths, digits and kana: what people type is understood, and names stay theirs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mra.core.text import (
    DASHES,
    FormatFault,
    digits,
    fold_width,
    kana,
    keep_name,
    latin_name,
    longest_pieces,
    pieces,
    search_key,
    whole_number,
)

FULL_WIDTH_DIGITS = str.maketrans("0123456789,", "０１２３４５６７８９，")


@pytest.mark.parametrize("dash", DASHES)
def test_every_look_alike_becomes_one_dash(dash: str) -> None:
    assert fold_width(f"０９０{dash}１２３４") == "090-1234"


def test_tildes_of_every_keyboard_become_one() -> None:
    assert {fold_width(f"9:00{tilde}17:00") for tilde in "~〜～"} == {"9:00~17:00"}


def test_spaces_are_trimmed_and_collapsed() -> None:
    assert fold_width("\u3000宮城 \u3000 580\tわ\n") == "宮城 580 わ"


def test_invisible_marks_of_a_pasted_number_are_dropped() -> None:
    assert fold_width("\u202d090-1234-5678\u202c\u200b") == "090-1234-5678"


def test_a_null_character_never_reaches_the_database() -> None:
    assert "\x00" not in fold_width("1\x002") + keep_name("佐藤\x00花子") + search_key("佐\x00藤")


def test_digits_drops_all_else() -> None:
    assert digits("第３０９０号-1２") == "3090" + "12"


@pytest.mark.parametrize(
    ("typed", "number"),
    [("42000", 42000), ("４２，０００", 42000), ("42,000", 42000), (" ０ ", 0), ("1,234,567", 1234567)],
)
def test_a_count_is_read_in_any_width(typed: str, number: int) -> None:
    assert whole_number(typed) == number


@pytest.mark.parametrize("typed", ["", "四万", "4,20", "42,0000", "-5", "1.5", "12km", "٣", "9" * 5000])
def test_what_is_no_count_is_not_guessed(typed: str) -> None:
    assert whole_number(typed) is None


@given(st.integers(min_value=0, max_value=10**9), st.booleans(), st.booleans())
def test_a_count_survives_commas_and_widths(number: int, commas: bool, full_width: bool) -> None:
    typed = f"{number:,}" if commas else str(number)
    assert whole_number(typed.translate(FULL_WIDTH_DIGITS) if full_width else typed) == number


@pytest.mark.parametrize(
    ("typed", "reading"),
    [
        ("ﾖｼｻﾞﾜ", "ヨシザワ"),
        ("よしざわ　はなこ", "ヨシザワ ハナコ"),
        ("サトー", "サトー"),
        ("ｻﾄｰ", "サトー"),
        ("サト－", "サトー"),
        ("か゛ま", "ガマ"),
        ("マリア・ロペス", "マリア・ロペス"),
        ("こゝろ", "コヽロ"),
        ("ゔぃくとりあ", "ヴィクトリア"),
    ],
)
def test_a_reading_becomes_full_width_katakana(typed: str, reading: str) -> None:
    assert kana(typed) == reading


@pytest.mark.parametrize("typed", ["", "  ", "佐藤", "Sato", "サトウ1", "サトウ!"])
def test_what_is_no_reading_is_refused(typed: str) -> None:
    assert kana(typed) is None


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Ｍａｒｉａ　Ｌｏｐｅｚ", "Maria Lopez"),
        ("José O’Neill-Núñez", "José O'Neill-Núñez"),
        ("Nguyễn Văn An", "Nguyễn Văn An"),
    ],
)
def test_a_foreign_name_stays_in_its_letters(typed: str, name: str) -> None:
    assert latin_name(typed) == name


@pytest.mark.parametrize("typed", ["", "-", "佐藤", "サトウ", "Maria1", "Мария"])
def test_a_latin_name_holds_latin_letters_only(typed: str) -> None:
    assert latin_name(typed) is None


@pytest.mark.parametrize("name", ["髙橋", "山﨑", "渡邊󠄂", "神田", "塚本", "Ａｎｎａ"])
def test_a_name_is_kept_as_its_bearer_writes_it(name: str) -> None:
    assert keep_name(f"\u3000{name} ") == name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("さとう はなこ", "ｻﾄｳﾊﾅｺ"),
        ("サトー", "サト"),
        ("LOPEZ Maria", "ｌｏｐｅｚｍａｒｉａ"),
        ("マリア・ロペス", "まりあ ろぺす"),
        ("神", "神"),
    ],
)
def test_a_search_does_not_mind_widths_and_spaces(one: str, other: str) -> None:
    assert search_key(one) == search_key(other) != ""


def test_a_given_name_is_found_inside_a_whole_name() -> None:
    assert search_key("ウメ") in search_key("サトウ ウメ")


@given(st.text(alphabet="あいうがぎパｻﾄｳﾞ゛ーｰ・　 髙﨑神AbＣ-"))
def test_a_search_key_is_its_own_search_key(text: str) -> None:
    assert search_key(search_key(text)) == search_key(text)


@given(st.text(min_size=1), st.integers(0, 9), st.integers(1, 9))
def test_whatever_stands_in_a_name_is_found_by_its_pieces(name: str, start: int, length: int) -> None:
    part = name[start : start + length]
    assert longest_pieces(part) <= pieces(name)


def test_a_short_name_is_found_by_all_of_itself() -> None:
    assert pieces("佐藤") == {"佐", "藤", "佐藤"}
    assert (longest_pieces("林"), longest_pieces("佐藤"), longest_pieces("")) == ({"林"}, {"佐藤"}, set())


def test_a_fault_never_shows_what_was_typed() -> None:
    fault = FormatFault("bad_shape", area="石巻")
    assert (str(fault), fault.facts) == ("bad_shape", {"area": "石巻"})
