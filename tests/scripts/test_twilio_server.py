"""The fault test's provider is held to Twilio's own OpenAPI description: Prism stands between our client and it."""

import json
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from mra.core.config import Settings
from mra.messaging.providers import TwilioSms
from mra.messaging.rules import Accepted, Answer, NoAnswer, NotAccepted, Parcel

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from provision.node_packages import provide_node_packages  # noqa: E402
from provision.redis_server import free_port  # noqa: E402

ACCOUNT, TOKEN = "AC" + "0" * 32, "the token of this test"
DESCRIPTION = "node_modules/@twilio/cli-core/src/services/twilio-api/twilio_api_v2010.json"
START_SECONDS = 60
Send = Callable[[int], Answer]


@contextmanager
def running(command: list[str], log: Path, is_up: Callable[[], bool]) -> Iterator[None]:
    """A program, for as long as it is needed."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        ends_at = time.monotonic() + START_SECONDS
        while not is_up():
            assert process.poll() is None, log.read_text()[-2000:]
            assert time.monotonic() < ends_at, log.read_text()[-2000:]
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(20)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except OSError:
        return False


@pytest.fixture(scope="module")
def node_packages() -> Path:
    return provide_node_packages("contract")


@contextmanager
def through_prism(node_packages: Path, port: int, settings: Settings, folder: Path) -> Iterator[Send]:
    """Our Twilio client; Prism looks at everything that it and the server on the port tell each other."""
    prism, log = free_port(), folder / "prism.log"
    command = ["node", str(node_packages / "node_modules/.bin/prism"), "proxy", "--errors", "-h", "127.0.0.1"]
    command += ["-p", str(prism), str(node_packages / DESCRIPTION), f"http://127.0.0.1:{port}"]
    with running(command, log, lambda: "Prism is listening" in log.read_text()):
        ours = replace(
            settings,
            twilio_account_sid=ACCOUNT,
            twilio_auth_token=TOKEN,
            twilio_sender="+815000000000",
            twilio_api_url=f"http://127.0.0.1:{prism}",
        )
        client = TwilioSms(ours)
        yield lambda number: client.send(Parcel(number, "+819012345678", "【MRA】車の返却日は9/25(金)です。"))
        client.close()


@pytest.fixture(scope="module")
def send(node_packages: Path, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Send]:
    """Through Prism to the fault test's server."""
    folder, port = tmp_path_factory.mktemp("contract"), free_port()
    program = str(ROOT / "scripts" / "faults" / "_twilio_server.py")
    command = [sys.executable, program, str(port), "1", "0", ACCOUNT, TOKEN]
    with (
        running(command, folder / "server.log", lambda: answers(f"http://127.0.0.1:{port}/waiting")),
        through_prism(node_packages, port, settings, folder) as send,
    ):
        yield send


# With seed 1 these messages meet these answers; what Twilio would never write, Prism would answer with 500: NoAnswer.
TAKEN, REFUSED, BUSY = (1, 2, 3), {11: "21614", 15: "21610", 18: "21611"}, 6


def test_what_the_server_accepts_is_written_as_twilio_writes_it(send: Send) -> None:
    assert [type(send(number)) for number in TAKEN] == [Accepted] * 3


def test_what_the_server_refuses_is_refused_as_twilio_refuses(send: Send) -> None:
    said = {number: send(number) for number in REFUSED}
    assert {number: answer.code for number, answer in said.items() if isinstance(answer, NotAccepted)} == REFUSED


def test_too_many_requests_pass_prism_too(send: Send) -> None:
    assert send(BUSY) == NotAccepted("20429", may_pass=True)


class FalseTwilio(BaseHTTPRequestHandler):
    """Answers with a document that Twilio would never write: a number where its description has a text."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps({"sid": "SM" + "0" * 32, "body": 7, "direction": "sideways"}).encode()
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def test_prism_would_tell_if_the_server_wrote_something_else(
    node_packages: Path, settings: Settings, tmp_path: Path
) -> None:
    with HTTPServer(("127.0.0.1", 0), FalseTwilio) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        with through_prism(node_packages, server.server_port, settings, tmp_path) as send:
            assert isinstance(send(1), NoAnswer)
        server.shutdown()
        thread.join()


def test_the_lock_of_the_npm_packages_names_no_registry() -> None:
    lock = json.loads((ROOT / "scripts/locks/contract/package-lock.json").read_text())
    packages = [one for name, one in lock["packages"].items() if name]
    assert packages
    assert all("resolved" not in one and one["integrity"].startswith("sha512-") for one in packages)
