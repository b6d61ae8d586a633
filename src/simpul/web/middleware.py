"""Headers that keep foreign code out, and answers for what was not possible."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from simpul.kernel.errors import SimpulError
from simpul.web import problems
from simpul.web.registry import registry

Respond = Callable[[HttpRequest], HttpResponse]

_CAPITAL = ZoneInfo("Asia/Jakarta")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' data: blob:; manifest-src 'self'; worker-src 'self'; "
    "connect-src 'self'{stream}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class ContentSecurityPolicy:
    """No inline script or style, nothing from elsewhere but the broker's event stream."""

    def __init__(self, get_response: Respond) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        origin = registry.stream_origin
        policy = _POLICY.format(stream=f" {origin}" if origin else "")
        response.headers.setdefault("Content-Security-Policy", policy)
        return response


class Language:
    """The language of the reader's cookie, else the installation's own.

    The browser's wish is not asked: a city speaks its own language until somebody chooses, and a
    page that varied with the browser could not be kept by a cache.
    """

    def __init__(self, get_response: Respond) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = chosen in dict(settings.LANGUAGES)
        with translation.override(chosen if known else settings.LANGUAGE_CODE):
            request.LANGUAGE_CODE = translation.get_language()
            response = self._get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
        return response


class Zone:
    """The time zone of the region that the page is about; the capital's where it is about none.

    Stands after the middleware that finds the region.
    """

    def __init__(self, get_response: Respond) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(_CAPITAL):
            return self._get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        region = getattr(request, "region", None)
        if region is not None:
            timezone.activate(region.zone)


class Problems:
    """Turns what a view raised on purpose into a page or into problem details."""

    def __init__(self, get_response: Respond) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, SimpulError):
            return problems.respond(request, exception)
        return None
