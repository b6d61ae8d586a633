"""The commitment for everybody: its text, who signed it, its file, the check behind the QR, and
each promise with what became of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from simpul.desk import thread
from simpul.desk.errors import NoSuchFile
from simpul.desk.papers import qr
from simpul.desk.serving import file_response
from simpul.government.access import Right
from simpul.government.requests import RegionVisit
from simpul.kernel.ids import Urn
from simpul.programme import operations, permissions, queries, verification
from simpul.programme.forms import CompareForm, sent, sent_files
from simpul.programme.models import Action, Clause, Commitment, Party
from simpul.web import notes
from simpul.web.data import Column, table_response


def whole_address(urn: Urn) -> str:
    """The address of an object as it stands on paper."""
    return f"{settings.SIMPUL.public_url.rstrip('/')}{urn.address}"


@require_GET
def commitments_page(request: RegionVisit, region: str) -> HttpResponse:
    """The commitments of the region, latest first."""
    rows = permissions.visible_commitments(request.walker, region)
    facts = {
        "rows": [queries.Promise(row, tuple(verification.parties_of(row))) for row in rows],
        "may_write": permissions.drafts_commitments(request.walker, region),
    }
    return render(request, "programme/commitments.html", facts)


@require_GET
def commitment_page(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """From promise to result: the text, the parties, and each clause with its actions."""
    commitment = permissions.access_commitment(region, key, walker=request.walker)
    parties = verification.parties_of(commitment)
    clauses = commitment.clauses.order_by("number")
    facts = {
        "commitment": commitment,
        "promise": queries.Promise(commitment, tuple(parties)),
        "clauses": queries.clause_standings(clauses, walker=request.walker, now=request.now),
        "thread": thread.walk(commitment.urn, request.walker),
        "qr": qr.svg(whole_address(commitment.urn), dark="currentColor"),
        "address": whole_address(commitment.urn),
        "mine": _mine(request, parties),
        "inside": request.walker.belongs_to(region),
        "may_write": permissions.drafts_commitments(request.walker, region),
    }
    return render(request, "programme/commitment.html", facts)


def _mine(request: RegionVisit, parties: list[Party]) -> Party | None:
    """The party for which the visitor is asked to answer, if there is one."""
    held = {post.pk for post in request.walker.posts}
    waiting = [party for party in parties if party.signed_at is party.declined_at is None]
    return next((party for party in waiting if party.post_id in held), None)


@require_GET
def commitment_data(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """The parties with their state, one row each."""
    commitment = permissions.access_commitment(region, key, walker=request.walker)
    columns = [
        Column("order", _("Place")),
        Column("organisation", _("Organisation")),
        Column("post", _("Post")),
        Column("state", _("State")),
        Column("name", _("Signed by")),
        Column("manner", _("In which manner")),
        Column("at", _("When")),
    ]
    rows = [_row(party) for party in verification.parties_of(commitment)]
    return table_response(
        request,
        columns,
        rows,
        f"komitmen-{key}",
        title=commitment.title,
        date=commitment.dated,
        method=f"{commitment.urn.address}periksa/",
    )


def _row(party: Party) -> dict[str, Any]:
    return {
        "order": party.order,
        "organisation": party.organisation_name or party.organisation.name,
        "post": party.post_title or party.post.title,
        "state": party.state,
        "name": party.name or None,
        "manner": party.manner or None,
        "at": party.signed_at or party.declined_at,
    }


@require_GET
def commitment_file(request: RegionVisit, region: str, key: str) -> HttpResponseBase:
    """The document with the signatures it has so far.

    Raises:
        NoSuchFile: it was not opened yet.
    """
    commitment = permissions.access_commitment(region, key, walker=request.walker)
    if commitment.document is None or commitment.document.file is None:
        raise NoSuchFile
    name = commitment.number or commitment.title
    return file_response(request, commitment.document.file, name=name, public=True)


@require_http_methods(["GET", "POST"])
def check_page(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """Who signed, in which post and manner, when, and whether each signature holds; and whether a
    file that the visitor has is the one that stands here.

    Raises:
        NoSuchFile: it was not opened yet.
    """
    commitment = permissions.access_commitment(region, key, walker=request.walker)
    found = verification.verification_of(commitment, now=request.now)
    if found is None:
        raise NoSuchFile
    form = CompareForm(sent(request), sent_files(request))
    compared = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data["file"].read()
        compared = verification.compare(commitment, data, now=request.now)
    facts = {
        "commitment": commitment,
        "found": found,
        "form": form,
        "compared": compared,
    }
    failed = form.is_bound and bool(form.errors)
    return render(request, "programme/check.html", facts, status=422 if failed else 200)


# -- one clause ----------------------------------------------------------------------------


@require_GET
def clause_page(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """One promise, and the actions that carry it."""
    clause = permissions.access_clause(region, key, walker=request.walker)
    standing = queries.clause_standings([clause], walker=request.walker, now=request.now)[0]
    may_tie = permissions.drafts_commitments(request.walker, region)
    facts = {
        "clause": clause,
        "commitment": clause.commitment,
        "standing": standing,
        "signed": clause.commitment.parties.filter(state=Party.State.SIGNED).count(),
        "thread": thread.walk(clause.urn, request.walker),
        "may_tie": may_tie,
        "others": _others(request, clause) if may_tie else [],
    }
    return render(request, "programme/clause.html", facts)


def _others(request: RegionVisit, clause: Clause) -> list[Action]:
    """The actions that could carry the clause and do not yet."""
    carried = clause.carried_by.filter(ends=None).values("action_id")
    rows = queries.open_actions(request.region.code, request.walker)
    return list(rows.exclude(pk__in=carried))


@require_POST
def tie_clause(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """Let an action carry the clause, or no longer: ``tie`` or ``untie`` is the action's key."""
    clause = permissions.access_clause(region, key, walker=request.walker, to=Right.EDIT)
    tie, untie = request.POST.get("tie", ""), request.POST.get("untie", "")
    action = permissions.access_action(region, tie or untie, walker=request.walker)
    if tie:
        operations.carry(clause=clause, action=action, now=request.now, by=request.walker)
        text = _("“%(title)s” carries this clause now.")
    else:
        operations.let_go(clause=clause, action=action, now=request.now, by=request.walker)
        text = _("“%(title)s” no longer carries this clause.")
    notes.leave(request, text % {"title": action.title})
    return HttpResponseRedirect(clause.urn.address)


def is_draft(commitment: Commitment) -> bool:
    """Whether the text can still be changed."""
    return commitment.state == Commitment.State.DRAFT
