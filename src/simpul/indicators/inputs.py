"""What a formula can ask of the readings: the kinds of input. Pure.

Each kind turns the readings of one entity in a window into a number with its counts (a `Member`),
and the members of all entities into the input's number. `KINDS` is the register of kinds.

Times inside are microseconds since 1970, UTC. A window has its start and not its end.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

Numbers = Sequence[float]
DAY_US = 86_400_000_000

_METHODS: dict[str, Callable[[Numbers], float]] = {
    "mean": lambda numbers: math.fsum(numbers) / len(numbers),
    "sum": math.fsum,
    "min": min,
    "max": max,
    "count": lambda numbers: float(len(numbers)),
    "last": lambda numbers: numbers[-1],
}
METHOD_WORDS: dict[str, str | Promise] = {
    "mean": _("mean"),
    "sum": _("sum"),
    "min": _("smallest"),
    "max": _("largest"),
    "count": _("count"),
    "last": _("last"),
}
ACROSS = ("mean", "sum", "min", "max", "count")


@dataclass(frozen=True, slots=True)
class Spec:
    """One input as it was published; the fields are those of `models.FormulaInput`."""

    name: str
    kind: str
    entity_type: str
    attribute: str
    filter: str = ""
    area: str = ""
    window_s: int | None = None
    method: str = ""
    across: str = ""
    interval_s: int | None = None
    unit_code: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """One reading as a kind sees it. number: in the input's unit, None where it is no number."""

    at_us: int
    ordinal: int
    number: float | None


