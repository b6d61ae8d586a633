"""Who is asking, and about which region."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from simpul.government import access
from simpul.government.models import Account, Region
from simpul.kernel.errors import NotFound


class Visitor:
    """Sets ``request.walker``, and ``request.region`` where the address names one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.region = None  # type: ignore[attr-defined]
        request.walker = self._walker(request)  # type: ignore[attr-defined]
        return self._get_response(request)

    def _walker(self, request: HttpRequest) -> access.Walker:
        user = request.user
        if not isinstance(user, Account) or not user.is_active:
            return access.STRANGER
        return access.walker_for(user, today=timezone.now().date())

    def process_view(
        self, request: HttpRequest, view: Any, args: list[Any], kwargs: dict[str, Any]
    ) -> None:
        code = kwargs.get("region")
        if code is None:
            return
        region = Region.objects.filter(code=code).first()
        if region is None:
            raise NotFound(f"There is no region with the code {code}.", field="region")
        request.region = region  # type: ignore[attr-defined]
