"""A message sent twice under one key of its sender's is written once and answered alike."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from simpul.connectors.model import Feed, Sent
from simpul.connectors.store import FeedReader, IntakeUnit
from simpul.kernel.errors import BadInput, Conflict, Unprocessable

REMEMBERED = timedelta(hours=24)
_KEY = re.compile(r"[!-~]{1,128}")

# Keeps an answer, its status and body, in the transaction of what it is about.
Keep = Callable[[IntakeUnit, int, bytes], None]


class BadKey(BadInput):
    """An Idempotency-Key is 1 to 128 visible ASCII characters."""

    problem = "bad-idempotency-key"


class KeyReused(Unprocessable):
    """Something else was sent under this Idempotency-Key."""

    problem = "idempotency-key-reused"


class KeyInUse(Conflict):
    """What was sent under this Idempotency-Key is being written right now."""

    problem = "idempotency-key-in-use"


@dataclass(frozen=True, slots=True)
class Once:
    """One use of a key. known: what was told before, None when it is new; keep: keeps the new
    answer."""

    known: Sent | None
    keep: Keep


class Keys:
    """The keys of all feeds; those in use are known to the one process that writes."""

    def __init__(self, feeds: FeedReader) -> None:
        self._feeds = feeds
        self._used: set[tuple[str, str, str]] = set()

    @contextmanager
    def use(self, feed: Feed, key: str, body: bytes, now: datetime) -> Iterator[Once]:
        """A block in which the key is this message's.

        Raises:
            BadKey, KeyReused, KeyInUse
        """
        if not _KEY.fullmatch(key):
            raise BadKey
        place = (feed.region, feed.key, key)
        if place in self._used:
            raise KeyInUse
        digest = hashlib.sha256(body).digest()
        known = self._feeds.sent(feed.region, feed.key, key, since=now - REMEMBERED)
        if known is not None and known.digest != digest:
            raise KeyReused

        def keep(unit: IntakeUnit, status: int, told: bytes) -> None:
            sent = Sent(feed.region, feed.key, key, digest, status, told, now)
            unit.keep_sent(sent, forget_before=now - REMEMBERED)

        self._used.add(place)
        try:
            yield Once(known, keep)
        finally:
            self._used.discard(place)
