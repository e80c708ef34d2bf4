"""A small HTTP server that speaks the part of Twilio's API that we use, with its good and its bad days.

What it does with the next message is chosen by `behaviour`; what it accepted stands in `accepted`.
"""

import json
import threading
import time
from base64 import b64decode
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

REFUSALS = {
    21211: "The 'To' number is not a valid phone number.",
    21610: "Attempt to send to unsubscribed recipient",
    21611: "This From number has exceeded the maximum number of queued messages",
    21606: "The 'From' phone number provided is not a valid message-capable Twilio phone number",
    21614: "'To' number is not a valid mobile number",
}


class FakeTwilio:
    """`behaviour`: accept, refuse (with `code`), busy (429), broken (500), broken_after (500 after taking it),
    silent (takes it and answers too late), cut (takes it and hangs up), garbled (201 without sense)."""

    def __init__(self) -> None:
        self.behaviour = "accept"
        self.code = 21211
        self.accepted: list[dict[str, str]] = []
        self.calls: list[dict[str, str]] = []
        self.authorization = ""
        self.while_called: Callable[[], None] = lambda: None
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"fake": self}))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def take(self, posted: dict[str, str]) -> dict[str, Any]:
        """Keep a message; the answer is what Twilio writes about it."""
        with self._lock:
            sid = f"SM{len(self.accepted) + 1:032x}"
            self.accepted.append(posted | {"sid": sid})
        return {
            "sid": sid,
            "status": "accepted" if "MessagingServiceSid" in posted else "queued",
            "to": posted["To"],
            "from": posted.get("From"),
            "messaging_service_sid": posted.get("MessagingServiceSid"),
            "body": posted["Body"],
            "num_segments": "1",
            "num_media": "0",
            "direction": "outbound-api",
            "price": None,
            "error_code": None,
            "error_message": None,
        }


class _Handler(BaseHTTPRequestHandler):
    """One call of the API."""

    protocol_version = "HTTP/1.1"
    fake: FakeTwilio

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        posted = {name: values[0] for name, values in parse_qs(self.rfile.read(size).decode()).items()}
        self.fake.calls.append(posted)
        self.fake.authorization = b64decode(self.headers["Authorization"].split()[1]).decode()
        self.fake.while_called()
        getattr(self, f"_{self.fake.behaviour}")(posted)

    def _accept(self, posted: dict[str, str]) -> None:
        self._answer(201, self.fake.take(posted))

    def _refuse(self, posted: dict[str, str]) -> None:
        self._answer(400, {"code": self.fake.code, "message": REFUSALS[self.fake.code], "status": 400})

    def _busy(self, posted: dict[str, str]) -> None:
        self._answer(429, {"code": 20429, "message": "Too Many Requests", "status": 429})

    def _broken(self, posted: dict[str, str]) -> None:
        self._answer(500, {"code": 20500, "message": "Internal Server Error", "status": 500})

    def _broken_after(self, posted: dict[str, str]) -> None:
        self.fake.take(posted)
        self._broken(posted)

    def _silent(self, posted: dict[str, str]) -> None:
        self.fake.take(posted)
        time.sleep(1.0)
        self.close_connection = True

    def _cut(self, posted: dict[str, str]) -> None:
        self.fake.take(posted)
        self.close_connection = True

    def _garbled(self, posted: dict[str, str]) -> None:
        self.fake.take(posted)
        self._write(201, b"<html>")

    def _answer(self, status: int, document: dict[str, Any]) -> None:
        self._write(status, json.dumps(document).encode())

    def _write(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""
