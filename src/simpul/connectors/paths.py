"""Paths into a sender's JSON: where a row is, and where a value is as seen from a row. Pure.

    temperature            a member of the row
    reading.values[0].t    further down; [0] takes an element of a list, ["odd name"] any member
    ^.station.name         the same, seen from the object that encloses the row
    ^^.id                  from the one around that
    $.sent                 from the whole document
    @.levels[2]            from what came around the message: its MQTT topic

A path to the rows may also hold ``[]``, which takes every element of a list, as in
``data[].cuaca[][]``; a list at its end is taken so anyway.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from simpul.kernel.errors import Unprocessable

EACH, ANY = object(), object()
DOCUMENT, ENVELOPE = -1, -2
_STEP = re.compile(r'\.?(?P<name>[^.\[\]^$"\s]+)|\[(?P<index>\d{1,6})\]|\["(?P<odd>[^"]+)"\]')
_EACH = re.compile(r"\[\]")


class BadPath(Unprocessable):
    """This is not a path."""

    problem = "bad-path"


class Absent(Exception):
    """There is nothing at a path."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a document. enclosing: the objects around it, the nearest first; envelope: what is
    known of the message that is not in it."""

    value: Any
    enclosing: tuple[Any, ...]
    document: Any
    envelope: Any = None


@dataclass(frozen=True, slots=True)
class Path:
    """A path to a value. up: how many enclosing objects to go up, or DOCUMENT or ENVELOPE."""

    text: str
    up: int
    steps: tuple[Any, ...]

    def of(self, row: Row) -> Any:
        """The value as seen from `row`.

        Raises:
            Absent: there is nothing there.
        """
        value = self._start(row)
        for step in self.steps:
            value = _member(value, step)
        return value

    def _start(self, row: Row) -> Any:
        if self.up == DOCUMENT:
            return row.document
        if self.up == ENVELOPE:
            return row.envelope
        if self.up == 0:
            return row.value
        if self.up > len(row.enclosing):
            raise Absent
        return row.enclosing[self.up - 1]


def parse_path(text: str) -> Path:
    """The path to a value that `text` says.

    Raises:
        BadPath
    """
    at = 0
    up = 0
    if text.startswith("$"):
        at, up = 1, DOCUMENT
    elif text.startswith("@."):
        at, up = 1, ENVELOPE
    while text.startswith("^", at) and up >= 0:
        at, up = at + 1, up + 1
    steps = _steps(text, at, each=False)
    if not steps and up == 0:
        raise BadPath("a path cannot be empty")
    return Path(text, up, steps)


def parse_rows_path(text: str) -> tuple[Any, ...]:
    """The steps to the rows that `text` says; none where they are the document.

    Raises:
        BadPath
    """
    return _steps(text, 1 if text.startswith("$") else 0, each=True)


def _steps(text: str, at: int, *, each: bool) -> tuple[Any, ...]:
    steps: list[Any] = []
    while at < len(text):
        every = _EACH.match(text, at) if each else None
        found = every or _STEP.match(text, at)
        if found is None:
            raise BadPath(f"{text!r} is not a path: see character {at + 1}")
        if every:
            steps.append(EACH)
        elif found["index"] is not None:
            steps.append(int(found["index"]))
        else:
            steps.append(found["name"] or found["odd"])
        at = found.end()
    return tuple(steps)


def _member(value: Any, step: Any) -> Any:
    if isinstance(step, int):
        if isinstance(value, list) and step < len(value):
            return value[step]
    elif isinstance(value, dict) and step in value:
        return value[step]
    raise Absent


def rows_at(document: Any, steps: tuple[Any, ...], envelope: Any = None) -> Iterator[Row]:
    """Every row of the document: what stands at the end of the steps, or its elements if a list.

    Raises:
        Absent: the document is not built like this; its text says where.
    """
    if not steps or steps[-1] is not EACH:
        steps = (*steps, ANY)
    for row in _descend(document, steps, (), document, "the document"):
        yield replace(row, envelope=envelope) if envelope is not None else row


def _descend(
    value: Any, steps: tuple[Any, ...], enclosing: tuple[Any, ...], document: Any, place: str
) -> Iterator[Row]:
    if not steps:
        yield Row(value, enclosing, document)
        return
    step, rest = steps[0], steps[1:]
    if step is ANY and not isinstance(value, list):
        yield Row(value, enclosing, document)
        return
    if step in (EACH, ANY):
        if not isinstance(value, list):
            raise Absent(f"{place} is not a list")
        for each in value:
            yield from _descend(each, rest, enclosing, document, place)
        return
    around = (value, *enclosing) if isinstance(value, dict) else enclosing
    try:
        found = _member(value, step)
    except Absent:
        raise Absent(f"{place} has no {step!r}") from None
    yield from _descend(found, rest, around, document, f"{step!r}")
