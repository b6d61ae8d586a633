"""Signing in: name and password, and patience with those who guess.

After `LIMIT` failures of one name from one address within `WINDOW`, that address waits. What was
tried is kept as a keyed hash and for minutes only.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from simpul.government.errors import TooManyAttempts, WrongPassword
from simpul.government.models import Account, SignInFailure

LIMIT = 10
WINDOW = timedelta(minutes=15)


def check_password(
    request: HttpRequest, *, username: str, password: str, address: str, now: datetime
) -> Account:
    """The account with this name and password.

    address: where the attempt comes from.

    Raises:
        TooManyAttempts: with ``minutes`` to wait; the password was not even looked at.
        WrongPassword: also for a name that nobody has.
    """
    name = username.strip().lower()
    who = salted_hmac("simpul.government.signing_in", f"{name}\n{address}").hexdigest()
    _must_not_wait(who, now)
    account = authenticate(request, username=name, password=password)
    if not isinstance(account, Account):
        SignInFailure.objects.create(who=who, at=now)
        SignInFailure.objects.filter(at__lt=now - WINDOW).delete()
        raise WrongPassword
    SignInFailure.objects.filter(who=who).delete()
    return account


def _must_not_wait(who: str, now: datetime) -> None:
    recent = SignInFailure.objects.filter(who=who, at__gt=now - WINDOW).order_by("-at")
    failures = list(recent.values_list("at", flat=True)[:LIMIT])
    if len(failures) >= LIMIT:
        left = failures[-1] + WINDOW - now
        raise TooManyAttempts(minutes=math.ceil(left.total_seconds() / 60))
