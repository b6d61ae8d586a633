"""The clauses and actions on the red thread."""

from __future__ import annotations

from collections.abc import Collection

from django.utils import timezone

from simpul.desk.thread import Knot
from simpul.government.access import Walker
from simpul.kernel.ids import Kind, Urn
from simpul.kernel.time import Clock
from simpul.programme import permissions, queries
from simpul.programme.models import Action, Clause, ClauseAction
from simpul.programme.status import Name

CARRIES = "carries"
"""Kind of the link from a clause to an action that carries it."""


class ProgrammeKnots:
    """Clauses and actions, each with how it stands today; both are tied by stored links."""

    kinds = frozenset({Kind.CLAUSE, Kind.ACTION})

    def __init__(self, clock: Clock = timezone.now) -> None:
        self._clock = clock

    def knots(self, urns: Collection[Urn], walker: Walker) -> dict[Urn, Knot]:
        """The knots among `urns` that the walker may see."""
        actions = permissions.actions_among(urns, walker)
        found = {
            state.urn: Knot(state.urn, state.action.title, state.urn.address, state.name)
            for state in self._standings(actions)
        }
        return found | self._clauses(urns, walker)

    def up(self, urns: Collection[Urn], walker: Walker) -> set[Urn]:
        """Nothing: what an action hangs on is stored."""
        return set()

    def down(self, urns: Collection[Urn], walker: Walker) -> set[Urn]:
        """Nothing: what hangs on a clause or an action is stored."""
        return set()

    def _standings(self, actions: list[Action]) -> list[queries.Standing]:
        now = self._clock()
        by_region: dict[str, list[Action]] = {}
        for action in actions:
            by_region.setdefault(action.region_id, []).append(action)
        return [
            state
            for rows in by_region.values()
            for state in queries.standings(rows, rows[0].region.today(now))
        ]

    def _clauses(self, urns: Collection[Urn], walker: Walker) -> dict[Urn, Knot]:
        rows = [
            clause for clause in clauses_among(urns) if permissions.clause_visible(clause, walker)
        ]
        carried = self._carried(rows, walker)
        return {
            clause.urn: Knot(
                clause.urn,
                shorten(clause.text),
                clause.urn.address,
                state_of_clause(carried.get(clause.pk, [])),
            )
            for clause in rows
        }

    def _carried(self, clauses: list[Clause], walker: Walker) -> dict[int, list[Name]]:
        """How the visible actions of each clause stand."""
        rows = ClauseAction.objects.filter(clause__in=clauses, ends=None)
        pairs = list(rows.select_related("action__region", "action__plan__region"))
        shown = {row.action_id: row.action for row in pairs}
        states = {
            state.action.pk: state.name
            for state in self._standings(
                [action for action in shown.values() if permissions.may(action, walker, "see")]
            )
        }
        found: dict[int, list[Name]] = {}
        for row in pairs:
            if row.action_id in states:
                found.setdefault(row.clause_id, []).append(states[row.action_id])
        return found


def clauses_among(urns: Collection[Urn]) -> list[Clause]:
    """The clauses among these URNs."""
    wanted = {(urn.region, urn.key) for urn in urns if urn.kind is Kind.CLAUSE}
    rows = Clause.objects.filter(key__in=[key for _region, key in wanted])
    return [row for row in rows.select_related("commitment") if (row.region_id, row.key) in wanted]


def state_of_clause(names: Collection[Name]) -> Name | None:
    """How a promise stands, from how the actions that carry it stand: late if one is late, done
    if all are, else on its way; None where no action carries it.

    >>> state_of_clause([Name.DONE, Name.LATE])
    <Name.LATE: 'late'>
    """
    going = [name for name in names if name is not Name.STOPPED]
    if not names:
        return None
    if not going:
        return Name.STOPPED
    if Name.LATE in going:
        return Name.LATE
    for every in (Name.DONE, Name.NOT_STARTED):
        if all(name is every for name in going):
            return every
    return Name.ON_TRACK if Name.ON_TRACK in going or Name.DONE in going else Name.RUNNING


def shorten(text: str, longest: int = 90) -> str:
    """The beginning of a text, cut between words."""
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
