"""The red thread: what hangs on what, walked both ways.

Rooms `tie` and `untie` links in their own transaction and offer a `KnotSource`; the wiring
registers the sources. `walk` goes from one object up to the clauses and down to the feeds, stage
by stage; each stage costs one indexed query for the links and one per room for the labels.

The walk shows only what the walker may see, and goes on only from there: nothing of an object that
they may not see is told, neither its name nor that it exists nor what hangs on it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from django.db import transaction
from django.db.models import QuerySet

from simpul.desk.models import Link
from simpul.government.access import Walker
from simpul.kernel.ids import Kind, Urn

STAGES: tuple[Kind, ...] = (
    Kind.CLAUSE,
    Kind.ACTION,
    Kind.INDICATOR,
    Kind.VALUE,
    Kind.RUN,
    Kind.READING,
    Kind.ENTITY,
    Kind.FEED,
)
BESIDE: tuple[Kind, ...] = (Kind.ITEM,)
PROVEN: frozenset[Kind] = frozenset({Kind.ACTION, Kind.INDICATOR, Kind.VALUE})
"""Kinds beside which an evaluation's item can stand."""
WIDEST = 200
"""Most knots of one stage that a walk looks at."""


@dataclass(frozen=True, slots=True)
class Knot:
    """One object on the thread. state: name of a state part, or None."""

    urn: Urn
    label: str
    url: str
    state: str | None = None


