"""The few addresses of the shell itself: language, theme, and the page that shows every part.

The two switches only write a cookie of the reader's taste, so they ask for no CSRF token; thus a
page that a stranger reads sets no cookie at all.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from simpul.web import samples
from simpul.web.context import DENSITIES, DENSITY_COOKIE, THEME_COOKIE, THEMES
from simpul.web.registry import registry

_YEAR_S = 365 * 24 * 3600


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page the form stood on; never to another host."""
    wanted = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return HttpResponseRedirect(wanted if safe else "/")


def _remember(response: HttpResponse, name: str, value: str) -> None:
    secure = bool(settings.SESSION_COOKIE_SECURE)
    response.set_cookie(name, value, max_age=_YEAR_S, samesite="Lax", secure=secure)


@csrf_exempt
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the reader's language in a cookie and return to the page."""
    response = _back(request)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        _remember(response, settings.LANGUAGE_COOKIE_NAME, language)
    return response


@csrf_exempt
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep the reader's theme in a cookie and return to the page."""
    response = _back(request)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        _remember(response, THEME_COOKIE, theme)
    return response


@csrf_exempt
@require_POST
def choose_density(request: HttpRequest) -> HttpResponse:
    """Keep how close the rows of tables stand, and return to the page."""
    response = _back(request)
    density = request.POST.get("density", "")
    if density in DENSITIES:
        _remember(response, DENSITY_COOKIE, density)
    return response


@require_GET
def ticket(request: HttpRequest) -> HttpResponse:
    """A fresh ticket for a page whose own has ended; 204 where there is no stream."""
    stream = registry.stream(request)
    if stream is None:
        return HttpResponse(status=204)
    response = JsonResponse({"url": stream.url, "ticket": stream.ticket})
    response.headers["Cache-Control"] = "no-store"
    return response


@require_GET
def design(request: HttpRequest) -> HttpResponse:
    """Every part in every state, for whoever builds a page."""
    return render(request, "web/design.html", samples.everything())
