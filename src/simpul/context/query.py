"""The query language of ETSI GS CIM 009, 4.9: read, and evaluated over one entity.

    q     = all *("|" all)                all  = part *(";" part)
    part  = "(" q ")" / term              term = path [operator values]
    path  = name *("." name) ["[" name *("." name) "]"]
    operator = "==" / "!=" / ">=" / ">" / "<=" / "<"
    values   = value ".." value / value *("," value)
    value    = number / "text" / true / false / time / URI

Not supported: patterns (``~=``) and linked entities (``a{b}``). A store may translate a query
into its own language; `matches` says what must come out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson

from simpul.context.attributes import HOLDERS, Attributes, Instance, instances
from simpul.context.errors import BadRequestData, OperationNotSupported
from simpul.context.terms import shorten, shown
from simpul.kernel.errors import BadInput
from simpul.kernel.time import parse_time, to_us

MAX_LENGTH = 4096
MAX_TERMS = 64
MAX_NESTING = 16
MAX_TEXT = 512
MAX_VALUES = 64

_OPERATOR = re.compile(r"==|!=|!~=|~=|>=|<=|>|<")
_NAME = re.compile(r"[^\W\d_]\w*(?::[^\W\d_]\w*)?(?=[.\[;|)=<>!~{]|$)")
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_TEXT = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d([.,]\d{1,6})?)?(Z|[+-]\d\d:?\d\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d([.,]\d{1,6})?Z?")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^;|()\s,\"]+")


@dataclass(frozen=True, slots=True)
class Literal:
    """One value to compare with. kind: number, text, boolean or time (microseconds, UTC)."""

    kind: str
    value: float | str


@dataclass(frozen=True, slots=True)
class Term:
    """One condition. member: path inside a compound value; operator: empty for existence;
    between: whether the two values are the ends of a range, both included."""

    path: tuple[str, ...]
    member: tuple[str, ...] = ()
    operator: str = ""
    values: tuple[Literal, ...] = ()
    between: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    """Every part holds."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part holds."""

    parts: tuple[Query, ...]


Query = Term | Every | Either


def parse_query(text: str) -> Query:
    """The query that `text` says.

    Raises:
        BadRequestData: not in the language. OperationNotSupported: a pattern or a linked entity.
    """
    if len(text) > MAX_LENGTH:
        raise BadRequestData(f"q is longer than {MAX_LENGTH} characters", field="q")
    reader = _Reader(text)
    query = reader.any()
    if reader.at < len(text):
        raise reader.wrong("the end of the query, ; or |")
    return query


