"""Short-lived signed tickets: what a page hands to the broker's event stream.

A ticket names a person (or nobody), the scopes it opens and when it ends. It is signed with
HMAC-SHA256 and carries no secret.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from simpul.kernel.errors import NotSignedIn
from simpul.kernel.time import from_us, to_us


class BadTicket(NotSignedIn):
    """The ticket is not valid, or no longer."""

    problem = "bad-ticket"


@dataclass(frozen=True, slots=True)
class Ticket:
    """person: account key or None for a stranger; scopes: e.g. ``19.71:open``, ``19.71:all``."""

    person: str | None
    scopes: frozenset[str]
    expires_at: datetime


def _sign(payload: bytes, secret: bytes) -> bytes:
    return hmac.new(secret, b"simpul-ticket\0" + payload, hashlib.sha256).digest()


def _pack(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unpack(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def make_ticket(
    *, person: str | None, scopes: Iterable[str], now: datetime, life: timedelta, secret: bytes
) -> str:
    """A ticket as URL-safe text. secret: at least 16 bytes, shared by web and broker."""
    body = {"p": person, "s": sorted(scopes), "e": to_us(now + life)}
    payload = json.dumps(body, separators=(",", ":")).encode()
    return f"{_pack(payload)}.{_pack(_sign(payload, secret))}"


def check_ticket(text: str, *, now: datetime, secret: bytes) -> Ticket:
    """The ticket that `make_ticket` wrote.

    Raises:
        BadTicket: malformed, signed otherwise, or past its end.
    """
    try:
        packed, signature = text.split(".")
        payload = _unpack(packed)
        if not hmac.compare_digest(_unpack(signature), _sign(payload, secret)):
            raise BadTicket
        body = json.loads(payload)
        ticket = Ticket(body["p"], frozenset(body["s"]), from_us(body["e"]))
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise BadTicket from None
    if ticket.expires_at <= now:
        raise BadTicket
    return ticket
