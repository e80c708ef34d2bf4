"""The real SMTP client against a real SMTP server, on good days and bad."""

import datetime
import ipaddress
import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mra.core import clock
from mra.core.mail_server import MailServer, parse_mail_sender
from mra.messaging.mail_providers import Patience, SmtpMail
from mra.messaging.rules import Accepted, Letter, NoAnswer, NotAccepted
from tests.messaging.fake_mail_server import FakeMailServer

SENDER = parse_mail_sender("MRA事務局 <office@mra.example.jp>")
SUBJECT = "【モビリティ・レジリエンス・アライアンス】車のご提供のお願い（熊本豪雨、期限 8月20日(木) 17時）"
TEXT = "大崎レンタカー株式会社　ご担当者様\n\n.\n..\nhttps://mra.example.jp/a/abcdefghjkmn\n" + "長い行" * 500
LETTER = Letter(41, "41.0123456789abcdef", "sato@example.jp", SUBJECT, TEXT)
IMPATIENT = Patience(for_an_answer=0.5, for_the_way_there=1.0, for_the_last_answer=0.5)


def provider_of(server: FakeMailServer, **more: object) -> SmtpMail:
    return SmtpMail(MailServer("127.0.0.1", server.port, **more), SENDER, IMPATIENT)  # type: ignore[arg-type]


def test_an_accepted_mail_has_our_own_mark(mail_server: FakeMailServer) -> None:
    assert provider_of(mail_server).send(LETTER) == Accepted("41.0123456789abcdef")
    assert len(mail_server.taken) == 1


