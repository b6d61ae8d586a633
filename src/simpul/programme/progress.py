"""How far a dimension or a plan has come, from how far its actions have.

The percentage of a group is the plain mean of its actions' percentages [%], each action counting
once, rounded half up to one decimal. An action without an accepted update counts as 0; an action
that was stopped does not count. Weights are equal because no source of the programme names others,
and so that anybody can work it out again from the table beside it.

Worked example: actions at 100, 40 and one without an accepted update give
(100 + 40 + 0) / 3 = 46.7.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from simpul.programme.status import Name

TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Tally:
    """A group of actions at a glance.

    counts: how many stand where; percent: mean of those that count, None where none does.
    """

    counts: Mapping[Name, int]
    percent: Decimal | None

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def count(self, name: Name) -> int:
        return self.counts.get(name, 0)


def mean_percent(percents: Iterable[Decimal | None]) -> Decimal | None:
    """The mean of these percentages, None counting as 0; None for an empty group."""
    values = [percent or Decimal(0) for percent in percents]
    if not values:
        return None
    return (sum(values, Decimal(0)) / len(values)).quantize(TENTH, ROUND_HALF_UP)


def tally(actions: Iterable[tuple[Name, Decimal | None]]) -> Tally:
    """Count actions by status and take the mean; see the module for the rule.

    actions: status and last accepted percentage of each.
    """
    rows = list(actions)
    counts: dict[Name, int] = {}
    for name, _percent in rows:
        counts[name] = counts.get(name, 0) + 1
    percent = mean_percent(percent for name, percent in rows if name is not Name.STOPPED)
    return Tally(counts, percent)