@dataclass(frozen=True, slots=True)
class Span:
    """The window of one input. midnight_us: local midnight of its first day, from which expected
    intervals are counted."""

    start_us: int
    end_us: int
    midnight_us: int

    def expected(self, interval_s: int | None) -> int | None:
        """How many whole intervals lie in the window; None without an interval.

        >>> Span(0, DAY_US, 0).expected(300)
        288
        """
        if interval_s is None:
            return None
        first, behind = self._bounds(interval_s * 1_000_000)
        return max(0, behind - first)

    def slot(self, at_us: int, interval_s: int) -> int | None:
        """Which interval a moment falls into; None in one that the window cuts."""
        step = interval_s * 1_000_000
        first, behind = self._bounds(step)
        slot = (at_us - self.midnight_us) // step
        return slot if first <= slot < behind else None

    def _bounds(self, step: int) -> tuple[int, int]:
        return (
            -(-(self.start_us - self.midnight_us) // step),
            (self.end_us - self.midnight_us) // step,
        )


@dataclass(frozen=True, slots=True)
class Member:
    """What one entity brought to one input.

    series: numbers of its series; interval_s: expected interval [s]; used: readings that counted;
    rejected: readings refused by the feed's contract, or not a number where one is needed;
    expected: whole intervals in the window; filled: those with a reading; number: what it came to;
    newest_us: observed time of the newest reading used; days: per local day of the window, counted
    from 0, how many readings were used and a digest of them.
    """

    input: str
    entity: str
    series: tuple[int, ...]
    interval_s: int | None
    used: int
    rejected: int
    expected: int | None
    filled: int
    number: float | None
    newest_us: int | None
    days: Mapping[str, tuple[int, str]]

    @property
    def missing(self) -> int | None:
        """Intervals without a reading; None where nothing was agreed."""
        return None if self.expected is None else self.expected - self.filled

    @property
    def state(self) -> str:
        """used, partial (some intervals are empty) or missing (no reading at all)."""
        if not self.used:
            return "missing"
        return "partial" if self.missing else "used"

    def row(self) -> dict[str, Any]:
        """As it is frozen with the run."""
        return {
            "input": self.input,
            "entity": self.entity,
            "series": list(self.series),
            "interval_s": self.interval_s,
            "used": self.used,
            "rejected": self.rejected,
            "expected": self.expected,
            "filled": self.filled,
            "number": self.number,
            "newest_us": self.newest_us,
            "days": {day: list(counted) for day, counted in self.days.items()},
        }

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Member:
        days = {day: (count, digest) for day, (count, digest) in row["days"].items()}
        return cls(**{**row, "series": tuple(row["series"]), "days": days})


@dataclass(frozen=True, slots=True)
class Subject:
    """One entity that an input looks at, before its readings are known."""

    entity: str
    series: tuple[int, ...]
    interval_s: int | None
    rejected: int


class InputKind(Protocol):
    """One way to turn readings into a number."""

    @property
    def key(self) -> str:
        """As it stands in `Spec.kind`."""

    @property
    def label(self) -> str | Promise:
        """What it is called."""

    def problems(self, spec: Spec) -> list[str]:
        """What is wrong with an input of this kind, in sentences; empty where nothing is."""

    def number(self, spec: Spec, counted: Counted) -> float | None:
        """The number of one entity."""

    def together(self, spec: Spec, members: Iterable[Member]) -> float | None:
        """The input's number from those of its entities; None where no entity has one."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The readings of one entity, sorted and counted. numbers: by observed time."""

    numbers: Numbers
    readings: int
    expected: int | None
    filled: int


class Aggregate:
    """The readings of each entity become one number, and the entities' numbers become one."""

    key = "aggregate"
    label = _("aggregate of readings")

    def problems(self, spec: Spec) -> list[str]:
        found = _reads(spec)
        if spec.method not in _METHODS:
            found.append(gettext_noop("Choose how an entity's readings become one number."))
        if spec.across not in ACROSS:
            found.append(gettext_noop("Choose how the entities' numbers become one."))
        return found

    def number(self, spec: Spec, counted: Counted) -> float | None:
        if spec.method == "count":
            return float(counted.readings)
        return _METHODS[spec.method](counted.numbers) if counted.numbers else None

    def together(self, spec: Spec, members: Iterable[Member]) -> float | None:
        return _together(spec, members)


class Coverage:
    """The share of expected intervals that hold an accepted reading, from 0 to 1 [1].

    Worked example: a feed of every 300 s over one local day has 288 expected intervals. 280
    readings of which two fall into one interval, nothing else: 279 / 288 = 0.96875.

    Intervals follow one another from local midnight; one that the window cuts is not expected. A
    reading belongs to the interval it was observed in, however late it came. Entities' shares
    become one by their mean, unless ``across`` says min or max.
    """

    key = "coverage"
    label = _("share of expected intervals with a reading")

    def problems(self, spec: Spec) -> list[str]:
        found = _reads(spec)
        if spec.across not in {"", "mean", "min", "max"}:
            found.append(gettext_noop("Entities' shares become one by mean, min or max."))
        if spec.interval_s is not None and spec.interval_s < 1:
            found.append(gettext_noop("An expected interval lasts a second or more."))
        return found

    def number(self, spec: Spec, counted: Counted) -> float | None:
        return counted.filled / counted.expected if counted.expected else None

    def together(self, spec: Spec, members: Iterable[Member]) -> float | None:
        return _together(replace(spec, across=spec.across or "mean"), members)


def _reads(spec: Spec) -> list[str]:
    if spec.entity_type and spec.attribute:
        return []
    return [gettext_noop("Name the entity type and the attribute that is read.")]


def _together(spec: Spec, members: Iterable[Member]) -> float | None:
    numbers = [member.number for member in members if member.number is not None]
    return _METHODS[spec.across](numbers) if numbers else None


KINDS: dict[str, InputKind] = {kind.key: kind for kind in (Aggregate(), Coverage())}


def measure(spec: Spec, subject: Subject, samples: Sequence[Sample], span: Span) -> Member:
    """What one entity brings. samples: its readings in force within the window."""
    ordered = sorted(samples, key=lambda sample: (sample.at_us, sample.ordinal))
    numbers = [sample.number for sample in ordered if sample.number is not None]
    needs_number = spec.kind == Aggregate.key and spec.method != "count"
    used = [sample for sample in ordered if sample.number is not None or not needs_number]
    counted = Counted(
        numbers=numbers,
        readings=len(used),
        expected=span.expected(subject.interval_s),
        filled=_filled(used, subject.interval_s, span),
    )
    return Member(
        input=spec.name,
        entity=subject.entity,
        series=subject.series,
        interval_s=subject.interval_s,
        used=len(used),
        rejected=subject.rejected + len(ordered) - len(used),
        expected=counted.expected,
        filled=counted.filled,
        number=KINDS[spec.kind].number(spec, counted),
        newest_us=used[-1].at_us if used else None,
        days=_days(used, span),
    )


def _filled(samples: Sequence[Sample], interval_s: int | None, span: Span) -> int:
    if interval_s is None:
        return 0
    slots = {span.slot(sample.at_us, interval_s) for sample in samples}
    return len(slots - {None})


def _days(samples: Sequence[Sample], span: Span) -> dict[str, tuple[int, str]]:
    """Per day of 24 h from the first local midnight: how many readings, and what they were."""
    grouped: dict[int, list[Sample]] = {}
    for sample in samples:
        grouped.setdefault((sample.at_us - span.midnight_us) // DAY_US, []).append(sample)
    return {str(day): (len(group), _digest(group)) for day, group in grouped.items()}


def _digest(samples: Sequence[Sample]) -> str:
    text = ";".join(f"{each.at_us}:{each.ordinal}:{each.number!r}" for each in samples)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
