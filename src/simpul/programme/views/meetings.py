"""That the bodies met, with their minutes, and who sits in them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from simpul.desk import thread
from simpul.desk.permissions import may_see_document
from simpul.government.requests import RegionVisit
from simpul.programme import permissions, queries
from simpul.web.data import Column, table_response


@require_GET
def meetings_page(request: RegionVisit, region: str) -> HttpResponse:
    """The meetings of all bodies, latest first, and the seats of each body today."""
    facts = {
        "meetings": permissions.visible_meetings(request.walker, region),
        "bodies": queries.roster_on(request.region, request.region.today(request.now)),
    }
    return render(request, "programme/meetings.html", facts)


@require_GET
def meetings_data(request: RegionVisit, region: str) -> HttpResponse:
    """The same list of meetings as a table."""
    columns = [
        Column("held_on", _("Held on")),
        Column("body", _("Body")),
        Column("title", _("Meeting")),
        Column("place", _("Place")),
        Column("present", _("Present"), _("people")),
        Column("address", _("Address")),
    ]
    rows = [
        {
            "held_on": row.held_on,
            "body": row.body,
            "title": row.title,
            "place": row.place,
            "present": row.present,
            "address": row.urn.address,
        }
        for row in permissions.visible_meetings(request.walker, region)
    ]
    return table_response(request, columns, rows, f"rapat-{region}", date=request.now)


@require_GET
def meeting_page(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """One meeting with its minutes."""
    meeting = permissions.access_meeting(region, key, walker=request.walker)
    minutes = meeting.minutes
    facts = {
        "meeting": meeting,
        "minutes": minutes if minutes and may_see_document(minutes, request.walker) else None,
        "thread": thread.walk(meeting.urn, request.walker),
    }
    return render(request, "programme/meeting.html", facts)
