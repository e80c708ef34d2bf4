"""Where mail is handed over and in whose name, as the settings say it."""

from dataclasses import dataclass, field
from email.headerregistry import Address
from email.utils import parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

from .email_address import on_the_envelope, parse_email

USUAL_PORT = {"smtp": 587, "smtps": 465}
THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class MailServer:
    """An SMTP server: TLS from the first byte, TLS asked for on the way (`starttls`), or neither."""

    host: str
    port: int
    is_tls: bool = False
    starttls: bool = False
    user: str = ""
    password: str = field(default="", repr=False)


def parse_mail_server(text: str) -> MailServer:
    """`smtp://user:password@host:587?starttls=yes` or `smtps://host:465`; ValueError, without a secret, for another."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError("has no host and port that can be read") from None
    if parts.scheme not in USUAL_PORT or not parts.hostname or parts.path not in {"", "/"}:
        raise ValueError("is smtp://user:password@host:587?starttls=yes or smtps://user:password@host:465")
    server = MailServer(
        host=parts.hostname,
        port=port or USUAL_PORT[parts.scheme],
        is_tls=parts.scheme == "smtps",
        starttls=_wants_starttls(parts.query),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
    if not (server.host + server.user + server.password).isascii():
        raise ValueError("knows plain ASCII letters only, also behind %XX")
    if server.password and not (server.is_tls or server.starttls or server.host in THIS_MACHINE):
        raise ValueError("the password would travel in the clear: add ?starttls=yes, or use smtps://")
    return server


def _wants_starttls(query: str) -> bool:
    asked = parse_qs(query, keep_blank_values=True)
    word = asked.pop("starttls", ["no"])[-1]
    if asked or word not in {"yes", "no"}:
        raise ValueError("knows one question: starttls=yes or starttls=no")
    return word == "yes"


def parse_mail_sender(text: str) -> Address:
    """`事務局 <office@example.jp>` or the address alone; ValueError for another."""
    name, typed = parseaddr(text)
    address = parse_email(typed)
    if address is None or on_the_envelope(address) != address or not text.isprintable():
        raise ValueError("is an e-mail address, or a name and <an e-mail address>")
    return Address(name, addr_spec=address)
