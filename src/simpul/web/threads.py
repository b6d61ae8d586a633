"""Prepares the red thread for drawing: which stage is tied, which is present, what to show first.

The thread itself is walked by `desk.thread`; here it is taken by its shape: ``urn`` of the object
one stands at, ``stages`` and ``beside``, each stage with ``kind``, ``knots`` (each with ``urn``,
``label``, ``state``, ``url``), ``total`` and ``present``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from simpul.web.registry import registry

LABELS: dict[str, str | Promise] = {
    "clause": _("Clause"),
    "action": _("Action"),
    "indicator": _("Indicator"),
    "value": _("Value"),
    "run": _("Calculation run"),
    "reading": _("Readings"),
    "entity": _("Device"),
    "feed": _("Feed"),
    "item": _("Evaluation item"),
}


@dataclass(frozen=True, slots=True)
class Strand:
    """One stage as the page draws it.

    tied: something hangs here; more: how many knots are not shown; cut: there are
    yet more than a walk looks at; leads: the line runs on, whole,
    to a later stage that has a knot; ends: no further stage follows; beside: stands beside the
    line, as an evaluation's item does.
    """

    name: str
    label: str | Promise
    knot: Any | None
    knots: tuple[Any, ...]
    more: int
    cut: bool
    present: bool
    tied: bool
    leads: bool
    beside: bool
    ends: bool


def strands(thread: Any | None) -> tuple[Strand, ...]:
    """The stages of a thread in their order, those beside it last; nothing without a thread."""
    if thread is None:
        return ()
    line = tuple(thread.stages)
    tied = [_tied(stage) for stage in line]
    drawn = [
        _strand(stage, thread.urn, leads=any(tied[place + 1 :]), ends=place == len(line) - 1)
        for place, stage in enumerate(line)
    ]
    drawn += [
        _strand(stage, thread.urn, leads=False, ends=True, beside=True)
        for stage in getattr(thread, "beside", ())
        if _tied(stage)
    ]
    return tuple(drawn)


def walk_address(thread: Any | None) -> str:
    """Where all knots of the thread are shown, or an empty text where no room offers that page."""
    return registry.walk(thread.urn) if thread is not None else ""


def _tied(stage: Any) -> bool:
    return bool(stage.knots) or bool(stage.present)


def _strand(stage: Any, here: Any, *, leads: bool, ends: bool, beside: bool = False) -> Strand:
    name = str(stage.kind)
    knots = tuple(sorted(stage.knots, key=lambda knot: knot.urn != here))
    total = max(stage.total, len(knots))
    return Strand(
        name=name,
        label=LABELS.get(name, name),
        knot=knots[0] if knots else None,
        knots=knots,
        more=max(0, total - 1),
        cut=bool(getattr(stage, "cut", False)),
        present=stage.present,
        tied=_tied(stage),
        leads=_tied(stage) and leads,
        beside=beside,
        ends=ends,
    )
