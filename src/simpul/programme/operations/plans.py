"""What can be done to plans and their versions.

Who may do it is asked before, at the doors in `permissions`; `by` only says who did it.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from simpul.desk import outbox
from simpul.desk.models import Document
from simpul.government import audit
from simpul.government.access import SYSTEM, Walker
from simpul.government.models import Region
from simpul.indicators.models import Indicator, TargetPoint
from simpul.kernel.ids import new_key
from simpul.programme.errors import BadSpan, NothingToPublish, VersionFrozen
from simpul.programme.models import Action, Plan, PlanEntry, PlanVersion
from simpul.programme.operations.actions import publish_action

State = PlanVersion.State
Scope = PlanVersion.Scope


@transaction.atomic
def create_plan(
    *,
    region: Region,
    title: str,
    starts: date,
    ends: date,
    now: datetime,
    vision: str = "",
    language: str = "id",
    tree: str = "gmsc-2017",
    key: str = "",
    by: Walker = SYSTEM,
) -> Plan:
    """Begin a plan. starts, ends: first and last local day; tree: of `desk.Category`.

    Raises:
        BadSpan
    """
    if ends < starts:
        raise BadSpan(field="ends")
    plan = Plan.objects.create(
        key=key or new_key(),
        region=region,
        title=title,
        vision=vision,
        language=language,
        starts=starts,
        ends=ends,
        tree=tree,
        created_at=now,
    )
    audit.record(by=by, verb="created", subject=plan.urn, now=now, title=title)
    return plan


@transaction.atomic
def draft_version(
    *,
    plan: Plan,
    title: str,
    now: datetime,
    scope: str = Scope.WHOLE,
    regulation: Document | None = None,
    by: Walker = SYSTEM,
) -> PlanVersion:
    """Begin the next version of a plan. regulation: the document that adopts it."""
    last = plan.versions.aggregate(last=Max("number"))["last"] or 0
    version = PlanVersion.objects.create(
        plan=plan,
        number=last + 1,
        scope=scope,
        title=title,
        regulation=regulation,
        created_at=now,
    )
    audit.record(by=by, verb="drafted", subject=plan.urn, now=now, version=version.number)
    return version


@transaction.atomic
def put_entry(
    *,
    version: PlanVersion,
    action: Action,
    text: str = "",
    now: datetime,
    by: Walker = SYSTEM,
) -> PlanEntry:
    """Say in a draft version what it plans for an action; saying it again replaces the text.

    text: what is planned; without one, the action's description.

    Raises:
        VersionFrozen
    """
    entry = PlanEntry.objects.filter(version=version, action=action).first()
    entry = entry or PlanEntry(version=version, action=action)
    entry.text = text or action.description or action.summary or action.title
    entry.save()
    audit.record(by=by, verb="planned", subject=action.urn, now=now, version=version.number)
    return entry


@transaction.atomic
def publish_version(*, version: PlanVersion, now: datetime, by: Walker = SYSTEM) -> PlanVersion:
    """Make a draft version the plan in force: text, targets and budget of its entries freeze, its
    draft actions become public, and a whole plan supersedes every version before it.

    Raises:
        VersionFrozen: it is published already.
        NothingToPublish: it has no entries.
    """
    version = PlanVersion.objects.select_related("plan__region").get(pk=version.pk)
    if version.state != State.DRAFT:
        raise VersionFrozen
    entries = list(version.entries.select_related("action__region", "action__plan__region"))
    if not entries:
        raise NothingToPublish
    for entry in entries:
        entry.targets, entry.budget = _targets(entry.action), _budget(entry.action)
        entry.save(update_fields=["targets", "budget"])
        if entry.action.state == Action.State.DRAFT:
            publish_action(action=entry.action, now=now, by=by)
    _close(version, entries, now, by)
    plan = version.plan
    facts = {"version": version.number, "fingerprint": version.fingerprint}
    audit.record(by=by, verb="published", subject=plan.urn, now=now, **facts)
    outbox.announce("PlanPublished", plan.urn, now=now, **facts)
    return version


def _close(version: PlanVersion, entries: list[PlanEntry], now: datetime, by: Walker) -> None:
    if version.scope == Scope.WHOLE:
        earlier = version.plan.versions.filter(state=State.PUBLISHED)
        earlier.update(state=State.SUPERSEDED)
    version.state = State.PUBLISHED
    version.published_at = now
    version.published_by = by.posts[0] if by.posts else None
    version.fingerprint = fingerprint(version, entries)
    version.save()


def _targets(action: Action) -> list[dict[str, Any]]:
    """The targets of the action's indicators for its own region, as they stand now."""
    measured = Indicator.objects.filter(
        pk__in=action.measures.values("indicator_id")
    ).select_related("region")
    points = TargetPoint.objects.filter(
        indicator__in=measured, area=action.region_id, kind=TargetPoint.PointKind.TARGET
    ).select_related("indicator__region")
    return [
        {
            "indicator": str(point.indicator.urn),
            "name": point.indicator.title,
            "unit": point.indicator.unit,
            "on": point.on.isoformat(),
            "value": format(point.number.normalize(), "f"),
        }
        for point in points
    ]


def _budget(action: Action) -> list[dict[str, Any]]:
    rows = action.budget_lines.values("year", "source", "code", "planned")
    return [dict(row) for row in rows]


def fingerprint(version: PlanVersion, entries: list[PlanEntry]) -> str:
    """SHA-256 of everything a version says, so that anybody can tell whether it still says it."""
    body = {
        "plan": str(version.plan.urn),
        "number": version.number,
        "scope": version.scope,
        "title": version.title,
        "entries": [
            {
                "action": str(entry.action.urn),
                "text": entry.text,
                "targets": entry.targets,
                "budget": entry.budget,
            }
            for entry in sorted(entries, key=lambda entry: str(entry.action.urn))
        ],
    }
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
