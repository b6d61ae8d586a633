"""What can be asked about the programme, for pages, panels and the rooms above.

Everything takes the walker and shows only what they may see; only the facts that the evaluation
counts are the same for everybody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from simpul.desk.models import Category
from simpul.government.access import Right, Walker
from simpul.government.models import Region
from simpul.government.queries import Holder, holders_of
from simpul.indicators.models import Indicator
from simpul.kernel.ids import Urn
from simpul.programme import permissions, progress
from simpul.programme.models import (
    Action,
    Body,
    Clause,
    ClauseAction,
    Commitment,
    Meeting,
    Milestone,
    Party,
    PlanEntry,
    PlanVersion,
    RosterEntry,
    StatusOverride,
    Update,
)
from simpul.programme.models import Plan as PlanRow
from simpul.programme.status import Facts, Name, Override, Status, Step, status_of
from simpul.web import writing
from simpul.web.charts import Part


@dataclass(frozen=True, slots=True)
class Standing:
    """An action and how it stands today. percent: last accepted [%], with the day it speaks of."""

    action: Action
    status: Status
    percent: Decimal | None
    percent_on: date | None

    @property
    def name(self) -> Name:
        return self.status.name

    @property
    def urn(self) -> Urn:
        return self.action.urn


# -- status --------------------------------------------------------------------------------


def standing_of(action: Action, today: date) -> Standing:
    """How one action stands on a local day."""
    return standings([action], today)[0]


def standings(actions: Iterable[Action], today: date) -> list[Standing]:
    """How these actions stand on a local day, in their order; three queries for all of them."""
    rows = list(actions)
    ids = [action.pk for action in rows]
    steps = _steps(ids)
    accepted = _accepted(ids)
    overrides = _overrides(ids)
    return [
        _standing(action, steps[action.pk], accepted.get(action.pk), overrides, today)
        for action in rows
    ]


def _standing(
    action: Action,
    steps: Sequence[Step],
    accepted: tuple[Decimal, date] | None,
    overrides: dict[int, Override],
    today: date,
) -> Standing:
    percent, percent_on = accepted or (None, None)
    facts = Facts(
        starts=action.starts,
        due=action.due,
        steps=steps,
        percent=percent,
        percent_on=percent_on,
        override=overrides.get(action.pk),
    )
    return Standing(action, status_of(facts, today), percent, percent_on)


def _steps(ids: Collection[int]) -> dict[int, list[Step]]:
    found: dict[int, list[Step]] = defaultdict(list)
    rows = Milestone.objects.filter(action__in=ids).order_by("due", "id")
    for row in rows:
        found[row.action_id].append(Step(row.title, row.due, row.done_on))
    return found


def _accepted(ids: Collection[int]) -> dict[int, tuple[Decimal, date]]:
    """The last accepted percentage of each action: of the latest day, then the latest report."""
    rows = Update.objects.filter(action__in=ids, state=Update.State.ACCEPTED)
    ordered = rows.order_by("observed_on", "submitted_at", "id")
    return {row.action_id: (row.percent, row.observed_on) for row in ordered}


def _overrides(ids: Collection[int]) -> dict[int, Override]:
    """The override in force of each action that has one."""
    last = {row.action_id: row for row in StatusOverride.objects.filter(action__in=ids)}
    return {
        key: Override(Name(row.status), row.reason, row.at.date())
        for key, row in last.items()
        if row.status
    }


def open_actions(region: str, walker: Walker) -> QuerySet[Action]:
    """The published and closed actions of a region that the walker may see."""
    seen = permissions.visible_actions(walker, region)
    return seen.exclude(state=Action.State.DRAFT).prefetch_related("categories__parent")


# -- dimensions ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Move:
    """How far an action came in a month. before, after: accepted percentages [%]; steps: how many
    milestones were done."""

    action: Action
    before: Decimal
    after: Decimal
    steps: int

    @property
    def points(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class DimensionStanding:
    """One dimension at a glance. moved: the actions that moved this month, the furthest first."""

    category: Category
    tally: progress.Tally
    actions: tuple[Standing, ...]
    moved: tuple[Move, ...]

    @property
    def sentence(self) -> str:
        """What moved this month, in one sentence."""
        if not self.moved:
            return _("Nothing was reported this month.")
        first = self.moved[0]
        if first.points > 0:
            furthest = _("“%(title)s” rose %(points)s points to %(after)s%%.") % {
                "title": first.action.title,
                "points": writing.number(first.points.normalize()),
                "after": writing.number(first.after.normalize()),
            }
        else:
            furthest = _("“%(title)s” completed a milestone.") % {"title": first.action.title}
        others = len(self.moved) - 1
        if not others:
            return furthest
        more = ngettext("%(n)d other action moved.", "%(n)d other actions moved.", others)
        return f"{furthest} {more % {'n': others}}"


def dimensions_of(tree: str) -> list[Category]:
    """The upper level of a classification in its order, with what stands below it."""
    upper = Category.objects.filter(tree=tree, parent=None).order_by("order")
    return list(upper.prefetch_related("children"))


def actions_by_dimension(
    region: Region, *, walker: Walker, now: datetime, tree: str = "gmsc-2017"
) -> list[DimensionStanding]:
    """Every dimension of a tree with its actions by state, and what moved this month.

    An action that stands in two dimensions counts in both.
    """
    today = region.today(now)
    states = standings(open_actions(region.code, walker), today)
    moves = {move.action.pk: move for move in moved_since(states, today.replace(day=1))}
    return [_dimension_standing(category, states, moves) for category in dimensions_of(tree)]


def _dimension_standing(
    category: Category, states: Sequence[Standing], moves: dict[int, Move]
) -> DimensionStanding:
    mine = tuple(state for state in states if in_category(state.action, category))
    moved = [moves[state.action.pk] for state in mine if state.action.pk in moves]
    moved.sort(key=lambda move: (-move.points, -move.steps, move.action.code))
    return DimensionStanding(category, tally_of(mine), mine, tuple(moved))


def tally_of(states: Iterable[Standing]) -> progress.Tally:
    """Counts and mean of these actions; see `progress`."""
    return progress.tally((state.name, state.percent) for state in states)


def in_category(action: Action, category: Category) -> bool:
    """Whether the action stands in the category or below it."""
    return any(
        found.pk == category.pk or found.parent_id == category.pk
        for found in action.categories.all()
    )


def moved_since(states: Sequence[Standing], first: date) -> list[Move]:
    """Which of these actions came further since a local day, that day included."""
    ids = [state.action.pk for state in states]
    accepted = Update.objects.filter(action__in=ids, state=Update.State.ACCEPTED)
    before = {
        row.action_id: row.percent
        for row in accepted.filter(observed_on__lt=first).order_by("observed_on", "submitted_at")
    }
    since = set(accepted.filter(observed_on__gte=first).values_list("action_id", flat=True))
    done: dict[int, int] = defaultdict(int)
    finished = Milestone.objects.filter(action__in=ids, done_on__gte=first)
    for key in finished.values_list("action_id", flat=True):
        done[key] += 1
    return [
        Move(
            state.action,
            before.get(state.action.pk, Decimal(0)),
            state.percent or Decimal(0),
            done[state.action.pk],
        )
        for state in states
        if state.action.pk in since or done[state.action.pk]
    ]


# -- quick wins, promises, what is due -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class QuickWin:
    """A quick win with the indicators that tell how it is getting on, the first one foremost."""

    standing: Standing
    indicators: tuple[Indicator, ...]


def quick_wins(region: Region, *, walker: Walker, now: datetime) -> list[QuickWin]:
    """The quick wins of a region that the walker may see, by code."""
    rows = open_actions(region.code, walker).filter(kind=Action.ActionKind.QUICK_WIN)
    states = standings(rows.prefetch_related("measures__indicator__region"), region.today(now))
    return [QuickWin(state, indicators_of(state.action, walker)) for state in states]


def indicators_of(action: Action, walker: Walker) -> tuple[Indicator, ...]:
    """The indicators of an action that the walker may see, in the order they were named."""
    rows = [row.indicator for row in action.measures.all()]
    return tuple(row for row in rows if permissions.sees_indicator(row, walker))


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment with its parties and how many of them signed."""

    commitment: Commitment
    parties: tuple[Party, ...]

    @property
    def signed(self) -> int:
        return sum(1 for party in self.parties if party.state == Party.State.SIGNED)

    @property
    def clauses(self) -> int:
        return self.commitment.clauses.count()


