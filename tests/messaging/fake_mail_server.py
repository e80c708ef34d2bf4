"""A real SMTP server (aiosmtpd) with its good and its bad days. What it does is chosen by `behaviour`; what it took
stands in `taken`.
"""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass(frozen=True)
class Taken:
    """One mail that the server took."""

    sender: str
    addressees: list[str]
    raw: bytes

    @property
    def mail(self) -> EmailMessage:
        """The mail as a mail program reads it."""
        read = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(read, EmailMessage)
        return read


class _Controller(Controller):
    """The server in a thread of its own, on the port that the system gives."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class FakeMailServer:
    """`behaviour`: accept; `at_STEP CODE` (refuses at sender, addressee or mail, as `at_mail 554`); cut (takes the mail
    and hangs up); cut_early (hangs up before the mail); silent (takes it and answers too late); slow (never answers
    before the mail); garbled (takes it and answers without sense).
    """

    def __init__(
        self, *, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None, login: str = ""
    ) -> None:
        self.behaviour = "accept"
        self.taken: list[Taken] = []
        self.sessions = 0
        self.while_called: Callable[[], None] = lambda: None
        self._login = login
        self._controller = _Controller(
            self,
            hostname="127.0.0.1",
            port=0,
            ready_timeout=10,
            ssl_context=tls,
            tls_context=starttls,
            auth_required=bool(login),
            authenticator=self._authenticate,
        )
        self._controller.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._controller.port

    def close(self) -> None:
        """Stop listening."""
        if self._controller.server is not None:
            self._controller.stop()

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: LoginPassword
    ) -> AuthResult:
        is_known = f"{given.login.decode()}:{given.password.decode()}" == self._login
        return AuthResult(success=is_known, handled=False)

    def _refusal_at(self, step: str) -> str | None:
        wanted, _, code = self.behaviour.partition(" ")
        return f"{code} no" if wanted == f"at_{step}" else None

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.sessions += 1
        envelope.mail_from = address
        return self._refusal_at("sender") or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.behaviour == "cut_early":
            server.transport.abort()
        if self.behaviour == "slow":
            await asyncio.sleep(2)
        envelope.rcpt_tos.append(address)
        return self._refusal_at("addressee") or "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.get_running_loop().run_in_executor(None, self.while_called)
        refusal = self._refusal_at("mail")
        if refusal is None:
            raw = envelope.content
            assert isinstance(raw, bytes)
            self.taken.append(Taken(envelope.mail_from or "", list(envelope.rcpt_tos), raw))
        if self.behaviour == "cut":
            server.transport.abort()
        if self.behaviour == "silent":
            await asyncio.sleep(2)
        return refusal or ("what?" if self.behaviour == "garbled" else "250 OK")
