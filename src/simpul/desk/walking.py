"""A walked thread as pages and as rows: all stages with their first knots, or one stage in full."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from simpul.desk.thread import Knot, Stage, Thread
from simpul.web.threads import LABELS

FIRST = 12
"""Knots of a stage that the overview shows."""
PAGE = 50
"""Knots on a page of one stage."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One stage as a page shows it. more: how many knots the overview leaves out."""

    name: str
    label: str | Promise
    knots: tuple[Knot, ...]
    total: int
    more: int
    present: bool
    cut: bool
    beside: bool


@dataclass(frozen=True, slots=True)
class Page:
    """The stages of one page. alone: the stage that is shown alone, or an empty text."""

    shown: tuple[Shown, ...]
    alone: str
    number: int
    last: int


def page_of(thread: Thread, stage: str, number: int) -> Page:
    """The overview, or page `number` of the stage with this name."""
    chosen = [each for each in (*thread.stages, *thread.beside) if str(each.kind) == stage]
    if not chosen:
        line = [_shown(each, 0, FIRST, beside=False) for each in thread.stages]
        beside = [_shown(each, 0, FIRST, beside=True) for each in thread.beside if each.knots]
        return Page((*line, *beside), "", 1, 1)
    last = max(1, -(-chosen[0].total // PAGE))
    number = min(number, last)
    return Page((_shown(chosen[0], (number - 1) * PAGE, PAGE, beside=False),), stage, number, last)


def _shown(stage: Stage, start: int, length: int, *, beside: bool) -> Shown:
    name = str(stage.kind)
    return Shown(
        name=name,
        label=LABELS.get(name, name),
        knots=stage.knots[start : start + length],
        total=stage.total,
        more=max(0, stage.total - length),
        present=stage.present,
        cut=stage.cut,
        beside=beside,
    )


def rows_of(thread: Thread) -> Iterator[dict[str, Any]]:
    """One row for each knot, in the order of the thread."""
    for stage in (*thread.stages, *thread.beside):
        for knot in stage.knots:
            yield {
                "stage": str(stage.kind),
                "urn": str(knot.urn),
                "label": knot.label,
                "state": knot.state,
                "address": knot.url,
                "present": knot.urn == thread.urn,
            }