def promises(region: Region, *, walker: Walker) -> list[Promise]:
    """The commitments that are open or signed, latest first, with who promised."""
    rows = permissions.visible_commitments(walker, region.code).filter(
        state__in=[Commitment.State.OPEN, Commitment.State.SIGNED]
    )
    parties = Party.objects.select_related("post", "organisation")
    found = rows.prefetch_related(Prefetch("parties", queryset=parties))
    return [Promise(row, tuple(row.parties.all())) for row in found]


@dataclass(frozen=True, slots=True)
class ClauseStanding:
    """A clause with the actions that carry it. name: how the promise stands; None where no action
    that the walker may see carries it."""

    clause: Clause
    actions: tuple[Standing, ...]

    @property
    def name(self) -> Name | None:
        return state_of_promise([state.name for state in self.actions])


def state_of_promise(names: Sequence[Name]) -> Name | None:
    """How a promise stands, from how the actions that carry it stand: late if one is late, done
    if all are, else on its way; what was stopped does not count while anything else goes on.

    >>> state_of_promise([Name.DONE, Name.LATE])
    <Name.LATE: 'late'>
    """
    going = [name for name in names if name is not Name.STOPPED]
    if not going:
        return Name.STOPPED if names else None
    if Name.LATE in going:
        return Name.LATE
    if len(set(going)) == 1:
        return going[0]
    return Name.ON_TRACK if {Name.ON_TRACK, Name.DONE} & set(going) else Name.RUNNING


