"""What the pages of this room show, made ready for their templates: filters, branches, columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from simpul.evaluation import scoring
from simpul.evaluation.instrument import (
    PERCENT,
    Component,
    Instrument,
    Item,
    Section,
    Text,
    as_decimal,
)
from simpul.evaluation.published import in_words
from simpul.evaluation.queries import ItemStanding, ResultRow
from simpul.evaluation.scoring import Node, half_up
from simpul.kernel.ids import Kind, Urn
from simpul.web import writing

POINTS = 3
"""Decimals of a contribution in points of the index."""
UNIT = "points"
"""What scores are measured in, as data names it in every language."""

STATES: dict[str, Any] = {
    "missing": _("without a value"),
    "submitted": _("a proposal waits"),
    "approved": _("with a value"),
    "differs": _("value differs from the proposal"),
    "unproven": _("proof is missing"),
}


def shown(value: Fraction, decimals: int) -> Decimal:
    return half_up(value, decimals)


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """What an address asks to see of the items. Every part empty: all of them."""

    component: str = ""
    dimension: str = ""
    state: str = ""
    text: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> ItemFilter:
        return cls(
            component=query.get("komponen", ""),
            dimension=query.get("dimensi", ""),
            state=query.get("keadaan", ""),
            text=query.get("cari", "").strip(),
        )

    @property
    def active(self) -> bool:
        return any((self.component, self.dimension, self.state, self.text))

    def keeps(self, row: ItemStanding) -> bool:
        item = row.item
        return (
            self.component in ("", item.component)
            and self.dimension in ("", item.smart_dimension)
            and self._state_fits(row)
            and self._text_fits(row)
        )

    def _state_fits(self, row: ItemStanding) -> bool:
        if self.state == "differs":
            return row.differs
        if self.state == "unproven":
            return row.lacks_proof
        if self.state == "missing":
            return row.given is None
        return self.state in ("", row.state)

    def _text_fits(self, row: ItemStanding) -> bool:
        told = [row.item.question.id, row.item.question.en, row.item.code, str(row.item.number)]
        told += [str(name) for name in row.path]
        return not self.text or any(self.text.casefold() in line.casefold() for line in told)


@dataclass(frozen=True, slots=True)
class Group:
    """The items below one indicator. node: None where a component has no indicators."""

    node: Node | None
    rows: tuple[ItemStanding, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """One component with what is below it, as the drill-down shows it."""

    node: Node
    groups: tuple[Group, ...]

    @property
    def points(self) -> Decimal:
        """What it adds to the index, as far as it is scored [points]."""
        return self.node.printed_part or shown(self.node.contribution, POINTS)

    @property
    def weight(self) -> Decimal:
        return as_decimal(self.node.weight)

    @property
    def percent(self) -> Decimal:
        """Share of its items that have a value [%]."""
        return half_up(Fraction(100 * self.node.answered, self.node.expected), 0)

    @property
    def answered_mean(self) -> Decimal | None:
        value = self.node.answered_value
        return None if value is None else shown(value, self.node.decimals)


def branches(score: scoring.Score, rows: Sequence[ItemStanding]) -> list[Branch]:
    """The components, each with those of its items that are among `rows`."""
    kept = {row.item.key: row for row in rows}
    return [Branch(node, tuple(_groups(node, kept))) for node in score.components]


def _groups(node: Node, kept: Mapping[str, ItemStanding]) -> Iterable[Group]:
    if all(child.depth is scoring.Depth.ITEM for child in node.children):
        found = _rows(node, kept)
        if found:
            yield Group(None, found)
        return
    for child in node.children:
        found = _rows(child, kept)
        if found:
            yield Group(child, found)


def _rows(node: Node, kept: Mapping[str, ItemStanding]) -> tuple[ItemStanding, ...]:
    if node.depth is scoring.Depth.ITEM:
        return (kept[node.key],) if node.key in kept else ()
    return tuple(row for child in node.children for row in _rows(child, kept))


@dataclass(frozen=True, slots=True)
class Share:
    """How much one item weighs. weight: of the whole index [%]; step: what one step up the scale
    adds to the index [points], None where marks are not in steps."""

    weight: Decimal
    step: Decimal | None


def share_of(instrument: Instrument, score: scoring.Score, key: str) -> Share:
    """The weight of one item in the group that was scored."""
    leaf = next(node for node in leaves(score.components) if node.key == key)
    step = instrument.scale.step
    adds = None if step is None else shown(leaf.weight * step / PERCENT, POINTS)
    return Share(shown(leaf.weight, 2), adds)


def leaves(nodes: Iterable[Node]) -> Iterable[Node]:
    for node in nodes:
        if node.children:
            yield from leaves(node.children)
        else:
            yield node


# --- published results --------------------------------------------------------------------------

PAGE = 150


@dataclass(frozen=True, slots=True)
class Heading:
    """One column of the results. name: what the address sorts by; sort: the address that does;
    order: how the column stands now, as ``aria-sort`` says it, or empty."""

    name: str
    label: Any
    number: bool
    sort: str
    order: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the results with its place in the ranking of those that took part."""

    rank: int | None
    row: ResultRow
    cells: tuple[tuple[Decimal | None, bool], ...]

    @property
    def name(self) -> str:
        """The region's own name, else the source's spelling."""
        result = self.row.result
        return result.region.name if result.region else result.name_published

    @property
    def note(self) -> Any:
        """What the source, or whoever read it, remarks on this row."""
        return in_words(self.row.result.note)


