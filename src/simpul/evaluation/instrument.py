"""One evaluation instrument as values: components, items, weights, rounding and bands.

Reads the body that `checking` has found to be in order; nothing here looks for faults, and nothing
here scores. Weights are percent of the whole index, exact fractions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language

PERCENT = Fraction(100)


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages."""

    id: str
    en: str

    def __str__(self) -> str:
        return self.en if get_language() == "en" else self.id

    @classmethod
    def read(cls, body: Mapping[str, str] | None) -> Text:
        return cls(body["id"], body["en"]) if body else cls("", "")

    def __bool__(self) -> bool:
        return bool(self.id)


@dataclass(frozen=True, slots=True)
class Item:
    """One question. key: unique in the instrument; number: order in the printed questionnaire;
    code: as printed, may repeat; weight: percent of the whole index, or None for a plain mean."""

    key: str
    number: int
    code: str
    question: Text
    component: str
    weight: Fraction | None = None
    smart_dimension: str = ""
    sub_dimension: str = ""
    level_scale: str = ""
    same_as: tuple[str, str] | None = None
    scored_by: Text = Text("", "")
    note: Text = Text("", "")


@dataclass(frozen=True, slots=True)
class Section:
    """An indicator or sub-indicator: a heading over items, without a weight of its own."""

    key: str
    code: str
    name: Text
    element: str
    note: Text
    sections: tuple[Section, ...]
    items: tuple[Item, ...]

    def all_items(self) -> Iterator[Item]:
        yield from self.items
        for section in self.sections:
            yield from section.all_items()


@dataclass(frozen=True, slots=True)
class Element:
    """What a part of a component looks at, as the report's method table names it."""

    key: str
    name: Text
    about: Text


@dataclass(frozen=True, slots=True)
class Component:
    """A weighted part of the index. weighted: whether its items carry weights of their own."""

    key: str
    letter: str
    name: Text
    long_name: Text
    about: Text
    weighted: bool
    elements: tuple[Element, ...]
    sections: tuple[Section, ...]
    items: tuple[Item, ...]

    def all_items(self) -> Iterator[Item]:
        yield from self.items
        for section in self.sections:
            yield from section.all_items()

    def share(self, item: Item) -> Fraction:
        """The item's part of the component's value, 0 to 1."""
        if item.weight is None:
            return Fraction(1, sum(1 for _item in self.all_items()))
        return item.weight / sum((other.weight or Fraction(0)) for other in self.all_items())


@dataclass(frozen=True, slots=True)
class Group:
    """The weights that hold for one group of regions in this instrument's year [percent].

    from_items: False where the items of this group are not known and only published component
    values can be computed.
    """

    key: str
    name: Text
    weights: tuple[tuple[str, Fraction], ...]
    from_items: bool
    note: Text

    def weight(self, component: str) -> Fraction:
        return dict(self.weights).get(component, Fraction(0))


@dataclass(frozen=True, slots=True)
class Rounding:
    """How figures are rounded, always half up.

    component: decimals of a printed component; index: decimals of the index; each_part: whether
    each weighted component is rounded before the parts are added; from_printed: whether the index
    is computed from components as printed, not from exact ones.
    """

    component: int
    index: int
    each_part: bool
    from_printed: bool
    note: Text


@dataclass(frozen=True, slots=True)
class Band:
    """A predicate: from `start` (included) up to the next band's start."""

    name: Text
    published: str
    start: Fraction


@dataclass(frozen=True, slots=True)
class Scale:
    """What a mark can be: `minimum` to `maximum`, in steps where `step` is given."""

    minimum: Fraction
    maximum: Fraction
    step: Fraction | None
    decimals: int
    note: Text

    def allows(self, mark: Decimal) -> bool:
        value = Fraction(mark)
        if not self.minimum <= value <= self.maximum:
            return False
        return self.step is None or (value - self.minimum) % self.step == 0

    def levels(self) -> list[Decimal]:
        """Every mark there is, lowest first; empty where marks are not in steps."""
        if self.step is None:
            return []
        count = int((self.maximum - self.minimum) / self.step) + 1
        return [as_decimal(self.minimum + number * self.step) for number in range(count)]


