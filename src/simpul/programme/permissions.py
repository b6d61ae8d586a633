"""The doors of this room: one for each kind of object, used by pages, data and jobs alike.

A stranger sees what is published and public. Whoever holds a right over the lead organisation sees
its drafts and returned updates too. The post that answers for an action and the clerk of its lead
organisation may report on it, and the post that checks it may review, without a grant: what a post
owes, it can do.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from simpul.government.access import Right, Walker
from simpul.government.models import Post
from simpul.indicators import permissions as indicator_permissions
from simpul.indicators.models import Indicator
from simpul.kernel.errors import NotAllowed, NotSignedIn
from simpul.kernel.ids import Kind, Urn
from simpul.programme.errors import (
    NoSuchAction,
    NoSuchClause,
    NoSuchCommitment,
    NoSuchMeeting,
    NoSuchMilestone,
    NoSuchParty,
    NoSuchPlan,
    NoSuchUpdate,
)
from simpul.programme.models import (
    Action,
    Clause,
    Commitment,
    Meeting,
    Milestone,
    Party,
    Plan,
    PlanVersion,
    Update,
)

RELATED = ("region", "plan__region", "lead", "post__organisation", "reviewer__organisation")


def _organisations(walker: Walker, region: str, kind: Kind) -> set[int]:
    """The organisations over which the walker holds any right for this kind."""
    found: set[int] = set()
    for given in walker.given:
        if given.region == region and given.kind in {"*", kind} and not given.plan:
            found |= given.organisations
    return found


def _plans(walker: Walker, region: str) -> Q:
    """What grants that name one plan open: the actions of that plan below the organisation."""
    found = Q(pk__in=[])
    for given in walker.given:
        if given.region == region and given.plan and given.kind in {"*", Kind.ACTION}:
            key = Urn.parse(given.plan).key
            found |= Q(plan__key=key, lead_id__in=given.organisations)
    return found


# -- plans ---------------------------------------------------------------------------------


def visible_plans(walker: Walker, region: str) -> QuerySet[Plan]:
    """The plans of a region that have a published version, and drafts for those who plan."""
    every = Plan.objects.filter(region=region).select_related("region")
    if walker.may(Right.SEE, region=region, kind=Kind.PLAN):
        return every
    return every.filter(versions__state__in=["published", "superseded"]).distinct()


def access_plan(region: str, key: str, *, walker: Walker, to: str = Right.SEE) -> Plan:
    """The plan at this address, for somebody who may do `to` with it.

    Raises:
        NoSuchPlan: none there, or nothing of it is published and the walker does not plan.
        NotSignedIn, NotAllowed: it may be seen, but not this.
    """
    found = visible_plans(walker, region).filter(key=key).first()
    if found is None:
        raise NoSuchPlan
    if to != Right.SEE:
        walker.must(to, region=region, kind=Kind.PLAN, plan=str(found.urn))
    return found


def access_version(
    region: str, key: str, number: int, *, walker: Walker, to: str = Right.SEE
) -> PlanVersion:
    """One version of a plan; a draft only for those who plan.

    Raises:
        NoSuchPlan
        NotSignedIn, NotAllowed
    """
    plan = access_plan(region, key, walker=walker, to=to)
    found = plan.versions.filter(number=number).first()
    inside = walker.may(Right.SEE, region=region, kind=Kind.PLAN, plan=str(plan.urn))
    if found is None or (found.state == PlanVersion.State.DRAFT and not inside):
        raise NoSuchPlan
    return found


# -- actions -------------------------------------------------------------------------------


def _is_its_clerk(action: Action, walker: Walker) -> bool:
    return any(post.is_clerk and post.organisation_id == action.lead_id for post in walker.posts)


def _is_duty_bound(action: Action, walker: Walker) -> bool:
    """Whether a post that the walker holds owes something about the action, or can come to."""
    return any(
        post.pk in {action.post_id, action.reviewer_id}
        or (post.organisation_id == action.lead_id and (post.is_head or post.is_clerk))
        for post in walker.posts
    )


def is_inside(action: Action, walker: Walker) -> bool:
    """Whether the walker sees drafts and returned updates of this action."""
    if _is_duty_bound(action, walker):
        return True
    return walker.may(
        Right.SEE,
        region=action.region_id,
        kind=Kind.ACTION,
        organisation=action.lead_id,
        plan=str(action.plan.urn),
    )


def is_open(action: Action) -> bool:
    """Whether everybody may look at the action."""
    return action.state != Action.State.DRAFT and action.visibility == Action.Visibility.PUBLIC


def visible_actions(walker: Walker, region: str) -> QuerySet[Action]:
    """The actions of a region that the walker may see, by code."""
    every = Action.objects.filter(region=region).select_related(*RELATED)
    if walker.may(Right.SEE, region=region, kind=Kind.ACTION):
        return every
    opened = Q(visibility=Action.Visibility.PUBLIC) & ~Q(state=Action.State.DRAFT)
    led = Q(lead_id__in=_organisations(walker, region, Kind.ACTION))
    posts = [post.pk for post in walker.posts]
    offices = [post.organisation_id for post in walker.posts if post.is_clerk or post.is_head]
    held = Q(post_id__in=posts) | Q(reviewer_id__in=posts) | Q(lead_id__in=offices)
    return every.filter(opened | led | held | _plans(walker, region))


def may(action: Action, walker: Walker, right: str) -> bool:
    """Whether the walker may do `right` with the action."""
    if right == Right.SEE:
        return is_open(action) or is_inside(action, walker)
    held = {post.pk for post in walker.posts}
    if right == Right.REPORT and (action.post_id in held or _is_its_clerk(action, walker)):
        return True
    if right == Right.REVIEW and reviewing_post_id(action) in held:
        return True
    return walker.may(
        right,
        region=action.region_id,
        kind=Kind.ACTION,
        organisation=action.lead_id,
        plan=str(action.plan.urn),
    )


def reviewing_post_id(action: Action) -> int | None:
    """The post that checks updates: the reviewer, else the head of the lead organisation."""
    if action.reviewer_id is not None:
        return action.reviewer_id
    head = Post.objects.filter(organisation_id=action.lead_id, is_head=True, valid_to=None)
    return head.values_list("pk", flat=True).first()


def access_action(region: str, key: str, *, walker: Walker, to: str = Right.SEE) -> Action:
    """The action at this address, for somebody who may do `to` with it.

    Raises:
        NoSuchAction: none there, or the walker may not see it.
        NotSignedIn, NotAllowed: it may be seen, but not this.
    """
    found = Action.objects.filter(region=region, key=key).select_related(*RELATED).first()
    if found is None or not may(found, walker, Right.SEE):
        raise NoSuchAction
    if not may(found, walker, to):
        raise NotAllowed if walker.signed_in else NotSignedIn
    return found


def access_milestone(region: str, key: str, *, walker: Walker, to: str = Right.SEE) -> Milestone:
    """The milestone at this address; whoever may report on its action may complete it.

    Raises:
        NoSuchMilestone
        NotSignedIn, NotAllowed
    """
    found = (
        Milestone.objects.filter(action__region=region, key=key)
        .select_related(*(f"action__{name}" for name in RELATED))
        .first()
    )
    if found is None or not may(found.action, walker, Right.SEE):
        raise NoSuchMilestone
    if not may(found.action, walker, to):
        raise NotAllowed if walker.signed_in else NotSignedIn
    return found


def sees_indicator(indicator: Indicator, walker: Walker) -> bool:
    """Whether the walker may see an indicator of an action; its own room says."""
    return indicator_permissions.may(indicator, walker, Right.SEE)


def sees_update(update: Update, walker: Walker) -> bool:
    """An accepted public update is for everybody; the rest for those inside, and its author."""
    if not may(update.action, walker, Right.SEE):
        return False
    accepted = update.state == Update.State.ACCEPTED
    if accepted and update.public and is_open(update.action):
        return True
    mine = walker.account is not None and update.by_id == walker.account.pk
    return mine or is_inside(update.action, walker)


def access_update(region: str, key: str, *, walker: Walker, to: str = Right.SEE) -> Update:
    """The update at this address, for somebody who may do `to` with its action.

    Raises:
        NoSuchUpdate: none there, or not for this walker.
        NotSignedIn, NotAllowed
    """
    found = (
        Update.objects.filter(region=region, key=key)
        .select_related("by", "post", "period", *(f"action__{name}" for name in RELATED))
        .first()
    )
    if found is None or not sees_update(found, walker):
        raise NoSuchUpdate
    if not may(found.action, walker, to):
        raise NotAllowed if walker.signed_in else NotSignedIn
    return found


# -- commitments ---------------------------------------------------------------------------


def drafts_commitments(walker: Walker, region: str, right: str = Right.EDIT) -> bool:
    """Whether the walker writes commitments of this region, or (`SEE`) reads their drafts."""
    return walker.may(right, region=region, kind=Kind.COMMITMENT)


def visible_commitments(walker: Walker, region: str) -> QuerySet[Commitment]:
    """The commitments of a region that were opened for signing; drafts for those who write them."""
    every = Commitment.objects.filter(region=region).select_related("region", "document")
    if drafts_commitments(walker, region, Right.SEE):
        return every
    return every.exclude(opened_at=None)


def access_commitment(region: str, key: str, *, walker: Walker, to: str = Right.SEE) -> Commitment:
    """The commitment at this address, for somebody who may do `to` with it.

    Raises:
        NoSuchCommitment: none there, or a draft that is not for this walker.
        NotSignedIn, NotAllowed
    """
    found = visible_commitments(walker, region).filter(key=key).first()
    if found is None:
        raise NoSuchCommitment
    if to != Right.SEE:
        walker.must(to, region=region, kind=Kind.COMMITMENT)
    return found


def access_party(region: str, key: str, *, walker: Walker) -> Party:
    """The party for which the walker answers: the first of the commitment whose post they hold
    and that has not answered yet, else the first whose post they hold.

    Raises:
        NoSuchCommitment
        NoSuchParty: the walker holds no post that is a party.
        NotSignedIn
    """
    commitment = access_commitment(region, key, walker=walker)
    if not walker.signed_in:
        raise NotSignedIn
    held = commitment.parties.filter(post__in=[post.pk for post in walker.posts])
    parties = list(held.select_related("commitment__region", "post__organisation", "organisation"))
    waiting = [party for party in parties if party.signed_at is party.declined_at is None]
    if not parties:
        raise NoSuchParty
    return (waiting or parties)[0]


def access_clause(region: str, key: str, *, walker: Walker, to: str = Right.SEE) -> Clause:
    """The clause at this address, where its commitment may be seen.

    Raises:
        NoSuchClause
        NotSignedIn, NotAllowed
    """
    found = (
        Clause.objects.filter(region=region, key=key).select_related("commitment__region").first()
    )
    if found is None or not clause_visible(found, walker):
        raise NoSuchClause
    if to != Right.SEE:
        walker.must(to, region=region, kind=Kind.COMMITMENT)
    return found


def clause_visible(clause: Clause, walker: Walker) -> bool:
    """Whether the clause's commitment may be seen."""
    opened = clause.commitment.opened_at is not None
    return opened or drafts_commitments(walker, clause.region_id, Right.SEE)


