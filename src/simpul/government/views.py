"""Pages of this room: signing in and out, oneself, organisations and posts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from simpul.government import operations, panels, queries, signing_in
from simpul.government.errors import TooManyAttempts, WeakPassword, WrongPassword
from simpul.government.forms import NewPassword, SignIn
from simpul.government.models import Account
from simpul.government.permissions import access_organisation, access_post
from simpul.government.requests import RegionVisit, Visit, at_home
from simpul.kernel.errors import NotSignedIn
from simpul.web import notes
from simpul.web.data import Column, table_response

# --- signing in ----------------------------------------------------------------------------


def _next(request: Visit, text: str) -> str:
    """Where to go after signing in: an address of this site, else the inbox."""
    hosts = {request.get_host()}
    safe = url_has_allowed_host_and_scheme(text, hosts, require_https=request.is_secure())
    return text if safe else str(settings.LOGIN_REDIRECT_URL)


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: Visit) -> HttpResponse:
    """The form, and the attempt; what was typed stays, but for the password."""
    if request.method == "POST":
        return _signed_in(request)
    wanted = request.GET.get("next", "")
    if request.walker.signed_in:
        return HttpResponseRedirect(_next(request, wanted))
    return _sign_in_page(request, SignIn(initial={"next": wanted}))


def _sign_in_page(request: Visit, form: SignIn, status: int = 200) -> HttpResponse:
    return render(request, "government/sign_in.html", {"form": form}, status=status)


def _signed_in(request: Visit) -> HttpResponse:
    form = SignIn(request.POST)
    if not form.is_valid():
        return _sign_in_page(request, form, 422)
    try:
        account = signing_in.check_password(
            request,
            username=form.cleaned_data["username"],
            password=form.cleaned_data["password"],
            address=request.META.get("REMOTE_ADDR", ""),
            now=request.now,
        )
    except WrongPassword:
        form.add_error("password", _wrong())
        return _sign_in_page(request, form, 422)
    except TooManyAttempts as error:
        form.add_error(None, _wait(int(error.facts["minutes"])))
        return _sign_in_page(request, form, error.status)
    login(request, account)
    response = HttpResponseRedirect(_next(request, form.cleaned_data["next"]))
    _speak(request, response, account)
    return response


def _wrong() -> str:
    return _(
        "User name and password do not fit together. Check both; capital letters count in the "
        "password."
    )


def _wait(minutes: int) -> str:
    return ngettext(
        "There were ten wrong attempts. Wait %(minutes)d minute, then try again.",
        "There were ten wrong attempts. Wait %(minutes)d minutes, then try again.",
        minutes,
    ) % {"minutes": minutes}


def _speak(request: Visit, response: HttpResponse, account: Account) -> None:
    """Go on in the account's language where this browser has not chosen one."""
    name = settings.LANGUAGE_COOKIE_NAME
    if name not in request.COOKIES and account.language != settings.LANGUAGE_CODE:
        response.set_cookie(
            name, account.language, samesite="Lax", secure=bool(settings.SESSION_COOKIE_SECURE)
        )


@require_POST
def sign_out(request: Visit) -> HttpResponse:
    logout(request)
    notes.leave(request, _("You are signed out."))
    return HttpResponseRedirect(str(settings.LOGOUT_REDIRECT_URL))


@sensitive_post_parameters("old", "password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def me(request: Visit) -> HttpResponse:
    """Oneself: posts held, password, the way out.

    Raises:
        NotSignedIn
    """
    account = request.walker.account
    if account is None:
        raise NotSignedIn
    at_home(request)
    if request.method == "POST":
        return _new_password(request, account)
    return _me_page(request, NewPassword())


def _new_password(request: Visit, account: Account) -> HttpResponse:
    form = NewPassword(request.POST)
    if form.is_valid() and not account.check_password(form.cleaned_data["old"]):
        form.add_error("old", _("This is not your password."))
    if form.is_valid():
        try:
            operations.set_password(account=account, password=form.cleaned_data["password"])
        except WeakPassword as error:
            form.add_error("password", error.errors["password"])
    if not form.is_valid():
        return _me_page(request, form, 422)
    update_session_auth_hash(request, account)
    notes.leave(request, _("Your new password holds from now on."))
    return HttpResponseRedirect(request.path)


def _me_page(request: Visit, form: NewPassword, status: int = 200) -> HttpResponse:
    posts = request.walker.posts
    held = [
        queries.holders_of([post], post.organisation.region.today(request.now)).get(post.pk)
        for post in posts
    ]
    facts = {"form": form, "posts": list(zip(posts, held, strict=True))}
    return render(request, "government/me.html", facts, status=status)


# --- organisations and posts ---------------------------------------------------------------


@require_GET
def organisations(request: RegionVisit, region: str) -> HttpResponse:
    """All organisations of the region as a tree, with who heads them."""
    tree = queries.organisation_tree(request.region, request.region.today(request.now))
    return render(request, "government/organisations.html", {"tree": tree})


@require_GET
def organisations_data(request: RegionVisit, region: str) -> HttpResponse:
    """The same as a table."""
    today = request.region.today(request.now)
    columns = [
        Column("urn", "URN"),
        Column("name", _("Name")),
        Column("short_name", _("Short name")),
        Column("kind", _("Kind")),
        Column("parent", _("Above it")),
        Column("head", _("Headed by")),
        Column("head_post", _("Post")),
        Column("address", _("Address")),
    ]
    rows = _rows(queries.organisation_tree(request.region, today), "")
    return table_response(
        request, columns, rows, "perangkat-daerah", title=_("Organisations"), date=today
    )


def _rows(branches: tuple[queries.Branch, ...], parent: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for branch in branches:
        organisation = branch.organisation
        urn = str(organisation.urn)
        found.append(
            {
                "urn": urn,
                "name": organisation.name,
                "short_name": organisation.short_name,
                "kind": organisation.kind,
                "parent": parent or None,
                "head": branch.head.name if branch.head else None,
                "head_post": branch.head.title if branch.head else None,
                "address": organisation.urn.address,
            }
        )
        found.extend(_rows(branch.below, urn))
    return found


@require_GET
def organisation(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """One organisation: who heads it, its posts, what stands below it, what other rooms know."""
    office = access_organisation(region, key, walker=request.walker)
    today = request.region.today(request.now)
    posts = list(queries.posts_of(office, today))
    holders = queries.holders_of(posts, today)
    facts = {
        "organisation": office,
        "exists": office.exists_on(today),
        "posts": [(post, holders.get(post.pk)) for post in posts],
        "below": queries.organisations_on(region, today).filter(parent=office),
        "former": office.former_names.all(),
        "panels": panels.rendered(request, office, aside=False),
        "asides": panels.rendered(request, office, aside=True),
    }
    return render(request, "government/organisation.html", facts)


@require_GET
def post(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """One post: who fills it, who filled it before, and by which decree."""
    seat = access_post(region, key, walker=request.walker)
    today = request.region.today(request.now)
    facts = {
        "post": seat,
        "organisation": seat.organisation,
        "holder": queries.holder_of(seat, today),
        "assignments": [(row, row.covers(today)) for row in queries.assignments_of(seat)],
    }
    return render(request, "government/post.html", facts)
