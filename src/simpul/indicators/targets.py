"""The path an indicator shall take, and whether a number keeps it. Pure.

The goal of a moment is the first target on or after it; past the last target, the last one holds.
A baseline is where the path begins, never a goal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Goal:
    """One target. on: the local day for which it was set; number: in the indicator's unit."""

    on: date
    number: Decimal


def goal_on(targets: Sequence[Goal], day: date) -> Goal | None:
    """The goal that counts on `day`, or None where there are no targets."""
    ordered = sorted(targets, key=lambda goal: goal.on)
    ahead = next((goal for goal in ordered if goal.on >= day), None)
    return ahead or (ordered[-1] if ordered else None)


def met(number: Decimal, goal: Goal, *, more_is_better: bool) -> bool:
    """Whether `number` reaches the goal; exactly reaching it counts."""
    return number >= goal.number if more_is_better else number <= goal.number
