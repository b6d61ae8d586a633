"""How an action is getting on, from its milestones, its dates and its last accepted percentage.

Pure: whoever asks brings the facts and the local day. The rules, first match wins:

1. somebody set it otherwise, with a reason                         → what they said
2. 100 % is accepted and every milestone is done, or there is no
   accepted percentage and every milestone is done                  → done
3. its last day is past                                             → late
4. a milestone is past its day and not done                         → late
5. it has no milestones, and on the day of the last accepted update
   it stood more than `TOLERANCE` points behind an even pace        → late
6. it has not begun                                                 → not started
7. an update was accepted or a milestone is done                    → on track
8. otherwise                                                        → running
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from simpul.web import writing

TOLERANCE = Decimal(20)
WHOLE = Decimal(100)


class Name(StrEnum):
    """What an action's status can be; each is a state that ``{% state %}`` knows."""

    NOT_STARTED = "not_started"
    RUNNING = "running"
    ON_TRACK = "on_track"
    LATE = "late"
    DONE = "done"
    STOPPED = "stopped"


OPEN = (Name.NOT_STARTED, Name.RUNNING, Name.ON_TRACK, Name.LATE)


class Reason(StrEnum):
    """Why the status is what it is."""

    SET = "set"
    COMPLETE = "complete"
    MILESTONES_DONE = "milestones_done"
    PAST_DUE = "past_due"
    MILESTONE_OVERDUE = "milestone_overdue"
    BEHIND_PACE = "behind_pace"
    NOT_BEGUN = "not_begun"
    PROGRESSING = "progressing"
    UNREPORTED = "unreported"


_SENTENCES: dict[Reason, str | Promise] = {
    Reason.SET: _("Set by the office: %(reason)s"),
    Reason.COMPLETE: _("100%% was accepted for %(on)s, and no milestone is open."),
    Reason.MILESTONES_DONE: _("Every milestone is done, the last one on %(on)s."),
    Reason.PAST_DUE: _("It was to end on %(due)s and is not done."),
    Reason.MILESTONE_OVERDUE: _("The milestone “%(title)s” was due on %(due)s and is not done."),
    Reason.BEHIND_PACE: _(
        "On %(on)s it stood at %(percent)s%%; an even pace would have been %(expected)s%%."
    ),
    Reason.NOT_BEGUN: _("It begins on %(starts)s."),
    Reason.PROGRESSING: _("Nothing is overdue; %(percent)s%% was accepted for %(on)s."),
    Reason.UNREPORTED: _("Under way since %(starts)s; no update has been accepted yet."),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone, as far as the status needs it."""

    title: str
    due: date
    done_on: date | None


@dataclass(frozen=True, slots=True)
class Override:
    """What somebody says instead, and why."""

    name: Name
    reason: str
    on: date


@dataclass(frozen=True, slots=True)
class Facts:
    """What the status of one action is computed from.

    starts, due: first and last local day; percent: of the last accepted update, 0 to 100 [%], with
    the day it speaks of; both None where none was accepted.
    """

    starts: date
    due: date
    steps: Sequence[Step] = ()
    percent: Decimal | None = None
    percent_on: date | None = None
    override: Override | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """A status with its reason. facts: what the sentence is filled with."""

    name: Name
    reason: Reason
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def is_set(self) -> bool:
        """Whether somebody said so rather than the facts."""
        return self.reason is Reason.SET

    @property
    def sentence(self) -> str:
        """The reason in the reader's language."""
        written = {name: _written(value) for name, value in self.facts.items()}
        if self.reason is Reason.PROGRESSING and self.facts["percent"] is None:
            return _steps_done(self.facts["done"])
        text = str(_SENTENCES[self.reason]) % written
        more = self.facts.get("more", 0)
        if more:
            rest = ngettext("%(n)d more is overdue.", "%(n)d more are overdue.", more)
            text = f"{text} {rest % {'n': more}}"
        return text


def _steps_done(count: int) -> str:
    text = ngettext(
        "Nothing is overdue; %(n)d milestone is done.",
        "Nothing is overdue; %(n)d milestones are done.",
        count,
    )
    return text % {"n": count}


def _written(value: Any) -> Any:
    if isinstance(value, date):
        return writing.day(value)
    if isinstance(value, Decimal):
        return writing.number(value.normalize())
    return value


def expected_percent(starts: date, due: date, day: date) -> Decimal:
    """Where an even pace would stand at the end of a local day, in whole points, 0 to 100 [%].

    Worked example: an action of 100 days stands at 25 % at the end of its 25th day.
    """
    length = (due - starts).days + 1
    gone = (day - starts).days + 1
    share = Decimal(max(0, min(gone, length))) / Decimal(length)
    return (share * WHOLE).quantize(Decimal(1))


def status_of(facts: Facts, today: date) -> Status:
    """The status of an action on a local day."""
    if facts.override is not None:
        return Status(facts.override.name, Reason.SET, {"reason": facts.override.reason})
    return _done(facts) or _late(facts, today) or _going(facts, today)


def _done(facts: Facts) -> Status | None:
    open_steps = [step for step in facts.steps if step.done_on is None]
    if open_steps:
        return None
    if facts.percent == WHOLE:
        return Status(Name.DONE, Reason.COMPLETE, {"on": facts.percent_on})
    if facts.percent is None and facts.steps:
        last = max(step.done_on for step in facts.steps if step.done_on is not None)
        return Status(Name.DONE, Reason.MILESTONES_DONE, {"on": last})
    return None


def _late(facts: Facts, today: date) -> Status | None:
    if today > facts.due:
        return Status(Name.LATE, Reason.PAST_DUE, {"due": facts.due})
    overdue = [step for step in facts.steps if step.done_on is None and step.due < today]
    if overdue:
        first = min(overdue, key=lambda step: step.due)
        told = {"title": first.title, "due": first.due, "more": len(overdue) - 1}
        return Status(Name.LATE, Reason.MILESTONE_OVERDUE, told)
    if facts.steps or facts.percent is None or facts.percent_on is None:
        return None
    expected = expected_percent(facts.starts, facts.due, facts.percent_on)
    if facts.percent >= expected - TOLERANCE:
        return None
    told = {"on": facts.percent_on, "percent": facts.percent, "expected": expected}
    return Status(Name.LATE, Reason.BEHIND_PACE, told)


def _going(facts: Facts, today: date) -> Status:
    done = sum(1 for step in facts.steps if step.done_on is not None)
    moved = done or facts.percent
    if today < facts.starts and not moved:
        return Status(Name.NOT_STARTED, Reason.NOT_BEGUN, {"starts": facts.starts})
    if done or facts.percent is not None:
        told = {"percent": facts.percent, "on": facts.percent_on, "done": done}
        return Status(Name.ON_TRACK, Reason.PROGRESSING, told)
    return Status(Name.RUNNING, Reason.UNREPORTED, {"starts": facts.starts})