@dataclass(frozen=True, slots=True)
class ResultFilter:
    """What an address asks to see of a list of results."""

    list: str = ""
    group: str = ""
    kind: str = ""
    text: str = ""
    sort: str = "-indeks"
    page: int = 1

    @classmethod
    def read(cls, query: QueryDict) -> ResultFilter:
        page = query.get("halaman", "1")
        return cls(
            list=query.get("daftar", ""),
            group=query.get("kelompok", ""),
            kind=query.get("jenis", ""),
            text=query.get("cari", "").strip(),
            sort=query.get("urut", "-indeks"),
            page=int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
        )

    def address(self, **changed: str | int) -> str:
        """The query of the same page with some parts changed; the page begins anew."""
        parts: dict[str, str | int] = {
            "daftar": self.list,
            "kelompok": self.group,
            "jenis": self.kind,
            "cari": self.text,
            "urut": self.sort,
        }
        told = {name: value for name, value in (parts | changed).items() if value}
        return f"?{urlencode(told)}"

    def keeps(self, row: ResultRow) -> bool:
        result = row.result
        name = result.region.name if result.region else ""
        told = (result.name_published, name)
        return (
            self.group in ("", result.listed_under)
            and self.kind in ("", result.kind)
            and (not self.text or any(self.text.casefold() in text.casefold() for text in told))
        )


def headings(instrument: Instrument, asked: ResultFilter) -> list[Heading]:
    """The columns of a list of results, in order."""
    found = [_heading("nama", pgettext_lazy("results", "Region or agency"), False, asked)]
    for part in instrument.components:
        found.append(_heading(part.key, part.name, True, asked))
    found.append(_heading("indeks", _("Index"), True, asked))
    found.append(_heading("hitung", pgettext_lazy("index", "computed"), True, asked))
    if instrument.improvement is not None:
        found.append(_heading("peningkatan", _("Improvement"), True, asked))
        found.append(
            _heading("hitung-peningkatan", pgettext_lazy("improvement", "computed"), True, asked)
        )
    if instrument.bands:
        found.append(_heading("predikat", _("Predicate"), False, asked))
    return found


def _heading(name: str, label: Any, number: bool, asked: ResultFilter) -> Heading:
    """A second press turns the order round; numbers begin with the greatest."""
    first = f"-{name}" if number else name
    second = name if number else f"-{name}"
    following = second if asked.sort == first else first
    order = {name: "ascending", f"-{name}": "descending"}.get(asked.sort, "")
    return Heading(name, label, number, asked.address(urut=following), order)


def sorted_rows(rows: Iterable[ResultRow], instrument: Instrument, sort: str) -> list[ResultRow]:
    """The rows by one column; those without a value there stand last, whichever way."""
    name, down = sort.removeprefix("-"), sort.startswith("-")
    by_name = sorted(rows, key=lambda row: row.result.name_published)
    known = [(key, row) for row in by_name if (key := _key(row, name)) is not None]
    unknown = [row for row in by_name if _key(row, name) is None]
    ordered = sorted(known, key=lambda pair: pair[0], reverse=down)
    return [row for _value, row in ordered] + unknown


def _key(row: ResultRow, name: str) -> Any:
    result = row.result
    if name == "nama":
        return result.name_published
    if name == "predikat":
        return result.index
    if not result.took_part:
        return None
    columns: dict[str, Decimal | None] = {
        "hitung": row.computed,
        "peningkatan": result.improvement,
        "hitung-peningkatan": row.computed_improvement,
        **row.component,
    }
    return columns.get(name, result.index)


def ranks(rows: Iterable[ResultRow]) -> dict[int, int]:
    """Result id to its place by published index; equal indices share a place."""
    took_part = sorted(
        (row for row in rows if row.result.took_part), key=lambda row: -row.result.index
    )
    found: dict[int, int] = {}
    for place, row in enumerate(took_part, start=1):
        before = took_part[place - 2] if place > 1 else None
        same = before is not None and before.result.index == row.result.index
        found[row.result.pk] = found[before.result.pk] if before and same else place
    return found


