"""Who uses a reading. Rooms above register here what they make of readings, so that a reading can
say so without this room knowing them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from simpul.government.access import Walker
from simpul.history.model import Series
from simpul.kernel.ids import Urn

Finder = Callable[[Series, datetime, int, Walker], Sequence[Urn]]
"""(series, observed time, sequence, who looks) → URNs of what the reading went into."""

_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Called by the wiring, once for each room that uses readings."""
    if finder not in _finders:
        _finders.append(finder)


def users_of(series: Series, observed_at: datetime, sequence: int, walker: Walker) -> list[Urn]:
    """Everything that one reading went into, as far as the walker may see it."""
    return [urn for finder in _finders for urn in finder(series, observed_at, sequence, walker)]
