"""Gives the shell the ticket with which a page hears of changes from the broker's event stream."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import cast

from django.http import HttpRequest

from simpul.government.access import Walker
from simpul.government.requests import Visit
from simpul.kernel.ids import is_region_code
from simpul.kernel.tickets import make_ticket
from simpul.web.registry import Stream

TICKET_LIFE = timedelta(minutes=30)


def streams(url: str, secret: bytes) -> Callable[[HttpRequest], Stream | None]:
    """What makes the ticket of a page: open changes for everybody, all changes for insiders."""

    def stream(request: HttpRequest) -> Stream | None:
        visit = cast(Visit, request)
        if not hasattr(visit, "walker") or not (regions := _regions(visit)):
            return None
        ticket = make_ticket(
            person=visit.walker.account.username if visit.walker.account else None,
            scopes=[f"{code}:{_scope(visit.walker, code)}" for code in regions],
            now=visit.now,
            life=TICKET_LIFE,
            secret=secret,
        )
        return Stream(url, ticket)

    return stream


def _scope(walker: Walker, region: str) -> str:
    return "all" if walker.belongs_to(region) else "open"


def _regions(visit: Visit) -> list[str]:
    """The region of the page, the one that a page asks a new ticket for, or the visitor's own."""
    region = getattr(visit, "region", None)
    asked = visit.GET.get("wilayah", "")
    if region is not None:
        return [region.code]
    return [asked] if is_region_code(asked) else sorted(visit.walker.regions)
