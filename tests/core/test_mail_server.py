"""The mail server and the sender, as the settings write them."""

import pytest

from mra.core.mail_server import MailServer, parse_mail_sender, parse_mail_server


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("smtp://mail.example.jp", MailServer("mail.example.jp", 587)),
        ("smtp://mail.example.jp:25/?starttls=no", MailServer("mail.example.jp", 25)),
        ("smtp://mail.example.jp?starttls=yes", MailServer("mail.example.jp", 587, starttls=True)),
        ("smtps://mail.example.jp", MailServer("mail.example.jp", 465, is_tls=True)),
        ("smtps://mra:p%40ss%2Fword@h:2465", MailServer("h", 2465, is_tls=True, user="mra", password="p@ss/word")),
        ("smtp://mra:secret@localhost:1025", MailServer("localhost", 1025, user="mra", password="secret")),
    ],
)
def test_a_server_is_read(text: str, server: MailServer) -> None:
    assert parse_mail_server(text) == server


@pytest.mark.parametrize(
    "text",
    [
        "mail.example.jp",
        "http://mail.example.jp",
        "smtp://",
        "smtp://host:port",
        "smtp://host:70000",
        "smtp://host/path",
        "smtp://host?starttls=perhaps",
        "smtp://host?tls=yes",
        "smtp://mra:secret-word@host",
        "smtps://mra:secret-word%C3%A9@host",
        "smtp://mra:secret-word@host:bad",
        "smtp://mra:secret-word@[host",
    ],
)
def test_a_server_that_makes_no_sense_is_refused_without_its_secret(text: str) -> None:
    with pytest.raises(ValueError, match=r".") as fault:
        parse_mail_server(text)
    assert "secret-word" not in str(fault.value)


def test_a_password_is_not_shown_by_chance() -> None:
    assert "secret-word" not in repr(parse_mail_server("smtps://mra:secret-word@host"))


def test_a_sender_is_an_address_with_or_without_a_name() -> None:
    assert parse_mail_sender("office@Example.jp").addr_spec == "office@example.jp"
    named = parse_mail_sender("MRA 事務局 <office@example.jp>")
    assert (named.display_name, named.addr_spec) == ("MRA 事務局", "office@example.jp")


@pytest.mark.parametrize(
    "text", ["office", "事務局", "事務局 <office>", "a\r\nBcc: b <a@example.jp>", "a..b@example.jp"]
)
def test_who_is_no_address_sends_no_mail(text: str) -> None:
    with pytest.raises(ValueError, match="address"):
        parse_mail_sender(text)
