"""E-mail addresses as people type them, and those that nobody can write to."""

import pytest

from mra.core.email_address import on_the_envelope, parse_email


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("sato@example.jp", "sato@example.jp"),
        ("  sato@example.jp\n", "sato@example.jp"),
        ("\u3000ｓａｔｏ＠ｅｘａｍｐｌｅ．ｊｐ\u3000", "sato@example.jp"),
        ("\u200bsato@example.jp\u200b", "sato@example.jp"),
        ("Sato.Hanako+mra@Example.CO.JP", "Sato.Hanako+mra@example.co.jp"),
        ("担当@example.jp", None),
        ("info@日本語.jp", "info@xn--wgv71a119e.jp"),
        ("info@日本語。jp", "info@xn--wgv71a119e.jp"),
        ("taro..sato@docomo.ne.jp", "taro..sato@docomo.ne.jp"),
        ("taro.@docomo.ne.jp", "taro.@docomo.ne.jp"),
    ],
)
def test_an_address_gets_its_normal_form(typed: str, normal: str | None) -> None:
    assert parse_email(typed) == normal


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "sato",
        "@example.jp",
        "sato@",
        "sato@example",
        "sato@@example.jp",
        "sato@home@example.jp",
        "sato sato@example.jp",
        "sato@exam ple.jp",
        "sato@example..jp",
        "sato@-example.jp",
        "sato@192.168.0.1",
        "sato@[192.168.0.1]",
        "sato@example.jp\r\nBcc: all@example.jp",
        "sato\n@example.jp",
        "sato\x00@example.jp",
        "sato@example.jp,ito@example.jp",
        "佐藤 <sato@example.jp>",
        '"sato"@example.jp',
        "s" * 65 + "@example.jp",
        "sato@" + "a" * 64 + ".jp",
        "sato@" + "a." * 130 + "jp",
        "sato@" + "あ" * 5000 + ".jp",
    ],
)
def test_what_no_mail_reaches_is_no_address(typed: str) -> None:
    assert parse_email(typed) is None


def test_the_longest_address_passes_and_one_letter_more_does_not() -> None:
    domain = ".".join(["a" * 62] * 3) + ".jp"
    local_part = "s" * (254 - len(domain) - 1)
    assert parse_email(f"{local_part}@{domain}") is not None
    assert parse_email(f"{local_part}s@{domain}") is None


def test_a_normal_form_is_its_own_normal_form() -> None:
    normal = parse_email("ｉｎｆｏ@日本語.jp")
    assert normal is not None
    assert parse_email(normal) == normal


def test_dots_that_break_the_standard_stand_in_quotes_on_the_envelope() -> None:
    assert on_the_envelope("sato.hanako@example.jp") == "sato.hanako@example.jp"
    assert on_the_envelope("taro..sato@docomo.ne.jp") == '"taro..sato"@docomo.ne.jp'
    assert on_the_envelope("taro.@docomo.ne.jp") == '"taro."@docomo.ne.jp'
