"""What posts owe the programme, and why.

Everything here is derived from the facts of the room: `duties_of_action` and
`duties_of_commitment` say what is owed now, and `refresh_…` make the desk's obligations agree with
that. The operations refresh what they touched, the worker refreshes by the calendar, and a rebuild
is a refresh of everything: all three end the same.

    sign            a party whose turn it is: its post
    update_due      a period is over and nothing was reported on it: the reporting post
    review_update   an update waits for a check: the reviewing post
    revise_update   an update came back and nothing followed it: the reporting post
    milestone_due   a milestone is due within `AHEAD`, or overdue: the reporting post

A period counts as reported once an update that speaks of its first day or later was handed in and
not returned; whoever reported 100 % owes no more updates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from simpul.desk import obligations
from simpul.desk.models import Obligation, Period
from simpul.government.models import Post, Region
from simpul.indicators import periods
from simpul.kernel.ids import Urn
from simpul.programme.models import Action, Commitment, Milestone, Party, Update
from simpul.web import formats

SIGN = "sign"
UPDATE_DUE = "update_due"
REVIEW_UPDATE = "review_update"
REVISE_UPDATE = "revise_update"
MILESTONE_DUE = "milestone_due"
REASONS = (SIGN, UPDATE_DUE, REVIEW_UPDATE, REVISE_UPDATE, MILESTONE_DUE)

AHEAD = timedelta(days=14)
DAYS_TO_REVIEW = 5
DAYS_TO_REVISE = 7
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that a post owes; see `desk.obligations.owe`."""

    subject: Urn
    post: Post
    reason: str
    title_id: str
    title_en: str
    due: date | None


# -- who -----------------------------------------------------------------------------------


def reporting_post(action: Action) -> Post:
    """Who reports on an action: the clerk of the lead organisation, else the post that answers."""
    clerk = Post.objects.filter(organisation=action.lead_id, is_clerk=True, valid_to=None).first()
    return clerk or action.post


def reviewing_post(action: Action) -> Post | None:
    """Who checks updates: the reviewer, else the head of the lead organisation."""
    if action.reviewer is not None:
        return action.reviewer
    return Post.objects.filter(organisation=action.lead_id, is_head=True, valid_to=None).first()


# -- what ----------------------------------------------------------------------------------


def duties_of_action(action: Action, today: date) -> Iterator[Duty]:
    """Everything that is owed about an action on a local day."""
    if action.state != Action.State.PUBLISHED:
        return
    updates = list(action.updates.order_by("submitted_at", "id"))
    yield from _update_due(action, updates, today)
    yield from _reviews(action, updates)
    yield from _milestones(action, today)


def _counts(update: Update) -> bool:
    return update.state != Update.State.RETURNED


def _update_due(action: Action, updates: list[Update], today: date) -> Iterator[Duty]:
    counted = [update for update in updates if _counts(update)]
    if any(update.percent == 100 for update in counted) or action.published_at is None:
        return
    reported = max((update.observed_on for update in counted), default=None)
    begun = max(action.starts, action.region.today(action.published_at))
    over = Period.objects.filter(
        region=action.region_id,
        kind=action.rhythm,
        ends__gt=begun,
        ends__lte=today,
        starts__lte=action.due,
    ).order_by("starts")
    missed = [period for period in over if reported is None or reported < period.starts]
    if missed:
        first = missed[0]
        yield Duty(
            subject=action.urn,
            post=reporting_post(action),
            reason=UPDATE_DUE,
            title_id=f"Laporan {periods.label(first, 'id')} untuk “{action.title}” belum masuk.",
            title_en=f"The update for {periods.label(first, 'en')} on “{action.title}” is missing.",
            due=first.due,
        )


def _reviews(action: Action, updates: list[Update]) -> Iterator[Duty]:
    for update in updates:
        if update.state == Update.State.SUBMITTED:
            yield from _review(action, update)
    last = updates[-1] if updates else None
    if last is None or last.state != Update.State.RETURNED or last.decided_at is None:
        return
    yield Duty(
        subject=last.urn,
        post=reporting_post(action),
        reason=REVISE_UPDATE,
        title_id=f"Laporan Anda atas “{action.title}” dikembalikan untuk diperbaiki.",
        title_en=f"Your update on “{action.title}” came back to be revised.",
        due=action.region.today(last.decided_at) + timedelta(days=DAYS_TO_REVISE),
    )


def _review(action: Action, update: Update) -> Iterator[Duty]:
    post = reviewing_post(action)
    if post is None:
        return
    percent = formats.number(update.percent.normalize(), None, "id")
    english = formats.number(update.percent.normalize(), None, "en")
    yield Duty(
        subject=update.urn,
        post=post,
        reason=REVIEW_UPDATE,
        title_id=f"Laporan {percent} persen atas “{action.title}” menunggu pemeriksaan.",
        title_en=f"An update of {english} percent on “{action.title}” waits to be checked.",
        due=action.region.today(update.submitted_at) + timedelta(days=DAYS_TO_REVIEW),
    )


def _milestones(action: Action, today: date) -> Iterator[Duty]:
    near = action.milestones.filter(done_on=None, due__lte=today + AHEAD)
    for milestone in near.select_related("action"):
        yield Duty(
            subject=milestone.urn,
            post=reporting_post(action),
            reason=MILESTONE_DUE,
            title_id=f"Tahapan “{milestone.title}” pada “{action.title}” perlu diselesaikan.",
            title_en=f"The milestone “{milestone.title}” of “{action.title}” is to be completed.",
            due=milestone.due,
        )


