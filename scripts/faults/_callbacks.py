"""Status callbacks as Twilio posts them: signed, form-encoded, and tried again where nobody answers."""

import heapq
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from random import Random

import requests
from twilio.request_validator import RequestValidator

SENDERS = 6
SECONDS_TO_ANSWER = 15
MOST_TRIES = 12
# Some callbacks are signed by somebody else: the house must not believe a word of them.
FORGED_SHARE = 0.01


@dataclass(order=True)
class Due:
    """One callback on its way."""

    at: float
    order: int
    address: str = field(compare=False)
    told: dict[str, str] = field(compare=False)
    tries: int = field(compare=False, default=0)


class Callbacks:
    """Posts callbacks when they are due. `heard` keeps what the house has acknowledged, by message id."""

    def __init__(self, token: str, seed: int) -> None:
        self.validator, self.random = RequestValidator(token), Random(f"{seed} forged")
        self.forger = RequestValidator("not the token")
        self.heard: dict[str, list[tuple[str, str]]] = {}
        self.counts: Counter[str] = Counter()
        self._due: list[Due] = []
        self._under_way = 0
        self._order = count()
        self._changed = threading.Condition()
        for _sender in range(SENDERS):
            threading.Thread(target=self._send_on, daemon=True).start()

    def post_later(self, seconds: float, address: str, told: dict[str, str]) -> None:
        """Post this after so many seconds."""
        self._put(Due(time.monotonic() + seconds, next(self._order), address, told))

    def waiting(self) -> int:
        """How many are still to come, those under way counted."""
        with self._changed:
            return len(self._due) + self._under_way

    def _put(self, due: Due) -> None:
        with self._changed:
            heapq.heappush(self._due, due)
            self._changed.notify()

    def _send_on(self) -> None:
        session = requests.Session()
        while True:
            due = self._next()
            try:
                self._send(session, due)
            finally:
                with self._changed:
                    self._under_way -= 1

    def _next(self) -> Due:
        with self._changed:
            while not self._due or self._due[0].at > time.monotonic():
                wait = self._due[0].at - time.monotonic() if self._due else None
                self._changed.wait(wait)
            self._under_way += 1
            return heapq.heappop(self._due)

    def _send(self, session: requests.Session, due: Due) -> None:
        if self.random.random() < FORGED_SHARE:
            self._forge(session, due)
        signature = self.validator.compute_signature(due.address, due.told)
        status = _posted(session, due, signature)
        if status == 204:
            self.counts["acknowledged"] += 1
            self.heard.setdefault(due.told["MessageSid"], []).append(
                (due.told["MessageStatus"], due.told.get("ErrorCode", ""))
            )
        elif due.tries < MOST_TRIES:
            self.counts["tried_again"] += 1
            self._put(Due(time.monotonic() + 0.5 + due.tries / 2, due.order, due.address, due.told, due.tries + 1))
        else:
            self.counts["given_up"] += 1

    def _forge(self, session: requests.Session, due: Due) -> None:
        false = due.told | {"MessageStatus": "failed", "ErrorCode": "30007"}
        status = _posted(session, Due(0, 0, due.address, false), self.forger.compute_signature(due.address, false))
        self.counts["forged"] += 1
        self.counts["forged_believed"] += status is not None and status < 300


def _posted(session: requests.Session, due: Due, signature: str) -> int | None:
    """The answer's status; None where nobody answered."""
    headers = {"X-Twilio-Signature": signature, "User-Agent": "TwilioProxy/1.1"}
    try:
        return session.post(due.address, data=due.told, headers=headers, timeout=SECONDS_TO_ANSWER).status_code
    except requests.RequestException:
        return None
