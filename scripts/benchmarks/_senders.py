"""People who send forms at the same time, over real connections: some as fast as they can, some over a bad line.

Plain sockets, since the senders share two processors with the server that they measure.
"""

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from typing import BinaryIO

from _figures import nearly_worst

LONGEST_WAIT_SECONDS = 30
MOST_SENDINGS = 100_000
TICK_SECONDS = 0.1


class HungUp(Exception):
    """The server closed the connection without an answer."""


@dataclass(frozen=True)
class Received:
    """An answer as far as the measuring needs it."""

    status: int
    cookie: str
    body: bytes
    is_last: bool


def read_answer(stream: BinaryIO) -> Received:
    """One answer with a length."""
    first = stream.readline()
    if not first:
        raise HungUp
    length, cookie, is_last = 0, "", False
    for line in iter(stream.readline, b"\r\n"):
        name, _colon, value = line.decode("latin-1").partition(":")
        match name.lower():
            case "content-length":
                length = int(value)
            case "set-cookie":
                cookie = value.strip().partition(";")[0]
            case "connection":
                is_last = value.strip().lower() == "close"
            case "":
                raise HungUp
    return Received(int(first.split()[1]), cookie, stream.read(length), is_last)


class Line:
    """A connection that is kept, and opened again where the server has closed it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._open()

    def _open(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=LONGEST_WAIT_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.stream = self.socket.makefile("rb")

    def ask(self, request: bytes) -> Received:
        """Send all, read all."""
        self.socket.sendall(request)
        received = read_answer(self.stream)
        if received.is_last:
            self.close()
            self._open()
        return received

    def close(self) -> None:
        """Hang up."""
        self.stream.close()
        self.socket.close()


def get(path: str) -> bytes:
    """Asking for a page."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\n\r\n".encode()


def post_head(path: str, length: int, *, cookie: str, sender: str) -> bytes:
    """What goes before a posted form; the proxy in front has told where it came from."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\nCookie: {cookie}\r\n"
        f"X-Forwarded-For: {sender}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()


@dataclass(frozen=True)
class Throughput:
    """What came of some seconds of sending."""

    times_ms: list[float]
    seconds: float
    statuses: dict[int, int]

    @property
    def per_second(self) -> float:
        """Answers as wanted, per second."""
        return len(self.times_ms) / self.seconds

    @property
    def p95_ms(self) -> float:
        """What 95 of 100 senders waited less than."""
        return nearly_worst(self.times_ms) if self.times_ms else 0.0

    @property
    def sent(self) -> int:
        """How many were answered, one way or another."""
        return sum(self.statuses.values())


def together(rounds: Sequence[Throughput]) -> Throughput:
    """Several rounds as one."""
    statuses: Counter[int] = sum((Counter(found.statuses) for found in rounds), Counter())
    times = [milliseconds for found in rounds for milliseconds in found.times_ms]
    return Throughput(times, sum(found.seconds for found in rounds), dict(statuses))


Request = Callable[[], bytes]


def send_together(port: int, requests: Sequence[Request], seconds: float, *, wanted: int) -> Throughput:
    """One sender for each of `requests`, each sending the next as soon as the last is answered with status `wanted`."""
    with ThreadPoolExecutor(len(requests)) as people:
        started = time.perf_counter()
        results = list(people.map(_send_on, repeat(port), requests, repeat(started + seconds)))
        elapsed = time.perf_counter() - started
    answers = [answer for result in results for answer in result]
    times = [milliseconds for status, milliseconds in answers if status == wanted]
    return Throughput(times, elapsed, Counter(status for status, _milliseconds in answers))


def _send_on(port: int, request: Request, deadline: float) -> list[tuple[int, float]]:
    line, answers = Line(port), []
    try:
        for _sending in range(MOST_SENDINGS):
            if (started := time.perf_counter()) >= deadline:
                break
            status = line.ask(request()).status
            answers.append((status, (time.perf_counter() - started) * 1000))
    finally:
        line.close()
    return answers


class SlowCrowd:
    """People on bad lines who all send a form at the same time, a few bytes at a time."""

    def __init__(self, port: int, forms: Sequence[tuple[bytes, bytes]], bytes_per_second: int) -> None:
        self.lines = [Line(port) for _form in forms]
        self.forms = forms
        self.step = round(bytes_per_second * TICK_SECONDS)
        self.statuses: list[int] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._send, daemon=True)

    def begin(self) -> None:
        """The heads go out at once, the bodies drip."""
        for line, (head, _body) in zip(self.lines, self.forms, strict=True):
            line.socket.sendall(head)
        self._thread.start()

    def is_sending(self) -> bool:
        """Whether all of them still have something to send."""
        return not self._ended.is_set()

    def finish(self) -> list[int]:
        """Wait for the answers; their statuses."""
        self._thread.join(LONGEST_WAIT_SECONDS * 3)
        for line in self.lines:
            line.close()
        return self.statuses

    def _send(self) -> None:
        shortest = min(len(body) for _head, body in self.forms)
        begun = time.perf_counter()
        for tick, position in enumerate(range(0, shortest - self.step, self.step)):
            time.sleep(max(0.0, begun + tick * TICK_SECONDS - time.perf_counter()))
            for line, (_head, body) in zip(self.lines, self.forms, strict=True):
                line.socket.sendall(body[position : position + self.step])
            sent = position + self.step
        self._ended.set()
        for line, (_head, body) in zip(self.lines, self.forms, strict=True):
            line.socket.sendall(body[sent:])
        self.statuses = [read_answer(line.stream).status for line in self.lines]