@dataclass(frozen=True, slots=True)
class Level:
    """What one level of a level scale is called."""

    level: Fraction
    name: Text


@dataclass(frozen=True, slots=True)
class Source:
    """Where the facts of an instrument stand, and how sure they are."""

    title: str
    reference: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Dimension:
    """One of the smart dimensions that cut across the components."""

    key: str
    name: Text


@dataclass(frozen=True, slots=True)
class Instrument:
    """The whole of one instrument, in one version.

    missing: what an item without a value counts as; improvement: decimals of the improvement
    index, or None where the instrument has none; assessors: how many mark each item, or None.
    """

    key: str
    version: int
    year: int
    name: Text
    owner: Text
    legal_basis: Text
    sources: tuple[Source, ...]
    scale: Scale
    assessors: int | None
    assessors_note: Text
    groups: tuple[Group, ...]
    rounding: Rounding
    missing: Fraction
    missing_note: Text
    bands: tuple[Band, ...]
    bands_note: Text
    improvement: int | None
    improvement_note: Text
    stages: tuple[str, ...]
    level_scales: tuple[tuple[str, tuple[Level, ...]], ...]
    dimensions: tuple[Dimension, ...]
    dimension_note: Text
    components: tuple[Component, ...]

    def group(self, key: str) -> Group:
        """The group with this key; KeyError where there is none."""
        return {group.key: group for group in self.groups}[key]

    def component(self, key: str) -> Component:
        """The component with this key; KeyError where there is none."""
        return {component.key: component for component in self.components}[key]

    def components_of(self, group: Group) -> list[Component]:
        """The components that weigh something for this group, in printed order."""
        return [component for component in self.components if group.weight(component.key)]

    def items(self, group: Group | None = None) -> list[Item]:
        """Every item, or those of the group's components, in printed order."""
        chosen = self.components_of(group) if group else self.components
        return [item for component in chosen for item in component.all_items()]


def number(value: float) -> Fraction:
    """A number of a YAML or JSON body as the decimal that was written there."""
    return Fraction(Decimal(str(value)))


def as_decimal(value: Fraction) -> Decimal:
    """A fraction with a finite decimal expansion, as that decimal."""
    return trimmed(Decimal(value.numerator) / Decimal(value.denominator))


def trimmed(value: Decimal) -> Decimal:
    """The same number without zeros at its end: 2 for 2.00, 100 for 1E+2."""
    return value.normalize() + Decimal(0)


def parse(body: Mapping[str, Any]) -> Instrument:
    """The instrument that a checked body describes."""
    predicates, improvement = body["predicates"] or {}, body["improvement"] or {}
    assessors = body["assessors"] or {}
    return Instrument(
        key=body["key"],
        version=body["version"],
        year=body["year"],
        name=Text.read(body["name"]),
        owner=Text.read(body["owner"]),
        legal_basis=Text.read(body.get("legal_basis")),
        sources=tuple(_source(source) for source in body["sources"]),
        scale=_scale(body["scale"]),
        assessors=assessors.get("count"),
        assessors_note=Text.read(assessors.get("note")),
        groups=tuple(_group(group) for group in body["groups"]),
        rounding=_rounding(body["rounding"]),
        missing=number(body["missing"]["counts_as"]),
        missing_note=Text.read(body["missing"].get("note")),
        bands=tuple(_band(band) for band in predicates.get("bands", [])),
        bands_note=Text.read(predicates.get("note")),
        improvement=improvement.get("decimals"),
        improvement_note=Text.read(improvement.get("note")),
        stages=tuple(body["stages"]),
        level_scales=_level_scales(body.get("level_scales", {})),
        dimensions=tuple(
            Dimension(dimension["key"], Text.read(dimension["name"]))
            for dimension in body["dimensions"]
        ),
        dimension_note=Text.read(body.get("dimension_note")),
        components=tuple(_component(component) for component in body["components"]),
    )


