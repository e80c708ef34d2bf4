"""Who carries our e-mails. As with SMS: a provider takes a letter, says what became of it, and never raises.

A mail server answers the mail itself once, after its last line. Before that line nothing was taken; after it, a lost
answer is a question that no machine may settle by sending again.
"""

import logging
import re
import smtplib
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, Protocol

from flask import current_app

from mra.core import clock
from mra.core.config import Settings
from mra.core.email_address import on_the_envelope
from mra.core.mail_server import MailServer

from . import rules
from .rules import Accepted, Answer, Letter, NoAnswer, NotAccepted

log = logging.getLogger(__name__)

# Seven bits go through any server; the lines of what we write are wrapped by the encoding.
WIRE = policy.SMTP.clone(cte_type="7bit")
# A line with a single dot ends the mail, so dots at the beginning of a line are doubled on the wire.
FIRST_DOT = re.compile(rb"(?m)^\.")
SECONDS_FOR_GOODBYE = 2.0


@dataclass(frozen=True)
class Patience:
    """How many seconds we wait: for one answer, for all of them up to the mail itself, and for the last one, before
    which a careful server reads the whole mail. Together less than the life of a job (two minutes).
    """

    for_an_answer: float = 15.0
    for_the_way_there: float = 35.0
    for_the_last_answer: float = 50.0


class MailProvider(Protocol):
    """Somebody who carries e-mails."""

    name: str

    def send(self, letter: Letter) -> Answer:
        """Hand over one e-mail. Called with no transaction open."""


class SmtpMail:
    """E-mail through an SMTP server: one connection per mail, so that a broken one is nobody else's."""

    name = "smtp"

    def __init__(self, server: MailServer, sender: Address, patience: Patience | None = None) -> None:
        self._server, self._sender, self._patience = server, sender, patience or Patience()

    def send(self, letter: Letter) -> Answer:
        """Lead the server to the point where it asks for the mail, hand the mail over, and hear what it says."""
        mail = compose(letter, self._sender).as_bytes()
        conversation = _Conversation(self._server, self._sender, self._patience)
        try:
            conversation.lead_to_the_mail(on_the_envelope(letter.email))
        except _SaidNo as no:
            return NotAccepted(no.code, may_pass=no.may_pass)
        except (ssl.SSLError, smtplib.SMTPNotSupportedError):
            return NotAccepted("tls_failed", may_pass=True)
        except (OSError, smtplib.SMTPException):
            return NotAccepted("unreachable", may_pass=True)
        else:
            return conversation.hand_over(mail, Accepted(letter.mark))
        finally:
            conversation.end()


def compose(letter: Letter, sender: Address) -> EmailMessage:
    """The mail as it travels. Its Message-ID follows from the message alone: a second copy would be known as one."""
    mail = EmailMessage(policy=WIRE)
    mail["From"] = sender
    mail["To"] = Address(username=letter.email.rpartition("@")[0], domain=letter.email.rpartition("@")[2])
    mail["Subject"] = letter.subject_line
    mail["Date"] = format_datetime(clock.in_japan(clock.now()))
    mail["Message-ID"] = f"<{letter.mark}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text, charset="utf-8")
    return mail


class _SaidNo(Exception):
    """The server refused before it took the mail; `code` is our word for it."""

    def __init__(self, step: str, answer: int) -> None:
        super().__init__()
        self.code, self.may_pass = rules.smtp_code(step, answer), rules.is_smtp_not_now(answer)