class KnotSource(Protocol):
    """What a room offers for its kinds. A step may be asked for objects that do not exist."""

    @property
    def kinds(self) -> frozenset[Kind]:
        """The kinds of object whose knots it shows."""
        ...

    def knots(self, urns: Collection[Urn], walker: Walker) -> dict[Urn, Knot]:
        """The knots among `urns` that the walker may see."""
        ...

    def up(self, urns: Collection[Urn], walker: Walker) -> set[Urn]:
        """One step towards the clause that no stored link tells, e.g. from reading to runs."""
        ...

    def down(self, urns: Collection[Urn], walker: Walker) -> set[Urn]:
        """One step towards the device that no stored link tells, e.g. from run to readings."""
        ...


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the thread. knots: what the walker sees here, the object one stands at first,
    then as their room orders them; total: how many; present: whether the object one stands at is
    among them; cut: whether there is more than a walk looks at."""

    kind: Kind
    knots: tuple[Knot, ...]
    total: int
    present: bool
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Thread:
    """The thread through one object. stages: in order from clause to feed; beside: evaluation."""

    urn: Urn
    stages: tuple[Stage, ...]
    beside: tuple[Stage, ...]

    @property
    def is_tied(self) -> bool:
        """Whether anything but the object itself hangs here."""
        knots = (knot for stage in (*self.stages, *self.beside) for knot in stage.knots)
        return any(knot.urn != self.urn for knot in knots)


class Tie(NamedTuple):
    """A link as the facts of a room tell it."""

    upper: Urn
    lower: Urn
    kind: str


_sources: dict[Kind, KnotSource] = {}
_steppers: dict[Kind, list[KnotSource]] = {}
_links: dict[str, Callable[[], Iterable[Tie]]] = {}


def register(source: KnotSource, *, steps_from: Iterable[Kind] = ()) -> None:
    """Called by the wiring, once for each room that has knots.

    steps_from: kinds of other rooms from which this one knows a step, e.g. from a reading up to
    the runs that used it; of its own kinds it is always asked.
    """
    for kind in source.kinds:
        _sources[kind] = source
    for kind in {*source.kinds, *steps_from}:
        known = _steppers.setdefault(kind, [])
        known[:] = [other for other in known if type(other) is not type(source)]
        known.append(source)


def links_from(room: str, links: Callable[[], Iterable[Tie]]) -> None:
    """Called by the wiring: how the links that a room ties follow from its facts."""
    _links[room] = links


def tie(upper: Urn, lower: Urn, *, kind: str, now: datetime) -> None:
    """That `lower` carries, measures or proves `upper`; from the clause's side to the device's."""
    Link.objects.get_or_create(
        from_urn=str(upper),
        to_urn=str(lower),
        kind=kind,
        valid_to=None,
        defaults={"valid_from": now},
    )


def untie(upper: Urn, lower: Urn, *, kind: str, now: datetime) -> None:
    """That it does so no longer; the link stays with its end."""
    Link.objects.filter(from_urn=str(upper), to_urn=str(lower), kind=kind, valid_to=None).update(
        valid_to=now
    )


def _current() -> QuerySet[Link]:
    return Link.objects.filter(valid_to=None)


def _texts(urns: Iterable[Urn]) -> list[str]:
    return [str(urn) for urn in urns]


def _by_kind(urns: Iterable[Urn]) -> dict[Kind, list[Urn]]:
    grouped: dict[Kind, list[Urn]] = {}
    for urn in urns:
        grouped.setdefault(urn.kind, []).append(urn)
    return grouped


def steps_up(urns: Collection[Urn], walker: Walker) -> set[Urn]:
    """Everything that one of `urns` hangs on, stored or computed; one step."""
    rows = _current().filter(to_urn__in=_texts(urns)).order_by("id")
    found = {Urn.parse(text) for text in rows.values_list("from_urn", flat=True)[: WIDEST + 1]}
    for kind, group in _by_kind(urns).items():
        for source in _steppers.get(kind, ()):
            found |= source.up(group, walker)
    return found


def steps_down(urns: Collection[Urn], walker: Walker) -> set[Urn]:
    """Everything that hangs on one of `urns`, stored or computed; one step."""
    rows = _current().filter(from_urn__in=_texts(urns)).order_by("id")
    found = {Urn.parse(text) for text in rows.values_list("to_urn", flat=True)[: WIDEST + 1]}
    for kind, group in _by_kind(urns).items():
        for source in _steppers.get(kind, ()):
            found |= source.down(group, walker)
    return found


def visible(urns: Collection[Urn], walker: Walker) -> dict[Urn, Knot]:
    """The knots of those of `urns` that the walker may see."""
    found: dict[Urn, Knot] = {}
    for kind, group in _by_kind(urns).items():
        if kind in _sources:
            found |= _sources[kind].knots(group, walker)
    return found


Step = Callable[[Collection[Urn], Walker], set[Urn]]


class _Walk:
    """One walk of one walker: the knots found so far, by stage."""

    def __init__(self, walker: Walker) -> None:
        self._walker = walker
        self.found: dict[Urn, Knot] = {}
        self.cut: set[Kind] = set()

    def see(self, urns: Collection[Urn]) -> set[Urn]:
        """Those of `urns` that are new and may be seen, of each kind at most `WIDEST`."""
        fresh: list[Urn] = []
        for kind, group in _by_kind(urn for urn in urns if urn not in self.found).items():
            if len(group) > WIDEST:
                self.cut.add(kind)
            fresh.extend(sorted(group, key=str)[:WIDEST])
        seen = visible(fresh, self._walker)
        self.found |= seen
        return set(seen)

    def onward(self, starts: Collection[Urn], step: Step, order: tuple[Kind, ...]) -> None:
        """Walk from `starts` in one direction, one stage after the other. order: the stages as
        they come in that direction; a step never leads back."""
        pending = set(starts)
        while pending:
            here = min(_place(urn.kind, order) for urn in pending)
            group = {urn for urn in pending if _place(urn.kind, order) == here}
            pending -= group
            further = {
                urn
                for urn in step(group, self._walker)
                if urn.kind not in order or _place(urn.kind, order) > here
            }
            new = self.see(further)
            pending |= {urn for urn in new if urn.kind not in BESIDE}


def _place(kind: Kind, order: tuple[Kind, ...]) -> int:
    """Where a kind comes in a direction; what is not a stage (an update, a piece of evidence) is
    passed through first."""
    return order.index(kind) if kind in order else -1


def walk(urn: Urn, walker: Walker) -> Thread:
    """The thread through an object, as far as the walker may see it.

    An object beside the line (evidence, an update, an item of an evaluation) has the thread of
    what it proves. Where the walker may not see the object itself, the thread is empty.
    """
    way = _Walk(walker)
    if way.see([urn]):
        starts = _anchors(urn, way, walker)
        way.onward(starts, steps_up, STAGES[::-1])
        way.onward(starts, steps_down, STAGES)
        _look_beside(way, walker)
    return Thread(
        urn,
        tuple(_stage(kind, way, urn) for kind in STAGES),
        tuple(_stage(kind, way, urn) for kind in BESIDE),
    )


def _anchors(urn: Urn, way: _Walk, walker: Walker) -> set[Urn]:
    """The stages' objects at which the walk begins: the object itself where it is one, else those
    it proves or belongs to, else those that hang on it."""
    if urn.kind in STAGES:
        return {urn}
    for step in (steps_up, steps_down):
        group = {urn}
        for _again in range(3):
            group = way.see(step(group, walker))
            anchors = {each for each in group if each.kind in STAGES}
            if anchors or not group:
                break
        if anchors := {each for each in group if each.kind in STAGES}:
            return anchors
    return set()


def _look_beside(way: _Walk, walker: Walker) -> None:
    """Find the items that stand beside what the walk has passed: one query."""
    passed = [urn for urn in way.found if urn.kind in PROVEN]
    rows = _current().filter(to_urn__in=_texts(passed), from_urn__contains=f":{Kind.ITEM}:")
    texts = rows.order_by("id").values_list("from_urn", flat=True)[: WIDEST + 1]
    way.see({Urn.parse(text) for text in texts})


def _stage(kind: Kind, way: _Walk, present: Urn) -> Stage:
    knots = sorted(
        (knot for urn, knot in way.found.items() if urn.kind is kind),
        key=lambda knot: knot.urn != present,
    )
    return Stage(
        kind=kind,
        knots=tuple(knots),
        total=len(knots),
        present=present in way.found and present.kind is kind,
        cut=kind in way.cut,
    )


def differences() -> tuple[set[Tie], set[Tie]]:
    """The links that the facts tell and the table lacks, and those that only the table has."""
    told = {Tie(*tie) for links in _links.values() for tie in links()}
    rows = _current().values_list("from_urn", "to_urn", "kind")
    stored = {Tie(Urn.parse(upper), Urn.parse(lower), kind) for upper, lower, kind in rows}
    return told - stored, stored - told


@transaction.atomic
def rebuild(*, now: datetime) -> tuple[int, int]:
    """Make the table say what the facts say; returns how many links were tied and untied."""
    missing, left_over = differences()
    for upper, lower, kind in missing:
        tie(upper, lower, kind=kind, now=now)
    for upper, lower, kind in left_over:
        untie(upper, lower, kind=kind, now=now)
    return len(missing), len(left_over)
