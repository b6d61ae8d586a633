"""What can be done to actions and what hangs on them, apart from updates.

Who may do it is asked before, at the doors in `permissions`; `by` only says who did it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from simpul.desk import outbox, thread
from simpul.desk.models import Category, Period
from simpul.government import audit
from simpul.government.access import SYSTEM, Walker
from simpul.government.models import Organisation, Post
from simpul.indicators.models import Indicator
from simpul.kernel.errors import NotSignedIn
from simpul.kernel.ids import new_key
from simpul.programme import duties
from simpul.programme.errors import (
    ActionClosed,
    AlreadyDone,
    BadDay,
    BadSpan,
    ChangedMeanwhile,
    CodeTaken,
    TextMissing,
)
from simpul.programme.knots import MEASURES
from simpul.programme.models import (
    Action,
    ActionIndicator,
    ActionParty,
    BudgetLine,
    Milestone,
    Plan,
    StatusOverride,
)
from simpul.programme.status import Name


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is written down about an action; the fields are those of `models.Action`.

    lead: the organisation that leads, that of the post where none is named; parties: supporting
    organisations, each with a role of `ActionParty.Role`.
    """

    title: str
    post: Post
    starts: date
    due: date
    lead: Organisation | None = None
    reviewer: Post | None = None
    kind: str = Action.ActionKind.ACTION
    strand: str = ""
    code: str = ""
    summary: str = ""
    description: str = ""
    language: str = "id"
    horizon: str = Action.Horizon.SHORT
    rhythm: str = Period.PeriodKind.QUARTER
    visibility: str = Action.Visibility.PUBLIC
    categories: Collection[Category] = ()
    parties: Collection[tuple[Organisation, str]] = ()


_PLAIN = (
    "title",
    "post",
    "starts",
    "due",
    "reviewer",
    "kind",
    "strand",
    "code",
    "summary",
    "description",
    "language",
    "horizon",
    "rhythm",
    "visibility",
)


@transaction.atomic
def add_action(
    *,
    plan: Plan,
    sheet: Sheet,
    now: datetime,
    parent: Action | None = None,
    key: str = "",
    by: Walker = SYSTEM,
) -> Action:
    """Write down an action of a plan; a draft until it, or a version with it, is published.

    Raises:
        BadSpan, CodeTaken
    """
    action = Action(
        key=key or new_key(), region=plan.region, plan=plan, parent=parent, created_at=now
    )
    _write(action, sheet)
    audit.record(by=by, verb="created", subject=action.urn, now=now, title=sheet.title)
    return action


@transaction.atomic
def edit_action(
    *, action: Action, sheet: Sheet, revision: int, now: datetime, by: Walker = SYSTEM
) -> Action:
    """Write the sheet anew. revision: the one that the editor had before them.

    Raises:
        ChangedMeanwhile: somebody else saved since; nothing is written.
        BadSpan, CodeTaken
    """
    current = Action.objects.filter(pk=action.pk, revision=revision)
    if not current.update(revision=F("revision") + 1):
        raise ChangedMeanwhile
    action.refresh_from_db()
    changed = [name for name in _PLAIN if getattr(action, name) != getattr(sheet, name)]
    _write(action, sheet)
    audit.record(by=by, verb="edited", subject=action.urn, now=now, changed=changed)
    outbox.announce("ActionEdited", action.urn, now=now, changed=changed)
    return action


def _write(action: Action, sheet: Sheet) -> None:
    if sheet.due < sheet.starts:
        raise BadSpan(field="due")
    rivals = Action.objects.filter(plan=action.plan_id, code=sheet.code).exclude(pk=action.pk)
    if sheet.code and rivals.exists():
        raise CodeTaken(field="code")
    for name in _PLAIN:
        setattr(action, name, getattr(sheet, name))
    action.lead = sheet.lead or sheet.post.organisation
    action.save()
    action.categories.set(sheet.categories)
    action.parties.all().delete()
    ActionParty.objects.bulk_create(
        ActionParty(action=action, organisation=organisation, role=role)
        for organisation, role in dict.fromkeys(sheet.parties)
    )


@transaction.atomic
def publish_action(*, action: Action, now: datetime, by: Walker = SYSTEM) -> Action:
    """Show an action to everybody who may look; saying it again changes nothing."""
    if action.state != Action.State.DRAFT:
        return action
    action.state, action.published_at = Action.State.PUBLISHED, now
    action.save(update_fields=["state", "published_at"])
    audit.record(by=by, verb="published", subject=action.urn, now=now)
    outbox.announce("ActionPublished", action.urn, now=now, kind=action.kind)
    return action


