"""Residents who apply through the web while it dies under them: what they do not know, the database does."""

import threading
import time
from collections import Counter

from _resident_form import encoded, of_its_own
from _senders import HungUp, Line, get, post_head
from _site import token_in

PATH = "/activations/{slug}/applications"
PATIENCE_SECONDS = 1.0


class Visitors:
    """One after the other, at a pace, until told to stop."""

    def __init__(self, port: int, slug: str, per_second: float) -> None:
        self.port, self.path, self.pause = port, PATH.format(slug=slug), 1 / per_second
        self.outcomes: Counter[str] = Counter()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._come, daemon=True)

    def begin(self) -> None:
        """Let them come."""
        self._thread.start()

    def end(self) -> None:
        """Nobody comes any more."""
        self._ended.set()
        self._thread.join(60)

    def _come(self) -> None:
        while not self._ended.is_set():
            try:
                self._apply_again_and_again()
            except (OSError, HungUp, RuntimeError):
                self.outcomes["cut off"] += 1
                time.sleep(PATIENCE_SECONDS)

    def _apply_again_and_again(self) -> None:
        line = Line(self.port)
        try:
            opened = line.ask(get(f"{self.path}/new"))
            start = encoded(token_in(opened.body.decode()))
            while not self._ended.wait(self.pause):
                self.outcomes[str(line.ask(self._form(start, opened.cookie)).status)] += 1
        finally:
            line.close()

    def _form(self, start: str, cookie: str) -> bytes:
        own = of_its_own()
        body = f"{start}&submission_key={own['submission_key']}&phone={own['phone']}".encode()
        sender = f"10.0.{int(own['phone'][-4:-2])}.{int(own['phone'][-2:])}"
        return post_head(self.path, len(body), cookie=cookie, sender=sender) + body