# -- bodies --------------------------------------------------------------------------------


def visible_meetings(walker: Walker, region: str) -> QuerySet[Meeting]:
    """The meetings of a region: the public ones, and all for those who run the programme."""
    every = Meeting.objects.filter(region=region).select_related("region", "minutes")
    if walker.may(Right.SEE, region=region, kind=Kind.MEETING):
        return every
    return every.filter(is_public=True)


def access_meeting(region: str, key: str, *, walker: Walker) -> Meeting:
    """The meeting at this address.

    Raises:
        NoSuchMeeting
    """
    found = visible_meetings(walker, region).filter(key=key).first()
    if found is None:
        raise NoSuchMeeting
    return found


def actions_among(urns: Collection[Urn], walker: Walker) -> list[Action]:
    """The actions among these URNs that the walker may see."""
    by_region: dict[str, list[str]] = {}
    for urn in urns:
        if urn.kind is Kind.ACTION:
            by_region.setdefault(urn.region, []).append(urn.key)
    return [
        action
        for region, keys in by_region.items()
        for action in visible_actions(walker, region).filter(key__in=keys)
    ]


def owner_of(urn: Urn) -> int | None:
    """The organisation (its id) whose people see evidence about this object in full: the lead of
    the action behind an update or a milestone; None means the region as a whole."""
    if urn.kind is Kind.ACTION:
        rows = Action.objects.filter(region=urn.region, key=urn.key)
        return rows.values_list("lead_id", flat=True).first()
    if urn.kind is Kind.UPDATE:
        updates = Update.objects.filter(region=urn.region, key=urn.key)
        return updates.values_list("action__lead_id", flat=True).first()
    if urn.kind is Kind.MILESTONE:
        steps = Milestone.objects.filter(action__region=urn.region, key=urn.key)
        return steps.values_list("action__lead_id", flat=True).first()
    return None