def clause_standings(
    clauses: Iterable[Clause], *, walker: Walker, now: datetime
) -> list[ClauseStanding]:
    """These clauses, each with the actions that carry it and that the walker may see."""
    rows = list(clauses)
    if not rows:
        return []
    ties = ClauseAction.objects.filter(clause__in=rows, ends=None).select_related(
        *(f"action__{name}" for name in permissions.RELATED)
    )
    pairs = [tie for tie in ties if permissions.may(tie.action, walker, Right.SEE)]
    states: dict[int, Standing] = {}
    for region in {tie.action.region for tie in pairs}:
        here = {tie.action_id: tie.action for tie in pairs if tie.action.region_id == region.code}
        for state in standings(here.values(), region.today(now)):
            states[state.action.pk] = state
    return [
        ClauseStanding(
            row, tuple(states[tie.action_id] for tie in pairs if tie.clause_id == row.pk)
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is due: a milestone, or an action as a whole. days: until then, negative when
    it is past."""

    action: Action
    label: str
    due: date
    days: int

    @property
    def overdue(self) -> bool:
        return self.days < 0


def due_soon(
    region: Region, *, walker: Walker, now: datetime, days: int = 30, limit: int = 20
) -> list[Due]:
    """Open milestones and ends of actions within `days`, and what is past; earliest first."""
    today = region.today(now)
    until = today + timedelta(days=days)
    shown = open_actions(region.code, walker).filter(state=Action.State.PUBLISHED)
    states = {state.action.pk: state for state in standings(shown, today)}
    going = {key for key, state in states.items() if state.name not in {Name.DONE, Name.STOPPED}}
    steps = Milestone.objects.filter(action__in=going, done_on=None, due__lte=until)
    found = [
        Due(states[step.action_id].action, step.title, step.due, (step.due - today).days)
        for step in steps
    ]
    for key in going:
        action = states[key].action
        if action.due <= until:
            found.append(Due(action, action.title, action.due, (action.due - today).days))
    return sorted(found, key=lambda item: (item.due, item.action.code))[:limit]


# -- plans ---------------------------------------------------------------------------------


def versions_in_force(plan: PlanRow) -> list[PlanVersion]:
    """The whole plan in force and the addenda to it, oldest first."""
    return list(
        plan.versions.filter(state=PlanVersion.State.PUBLISHED).select_related("regulation")
    )


def entries_in_force(plan: PlanRow) -> dict[int, PlanEntry]:
    """What the plan in force says about each action, by the action's id; an addendum prevails."""
    rows = PlanEntry.objects.filter(
        version__plan=plan, version__state=PlanVersion.State.PUBLISHED
    ).select_related("version")
    return {row.action_id: row for row in rows.order_by("version__number")}


def dimensions_without_quick_win(plan: PlanRow) -> list[Category]:
    """The dimensions for which the plan has no quick win; the programme expects one in each."""
    covered = Category.objects.filter(
        actions__plan=plan, actions__kind=Action.ActionKind.QUICK_WIN, tree=plan.tree
    ).exclude(actions__state=Action.State.DRAFT)
    held = {category.parent_id or category.pk for category in covered}
    return [category for category in dimensions_of(plan.tree) if category.pk not in held]


# -- facts that the evaluation counts ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Proven:
    """One fact and what proves it."""

    urn: Urn
    label: str
    proof: tuple[Urn, ...]


def planned_actions(
    region: str,
    year: int,
    *,
    dimension: str | None = None,
    kind: str | None = None,
    strand: str | None = None,
) -> QuerySet[Action]:
    """Published actions whose time touches a year of local days.

    dimension: key of a category, those below it included.
    """
    found = Action.objects.filter(
        region=region, starts__lte=date(year, 12, 31), due__gte=date(year, 1, 1)
    ).exclude(state=Action.State.DRAFT)
    if kind:
        found = found.filter(kind=kind)
    if strand:
        found = found.filter(strand=strand)
    if dimension:
        found = found.filter(Q(categories__key=dimension) | Q(categories__parent__key=dimension))
    return found.distinct()


def running_actions(region: str, year: int, **narrower: Any) -> list[Proven]:
    """The planned actions that ran in a year: an accepted update speaks of it, or a milestone was
    done in it. narrower: as for `planned_actions`. Proof: those updates and milestones.
    """
    reported = Update.objects.filter(
        action=OuterRef("pk"), state=Update.State.ACCEPTED, observed_on__year=year
    )
    finished = Milestone.objects.filter(action=OuterRef("pk"), done_on__year=year)
    rows = planned_actions(region, year, **narrower).filter(Exists(reported) | Exists(finished))
    return [Proven(row.urn, row.title, _proof(row, year)) for row in rows]


def _proof(action: Action, year: int) -> tuple[Urn, ...]:
    updates = action.updates.filter(state=Update.State.ACCEPTED, observed_on__year=year)
    steps = action.milestones.filter(done_on__year=year).select_related("action")
    return tuple(row.urn for row in updates) + tuple(row.urn for row in steps)


def meetings_held(region: str, body: str, year: int) -> list[Proven]:
    """The meetings of a body (`models.Body`) in a year of local days. Proof: the minutes, where
    there are any; a meeting without minutes has none."""
    rows = Meeting.objects.filter(region=region, body=body, held_on__year=year)
    return [
        Proven(row.urn, row.title, (row.minutes.urn,) if row.minutes else ())
        for row in rows.select_related("minutes").order_by("held_on", "id")
    ]


def parts_of(tally: progress.Tally) -> list[Part]:
    """The tally as a bar shows it, from done to not started."""
    order = (
        Name.DONE,
        Name.ON_TRACK,
        Name.RUNNING,
        Name.LATE,
        Name.NOT_STARTED,
        Name.STOPPED,
    )
    return [Part(name.value, tally.count(name)) for name in order]


# -- bodies --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seated:
    """A seat of a body and who is in it. name, title: empty where the post is vacant."""

    entry: RosterEntry
    name: str
    title: str


def roster_on(region: Region, day: date) -> list[tuple[str, list[Seated]]]:
    """Each body with its seats on a local day, in their order."""
    rows = list(
        RosterEntry.objects.filter(Q(ends=None) | Q(ends__gt=day), region=region, starts__lte=day)
        .select_related("post__organisation", "person", "decree__region")
        .order_by("order", "id")
    )
    holders = holders_of([row.post for row in rows if row.post is not None], day)
    return [
        (str(body.label), seats)
        for body in Body
        if (seats := [_seated(row, holders) for row in rows if row.body == body])
    ]


def _seated(row: RosterEntry, holders: dict[int, Holder]) -> Seated:
    if row.person is not None:
        return Seated(row, row.person.name, "")
    holder = holders.get(row.post_id or 0)
    if holder is not None:
        return Seated(row, holder.name, holder.title)
    return Seated(row, "", row.post.title if row.post else "")