def line(row: ResultRow, instrument: Instrument, ranks: Mapping[int, int]) -> Line:
    """One row of the table: the components, then indices and improvements, as they are headed.

    Each cell says whether it differs from what was published beside it.
    """
    result = row.result
    cells: list[tuple[Decimal | None, bool]] = [(value, False) for _key, value in row.components]
    cells.append((result.index if result.took_part else None, False))
    cells.append((row.computed, row.agrees is False))
    if instrument.improvement is not None:
        gap = None not in (result.improvement, row.computed_improvement)
        cells.append((result.improvement, False))
        cells.append(
            (row.computed_improvement, gap and result.improvement != row.computed_improvement)
        )
    return Line(ranks.get(result.pk), row, tuple(cells))


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many published indices of a list come out again. computed: how many could be."""

    listed: int
    took_part: int
    computed: int
    agreeing: int


def agreement(rows: Sequence[ResultRow]) -> Agreement:
    return Agreement(
        listed=len(rows),
        took_part=sum(1 for row in rows if row.result.took_part),
        computed=sum(1 for row in rows if row.agrees is not None),
        agreeing=sum(1 for row in rows if row.agrees),
    )


# --- instruments --------------------------------------------------------------------------------


def decimal_or_none(value: Fraction | None) -> Decimal | None:
    return None if value is None else as_decimal(value)


def written(value: Decimal | None) -> str:
    return writing.number(value, None if value is None else 2)


@dataclass(frozen=True, slots=True)
class WeightRow:
    """A component in the table of weights: one weight for each group, None where it has none."""

    component: Component
    count: int
    weights: tuple[Decimal | None, ...]


def weight_rows(spec: Instrument) -> list[WeightRow]:
    """The components in printed order with their weights in every group."""
    weights = [dict(group.weights) for group in spec.groups]
    return [
        WeightRow(
            component=part,
            count=len(list(part.all_items())),
            weights=tuple(decimal_or_none(group.get(part.key)) for group in weights),
        )
        for part in spec.components
    ]


def bands(spec: Instrument) -> list[tuple[str, Decimal, Decimal | None]]:
    """Each predicate from where (included) to where (excluded; None: to the end of the scale)."""
    starts = [as_decimal(band.start) for band in spec.bands]
    ends: list[Decimal | None] = [*starts[1:], None]
    return list(zip((str(band.name) for band in spec.bands), starts, ends, strict=False))


ItemRow = tuple[Item, Decimal | None, "Mark | None"]


@dataclass(frozen=True, slots=True)
class Passage:
    """Items below one heading of the questionnaire. path: the headings below the component;
    rows: each item with its weight and its smart dimension."""

    path: tuple[Section, ...]
    rows: tuple[ItemRow, ...]


def questionnaire(spec: Instrument) -> list[tuple[Component, list[Passage]]]:
    """The components with their items, heading by heading."""
    return [(part, list(_passages(spec, part))) for part in spec.components]


def _passages(spec: Instrument, part: Component) -> Iterable[Passage]:
    if part.items:
        yield Passage((), _item_rows(spec, part.items))
    for section in part.sections:
        yield from _below(spec, section, ())


def _below(spec: Instrument, section: Section, above: tuple[Section, ...]) -> Iterable[Passage]:
    path = (*above, section)
    if section.items:
        yield Passage(path, _item_rows(spec, section.items))
    for child in section.sections:
        yield from _below(spec, child, path)


def _item_rows(spec: Instrument, items: Iterable[Item]) -> tuple[ItemRow, ...]:
    return tuple((item, decimal_or_none(item.weight), mark_of(spec, item)) for item in items)


# --- small things -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mark:
    """A smart dimension as `{% dimension %}` draws it."""

    key: str
    name: Text

    @property
    def mark(self) -> str:
        return self.key.removeprefix("smart_")


def mark_of(spec: Instrument, item: Item) -> Mark | None:
    """The smart dimension of an item, where it has one."""
    names = {dimension.key: dimension.name for dimension in spec.dimensions}
    key = item.smart_dimension
    return Mark(key, names[key]) if key in names else None


def item_address(subject: str) -> str:
    """The address of an item that an obligation is about; empty where it is about the whole."""
    urn = Urn.parse(subject)
    return urn.address if urn.kind is Kind.ITEM else ""


KINDS: dict[str, Any] = {
    "kabupaten": _("regency"),
    "kota": _("city"),
    "provinsi": _("province"),
    "kementerian": _("ministry"),
    "lpnk": _("non-ministerial agency (LPNK)"),
    "lns": _("non-structural institution (LNS)"),
    "instansi_lain": _("other agency"),
}
