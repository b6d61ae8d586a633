"""Pages of this room: the inbox, the walk along the thread, evidence, documents and their files."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from simpul.desk import evidence as evidence_work
from simpul.desk import inbox, thread
from simpul.desk.errors import NoPublicCopy, NoSuchFile, NoSuchKnot
from simpul.desk.models import Evidence
from simpul.desk.permissions import (
    access_document,
    access_evidence,
    may_open_evidence,
    may_see_original,
)
from simpul.desk.serving import file_response
from simpul.desk.walking import page_of, rows_of
from simpul.government.access import Right
from simpul.government.requests import RegionVisit, Visit, at_home
from simpul.kernel.errors import BadInput, NotSignedIn
from simpul.kernel.ids import Urn
from simpul.web import notes
from simpul.web.data import Column, table_response

# --- inbox ---------------------------------------------------------------------------------


@require_GET
def inbox_page(request: Visit) -> HttpResponse:
    """What my posts owe; ``?pilih=`` chooses what stands at the right."""
    if not request.walker.signed_in:
        raise NotSignedIn
    at_home(request)
    posts = request.walker.posts
    waiting = inbox.waiting_for(posts, request.now)
    chosen = _chosen(waiting, request.GET.get("pilih", ""))
    facts: dict[str, Any] = {
        "groups": inbox.grouped(waiting),
        "count": len(waiting),
        "chosen": chosen,
        "settled": inbox.settled_lately(posts, request.now),
        "posts": posts,
        "several": len(posts) > 1,
    }
    if chosen is not None:
        html, name = inbox.subject_of(request, chosen.urn, request.walker)
        facts |= {"subject_html": html, "subject_name": name}
    response = render(request, "desk/inbox.html", facts)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _chosen(waiting: list[inbox.Waiting], text: str) -> inbox.Waiting | None:
    """The obligation that the address names, else the first."""
    named = [each for each in waiting if str(each.obligation.pk) == text]
    return next(iter(named or waiting), None)


# --- the walk ------------------------------------------------------------------------------


def _walk(request: RegionVisit) -> thread.Thread:
    urn = Urn.parse(request.GET.get("dari", ""))
    if urn.region != request.region.code:
        raise BadInput(_("This object belongs to another region."), field="dari")
    walked = thread.walk(urn, request.walker)
    if not thread.visible([urn], request.walker):
        raise NoSuchKnot
    return walked


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 6 and int(text) > 0 else 1


@require_GET
def walk_page(request: RegionVisit, region: str) -> HttpResponse:
    """Every knot of every stage of the thread through ``?dari=<urn>``.

    ``tahap`` shows one stage alone, ``halaman`` pages through it.
    """
    walked = _walk(request)
    stage = request.GET.get("tahap", "")
    page = page_of(walked, stage, _number(request.GET.get("halaman", "1")))
    knot = thread.visible([walked.urn], request.walker)[walked.urn]
    return render(request, "desk/walk.html", {"page": page, "thread": walked, "knot": knot})


@require_GET
def walk_data(request: RegionVisit, region: str) -> HttpResponse:
    """The same as a table: one row for each knot."""
    walked = _walk(request)
    columns = [
        Column("stage", _("Stage")),
        Column("urn", "URN"),
        Column("label", _("Name")),
        Column("state", _("State")),
        Column("address", _("Address")),
        Column("present", _("Where the walk began")),
    ]
    return table_response(
        request, columns, rows_of(walked), "telusur", title=_("The thread"), date=request.now
    )


# --- evidence ------------------------------------------------------------------------------


@require_GET
def evidence_page(request: RegionVisit, region: str, key: str) -> HttpResponse:
    evidence = access_evidence(region, key, walker=request.walker)
    subject = Urn.parse(evidence.subject)
    facts = {
        "evidence": evidence,
        "subject": thread.visible([subject], request.walker).get(subject),
        "thread": thread.walk(evidence.urn, request.walker),
        "inside": may_see_original(evidence, request.walker),
        "may_open": may_open_evidence(evidence, request.walker),
        "is_picture": evidence.kind == Evidence.EvidenceKind.PICTURE,
    }
    return render(request, "desk/evidence.html", facts)


@require_GET
def evidence_copy(request: RegionVisit, region: str, key: str) -> HttpResponseBase:
    """The copy for the public, to whoever may see the evidence.

    Raises:
        NoPublicCopy
    """
    evidence = access_evidence(region, key, walker=request.walker)
    if evidence.published is None:
        raise NoPublicCopy
    return file_response(
        request, evidence.published, name=evidence.title, public=evidence.is_public
    )


@require_GET
def evidence_original(request: RegionVisit, region: str, key: str) -> HttpResponseBase:
    """The file as it was sent, to those inside only.

    Raises:
        NoSuchFile: there is none, or none for this walker.
    """
    evidence = access_evidence(region, key, walker=request.walker)
    if evidence.original is None or not may_see_original(evidence, request.walker):
        raise NoSuchFile
    name = evidence.original_name or evidence.title
    return file_response(request, evidence.original, name=name, public=False)


@require_POST
def open_evidence(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """Show it to everybody, or to the office only again: ``public`` is 1 or 0."""
    evidence = access_evidence(region, key, walker=request.walker, to=Right.EDIT)
    if request.POST.get("public") == "1":
        evidence_work.open_to_public(evidence=evidence, now=request.now, by=request.walker)
        notes.leave(request, _("Everybody can see this evidence now."))
    else:
        evidence_work.close_to_public(evidence=evidence, now=request.now, by=request.walker)
        notes.leave(request, _("Only your office sees this evidence now."))
    return HttpResponseRedirect(evidence.urn.address)


# --- documents -----------------------------------------------------------------------------


@require_GET
def document_page(request: RegionVisit, region: str, key: str) -> HttpResponse:
    document = access_document(region, key, walker=request.walker)
    subject = Urn.parse(document.subject) if document.subject else None
    knots = thread.visible([subject], request.walker) if subject else {}
    facts = {
        "document": document,
        "subject": knots.get(subject) if subject else None,
        "thread": thread.walk(document.urn, request.walker),
    }
    return render(request, "desk/document.html", facts)


@require_GET
def document_file(request: RegionVisit, region: str, key: str) -> HttpResponseBase:
    """
    Raises:
        NoSuchFile: the document has none.
    """
    document = access_document(region, key, walker=request.walker)
    if document.file is None:
        raise NoSuchFile
    name = document.number or document.title
    return file_response(request, document.file, name=name, public=document.is_public)
