"""From a find to a level: the pure part of evidence queries.

A rule is the city's own: an ascending list of thresholds, each with the level that is reached
there. No official description of the levels 0 to 4 was ever printed (docs/explanation/scoring.md),
so a level that comes out of a rule is a proposal and never a score.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, Protocol

from django.utils import translation
from django.utils.translation import gettext as _

from simpul.evaluation.errors import QueryFaulty
from simpul.evaluation.instrument import Scale
from simpul.government.models import Region
from simpul.kernel.ids import Urn

Rule = Sequence[Mapping[str, str]]
Parameters = Mapping[str, Any]
SHARES = frozenset({"share", "met"})
"""Measures that are shares of a whole [%]; all others are counts."""


@dataclass(frozen=True, slots=True)
class Proof:
    """One object that proves something. label: in the language it was written in."""

    urn: str
    label: str

    @property
    def address(self) -> str:
        return Urn.parse(self.urn).address

    def as_row(self) -> dict[str, str]:
        return {"urn": self.urn, "label": self.label}


@dataclass(frozen=True, slots=True)
class Find:
    """What a query found. measured: in the unit of the query's measure; proof: empty where
    nothing proves anything; sentence: says it in the language that is active."""

    measured: Decimal
    proof: tuple[Proof, ...]
    sentence: Callable[[], str]

    def in_both(self) -> tuple[str, str]:
        """The sentence in Indonesian and in English."""
        with translation.override("id"):
            indonesian = self.sentence()
        with translation.override("en"):
            return indonesian, self.sentence()


class Finder(Protocol):
    """One kind of evidence query."""

    def check(self, region: Region, parameters: Parameters) -> Mapping[str, str]:
        """What is wrong with the parameters: name to sentence; empty where nothing is."""

    def find(self, region: Region, year: int, parameters: Parameters) -> Find:
        """What there is for the evaluation of `year`; reads, and changes nothing."""


def level_of(rule: Rule, measured: Decimal, lowest: Decimal) -> Decimal:
    """The level of the highest threshold that is reached, else the lowest of the scale.

    >>> level_of([{"at_least": "1", "level": "2"}], Decimal(1), Decimal(0))
    Decimal('2')
    """
    reached = [step for step in rule if Decimal(step["at_least"]) <= measured]
    return Decimal(reached[-1]["level"]) if reached else lowest


def checked_rule(rule: Rule, scale: Scale) -> list[dict[str, str]]:
    """The rule as it is kept: decimal texts, ascending.

    Raises:
        QueryFaulty: no steps, thresholds or levels that do not ascend, a level off the scale.
    """
    steps = [(_decimal(step, "at_least"), _decimal(step, "level")) for step in rule]
    if not steps:
        raise QueryFaulty(_("A rule needs at least one threshold."), field="rule")
    for threshold, level in steps:
        if not scale.allows(level):
            told = _("Level %(level)s is not on the scale of the instrument.")
            raise QueryFaulty(told % {"level": level}, field="rule")
        if threshold <= 0:
            raise QueryFaulty(_("A threshold must be more than zero."), field="rule")
    for before, after in pairwise(steps):
        if not (before[0] < after[0] and before[1] < after[1]):
            raise QueryFaulty(_("Thresholds and levels of a rule go upwards."), field="rule")
    return [{"at_least": str(threshold), "level": str(level)} for threshold, level in steps]


def _decimal(step: Mapping[str, Any], name: str) -> Decimal:
    try:
        return Decimal(str(step[name]))
    except (KeyError, InvalidOperation):
        told = _("Each threshold of a rule needs “at_least” and “level” as numbers.")
        raise QueryFaulty(told, field="rule") from None


def digest(level: Decimal, find: Find, sentences: tuple[str, str]) -> str:
    """What tells two finds apart: level, measure, sentences and proof."""
    rows = [proof.as_row() for proof in find.proof]
    told = [str(level.normalize()), str(find.measured.normalize()), *sentences, rows]
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
