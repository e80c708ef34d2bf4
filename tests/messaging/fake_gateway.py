"""A small HTTP server that speaks as a domestic SMS gateway does, with its good and its bad days."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class FakeGateway:
    """`status` is what it answers; `silent`: it takes the message and says nothing in time; `garbled`: no sense."""

    def __init__(self) -> None:
        self.status, self.silent, self.garbled = 202, False, False
        self.calls: list[dict[str, Any]] = []
        self.authorization = ""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"fake": self}))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it takes messages."""
        return f"http://127.0.0.1:{self._server.server_port}/v1/messages"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: FakeGateway

    def do_POST(self) -> None:
        self.fake.calls.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.fake.authorization = self.headers["Authorization"]
        if self.fake.silent:
            time.sleep(1.0)
            self.close_connection = True
            return
        body = b"<html>" if self.fake.garbled else json.dumps({"id": f"g-{len(self.fake.calls)}"}).encode()
        self.send_response(self.fake.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""
