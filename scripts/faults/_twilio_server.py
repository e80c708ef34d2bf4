"""A local HTTP server that speaks the part of Twilio's API that MRA uses, with its good and its bad days.

python scripts/faults/_twilio_server.py PORT SEED PACE ACCOUNT TOKEN [--kind]

`POST /2010-04-01/Accounts/{sid}/Messages.json` as Twilio does it; `GET /ledger` tells what was taken and acknowledged.
What it does with a call is drawn in `_behaviour.py`. `--kind`: it takes everything and calls nobody back.
"""

import json
import socket
import sys
import threading
import time
from base64 import b64decode
from collections import Counter
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from _behaviour import REFUSALS, TAKEN, Answer, Fate
from _callbacks import Callbacks

LONGEST_SILENCE_SECONDS = 4.0
MISSING = {"To": (21604, "A 'To' phone number is required."), "Body": (21602, "Message body is required.")}


class Provider:
    """What was taken, and what follows from it."""

    def __init__(self, fate: Fate, account: str, token: str) -> None:
        self.fate, self.account, self.token = fate, account, token
        self.callbacks = Callbacks(token, fate.seed)
        self.taken: list[dict[str, str]] = []
        self.calls: Counter[str] = Counter()
        self.arrivals: dict[str, float] = {}
        self.answers: Counter[str] = Counter()
        self._lock = threading.Lock()

    def meet(self, posted: dict[str, str]) -> tuple[Answer, int, dict[str, Any]]:
        """Decide what happens with one call; if it is taken, it stands in the ledger before anybody is answered."""
        message_id = posted.get("StatusCallback", "").rpartition("/")[2]
        with self._lock:
            self.calls[message_id] += 1
            self.arrivals[message_id] = time.time()
            answer, code = self.fate.answer(int(message_id or 0), self.calls[message_id])
            self.answers[answer if answer is not Answer.REFUSE else f"refuse {code}"] += 1
            sid = f"SM{len(self.taken) + 1:032x}"
            if answer in TAKEN:
                self.taken.append(
                    {"sid": sid, "message_id": message_id, "to": posted["To"], "body": posted["Body"], "how": answer}
                )
        if answer in TAKEN:
            self._call_back(int(message_id or 0), sid, posted)
        return answer, code, document(self.account, sid, posted)

    def _call_back(self, message_id: int, sid: str, posted: dict[str, str]) -> None:
        for callback in self.fate.callbacks(message_id):
            told = {
                "MessageSid": sid,
                "SmsSid": sid,
                "MessageStatus": callback.status,
                "SmsStatus": callback.status,
                "To": posted["To"],
                "From": posted.get("From", ""),
                "AccountSid": self.account,
                "ApiVersion": "2010-04-01",
            }
            told |= {"ErrorCode": callback.code} if callback.code else {}
            self.callbacks.post_later(callback.after_seconds, posted["StatusCallback"], told)

    def ledger(self) -> dict[str, Any]:
        """Everything that the comparison needs."""
        with self._lock:
            return {
                "taken": [row | {"heard": self.callbacks.heard.get(row["sid"], [])} for row in self.taken],
                "answers": dict(self.answers),
                "callbacks": dict(self.callbacks.counts),
            }


def document(account: str, sid: str, posted: dict[str, str]) -> dict[str, Any]:
    """What Twilio writes about a message that it has just taken (its OpenAPI description, api.v2010.account.message)."""
    path = f"/2010-04-01/Accounts/{account}/Messages/{sid}"
    service = posted.get("MessagingServiceSid")
    return {
        "account_sid": account,
        "api_version": "2010-04-01",
        "body": posted.get("Body", ""),
        "date_created": formatdate(),
        "date_sent": None,
        "date_updated": formatdate(),
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": posted.get("From"),
        "messaging_service_sid": service,
        "num_media": "0",
        "num_segments": "0" if service else "1",
        "price": None,
        "price_unit": "USD",
        "sid": sid,
        "status": "accepted" if service else "queued",
        "subresource_uris": {"media": f"{path}/Media.json"},
        "to": posted.get("To"),
        "uri": f"{path}.json",
    }


class Handler(BaseHTTPRequestHandler):
    """One connection of a client."""

    protocol_version = "HTTP/1.1"
    provider: Provider
    # Without it a kept connection waits forty milliseconds for each answer.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """The ledger, for the comparison; how much there is and is still to come; when the messages came."""
        match self.path:
            case "/waiting":
                waiting, taken = self.provider.callbacks.waiting(), len(self.provider.taken)
                self._answer(200, {"waiting": waiting, "taken": taken})
            case "/arrivals":
                self._answer(200, dict(self.provider.arrivals))
            case _:
                self._answer(200, self.provider.ledger())

    def do_POST(self) -> None:
        """One message."""
        posted = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        if not self._is_known():
            return self._refuse(401, 20003, "Authenticate")
        for name, (code, words) in MISSING.items():
            if name not in posted:
                return self._refuse(400, code, words)
        answer, code, made = self.provider.meet(posted)
        return self._give(answer, code, made)

    def _is_known(self) -> bool:
        _basic, _space, given = self.headers.get("Authorization", "").partition(" ")
        return b64decode(given).decode() == f"{self.provider.account}:{self.provider.token}"

    def _give(self, answer: Answer, code: int, made: dict[str, Any]) -> None:
        match answer:
            case Answer.ACCEPT:
                self._answer(201, made)
            case Answer.SLOW:
                time.sleep(0.5 * self.provider.fate.pace)
                self._answer(201, made)
            case Answer.REFUSE:
                self._refuse(400, code, REFUSALS[code])
            case Answer.BUSY:
                self._refuse(429, 20429, "Too Many Requests")
            case Answer.BROKEN | Answer.BROKEN_AFTER:
                self._refuse(500, 20500, "Internal Server Error")
            case Answer.SILENT:
                time.sleep(LONGEST_SILENCE_SECONDS)
                self._hang_up()
            case Answer.CUT | Answer.CUT_AFTER:
                self._hang_up()
            case Answer.GARBLED:
                self._write(201, b"<html>")

    def _refuse(self, status: int, code: int, words: str) -> None:
        more = f"https://www.twilio.com/docs/errors/{code}"
        self._answer(status, {"code": code, "message": words, "more_info": more, "status": status})

    def _answer(self, status: int, content: dict[str, Any]) -> None:
        self._write(status, json.dumps(content).encode())

    def _write(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


class Server(ThreadingHTTPServer):
    """A client that was killed in the middle of its call is nothing to write about."""

    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Only what is not the client's end."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def serve(port: int, fate: Fate, account: str, token: str) -> Server:
    """The server on a loopback port, listening; `serve_forever` is the caller's."""
    provider = Provider(fate, account, token)
    return Server(("127.0.0.1", port), type("Handler", (Handler,), {"provider": provider}))


if __name__ == "__main__":
    port_, seed_, pace_, account_, token_ = sys.argv[1:6]
    serve(int(port_), Fate(int(seed_), float(pace_), kind="--kind" in sys.argv), account_, token_).serve_forever()
