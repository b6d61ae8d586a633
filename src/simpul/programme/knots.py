"""The programme's objects on the red thread and beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TypeVar

from simpul.desk.thread import Knot, Tie
from simpul.government.access import Right, Walker
from simpul.kernel.ids import Kind, Urn
from simpul.kernel.time import Clock, system_clock
from simpul.programme import permissions, queries
from simpul.programme.models import (
    Action,
    ActionIndicator,
    Clause,
    ClauseAction,
    Commitment,
    Meeting,
    Milestone,
    Plan,
    Update,
)
from simpul.programme.status import Name
from simpul.web import writing

Row = TypeVar("Row", Clause, Update, Commitment)

CARRIES = "carries"
"""Kind of the link from a clause to an action that carries it."""
MEASURES = "measures"
"""Kind of the link from an action to an indicator that tells how it is getting on."""


class ProgrammeKnots:
    """Clauses and actions hang together by stored links; an update and a milestone belong to their
    action, a clause to its commitment, by their rows. clock: tells which milestones are late."""

    kinds = frozenset(
        {
            Kind.CLAUSE,
            Kind.ACTION,
            Kind.UPDATE,
            Kind.MILESTONE,
            Kind.COMMITMENT,
            Kind.PLAN,
            Kind.MEETING,
        }
    )

    def __init__(self, clock: Clock = system_clock) -> None:
        self._clock = clock

    def knots(self, urns: Collection[Urn], walker: Walker) -> dict[Urn, Knot]:
        """The knots among `urns` that the walker may see."""
        found = self._actions(urns, walker) | self._clauses(urns, walker)
        for update in _updates(urns):
            if permissions.sees_update(update, walker):
                label = f"{update.action.title}, {writing.day(update.observed_on)}"
                found[update.urn] = Knot(update.urn, label, update.urn.address, update.state)
        for step in _milestones(urns):
            if permissions.may(step.action, walker, Right.SEE):
                found[step.urn] = Knot(step.urn, step.title, step.urn.address, self._late(step))
        return found | _others(urns, walker)

    def up(self, urns: Collection[Urn], walker: Walker) -> set[Urn]:
        """From an update or a milestone to its action; the rest is stored."""
        rows: list[Update | Milestone] = [*_updates(urns), *_milestones(urns)]
        return {row.action.urn for row in rows}

    def down(self, urns: Collection[Urn], walker: Walker) -> set[Urn]:
        """From a commitment to its clauses; the rest is stored."""
        rows = _among(Commitment, urns, Kind.COMMITMENT)
        if not rows:
            return set()
        clauses = Clause.objects.filter(commitment__in=[row.pk for row in rows])
        return {clause.urn for clause in clauses}

    def _late(self, step: Milestone) -> str | None:
        if step.done_on is not None:
            return Name.DONE
        late = step.due < step.action.region.today(self._clock())
        return Name.LATE if late else None

    def _actions(self, urns: Collection[Urn], walker: Walker) -> dict[Urn, Knot]:
        actions = permissions.actions_among(urns, walker)
        return {
            state.urn: Knot(state.urn, state.action.title, state.urn.address, state.name)
            for state in self._standings(actions)
        }

    def _standings(self, actions: Iterable[Action]) -> Iterator[queries.Standing]:
        by_region: dict[str, list[Action]] = {}
        for action in actions:
            by_region.setdefault(action.region_id, []).append(action)
        for rows in by_region.values():
            yield from queries.standings(rows, rows[0].region.today(self._clock()))

    def _clauses(self, urns: Collection[Urn], walker: Walker) -> dict[Urn, Knot]:
        rows = [
            clause
            for clause in _among(Clause, urns, Kind.CLAUSE, "commitment__region")
            if permissions.clause_visible(clause, walker)
        ]
        found: dict[Urn, Knot] = {}
        for clause in queries.clause_standings(rows, walker=walker, now=self._clock()):
            urn = clause.clause.urn
            found[urn] = Knot(urn, shorten(clause.clause.text), urn.address, clause.name)
        return found


def _updates(urns: Collection[Urn]) -> list[Update]:
    related = [f"action__{name}" for name in permissions.RELATED]
    return _among(Update, urns, Kind.UPDATE, *related)


def _milestones(urns: Collection[Urn]) -> list[Milestone]:
    keys = {(urn.region, urn.key) for urn in urns if urn.kind is Kind.MILESTONE}
    if not keys:
        return []
    rows = Milestone.objects.filter(key__in=[key for _region, key in keys])
    related = rows.select_related(*(f"action__{name}" for name in permissions.RELATED))
    return [row for row in related if (row.action.region_id, row.key) in keys]


def _others(urns: Collection[Urn], walker: Walker) -> dict[Urn, Knot]:
    """Commitments, plans and meetings: each through the list of what the walker may see."""
    found: dict[Urn, Knot] = {}
    for region in {urn.region for urn in urns}:
        for kind, visible in (
            (Kind.COMMITMENT, permissions.visible_commitments),
            (Kind.PLAN, permissions.visible_plans),
            (Kind.MEETING, permissions.visible_meetings),
        ):
            keys = [urn.key for urn in urns if urn.kind is kind and urn.region == region]
            if keys:
                rows: Iterable[Commitment | Plan | Meeting] = visible(walker, region).filter(
                    key__in=keys
                )
                for row in rows:
                    found[row.urn] = Knot(row.urn, row.title, row.urn.address, _state(row))
    return found


def _state(row: Commitment | Plan | Meeting) -> str | None:
    return row.shown if isinstance(row, Commitment) else None


def _among(model: type[Row], urns: Collection[Urn], kind: Kind, *related: str) -> list[Row]:
    """The rows of a model among these URNs."""
    keys = {(urn.region, urn.key) for urn in urns if urn.kind is kind}
    if not keys:
        return []
    rows = model._default_manager.filter(key__in=[key for _region, key in keys])
    return [row for row in rows.select_related(*related) if (row.region_id, row.key) in keys]


def shorten(text: str, longest: int = 90) -> str:
    """The beginning of a text, cut between words."""
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def links() -> Iterator[Tie]:
    """Every link that the facts of this room tell; for a rebuild."""
    carried = ClauseAction.objects.filter(ends=None).select_related("clause", "action")
    for row in carried:
        yield Tie(row.clause.urn, row.action.urn, CARRIES)
    measured = ActionIndicator.objects.select_related("action", "indicator")
    for each in measured:
        yield Tie(each.action.urn, each.indicator.urn, MEASURES)