def _source(body: Mapping[str, Any]) -> Source:
    return Source(body["title"], body.get("reference", ""), body["confidence"])


def _scale(body: Mapping[str, Any]) -> Scale:
    step = body["step"]
    return Scale(
        minimum=number(body["min"]),
        maximum=number(body["max"]),
        step=None if step is None else number(step),
        decimals=body["decimals"],
        note=Text.read(body.get("note")),
    )


def _group(body: Mapping[str, Any]) -> Group:
    return Group(
        key=body["key"],
        name=Text.read(body["name"]),
        weights=tuple((key, number(weight)) for key, weight in body["weights"].items()),
        from_items=body["scored_from"] == "items",
        note=Text.read(body.get("note")),
    )


def _rounding(body: Mapping[str, Any]) -> Rounding:
    return Rounding(
        component=body["component"]["decimals"],
        index=body["index"]["decimals"],
        each_part=body["index"]["method"] == "each_weighted_component",
        from_printed=body["index"]["from"] == "printed_components",
        note=Text.read(body.get("note")),
    )


def _band(body: Mapping[str, Any]) -> Band:
    return Band(Text.read(body["name"]), body["published"], number(body["from"]))


def _level_scales(body: Mapping[str, Any]) -> tuple[tuple[str, tuple[Level, ...]], ...]:
    return tuple(
        (key, tuple(Level(number(row["level"]), Text.read(row["name"])) for row in rows))
        for key, rows in body.items()
    )


def _component(body: Mapping[str, Any]) -> Component:
    key = body["key"]
    return Component(
        key=key,
        letter=body["letter"],
        name=Text.read(body["name"]),
        long_name=Text.read(body.get("long_name")),
        about=Text.read(body.get("about")),
        weighted=body["aggregate"] == "weighted_mean",
        elements=tuple(
            Element(element["key"], Text.read(element["name"]), Text.read(element.get("about")))
            for element in body.get("elements", [])
        ),
        sections=tuple(_indicator(row, key) for row in body.get("indicators", [])),
        items=_items(body, key),
    )


def _indicator(body: Mapping[str, Any], component: str) -> Section:
    key = f"{component}.{body['key']}"
    subs = enumerate(body.get("sub_indicators", []), start=1)
    return Section(
        key=key,
        code=str(body["number"]),
        name=Text.read(body["name"]),
        element=body.get("element", ""),
        note=Text.read(body.get("note")),
        sections=tuple(_sub_indicator(row, f"{key}.{order}", component) for order, row in subs),
        items=_items(body, component),
    )


def _sub_indicator(body: Mapping[str, Any], key: str, component: str) -> Section:
    return Section(
        key=key,
        code=body.get("code", ""),
        name=Text.read(body["name"]),
        element="",
        note=Text.read(body.get("note")),
        sections=(),
        items=_items(body, component),
    )


def _items(body: Mapping[str, Any], component: str) -> tuple[Item, ...]:
    return tuple(_item(row, component) for row in body.get("items", []))


def _item(body: Mapping[str, Any], component: str) -> Item:
    same, weight = body.get("same_as"), body.get("weight")
    return Item(
        key=body["key"],
        number=body["number"],
        code=body["code"],
        question=Text.read(body["question"]),
        component=component,
        weight=None if weight is None else number(weight),
        smart_dimension=body.get("smart_dimension", ""),
        sub_dimension=body.get("sub_dimension", ""),
        level_scale=body.get("level_scale", ""),
        same_as=(same["instrument"], same["item"]) if same else None,
        scored_by=Text.read(body.get("scored_by")),
        note=Text.read(body.get("note")),
    )