def duties_of_commitment(commitment: Commitment) -> Iterator[Duty]:
    """Who is to sign a commitment now: the parties whose turn it is."""
    if commitment.state != Commitment.State.OPEN:
        return
    for party in in_turn(commitment):
        yield Duty(
            subject=commitment.urn,
            post=party.post,
            reason=SIGN,
            title_id=f"“{commitment.title}” menunggu tanda tangan Anda.",
            title_en=f"“{commitment.title}” waits for your signature.",
            due=commitment.sign_by,
        )


def in_turn(commitment: Commitment) -> list[Party]:
    """The parties that may answer now: those of the earliest turn in which somebody has not."""
    waiting = commitment.parties.filter(signed_at=None, declined_at=None)
    parties = list(waiting.select_related("post__organisation", "organisation"))
    first = min((party.turn for party in parties), default=0)
    return [party for party in parties if party.turn == first]


# -- making the desk agree -----------------------------------------------------------------


def refresh_action(action: Action, now: datetime) -> int:
    """Owe what is owed about an action, and settle what no longer is; returns how much changed."""
    subjects = {str(action.urn)}
    subjects |= {str(update.urn) for update in action.updates.all()}
    subjects |= {str(step.urn) for step in action.milestones.select_related("action")}
    return _agree(subjects, duties_of_action(action, action.region.today(now)), now)


def refresh_commitment(commitment: Commitment, now: datetime) -> int:
    """Owe the signatures whose turn it is, and settle the rest; returns how much changed."""
    return _agree({str(commitment.urn)}, duties_of_commitment(commitment), now)


def _agree(subjects: set[str], wanted: Iterable[Duty], now: datetime) -> int:
    open_ones = Obligation.objects.filter(
        subject__in=subjects, reason__in=REASONS, settled_at__isnull=True
    ).select_related("post")
    stale = {(row.subject, row.post_id, row.reason): row for row in open_ones}
    changed = 0
    for duty in wanted:
        row = stale.pop((str(duty.subject), duty.post.pk, duty.reason), None)
        if row is None or row.due != duty.due or row.title_id != duty.title_id[:LONGEST]:
            _owe(duty, now)
            changed += 1
    for row in stale.values():
        obligations.settle(
            subject=Urn.parse(row.subject), reason=row.reason, now=now, post=row.post
        )
    return changed + len(stale)


def _owe(duty: Duty, now: datetime) -> None:
    obligations.owe(
        subject=duty.subject,
        post=duty.post,
        reason=duty.reason,
        title_id=duty.title_id[:LONGEST],
        title_en=duty.title_en[:LONGEST],
        now=now,
        due=duty.due,
    )


# -- the calendar --------------------------------------------------------------------------


@transaction.atomic
def owe_updates(*, region: Region, period: Period, now: datetime) -> int:
    """Owe the updates of a period that is over, for every action that reports in its rhythm and
    ran in it. Idempotent; returns how many obligations changed.
    """
    actions = _running(region).filter(
        rhythm=period.kind, starts__lt=period.ends, due__gte=period.starts
    )
    return sum(refresh_action(action, now) for action in actions)


@transaction.atomic
def owe_milestones(*, region: Region, now: datetime) -> int:
    """Owe the milestones that come due. Idempotent; returns how many obligations changed."""
    near = Milestone.objects.filter(done_on=None, due__lte=region.today(now) + AHEAD)
    actions = _running(region).filter(milestones__in=near).distinct()
    return sum(refresh_action(action, now) for action in actions)


def by_calendar(now: datetime) -> int:
    """What time itself makes owed, in every region that runs here; the worker's job.

    Returns how many obligations changed: none when it is called again on the same day.
    """
    changed = 0
    for region in Region.objects.filter(runs_here=True):
        kinds = _running(region).values_list("rhythm", flat=True).distinct().order_by("rhythm")
        for kind in kinds:
            period = last_over(region, kind, now)
            changed += owe_updates(region=region, period=period, now=now)
        changed += owe_milestones(region=region, now=now)
    return changed


def last_over(region: Region, kind: str, now: datetime) -> Period:
    """The latest period of a kind that is over on the local day."""
    present = periods.period_of(region, kind, region.today(now))
    return periods.period_of(region, kind, present.starts - timedelta(days=1))


def as_told(now: datetime) -> Iterator[obligations.Duty]:
    """Everything that the facts of this room say is owed at a moment, as the desk compares it."""
    for region in Region.objects.filter(runs_here=True):
        for commitment in Commitment.objects.filter(region=region):
            yield from map(_told, duties_of_commitment(commitment))
        for action in _running(region):
            yield from map(_told, duties_of_action(action, region.today(now)))


def _told(duty: Duty) -> obligations.Duty:
    return obligations.Duty(duty.subject, duty.post.pk, duty.reason, duty.due)


@transaction.atomic
def rebuild(*, region: Region, now: datetime) -> int:
    """Derive everything that is owed in a region from the facts again; returns what changed."""
    commitments = Commitment.objects.filter(region=region)
    changed = sum(refresh_commitment(commitment, now) for commitment in commitments)
    return changed + sum(refresh_action(action, now) for action in _actions(region))


def _actions(region: Region) -> QuerySet[Action]:
    return Action.objects.filter(region=region).select_related(
        "region", "plan", "lead", "post__organisation", "reviewer__organisation"
    )


def _running(region: Region) -> QuerySet[Action]:
    return _actions(region).filter(state=Action.State.PUBLISHED)
