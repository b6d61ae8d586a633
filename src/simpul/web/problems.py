"""What went wrong, as a page for people and as RFC 9457 problem details for programs."""

from __future__ import annotations

import sys
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from simpul.kernel.errors import (
    BadInput,
    NotAllowed,
    NotFound,
    NotSignedIn,
    SimpulError,
)


class FormExpired(NotAllowed):
    """The form was open for too long or came from elsewhere; nothing was changed."""

    problem = "form-expired"


class InternalFault(SimpulError):
    """Something in the program is wrong; it has been noted."""


def wants_json(request: HttpRequest) -> bool:
    """Whether the asker is a program: a data address, or an Accept header that prefers JSON."""
    if request.path.endswith((".json", ".csv")):
        return True
    wanted = request.get_preferred_type(
        ["text/html", "application/problem+json", "application/json"]
    )
    return wanted is not None and wanted != "text/html"


def said(error: SimpulError) -> str:
    """What went wrong, in the reader's language; a detail that is so already stays as it is."""
    return _(error.detail)


def respond(request: HttpRequest, error: SimpulError) -> HttpResponse:
    """The answer to `error`: a page, problem details, or the way to the sign-in page."""
    if wants_json(request):
        body = error.as_problem() | {"title": _(error.title), "detail": said(error)}
        return JsonResponse(body, status=error.status, content_type="application/problem+json")
    if isinstance(error, NotSignedIn) and request.method in {"GET", "HEAD"}:
        query = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{settings.LOGIN_URL}?{query}")
    facts = {
        "detail": said(error),
        "status": error.status,
        "title": _title(error),
        "help": _help(error),
    }
    return render(request, "web/problem.html", facts, status=error.status)


def _title(error: SimpulError) -> str:
    titles = {
        400: _("This request cannot be understood"),
        401: _("Please sign in first"),
        403: _("This is not open to you"),
        404: _("There is nothing at this address"),
        409: _("Somebody else changed this in the meantime"),
        410: _("This was here and has been removed"),
        413: _("The file is too large"),
        415: _("This kind of file is not accepted here"),
        422: _("This cannot be accepted as it is"),
        429: _("Too many requests in a short time"),
        500: _("Something in the program is wrong"),
        503: _("This part does not answer right now"),
    }
    return titles.get(error.status) or HTTPStatus(error.status).phrase


def _help(error: SimpulError) -> str:
    helps = {
        401: _("Sign in, and you come back to this page."),
        403: _("If your office needs it, ask the programme team to give your post this right."),
        404: _("Check the address, search, or start from the city's page."),
        409: _("Go back, reload the page and look at the newest state before you try again."),
        410: _("What it was is kept in the record; ask the programme team."),
        413: _("Choose a smaller file or a picture with fewer pixels."),
        422: _("Go back, correct what is named here and send it again. What you typed is kept."),
        429: _("Wait a minute and try again."),
        500: _("It has been noted. Try again; if it stays, tell the people who run this site."),
        503: _("Nothing was lost. Try again in a minute."),
    }
    return helps.get(error.status, _("Go back and try again."))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler400."""
    return respond(request, BadInput())


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler403."""
    return respond(request, NotAllowed())


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler404."""
    return respond(request, NotFound())


def fault(request: HttpRequest) -> HttpResponse:
    """Django's handler500; what a middleware raised arrives here too and stays an answer."""
    raised = sys.exc_info()[1]
    return respond(request, raised if isinstance(raised, SimpulError) else InternalFault())


def csrf_failure(request: HttpRequest, reason: str = "", **_kwargs: Any) -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW."""
    return respond(request, FormExpired())