def test_the_mail_arrives_as_it_was_written(mail_server: FakeMailServer) -> None:
    with clock.stopped(datetime.datetime(2026, 8, 18, 0, 0, tzinfo=datetime.UTC)):
        provider_of(mail_server).send(LETTER)
    (taken,) = mail_server.taken
    assert (taken.sender, taken.addressees) == ("office@mra.example.jp", ["sato@example.jp"])
    assert taken.mail["Subject"] == SUBJECT
    assert taken.mail["To"] == "sato@example.jp"
    assert str(make_header(decode_header(taken.mail["From"]))) == "MRA事務局 <office@mra.example.jp>"
    assert taken.mail.get_content().splitlines() == TEXT.splitlines()
    assert taken.mail.get_content_type() == "text/plain"
    assert taken.mail["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(taken.mail["Date"]).isoformat() == "2026-08-18T09:00:00+09:00"
    assert taken.raw.isascii()
    assert max(len(line) for line in taken.raw.splitlines()) < 998


def test_a_mail_in_plain_letters_keeps_its_dots(mail_server: FakeMailServer) -> None:
    text = "Dear colleagues,\n.\n..two\n.three"
    provider_of(mail_server).send(Letter(1, "1.a", "sato@example.jp", "Call", text))
    assert mail_server.taken[0].mail.get_content().splitlines() == text.splitlines()


def test_the_same_message_sent_twice_is_known_by_its_id(mail_server: FakeMailServer) -> None:
    provider = provider_of(mail_server)
    provider.send(LETTER)
    provider.send(LETTER)
    assert {taken.mail["Message-ID"] for taken in mail_server.taken} == {"<41.0123456789abcdef@mra.example.jp>"}


def test_a_short_mail_travels_in_seven_bits_too(mail_server: FakeMailServer) -> None:
    provider_of(mail_server).send(Letter(1, "1.a", "sato@example.jp", "件名", "車をお願いします。"))
    assert mail_server.taken[0].raw.isascii()
    assert mail_server.taken[0].mail.get_content().strip() == "車をお願いします。"


def test_an_address_of_a_carrier_that_breaks_the_standard_gets_its_mail(
    mail_server: FakeMailServer, caplog: pytest.LogCaptureFixture
) -> None:
    letter = Letter(1, "1.a", "taro..sato.@docomo.ne.jp", "件名", "本文")
    with caplog.at_level(
        logging.DEBUG, "mail.log"
    ):  # The server takes what is not quoted, too, and logs what it heard.
        assert isinstance(provider_of(mail_server).send(letter), Accepted)
    assert mail_server.taken[0].addressees == [letter.email]
    assert 'TO:<"taro..sato."@docomo.ne.jp>' in caplog.text


@pytest.mark.parametrize(
    ("behaviour", "answer"),
    [
        ("at_sender 550", NotAccepted("sender-550")),
        ("at_sender 451", NotAccepted("sender-451", may_pass=True)),
        ("at_addressee 550", NotAccepted("mail-550")),
        ("at_addressee 451", NotAccepted("mail-451", may_pass=True)),
        ("at_mail 554", NotAccepted("mail-554")),
        ("at_mail 451", NotAccepted("mail-451", may_pass=True)),
    ],
)
def test_a_refusal_is_certain(mail_server: FakeMailServer, behaviour: str, answer: NotAccepted) -> None:
    mail_server.behaviour = behaviour
    assert provider_of(mail_server).send(LETTER) == answer
    assert mail_server.taken == []


@pytest.mark.parametrize("behaviour", ["cut_early", "slow"])
def test_a_connection_lost_before_the_mail_took_nothing(mail_server: FakeMailServer, behaviour: str) -> None:
    mail_server.behaviour = behaviour
    assert provider_of(mail_server).send(LETTER) == NotAccepted("unreachable", may_pass=True)
    assert mail_server.taken == []


@pytest.mark.parametrize("behaviour", ["cut", "silent", "garbled"])
def test_a_connection_lost_after_the_mail_is_no_answer(mail_server: FakeMailServer, behaviour: str) -> None:
    mail_server.behaviour = behaviour
    assert provider_of(mail_server).send(LETTER) == NoAnswer()
    assert len(mail_server.taken) == 1, "the client must not try again by itself"


def test_a_server_that_cannot_be_reached_took_nothing(mail_server: FakeMailServer) -> None:
    provider = provider_of(mail_server)
    mail_server.close()
    assert provider.send(LETTER) == NotAccepted("unreachable", may_pass=True)


@contextmanager
def raw_server(words: bytes) -> Iterator[MailServer]:
    """A server that says one thing to whoever calls, and then nothing until the caller goes."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)

        def answer() -> None:
            caller, _ = listening.accept()
            with caller:
                caller.settimeout(5)
                caller.sendall(words)
                while caller.recv(1024):
                    pass

        thread = threading.Thread(target=answer)
        thread.start()
        yield MailServer("127.0.0.1", listening.getsockname()[1])
        thread.join()


@pytest.mark.parametrize(
    ("greeting", "answer"),
    [
        (b"421 too busy\r\n", NotAccepted("connect-421", may_pass=True)),
        (b"554 not from you\r\n", NotAccepted("connect-554")),
        (b"", NotAccepted("unreachable", may_pass=True)),
        (b"220 hello\r\n", NotAccepted("unreachable", may_pass=True)),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", NotAccepted("connect--1", may_pass=True)),
    ],
)
def test_a_server_that_does_not_want_to_talk_took_nothing(greeting: bytes, answer: NotAccepted) -> None:
    with raw_server(greeting) as server:
        began = time.monotonic()
        assert SmtpMail(server, SENDER, IMPATIENT).send(LETTER) == answer
        assert time.monotonic() - began < 3


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def context(certificate: Path) -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(certificate)
    return made


class TestSigningIn:
    @pytest.fixture
    def closed_server(
        self, context: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[FakeMailServer]:
        """A server that takes mail from those who sign in."""
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        server = FakeMailServer(starttls=context, login="mra:pass:word")
        yield server
        server.close()

    def test_who_signs_in_may_send(self, closed_server: FakeMailServer) -> None:
        provider = provider_of(closed_server, starttls=True, user="mra", password="pass:word")
        assert isinstance(provider.send(LETTER), Accepted)

    def test_a_wrong_password_is_a_fault_of_ours(self, closed_server: FakeMailServer) -> None:
        provider = provider_of(closed_server, starttls=True, user="mra", password="old")
        assert provider.send(LETTER) == NotAccepted("login-535")

    def test_a_server_that_wants_a_name_says_so(self, closed_server: FakeMailServer) -> None:
        assert provider_of(closed_server, starttls=True).send(LETTER) == NotAccepted("sender-530")


class TestEncryption:
    @pytest.fixture(params=["starttls", "tls"])
    def way(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    @pytest.fixture
    def server(self, context: ssl.SSLContext, way: str) -> Iterator[FakeMailServer]:
        server = FakeMailServer(**{way: context})
        yield server
        server.close()

    def test_a_server_that_proves_who_it_is_gets_the_mail(
        self, server: FakeMailServer, way: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        provider = provider_of(server, is_tls=way == "tls", starttls=way == "starttls")
        assert isinstance(provider.send(LETTER), Accepted)

    def test_a_server_that_could_be_anybody_gets_nothing(self, server: FakeMailServer, way: str) -> None:
        provider = provider_of(server, is_tls=way == "tls", starttls=way == "starttls")
        assert provider.send(LETTER) == NotAccepted("tls_failed", may_pass=True)
        assert server.taken == []

    def test_a_server_that_cannot_encrypt_gets_nothing(self, mail_server: FakeMailServer) -> None:
        assert provider_of(mail_server, starttls=True).send(LETTER) == NotAccepted("tls_failed", may_pass=True)
        assert mail_server.taken == []


@pytest.mark.parametrize("field", ["email", "subject_line"])
def test_no_line_break_gets_into_a_header(mail_server: FakeMailServer, field: str) -> None:
    """The last of several locks: promising and the database refuse such a message before."""
    facts = {"email": "sato@example.jp", "subject_line": "件名"} | {field: "x@example.jp\r\nBcc: all@example.jp"}
    with pytest.raises(ValueError, match=r"linefeed|invalid|newline|CR"):
        provider_of(mail_server).send(Letter(1, "1.a", text="本文", **facts))
    assert mail_server.sessions == 0


def test_no_address_and_no_link_reach_the_log(mail_server: FakeMailServer, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for behaviour in ("accept", "at_addressee 550", "cut"):
            mail_server.behaviour = behaviour
            provider_of(mail_server).send(LETTER)
    ours = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("mail."))
    assert "sato@example.jp" not in ours
    assert "abcdefghjkmn" not in ours
