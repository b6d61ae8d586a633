"""Seals on requests between the processes of one installation.

A seal is ``<seconds>.<hex>``: HMAC-SHA256 with the installation's secret over the moment, the
method, the path with its query and the body. It is good for a minute either way.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from simpul.kernel.errors import NotSignedIn
from simpul.kernel.http import Request
from simpul.kernel.time import from_us, to_us

HEADER = "simpul-seal"
LIFE = timedelta(seconds=60)


class BadSeal(NotSignedIn):
    """This door opens only to the other processes of this installation."""

    problem = "bad-seal"


def make_seal(*, method: str, target: str, body: bytes, now: datetime, secret: bytes) -> str:
    """The seal of one request. target: path, and the query after a question mark if any."""
    seconds = to_us(now) // 1_000_000
    return f"{seconds}.{_sign(seconds, method, target, body, secret)}"


def check_seal(
    seal: str, *, method: str, target: str, body: bytes, now: datetime, secret: bytes
) -> None:
    """Accept what `make_seal` wrote for the same request.

    Raises:
        BadSeal: malformed, of another request, or more than a minute away.
    """
    stamp, _, signature = seal.partition(".")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        raise BadSeal
    wanted = _sign(int(stamp), method, target, body, secret)
    if not hmac.compare_digest(signature.encode(), wanted.encode()):
        raise BadSeal
    if abs(now - from_us(int(stamp) * 1_000_000)) > LIFE:
        raise BadSeal("the clocks of the two processes are more than a minute apart")


def open_door(request: Request, *, now: datetime, secret: bytes) -> None:
    """Accept a request of another process of this installation.

    Raises:
        BadSeal: it has no seal, or one that is not right.
    """
    seal = request.headers.get(HEADER)
    if seal is None:
        raise BadSeal
    target = f"{request.path}?{request.query}" if request.query else request.path
    check_seal(
        seal, method=request.method, target=target, body=request.body, now=now, secret=secret
    )


def _sign(seconds: int, method: str, target: str, body: bytes, secret: bytes) -> str:
    digest = hashlib.sha256(body).hexdigest()
    text = f"simpul-seal\0{seconds}\0{method}\0{target}\0{digest}"
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
