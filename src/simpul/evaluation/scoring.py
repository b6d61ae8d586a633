"""Scores by an instrument's rules, exactly: fractions inside, decimals where something is printed.

Values are marks or means of marks on the instrument's own scale [points: 0-4 smart city, 1-5
SPBE and Pemdi]; weights are percent of the whole index. Pure: no database, no clock.

The rules and where they stand (see docs/explanation/scoring.md):

- component = plain mean of its items, two decimals half up; index = sum of weight x component
  (letters B-1004/DJAI/AI.01.04/12/2022 and B-1384/DJAI/AI.01.04/12/2023);
- 2022: each weighted component is rounded, then added; 2023: the sum is rounded once (inferred,
  exact for every published index of those years);
- SPBE (PermenPANRB 59/2020) and Pemdi (PermenPANRB 8/2026): weighted means of unrounded values,
  predicate from the unrounded index.

>>> half_up(Fraction(25, 1000), 2)
Decimal('0.03')
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import product

from simpul.evaluation.instrument import (
    PERCENT,
    Band,
    Component,
    Group,
    Instrument,
    Item,
    Section,
    Text,
)


class Depth(StrEnum):
    """Where a node of the drill-down stands."""

    COMPONENT = "component"
    SECTION = "section"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class Node:
    """One step of the drill-down.

    value: exact, with missing items counted by the instrument's rule; answered_value: exact mean
    of what is answered, or None where nothing is; weight: percent of the whole index;
    contribution: points that it adds to the index (a component's from its value as printed, where
    the rule says so); expected and answered: numbers of items; missing: keys of the items without
    a value; printed_part: a component's points rounded, where the rule adds rounded parts.
    """

    depth: Depth
    key: str
    code: str
    name: Text
    value: Fraction
    answered_value: Fraction | None
    weight: Fraction
    contribution: Fraction
    expected: int
    missing: tuple[str, ...]
    decimals: int
    children: tuple[Node, ...] = ()
    printed_part: Decimal | None = None

    @property
    def rounded(self) -> Decimal:
        """The value as printed, half up."""
        return half_up(self.value, self.decimals)

    @property
    def answered(self) -> int:
        return self.expected - len(self.missing)

    @property
    def complete(self) -> bool:
        return not self.missing


@dataclass(frozen=True, slots=True)
class DimensionScore:
    """The plain mean of the answered items of one smart dimension; no part of the index."""

    key: str
    name: Text
    value: Fraction | None
    expected: int
    answered: int
    decimals: int

    @property
    def rounded(self) -> Decimal | None:
        return None if self.value is None else half_up(self.value, self.decimals)


@dataclass(frozen=True, slots=True)
class Score:
    """An index with everything it is made of.

    exact: the sum of weight x component before rounding, which improvement and predicate use;
    index: as printed.
    """

    exact: Fraction
    index: Decimal
    band: Band | None
    components: tuple[Node, ...]
    dimensions: tuple[DimensionScore, ...] = ()

    @property
    def expected(self) -> int:
        return sum(node.expected for node in self.components)

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(key for node in self.components for key in node.missing)

    @property
    def answered(self) -> int:
        return self.expected - len(self.missing)


def half_up(value: Fraction, decimals: int) -> Decimal:
    """`value` rounded to so many decimals, a half away from zero, as the letters round."""
    scaled = abs(value) * 10**decimals
    whole = scaled.numerator // scaled.denominator
    if scaled - whole >= Fraction(1, 2):
        whole += 1
    return Decimal(f"{-whole if value < 0 else whole}E-{decimals}")


def mean(values: Iterable[Fraction]) -> Fraction | None:
    """The plain mean, or None of nothing."""
    found = list(values)
    return sum(found, Fraction(0)) / len(found) if found else None


def score(instrument: Instrument, group: Group, values: Mapping[str, Decimal | Fraction]) -> Score:
    """The score from item values.

    values: item key to value [points of the instrument's scale]; an item without one counts as
    the instrument's missing rule says. Worked example: Kabupaten Malang 2022, 59 items, 2.51.
    """
    known = {key: Fraction(value) for key, value in values.items()}
    counted = _Counted(instrument, known)
    nodes = [counted.component(part, group) for part in instrument.components_of(group)]
    return _total(instrument, nodes, _dimensions(instrument, group, known))


def score_components(
    instrument: Instrument, group: Group, values: Mapping[str, Decimal | Fraction]
) -> Score:
    """The score from component values as published, e.g. Kota Kediri 2022: 3.31.

    values: component key to value; a component without one counts as missing.
    """
    nodes = [
        _component_node(instrument, part, group, values.get(part.key))
        for part in instrument.components_of(group)
    ]
    return _total(instrument, nodes, ())


def improvement(instrument: Instrument, current: Score, previous: Score | None) -> Decimal | None:
    """How much the index rose since the year before, or None where that cannot be said.

    Difference of the two exact sums, each with its own year's weights, rounded once. Kabupaten
    Malang 2023: 2.941 - 2.504 = 0.437, printed 0.44.
    """
    if previous is None or instrument.improvement is None:
        return None
    return half_up(current.exact - previous.exact, instrument.improvement)


def band_of(instrument: Instrument, exact: Fraction) -> Band | None:
    """The predicate of an unrounded index; None where the instrument has none."""
    reached = [band for band in instrument.bands if band.start <= exact]
    return reached[-1] if reached else None


# --- from items ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Counted:
    """Item values on their way up the tree."""

    instrument: Instrument
    values: Mapping[str, Fraction]

    def component(self, part: Component, group: Group) -> Node:
        weight = group.weight(part.key)
        items = list(part.all_items())
        shares = {item.key: part.share(item) * weight for item in items}
        children = [self._section(section, shares) for section in part.sections]
        children += [self._item(item, shares) for item in part.items]
        node = self._gather(Depth.COMPONENT, part.key, part.letter, part.name, children, items)
        return _with_part(self.instrument, node)

    def _section(self, section: Section, shares: Mapping[str, Fraction]) -> Node:
        children = [self._section(below, shares) for below in section.sections]
        children += [self._item(item, shares) for item in section.items]
        items = list(section.all_items())
        return self._gather(Depth.SECTION, section.key, section.code, section.name, children, items)

    def _item(self, item: Item, shares: Mapping[str, Fraction]) -> Node:
        given = self.values.get(item.key)
        value = self.instrument.missing if given is None else given
        return Node(
            depth=Depth.ITEM,
            key=item.key,
            code=item.code,
            name=item.question,
            value=value,
            answered_value=given,
            weight=shares[item.key],
            contribution=shares[item.key] * value / PERCENT,
            expected=1,
            missing=(item.key,) if given is None else (),
            decimals=self.instrument.scale.decimals,
        )

    def _gather(
        self, depth: Depth, key: str, code: str, name: Text, children: list[Node], items: list[Item]
    ) -> Node:
        """The node above `children`: their values by their weights."""
        weight = sum((child.weight for child in children), Fraction(0))
        contribution = sum((child.contribution for child in children), Fraction(0))
        return Node(
            depth=depth,
            key=key,
            code=code,
            name=name,
            value=contribution * PERCENT / weight,
            answered_value=_answered(children),
            weight=weight,
            contribution=contribution,
            expected=len(items),
            missing=tuple(key for child in children for key in child.missing),
            decimals=self.instrument.rounding.component,
            children=tuple(children),
        )


def _leaves(nodes: Iterable[Node]) -> list[Node]:
    return [leaf for node in nodes for leaf in (_leaves(node.children) or [node])]


def _answered(children: list[Node]) -> Fraction | None:
    """The mean of the answered items below, by their weights."""
    leaves = [leaf for leaf in _leaves(children) if leaf.answered_value is not None]
    weight = sum((leaf.weight for leaf in leaves), Fraction(0))
    if not weight:
        return None
    return sum((leaf.weight * leaf.value for leaf in leaves), Fraction(0)) / weight


def _dimensions(
    instrument: Instrument, group: Group, values: Mapping[str, Fraction]
) -> tuple[DimensionScore, ...]:
    items = instrument.items(group)
    found = []
    for dimension in instrument.dimensions:
        members = [item.key for item in items if item.smart_dimension == dimension.key]
        given = [values[key] for key in members if key in values]
        found.append(
            DimensionScore(
                key=dimension.key,
                name=dimension.name,
                value=mean(given),
                expected=len(members),
                answered=len(given),
                decimals=instrument.rounding.component,
            )
        )
    return tuple(found)


# --- from components ----------------------------------------------------------------------------


def _component_node(
    instrument: Instrument, part: Component, group: Group, given: Decimal | Fraction | None
) -> Node:
    value = instrument.missing if given is None else Fraction(given)
    weight = group.weight(part.key)
    node = Node(
        depth=Depth.COMPONENT,
        key=part.key,
        code=part.letter,
        name=part.name,
        value=value,
        answered_value=None if given is None else value,
        weight=weight,
        contribution=weight * value / PERCENT,
        expected=1,
        missing=(part.key,) if given is None else (),
        decimals=instrument.rounding.component,
    )
    return _with_part(instrument, node)


def _with_part(instrument: Instrument, node: Node) -> Node:
    """The component with the points it adds to the index, by the instrument's rounding rule."""
    rounding = instrument.rounding
    value = Fraction(node.rounded) if rounding.from_printed else node.value
    points = node.weight * value / PERCENT
    part = half_up(points, rounding.index) if rounding.each_part else None
    return replace(node, contribution=points, printed_part=part)


def _total(
    instrument: Instrument, nodes: list[Node], dimensions: tuple[DimensionScore, ...]
) -> Score:
    exact = sum((node.contribution for node in nodes), Fraction(0))
    parts = [node.printed_part for node in nodes if node.printed_part is not None]
    if instrument.rounding.each_part:
        index = half_up(Fraction(sum(parts, Decimal(0))), instrument.rounding.index)
    else:
        index = half_up(exact, instrument.rounding.index)
    return Score(
        exact=exact,
        index=index,
        band=band_of(instrument, exact),
        components=tuple(nodes),
        dimensions=dimensions,
    )


# --- published results --------------------------------------------------------------------------


def attainable(instrument: Instrument, part: Component) -> dict[Decimal, tuple[Fraction, ...]]:
    """Which exact values can stand behind each printed value of a component.

    Only where the index is computed from exact components and marks come in steps: a published
    list prints components rounded, and this gives back what was rounded. Empty otherwise.
    SPBE's domain Layanan: sixteen levels 0-5 weighing 2.75 or 3, so 3.74 was
    170 / 45.5 or 170.25 / 45.5.
    """
    if instrument.rounding.from_printed or not instrument.scale.levels():
        return {}
    levels = {instrument.missing, *map(Fraction, instrument.scale.levels())}
    sums = {Fraction(0)}
    total = Fraction(0)
    for item in part.all_items():
        weight = item.weight if item.weight is not None else Fraction(1)
        total += weight
        sums = {above + weight * level for above in sums for level in levels}
    found: dict[Decimal, list[Fraction]] = {}
    for points in sorted(sums):
        value = points / total
        found.setdefault(half_up(value, instrument.rounding.component), []).append(value)
    return {printed: tuple(values) for printed, values in found.items()}


class Recomputer:
    """Computes published indices again from published components, for one group.

    Where a printed component was rounded before it was published, every exact value that can
    stand behind it is tried; each way of having come to the printed components is one score.
    """

    def __init__(self, instrument: Instrument, group: Group) -> None:
        self._instrument = instrument
        self._group = group
        self._behind = {
            part.key: attainable(instrument, part) for part in instrument.components_of(group)
        }

    def scores(self, printed: Mapping[str, Decimal]) -> list[Score]:
        """The possible scores, at least one; none where a component's value is not known."""
        parts = [part.key for part in self._instrument.components_of(self._group)]
        if any(key not in printed for key in parts):
            return []
        choices = [
            self._behind[key].get(printed[key]) or (Fraction(printed[key]),) for key in parts
        ]
        return [
            score_components(self._instrument, self._group, dict(zip(parts, chosen, strict=True)))
            for chosen in product(*choices)
        ]
