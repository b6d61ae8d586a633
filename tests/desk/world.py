"""A small thread for tests: a source that answers for every stage, without the rooms above."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

from simpul.desk import thread
from simpul.desk.thread import Knot
from simpul.government.access import Walker
from simpul.kernel.ids import Kind, Urn
from tests.factories import NOW

REGION = "19.71"


def urn(kind: Kind, key: str = "1") -> Urn:
    return Urn(REGION, kind, key)


CLAUSE, ACTION, INDICATOR = urn(Kind.CLAUSE), urn(Kind.ACTION), urn(Kind.INDICATOR)
VALUE, RUN, READING = urn(Kind.VALUE), urn(Kind.RUN), urn(Kind.READING, "7-1000-0")
ENTITY, FEED, ITEM = urn(Kind.ENTITY, "urn:a"), urn(Kind.FEED), urn(Kind.ITEM)
LINE = (CLAUSE, ACTION, INDICATOR, VALUE, RUN, READING, ENTITY, FEED)


class Source:
    """Shows every object but the hidden ones; runs and readings know each other without a link."""

    kinds = frozenset({*thread.STAGES, *thread.BESIDE, Kind.UPDATE})

    def __init__(self) -> None:
        self.hidden: set[Urn] = set()
        self.readings: dict[Urn, set[Urn]] = {RUN: {READING}}
        self.asked = 0

    def knots(self, urns: Collection[Urn], walker: Walker) -> dict[Urn, Knot]:
        self.asked += 1
        seen = [each for each in urns if each not in self.hidden]
        return {each: Knot(each, f"{each.kind} {each.key}", each.address) for each in seen}

    def up(self, urns: Collection[Urn], walker: Walker) -> set[Urn]:
        return {run for run, used in self.readings.items() if used & set(urns)}

    def down(self, urns: Collection[Urn], walker: Walker) -> set[Urn]:
        return set().union(*(self.readings.get(each, set()) for each in urns))


def tie_line() -> None:
    """Tie everything that is tied by stored links: all but run and reading."""
    for upper, lower in pairwise(LINE):
        if (upper, lower) != (RUN, READING):
            thread.tie(upper, lower, kind="test", now=NOW)
    thread.tie(ITEM, VALUE, kind="proves", now=NOW)


def keys(walked: thread.Thread) -> dict[str, list[str]]:
    """The keys of the knots of each stage that has any."""
    stages = (*walked.stages, *walked.beside)
    return {str(s.kind): [knot.urn.key for knot in s.knots] for s in stages if s.knots}