class _Conversation:
    """One connection to the server, with a clock that runs."""

    def __init__(self, server: MailServer, sender: Address, patience: Patience) -> None:
        self._server, self._sender, self._patience = server, sender, patience
        self._until = time.monotonic() + patience.for_the_way_there
        self._smtp: smtplib.SMTP | None = None

    def lead_to_the_mail(self, addressee: str) -> None:
        """Everything up to "go on, send it"; `_SaidNo` where the server does not want to."""
        try:
            smtp = self._smtp = self._connected()
            self._ask(lambda: smtp.ehlo_or_helo_if_needed())
            if self._server.starttls:
                self._ask(lambda: smtp.starttls(context=ssl.create_default_context()))
                self._ask(lambda: smtp.ehlo_or_helo_if_needed())  # What was said before anybody could have changed.
            if self._server.user:
                self._ask(lambda: smtp.login(self._server.user, self._server.password))
        except smtplib.SMTPAuthenticationError as no:
            raise _SaidNo("login", no.smtp_code) from None
        except smtplib.SMTPResponseException as no:
            raise _SaidNo("connect", no.smtp_code) from None
        self._expect("sender", lambda: smtp.mail(self._sender.addr_spec))
        self._expect("mail", lambda: smtp.rcpt(addressee))
        self._expect("mail", lambda: smtp.docmd("DATA"), answers=(354,))

    def _connected(self) -> smtplib.SMTP:
        # Greets with the sender's domain: the machine's own name would have to be looked up, and waited for.
        server, seconds, name = self._server, self._patience.for_an_answer, self._sender.domain
        if server.is_tls:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(server.host, server.port, name, timeout=seconds, context=context)
        return smtplib.SMTP(server.host, server.port, name, timeout=seconds)

    def _ask(self, say: Callable[[], Any]) -> Any:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._wait_at_most(min(left, self._patience.for_an_answer))
        return say()

    def _expect(self, step: str, say: Callable[[], tuple[int, bytes]], answers: tuple[int, ...] = (250, 251)) -> None:
        answer = self._ask(say)[0]
        if answer not in answers:
            raise _SaidNo(step, answer)

    def _wait_at_most(self, seconds: float) -> None:
        if self._smtp and self._smtp.sock:
            self._smtp.sock.settimeout(seconds)

    def hand_over(self, mail: bytes, accepted: Accepted) -> Answer:
        """The mail itself. From its first byte on, a connection that breaks leaves a question without an answer."""
        assert self._smtp is not None
        try:
            self._wait_at_most(self._patience.for_the_last_answer)
            self._smtp.send(FIRST_DOT.sub(b"..", mail) + b".\r\n")
            answer, _words = self._smtp.getreply()
        except (OSError, smtplib.SMTPException):
            return NoAnswer()
        if answer in range(200, 300):
            return accepted
        if answer in range(400, 600):
            return NotAccepted(rules.smtp_code("mail", answer), may_pass=rules.is_smtp_not_now(answer))
        return NoAnswer()

    def end(self) -> None:
        """Say good-bye, whatever happened; nobody waits for the answer."""
        if self._smtp is None:
            return
        with suppress(OSError, smtplib.SMTPException):
            self._wait_at_most(SECONDS_FOR_GOODBYE)
            self._smtp.quit()
        self._smtp.close()


class RecordingMail:
    """Nothing leaves the house: the mail stays on its page (and in the demo's mailbox) as if it had arrived."""

    name = "recording"

    def send(self, letter: Letter) -> Answer:
        """Accept and deliver at once."""
        return Accepted(f"recorded-{letter.message_id}", arrived=True)


class NoMail:
    """A house that was given no mail server: every mail fails, and the list says why."""

    name = "none"

    def send(self, letter: Letter) -> Answer:
        """Say no, for good: a person sends it once more when the server is there."""
        return NotAccepted("no_mail_provider")


def current() -> MailProvider:
    """The mail provider that the settings name."""
    made: MailProvider | None = current_app.extensions.get("mra_mail")
    if made is None:
        made = current_app.extensions["mra_mail"] = _named_by(current_app.extensions["mra"])
    return made


def _named_by(settings: Settings) -> MailProvider:
    if settings.mail_server and settings.mail_from:
        return SmtpMail(settings.mail_server, settings.mail_from)
    return RecordingMail() if settings.records_mail else NoMail()


def send(letter: Letter) -> Answer:
    """Hand a letter to the mail provider of this process."""
    answer = current().send(letter)
    log.info("mail_handed_over", extra={"message_id": letter.message_id, "answer": type(answer).__name__})
    return answer
