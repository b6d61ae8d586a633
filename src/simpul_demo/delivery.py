"""Brings messages to the broker over HTTP, as a modem or a scheduled job does.

Nothing is given up while the broker is away: it is asked again, after a pause that doubles. What
the broker refuses is not sent again.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import httpx

from simpul_demo.senders import Message

LONGEST_PAUSE_S = 30.0
PATIENCE_S = 20.0


@dataclass(frozen=True, slots=True)
class Door:
    """Where a feed's messages go. url: whole address; token: what the city gave its sender."""

    url: str
    token: str


def bundles(messages: Iterable[Message], most: int) -> Iterator[tuple[str, list[Any]]]:
    """Messages of one feed that follow one another, as lists of at most `most` payloads."""
    for feed, group in groupby(messages, key=lambda message: message.feed):
        payloads = [message.payload for message in group]
        for start in range(0, len(payloads), most):
            yield feed, payloads[start : start + most]


class Courier:
    """Delivers to the doors it knows, one delivery after the other."""

    def __init__(self, doors: dict[str, Door]) -> None:
        self._doors = doors
        self._client = httpx.Client(timeout=PATIENCE_S)

    def deliver(self, feed: str, payload: Any) -> bool:
        """Send until there is an answer; whether it was taken."""
        pause = 0.5
        while True:
            status = self._post(self._doors[feed], payload)
            if status is not None and status < 500 and status != 429:
                return status < 400
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    def _post(self, door: Door, payload: Any) -> int | None:
        """The status of one attempt; None where nobody answered."""
        headers = {"Authorization": f"Bearer {door.token}"}
        try:
            answer = self._client.post(door.url, json=payload, headers=headers)
        except httpx.TransportError:
            return None
        if 400 <= answer.status_code < 500:
            print(f"refused: {answer.status_code} {answer.text[:300]}", file=sys.stderr, flush=True)
        return answer.status_code
