"""Number plates: every plate that exists is read, and none that does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mra.vehicles.plates import AREAS, CLASS_LETTERS, KANA, Plate, PlateFault, PlateUse, is_kei, parse_plate, use

FULL_WIDTH = str.maketrans({chr(sign): chr(sign + 0xFEE0) for sign in range(0x21, 0x7F)})
CLASS_NUMBERS = st.one_of(
    st.integers(min_value=0, max_value=999).map(str),
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.sampled_from(CLASS_LETTERS)).map(
        lambda p: f"{p[0]}{p[1]}{p[2]}"
    ),
    st.tuples(st.integers(0, 9), st.sampled_from(CLASS_LETTERS), st.integers(0, 9)).map(
        lambda p: f"{p[0]}{p[1]}{p[2]}"
    ),
)
PLATES = st.builds(
    Plate,
    st.sampled_from(sorted(AREAS)),
    CLASS_NUMBERS,
    st.sampled_from(KANA),
    st.integers(min_value=1, max_value=9999),
)


def test_there_are_138_regions() -> None:
    assert len(AREAS) == 138
    assert {"十勝", "日光", "江戸川", "安曇野", "南信州"} <= AREAS
    assert not {"石巻", "彦根"} & AREAS


@pytest.mark.parametrize(
    ("typed", "plate"),
    [
        ("宮城 580 わ 12-34", Plate("宮城", "580", "わ", 1234)),
        ("熊本５８０れ１２３４", Plate("熊本", "580", "れ", 1234)),
        ("品川 30A さ ・・12", Plate("品川", "30A", "さ", 12)),
        ("品川３０ａさ・・１２", Plate("品川", "30A", "さ", 12)),
        ("品川 3A0 さ 12-34", Plate("品川", "3A0", "さ", 1234)),
        ("品川 30A さ ..12", Plate("品川", "30A", "さ", 12)),
        ("品川 300 さ ・・・1", Plate("品川", "300", "さ", 1)),
        ("品川 300 さ ･1-23", Plate("品川", "300", "さ", 123)),
        ("品川 300 さ 1", Plate("品川", "300", "さ", 1)),
        ("品川 300 さ 0012", Plate("品川", "300", "さ", 12)),
        ("宮城 ５８０ ワ １２ー３４", Plate("宮城", "580", "わ", 1234)),
        ("宮城 580 ﾜ 12−34", Plate("宮城", "580", "わ", 1234)),
        ("袖ケ浦 500 さ 10-00", Plate("袖ヶ浦", "500", "さ", 1000)),
        ("沖縄 50 Y 12-34", Plate("沖縄", "50", "Y", 1234)),
        ("沖縄500y1234", Plate("沖縄", "500", "Y", 1234)),
        ("多摩 5 と 12-34", Plate("多摩", "5", "と", 1234)),
        ("岐阜 11 か 98-76", Plate("岐阜", "11", "か", 9876)),
    ],
)
def test_a_plate_is_read_however_it_is_typed(typed: str, plate: Plate) -> None:
    assert parse_plate(typed) == plate


@pytest.mark.parametrize(
    ("typed", "code", "part"),
    [
        ("石巻 580 わ 12-34", "unknown_area", "石巻"),
        ("なにわ 500 し 1234", "unused_kana", "し"),
        ("なにわ 500 お 1234", "unused_kana", "お"),
        ("なにわ 500 へ 1234", "unused_kana", "へ"),
        ("なにわ 500 ん 1234", "unused_kana", "ん"),
        ("なにわ 500 Z 1234", "unused_kana", "Z"),
        ("岡山 580 わ 00-12", "bad_serial", "00-12"),
        ("岡山 580 わ 0", "bad_serial", "0"),
        ("岡山 580 わ 12345", "bad_serial", "12345"),
        ("岡山 580 わ 1-234", "bad_serial", "1-234"),
        ("岡山 580 わ ・・・・1", "bad_serial", "・・・・1"),
        ("岡山 58B わ 1234", "bad_class_number", "58B"),
        ("岡山 5A わ 1234", "bad_class_number", "5A"),
    ],
)
def test_a_wrong_part_is_named(typed: str, code: str, part: str) -> None:
    with pytest.raises(PlateFault) as fault:
        parse_plate(typed)
    assert (fault.value.code, fault.value.facts) == (code, {"part": part})


@pytest.mark.parametrize(
    ("typed", "code"),
    [("", "empty"), ("\u3000", "empty"), ("宮城", "bad_shape"), ("580 わ 12-34", "bad_shape"), ("未定", "bad_shape")],
)
def test_what_is_no_plate_at_all_is_refused(typed: str, code: str) -> None:
    with pytest.raises(PlateFault) as fault:
        parse_plate(typed)
    assert fault.value.code == code


@pytest.mark.parametrize(
    ("serial", "shown"),
    [(1234, "12-34"), (1000, "10-00"), (123, "・123"), (12, "・・12"), (1, "・・・1"), (9905, "99-05")],
)
def test_a_plate_is_shown_as_on_the_car(serial: int, shown: str) -> None:
    assert str(Plate("宮城", "580", "わ", serial)) == f"宮城 580 わ {shown}"


@given(PLATES)
def test_a_shown_plate_reads_back(plate: Plate) -> None:
    assert parse_plate(str(plate)) == parse_plate(str(plate).translate(FULL_WIDTH)) == plate


@given(PLATES)
def test_a_plate_reads_without_spaces(plate: Plate) -> None:
    assert parse_plate(str(plate).replace(" ", "")) == plate


@pytest.mark.parametrize(
    ("class_number", "kei"),
    [
        ("580", True),
        ("480", True),
        ("880", True),
        ("58A", True),
        ("500", False),
        ("330", False),
        ("5A8", False),
        ("50", None),
    ],
)
def test_a_kei_car_is_known_by_its_class_number(class_number: str, kei: bool | None) -> None:
    assert is_kei(Plate("宮城", class_number, "さ", 1)) is kei


@pytest.mark.parametrize(
    ("class_number", "kana", "expected"),
    [
        ("500", "さ", PlateUse.PRIVATE),
        ("500", "わ", PlateUse.RENTAL),
        ("500", "れ", PlateUse.RENTAL),
        ("500", "り", PlateUse.PRIVATE),
        ("500", "あ", PlateUse.BUSINESS),
        ("500", "を", PlateUse.BUSINESS),
        ("500", "よ", PlateUse.MILITARY),
        ("500", "Y", PlateUse.MILITARY),
        ("580", "あ", PlateUse.PRIVATE),
        ("580", "わ", PlateUse.RENTAL),
        ("580", "れ", PlateUse.BUSINESS),
        ("480", "り", PlateUse.BUSINESS),
        ("580", "A", PlateUse.MILITARY),
        ("50", "わ", PlateUse.RENTAL),
    ],
)
def test_the_kana_tells_the_use_of_the_car(class_number: str, kana: str, expected: PlateUse) -> None:
    assert use(Plate("宮城", class_number, kana, 1)) is expected


@given(st.text(alphabet="宮城品川わしA0158・.- ０", max_size=16))
def test_any_typing_ends_in_a_plate_or_a_reason(typed: str) -> None:
    try:
        plate = parse_plate(typed)
    except PlateFault:
        return
    assert 1 <= plate.serial <= 9999
