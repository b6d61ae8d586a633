"""Who is asking, and about which region."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from simpul.government import access
from simpul.government.errors import NoSuchRegion
from simpul.government.models import Account, Region
from simpul.kernel.time import Clock, system_clock
from simpul.web import problems


class Visitor:
    """Sets ``request.now`` and ``request.walker``, and ``request.region`` where the address names
    one; times on the page are those of that region, else those of the walker's own post."""

    def __init__(
        self, get_response: Callable[[HttpRequest], HttpResponse], clock: Clock = system_clock
    ) -> None:
        self._get_response = get_response
        self._clock = clock

    def __call__(self, request: HttpRequest) -> HttpResponse:
        now = self._clock()
        walker = self._walker(request, now)
        request.now = now  # type: ignore[attr-defined]
        request.region = None  # type: ignore[attr-defined]
        request.walker = walker  # type: ignore[attr-defined]
        zone = walker.posts[0].organisation.region.zone if walker.posts else None
        with timezone.override(zone):
            return self._get_response(request)

    def _walker(self, request: HttpRequest, now: datetime) -> access.Walker:
        user = request.user
        if not isinstance(user, Account) or not user.is_active:
            return access.STRANGER
        return access.walker_for(user, now=now)

    def process_view(
        self, request: HttpRequest, view: Any, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        code = kwargs.get("region")
        if code is None:
            return None
        region = Region.objects.filter(code=code).first()
        if region is None:
            missing = NoSuchRegion(field="region")
            return problems.respond(request, missing)
        request.region = region  # type: ignore[attr-defined]
        timezone.activate(region.zone)
        return None
