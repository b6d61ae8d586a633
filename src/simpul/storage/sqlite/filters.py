"""A selection of entities in SQL: what can be said with the side table is, the rest is left over.

The entity's table goes by the name of ``e``. What is left over is evaluated by `context.query`
over each candidate.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from simpul.context.model import Selection
from simpul.context.query import Either, Every, Literal, Query, Term

_HAS = (
    "EXISTS (SELECT 1 FROM entity_attribute AS a WHERE a.region = e.region"
    " AND a.entity = e.number AND a.name = ?)"
)
_COMPARES = "e.number IN (SELECT entity FROM entity_attribute WHERE region = ? AND name = ? AND {})"
_TIMES = {"createdAt": "e.created", "modifiedAt": "e.modified"}
_SIGNS = {"==": "=", "!=": "!=", ">": ">", ">=": ">=", "<": "<", "<=": "<="}


@dataclass(slots=True)
class Where:
    """A condition. exact: whether nothing is left over for the evaluation in Python."""

    sql: str = "1"
    values: list[Any] = field(default_factory=list)
    exact: bool = True


def where(region: str, selection: Selection) -> Where:
    """The condition that says as much of the selection as SQL can."""
    parts = ["e.region = ?"]
    values: list[Any] = [region]
    if selection.open_only and selection.feed is not None:
        parts.append("(e.open = 1 OR e.feed = ?)")
        values.append(selection.feed)
    elif selection.open_only:
        parts.append("e.open = 1")
    for column, wanted in (("type", selection.types), ("id", selection.ids)):
        if wanted:
            parts.append(f"e.{column} IN ({', '.join('?' * len(wanted))})")
            values.extend(wanted)
    if selection.area is not None:
        parts.append("(e.area = ? OR e.area GLOB ?)")
        values.extend((selection.area, f"{selection.area}.*"))
    if selection.attributes:
        parts.append(f"({' OR '.join([_HAS] * len(selection.attributes))})")
        values.extend(selection.attributes)
    said = condition(region, selection.query) if selection.query else Where()
    parts.append(said.sql)
    return Where(" AND ".join(parts), values + said.values, said.exact)


def condition(region: str, query: Query) -> Where:
    """The condition that says as much of the query as SQL can; never less than it lets through."""
    if isinstance(query, Term):
        return _term(region, query)
    parts = [condition(region, part) for part in query.parts]
    exact = all(part.exact for part in parts)
    if isinstance(query, Either) and not exact:
        return Where(exact=False)
    assert isinstance(query, Every | Either)
    word = " AND " if isinstance(query, Every) else " OR "
    values = [value for part in parts for value in part.values]
    return Where(f"({word.join(part.sql for part in parts)})", values, exact)


def _term(region: str, term: Term) -> Where:
    if len(term.path) > 1 or term.member:
        return Where(exact=False)
    name = term.path[0]
    if name in _TIMES:
        return _time_term(term)
    if not term.operator:
        return Where(_HAS, [name])
    said, values = _comparison(term)
    matching = Where(_COMPARES.format(said), [region, name, *values])
    if term.operator != "!=":
        return matching
    return Where(f"({_HAS} AND NOT {matching.sql})", [name, *matching.values])


def _time_term(term: Term) -> Where:
    column = _TIMES[term.path[0]]
    if not term.operator:
        return Where()
    if any(value.kind != "time" for value in term.values) or len(term.values) > 1:
        return Where(exact=False)
    return Where(f"{column} {_SIGNS[term.operator]} ?", [int(term.values[0].value)])


def _comparison(term: Term) -> tuple[str, list[Any]]:
    """A condition on a row of the side table; for != that of ==, to be negated."""
    if term.between:
        low, high = term.values
        column = _column(low)
        return f"kind = ? AND {column} BETWEEN ? AND ?", [low.kind, low.value, high.value]
    if term.operator in {"==", "!="}:
        each = [f"(kind = ? AND {_column(value)} = ?)" for value in term.values]
        return f"({' OR '.join(each)})", [part for v in term.values for part in (v.kind, v.value)]
    wanted = term.values[0]
    if wanted.kind == "boolean":
        return "0", []
    sign = _SIGNS[term.operator]
    return f"link = 0 AND kind = ? AND {_column(wanted)} {sign} ?", [wanted.kind, wanted.value]


def _column(literal: Literal) -> str:
    return "text" if literal.kind == "text" else "number"
