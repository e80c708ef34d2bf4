"""Phone numbers: who can be called, and who gets a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mra.core.phone import PhoneFault, PhoneKind, parse_phone


@pytest.mark.parametrize("prefix", ["060", "070", "080", "090"])
def test_mobiles_get_texts(prefix: str) -> None:
    phone = parse_phone(f"{prefix}-1234-5678")
    assert phone is not None
    assert (phone.kind, phone.can_sms) == (PhoneKind.MOBILE, True)
    assert (phone.e164, phone.national) == (f"+81{prefix[1:]}12345678", f"{prefix}-1234-5678")


@pytest.mark.parametrize(
    "typed",
    [
        "09012345678",
        "０９０－１２３４－５６７８",
        "090ー1234ー5678",
        "090‐1234‐5678",
        "(090) 1234 5678",
        "+819012345678",
        "819012345678",
        "+81 90-1234-5678",
        "+81 (0)90-1234-5678",
        "\u202d090-1234-5678\u202c",
    ],
)
def test_one_number_however_it_is_typed(typed: str) -> None:
    phone = parse_phone(typed)
    assert phone is not None
    assert phone.e164 == "+819012345678"


@pytest.mark.parametrize(
    ("typed", "kind", "national"),
    [
        ("0225221453", PhoneKind.LANDLINE, "0225-22-1453"),
        ("03-1234-5678", PhoneKind.LANDLINE, "03-1234-5678"),
        ("05012345678", PhoneKind.IP, "050-1234-5678"),
    ],
)
def test_landlines_and_ip_phones_are_for_the_voice(typed: str, kind: PhoneKind, national: str) -> None:
    phone = parse_phone(typed)
    assert phone is not None
    assert (phone.kind, phone.national, phone.can_sms) == (kind, national, False)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("0120-123-456", "toll_free"),
        ("0800-123-4567", "toll_free"),
        ("0570-000-123", "navi_dial"),
        ("0990-512345", "premium_rate"),
        ("020-1234-5678", "pager"),
        ("090-1234-567", "wrong_length"),
        ("090-1234-56789", "wrong_length"),
        ("0225-22-145", "wrong_length"),
        ("110", "not_a_number"),
        ("00-1234-5678", "not_a_number"),
        ("090-0123-4567", "not_a_number"),
        ("なし", "not_a_number"),
        ("+", "not_a_number"),
        ("+1 202 555 0123", "foreign"),
    ],
)
def test_what_cannot_be_called_back_is_refused_with_its_reason(typed: str, code: str) -> None:
    with pytest.raises(PhoneFault) as fault:
        parse_phone(typed)
    assert fault.value.code == code


@pytest.mark.parametrize("typed", ["", "  ", "\u3000"])
def test_an_empty_field_is_no_number_and_no_fault(typed: str) -> None:
    assert parse_phone(typed) is None


@given(st.sampled_from(["60", "70", "80", "90"]), st.integers(min_value=10_000_000, max_value=99_999_999))
def test_a_shown_or_stored_number_reads_back(prefix: str, rest: int) -> None:
    phone = parse_phone(f"0{prefix}{rest}")
    assert phone is not None
    assert parse_phone(phone.national) == parse_phone(phone.e164) == phone


@given(st.text(alphabet="0123456789+-() ０８ー", max_size=20))
def test_any_typing_ends_in_a_number_or_a_reason(typed: str) -> None:
    try:
        phone = parse_phone(typed)
    except PhoneFault:
        return
    assert phone is None or phone.e164.startswith("+81")