class _Reader:
    """Reads a query from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.terms = 0

    def wrong(self, wanted: str) -> BadRequestData:
        rest = shown(self.text[self.at : self.at + 20])
        return BadRequestData(f"q: {wanted} expected at {self.at}, not {rest}", field="q")

    def take(self, text: str) -> bool:
        if self.text.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def match(self, pattern: re.Pattern[str]) -> str | None:
        found = pattern.match(self.text, self.at)
        if found is None or not found.group():
            return None
        self.at = found.end()
        return found.group()

    def any(self) -> Query:
        parts = [self.all()]
        while self.take("|"):
            parts.append(self.all())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def all(self) -> Query:
        parts = [self.part()]
        while self.take(";"):
            parts.append(self.part())
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def part(self) -> Query:
        if not self.take("("):
            return self.term()
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise BadRequestData(f"q is nested more than {MAX_NESTING} deep", field="q")
        inner = self.any()
        if not self.take(")"):
            raise self.wrong("a closing bracket")
        self.depth -= 1
        return inner

    def term(self) -> Term:
        self.terms += 1
        if self.terms > MAX_TERMS:
            raise BadRequestData(f"q has more than {MAX_TERMS} conditions", field="q")
        path = self.names()
        member: tuple[str, ...] = ()
        if self.take("["):
            member = self.members()
        if self.text.startswith("{", self.at):
            raise OperationNotSupported("q over linked entities is not supported", field="q")
        operator = self.match(_OPERATOR)
        if operator is None:
            return Term(path, member)
        if "~" in operator:
            raise OperationNotSupported("patterns in q are not supported", field="q")
        return self.comparison(path, member, operator)

    def names(self) -> tuple[str, ...]:
        found = []
        while True:
            name = self.match(_NAME)
            if name is None:
                raise self.wrong("the name of an attribute")
            found.append(shorten(name))
            if not self.take("."):
                return tuple(found)

    def members(self) -> tuple[str, ...]:
        end = self.text.find("]", self.at)
        path = self.text[self.at : end].split(".") if end > self.at else []
        if not path or "" in path:
            raise self.wrong("a path inside square brackets")
        self.at = end + 1
        return tuple(path)

    def comparison(self, path: tuple[str, ...], member: tuple[str, ...], operator: str) -> Term:
        values = [self.literal()]
        if self.take(".."):
            values.append(self.literal())
            between = True
        else:
            between = False
            while self.take(","):
                values.append(self.literal())
        if operator not in {"==", "!="} and len(values) > 1:
            raise BadRequestData(f"q: {operator} takes one value", field="q")
        if between and (values[0].kind != values[1].kind or values[0].kind == "boolean"):
            raise BadRequestData("q: the two ends of a range are of different kinds", field="q")
        return Term(path, member, operator, tuple(values), between)

    def literal(self) -> Literal:
        while self.take(" "):
            pass
        quoted = self.match(_TEXT)
        if quoted is not None:
            return Literal("text", _unquote(quoted))
        for word, number in (("true", 1.0), ("false", 0.0)):
            if re.compile(word + r"(?=[;|),.]|$)").match(self.text, self.at):
                self.at += len(word)
                return Literal("boolean", number)
        moment = self.match(_MOMENT)
        if moment is not None:
            return Literal("time", float(_moment(moment)))
        day = self.match(_DAY)
        if day is not None:
            return Literal("text", day)
        number_text = self.match(_NUMBER)
        if number_text is not None:
            return _number(number_text)
        uri = self.match(_URI)
        if uri is not None:
            return Literal("text", uri)
        raise self.wrong('a number, "text", true, false, time or URI')


def _unquote(quoted: str) -> str:
    try:
        return str(orjson.loads(quoted))
    except orjson.JSONDecodeError:
        raise BadRequestData(f"q: {shown(quoted)} is not a JSON string", field="q") from None


def _number(text: str) -> Literal:
    value = float(text)
    if value in {float("inf"), float("-inf")}:
        raise BadRequestData(f"q: {text} is beyond the range of numbers", field="q")
    return Literal("number", value)


def _moment(text: str) -> int:
    try:
        return to_us(parse_time(text.replace(",", "."), field="q"))
    except BadInput as error:
        raise BadRequestData(f"q: {error.detail}", field="q") from None


def time_of(text: str) -> int | None:
    """Microseconds of a text that is a moment with its zone, else None."""
    if not _MOMENT.fullmatch(text):
        return None
    try:
        return to_us(parse_time(text.replace(",", ".")))
    except BadInput:
        return None


def targets(value: Any) -> Iterator[Literal]:
    """What a value offers to comparison: itself, or the members of a list.

    A text that is a moment is offered as text and as time; an object offers nothing, except a
    typed value (``@value``); texts longer than 512 characters are not compared.
    """
    if isinstance(value, bool):
        yield Literal("boolean", float(value))
    elif isinstance(value, int | float):
        yield Literal("number", float(value))
    elif isinstance(value, str) and len(value) <= MAX_TEXT:
        yield Literal("text", value)
        moment = time_of(value)
        if moment is not None:
            yield Literal("time", float(moment))
    elif isinstance(value, list):
        for each in value:
            if not isinstance(each, list):
                yield from targets(each)
    elif isinstance(value, dict) and isinstance(value.get("@value"), str | int | float):
        yield from targets(value["@value"])


def instance_targets(instance: Instance) -> Iterator[Literal]:
    """What one attribute instance offers to comparison: at most 64 values."""
    held = instance.get(HOLDERS[instance["type"]])
    if instance["type"] == "LanguageProperty" and isinstance(held, dict):
        held = [
            each for some in held.values() for each in (some if isinstance(some, list) else [some])
        ]
    yield from islice(targets(held), MAX_VALUES)


def matches(query: Query, attributes: Attributes, times: dict[str, str]) -> bool:
    """Whether an entity satisfies the query.

    times: ``createdAt`` and ``modifiedAt`` of the entity.
    """
    if isinstance(query, Every):
        return all(matches(part, attributes, times) for part in query.parts)
    if isinstance(query, Either):
        return any(matches(part, attributes, times) for part in query.parts)
    found = list(_elements(query, attributes, times))
    if not found:
        return False
    if not query.operator:
        return True
    offered = [literal for element in found for literal in element]
    if query.operator == "!=":
        return not any(_equal(query, literal) for literal in offered)
    if query.operator == "==":
        return any(_equal(query, literal) for literal in offered)
    return any(_ordered(query.operator, literal, query.values[0]) for literal in offered)


def _elements(term: Term, attributes: Attributes, times: dict[str, str]) -> Iterator[list[Literal]]:
    """What each element that the term's path addresses offers; nothing where there is none."""
    name, *below = term.path
    if name in times and not below and name not in attributes:
        yield list(targets(times[name]))
        return
    if name not in attributes:
        return
    for instance in instances(attributes[name]):
        yield from _below(instance, below, term)


def _below(element: Any, path: list[str], term: Term) -> Iterator[list[Literal]]:
    if not path:
        if term.member:
            yield from _members(element, term.member)
        elif isinstance(element, dict) and element.get("type") in HOLDERS:
            offered = [] if _is_ordering_of_link(element, term) else list(instance_targets(element))
            yield offered
        else:
            yield list(targets(element))
        return
    if isinstance(element, dict) and path[0] in element:
        for each in instances(element[path[0]]):
            yield from _below(each, path[1:], term)


def _is_ordering_of_link(element: Instance, term: Term) -> bool:
    link = element["type"] in {"Relationship", "ListRelationship"}
    return link and term.operator not in {"==", "!=", ""}


def _members(element: Any, member: tuple[str, ...]) -> Iterator[list[Literal]]:
    value = _held(element) if isinstance(element, dict) else None
    if member == ("*",) and isinstance(value, dict):
        yield list(targets(list(value.values())))
        return
    for name in member:
        if not isinstance(value, dict) or name not in value:
            return
        value = value[name]
    yield list(targets(value))


def _held(element: Instance) -> Any:
    return element.get(HOLDERS.get(str(element.get("type")), ""))


def _equal(term: Term, literal: Literal) -> bool:
    if term.between:
        low, high = term.values
        return literal.kind == low.kind and low.value <= literal.value <= high.value  # type: ignore[operator]
    return literal in term.values


def _ordered(operator: str, literal: Literal, wanted: Literal) -> bool:
    if literal.kind != wanted.kind or wanted.kind == "boolean":
        return False
    one: Any = literal.value
    other: Any = wanted.value
    if operator == ">":
        return bool(one > other)
    if operator == ">=":
        return bool(one >= other)
    return bool(one < other) if operator == "<" else bool(one <= other)