@transaction.atomic
def set_status(
    *, action: Action, status: str, reason: str, now: datetime, by: Walker
) -> StatusOverride:
    """Say otherwise than the computed status, and why. status: a `status.Name`, or empty to let
    the facts speak again.

    Raises:
        TextMissing: without a reason.
        NotSignedIn
    """
    if by.account is None:
        raise NotSignedIn
    if not reason.strip():
        raise TextMissing(field="reason")
    row = StatusOverride.objects.create(
        action=action,
        status=Name(status) if status else "",
        reason=reason.strip(),
        by=by.account,
        post=by.posts[0] if by.posts else None,
        at=now,
    )
    audit.record(by=by, verb="set status", subject=action.urn, now=now, status=status)
    outbox.announce("StatusSet", action.urn, now=now, status=status)
    return row


@transaction.atomic
def close_action(*, action: Action, status: str, reason: str, now: datetime, by: Walker) -> Action:
    """End an action before its time or after it: it takes no more updates and owes nothing.

    status: ``done`` or ``stopped``; reason: why, in one sentence.

    Raises:
        ActionClosed: it is closed already.
        TextMissing
    """
    if action.state == Action.State.CLOSED:
        raise ActionClosed
    set_status(action=action, status=status, reason=reason, now=now, by=by)
    action.state = Action.State.CLOSED
    action.save(update_fields=["state"])
    duties.refresh_action(action, now)
    audit.record(by=by, verb="closed", subject=action.urn, now=now, status=status)
    outbox.announce("ActionClosed", action.urn, now=now, status=status)
    return action


# -- milestones and money ------------------------------------------------------------------


@transaction.atomic
def add_milestone(
    *,
    action: Action,
    title: str,
    due: date,
    now: datetime,
    done_on: date | None = None,
    key: str = "",
    by: Walker = SYSTEM,
) -> Milestone:
    """Write down a step on the way. due: local day; done_on: where it is done already."""
    milestone = Milestone.objects.create(
        action=action, title=title, due=due, done_on=done_on, key=key or new_key()
    )
    audit.record(by=by, verb="created", subject=milestone.urn, now=now, due=due.isoformat())
    return milestone


@transaction.atomic
def complete_milestone(
    *, milestone: Milestone, done_on: date, now: datetime, note: str = "", by: Walker = SYSTEM
) -> Milestone:
    """Say that a step is done. done_on: local day, not in the future.

    Raises:
        AlreadyDone, BadDay, ActionClosed
    """
    milestone = Milestone.objects.select_related("action__region").get(pk=milestone.pk)
    action = milestone.action
    if action.state == Action.State.CLOSED:
        raise ActionClosed
    if milestone.done_on is not None:
        raise AlreadyDone
    if done_on > action.region.today(now):
        raise BadDay(field="done_on")
    milestone.done_on, milestone.note = done_on, note
    milestone.done_by = by.posts[0] if by.posts else None
    milestone.save(update_fields=["done_on", "note", "done_by"])
    duties.refresh_action(action, now)
    facts = {"milestone": str(milestone.urn), "done_on": done_on.isoformat()}
    audit.record(by=by, verb="completed", subject=milestone.urn, now=now, **facts)
    outbox.announce("MilestoneCompleted", action.urn, now=now, **facts)
    return milestone


@transaction.atomic
def set_budget(
    *,
    action: Action,
    year: int,
    planned: int,
    now: datetime,
    source: str = BudgetLine.Source.REGION,
    code: str = "",
    spent: int | None = None,
    by: Walker = SYSTEM,
) -> BudgetLine:
    """Write down money of one year from one source; saying it again replaces both amounts.

    planned, spent: whole rupiah, not negative; spent: None while nothing is known.
    """
    line, _made = BudgetLine.objects.update_or_create(
        action=action,
        year=year,
        source=source,
        code=code,
        defaults={"planned": planned, "spent": spent},
    )
    facts = {"year": year, "source": source, "planned": planned, "spent": spent}
    audit.record(by=by, verb="budgeted", subject=action.urn, now=now, **facts)
    return line


# -- the thread ----------------------------------------------------------------------------


@transaction.atomic
def measure(
    *,
    action: Action,
    indicator: Indicator,
    now: datetime,
    role: str = ActionIndicator.Role.OUTCOME,
    by: Walker = SYSTEM,
) -> ActionIndicator:
    """That an indicator tells how the action is getting on; ties the thread."""
    row, _made = ActionIndicator.objects.update_or_create(
        action=action, indicator=indicator, defaults={"role": role}
    )
    thread.tie(action.urn, indicator.urn, kind=MEASURES, now=now)
    facts = {"indicator": str(indicator.urn), "role": role}
    audit.record(by=by, verb="measured", subject=action.urn, now=now, **facts)
    return row


@transaction.atomic
def stop_measuring(
    *, action: Action, indicator: Indicator, now: datetime, by: Walker = SYSTEM
) -> None:
    """That it does so no longer; the link stays on record with its end."""
    ActionIndicator.objects.filter(action=action, indicator=indicator).delete()
    thread.untie(action.urn, indicator.urn, kind=MEASURES, now=now)
    facts = {"indicator": str(indicator.urn)}
    audit.record(by=by, verb="stopped measuring", subject=action.urn, now=now, **facts)
