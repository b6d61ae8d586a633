"""What this room hands to the shell and to pages below it: doors of the side rail, the actions of
an organisation, and how its objects look beside the inbox."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from simpul.government.access import Right, Walker
from simpul.government.models import Organisation
from simpul.government.requests import RegionVisit
from simpul.kernel.errors import SimpulError
from simpul.kernel.ids import SEGMENTS, Kind, Urn
from simpul.programme import permissions, queries, stories
from simpul.programme.models import Action
from simpul.web.registry import Address, Entry, Job


def _door(kind: Kind) -> Address:
    def address(request: HttpRequest) -> str | None:
        region = getattr(request, "region", None)
        return f"/{region.code}/{SEGMENTS[kind]}/" if region is not None else None

    return address


ENTRIES = (
    Entry(Job.PROGRAMME, _("Plan"), _door(Kind.PLAN), order=10),
    Entry(Job.PROGRAMME, _("Actions"), _door(Kind.ACTION), order=20),
    Entry(Job.PROGRAMME, _("Commitments"), _door(Kind.COMMITMENT), order=30),
    Entry(Job.PROGRAMME, _("Council and team"), _door(Kind.MEETING), order=40),
)


# -- on the page of an organisation --------------------------------------------------------


def led(request: RegionVisit, organisation: Organisation) -> str | None:
    """The actions that an organisation leads, each with how it stands."""
    seen = queries.open_actions(organisation.region_id, request.walker)
    states = queries.standings(
        seen.filter(lead=organisation), organisation.region.today(request.now)
    )
    if not states:
        return None
    facts = {"states": states, "organisation": organisation}
    return render_to_string("programme/parts/led.html", facts, request)


# -- beside the inbox ----------------------------------------------------------------------


def show(request: HttpRequest, urn: Urn) -> str | None:
    """How an object of this room looks beside the inbox: what it is, and the next step."""
    try:
        facts = _facts(request, urn)
    except SimpulError:
        return None
    return render_to_string("programme/parts/inbox.html", facts | {"urn": urn}, request)


def _facts(request: Any, urn: Urn) -> dict[str, Any]:
    walker: Walker = request.walker
    if urn.kind is Kind.COMMITMENT:
        commitment = permissions.access_commitment(urn.region, urn.key, walker=walker)
        return {"commitment": commitment, "clauses": commitment.clauses.order_by("number")}
    if urn.kind is Kind.UPDATE:
        update = permissions.access_update(urn.region, urn.key, walker=walker)
        told = stories.tell([update], walker)[0]
        return {"told": told, "action": update.action}
    action = _action_of(urn, walker)
    standing = queries.standing_of(action, action.region.today(request.now))
    return {
        "action": action,
        "standing": standing,
        "milestone": urn.kind is Kind.MILESTONE,
        "may_report": permissions.may(action, walker, Right.REPORT),
    }


def _action_of(urn: Urn, walker: Walker) -> Action:
    if urn.kind is Kind.MILESTONE:
        return permissions.access_milestone(urn.region, urn.key, walker=walker).action
    return permissions.access_action(urn.region, urn.key, walker=walker)


SHOWN = (Kind.COMMITMENT, Kind.UPDATE, Kind.ACTION, Kind.MILESTONE)
OWNED = (Kind.ACTION, Kind.UPDATE, Kind.MILESTONE)
"""Kinds whose evidence belongs to the organisation that `permissions.owner_of` names."""
