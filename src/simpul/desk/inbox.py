"""The inbox: what the posts somebody holds owe, grouped by urgency, and what was settled lately.

A room says with `show_subject` how the subject of an obligation looks at the right of the list;
without that it is the subject's name with a link.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from simpul.desk import obligations, thread
from simpul.desk.models import Obligation
from simpul.government.access import Walker
from simpul.government.models import Post
from simpul.kernel.ids import Kind, Urn

SOON = timedelta(days=7)
LATELY = timedelta(days=14)
MOST = 200

Show = Callable[[HttpRequest, Urn], str | None]
_shows: dict[Kind, Show] = {}


def show_subject(kinds: Iterable[Kind], show: Show) -> None:
    """Called by the wiring: how a room shows subjects of these kinds beside the list.

    show: gives HTML (marked safe) with what can be done next, or None for the plain default.
    """
    for kind in kinds:
        _shows[kind] = show


@dataclass(frozen=True, slots=True)
class Waiting:
    """One obligation as the inbox shows it. days: until it is due, negative when overdue."""

    obligation: Obligation
    urn: Urn
    days: int | None

    @property
    def overdue(self) -> bool:
        return self.days is not None and self.days < 0


@dataclass(frozen=True, slots=True)
class Group:
    """Obligations of one urgency."""

    key: str
    label: str | Promise
    waiting: tuple[Waiting, ...]


LABELS: dict[str, str | Promise] = {
    "overdue": _("Overdue"),
    "week": _("Within seven days"),
    "later": _("Later"),
}


def waiting_for(posts: Iterable[Post], now: datetime) -> list[Waiting]:
    """What these posts owe at a moment, the most urgent first."""
    rows = obligations.owed_by(list(posts))[:MOST]
    return [_waiting(row, now) for row in rows]


def _waiting(row: Obligation, now: datetime) -> Waiting:
    today = row.region.today(now)
    days = (row.due - today).days if row.due else None
    return Waiting(row, Urn.parse(row.subject), days)


def grouped(waiting: Iterable[Waiting]) -> list[Group]:
    """The same by urgency: overdue, due within seven days, later or without a day."""
    groups: dict[str, list[Waiting]] = {key: [] for key in LABELS}
    for each in waiting:
        groups[_urgency(each)].append(each)
    return [Group(key, LABELS[key], tuple(found)) for key, found in groups.items() if found]


def _urgency(waiting: Waiting) -> str:
    if waiting.days is None or waiting.days > SOON.days:
        return "later"
    return "overdue" if waiting.overdue else "week"


def settled_lately(posts: Iterable[Post], now: datetime) -> list[Obligation]:
    """What these posts settled in the last two weeks, the latest first."""
    return list(obligations.settled_by(list(posts)).filter(settled_at__gte=now - LATELY)[:20])


def count(posts: Iterable[Post]) -> int:
    """How many things wait for these posts."""
    return obligations.owed_by(list(posts)).count()


def next_due(posts: Iterable[Post]) -> date | None:
    """The next day on which something of these posts is due."""
    row = obligations.owed_by(list(posts)).exclude(due=None).first()
    return row.due if row else None


def subject_of(request: HttpRequest, urn: Urn, walker: Walker) -> tuple[str | None, str]:
    """What stands beside the list for a subject: a room's own HTML or None, and its name."""
    show = _shows.get(urn.kind)
    html = show(request, urn) if show else None
    knot = thread.visible([urn], walker).get(urn)
    return html, knot.label if knot else ""
