"""Finds what is wrong with an instrument's body, in plain words and with the path of each fault.

Three checks, each for what the one before let through: the text is YAML, the body has the form of
`instruments/schema.json`, the parts fit each other. A last one, `before_publication`, holds the
weights to their sum. Nothing here reads a database.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator, ValidationError

from simpul.evaluation.errors import InstrumentUnreadable
from simpul.evaluation.instrument import PERCENT, number

FOLDER = Path(__file__).resolve().parent / "instruments"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. path: where, e.g. ``components[2].items[0].key``."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class _Loader(yaml.SafeLoader):
    """YAML as it is, except that a key written twice is refused instead of silently dropped."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _value in node.value:
            if key.value in seen:
                line = key.start_mark.line + 1
                raise InstrumentUnreadable(
                    _("Line %(line)s: “%(key)s” stands here twice.")
                    % {"line": line, "key": key.value}
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def load(text: str) -> dict[str, Any]:
    """The body that a YAML text holds.

    Raises:
        InstrumentUnreadable: not YAML, a key twice, or no mapping.
    """
    try:
        body = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = _("Line %(line)s") % {"line": mark.line + 1} if mark else _("The text")
        problem = getattr(error, "problem", None) or ""
        raise InstrumentUnreadable(
            _("%(where)s is not YAML: %(problem)s") % {"where": where, "problem": problem}
        ) from None
    if not isinstance(body, dict):
        raise InstrumentUnreadable
    return body


@cache
def _validator() -> Draft202012Validator:
    schema = json.loads((FOLDER / "schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema)


def faults(body: Mapping[str, Any]) -> list[Fault]:
    """Everything that keeps this body from being an instrument; empty where it is one."""
    errors = sorted(_validator().iter_errors(body), key=lambda error: list(map(str, error.path)))
    if errors:
        return [fault for error in errors for fault in _in_plain_words(error)]
    return [*_keys(body), *_counts(body), *_references(body), *_measures(body)]


def before_publication(body: Mapping[str, Any]) -> list[Fault]:
    """What keeps an instrument in order from being published: weights that do not sum."""
    return [*_group_sums(body), *_component_sums(body)]


# --- the form -----------------------------------------------------------------------------------


def _path(parts: Iterable[str | int]) -> str:
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "(top)"


_TYPES: dict[str, Callable[[], str]] = {
    "object": lambda: _("a mapping"),
    "array": lambda: _("a list"),
    "string": lambda: _("text"),
    "integer": lambda: _("a whole number"),
    "number": lambda: _("a number"),
    "null": lambda: _("empty"),
}


def _in_plain_words(error: ValidationError) -> list[Fault]:
    path = _path(error.absolute_path)
    if error.validator == "additionalProperties":
        known = cast("dict[str, Any]", error.schema).get("properties", {})
        unknown = [name for name in cast("dict[str, Any]", error.instance) if name not in known]
        message = _("“%(name)s” is not known here.")
        return [Fault(path, message % {"name": name}) for name in unknown]
    return [Fault(path, _sentence(error))]


def _sentence(error: ValidationError) -> str:
    limit, rule = cast("Any", error.validator_value), str(error.validator)
    instance = cast("Any", error.instance)
    if rule == "required":
        missing = next(name for name in limit if name not in instance)
        return _("“%(name)s” is missing.") % {"name": missing}
    if rule == "type":
        kinds = [limit] if isinstance(limit, str) else limit
        return _("must be %(kind)s.") % {"kind": _(" or ").join(_TYPES[kind]() for kind in kinds)}
    if rule == "oneOf":
        names = [option["required"][0] for option in limit]
        return _("must have either “%(first)s” or “%(second)s”, not both and not neither.") % {
            "first": names[0],
            "second": names[1],
        }
    return _limit_sentence(rule, limit, instance)


def _limit_sentence(rule: str, limit: Any, value: Any) -> str:
    sentences: dict[str, Callable[[], str]] = {
        "enum": lambda: _("must be one of: %(limit)s."),
        "const": lambda: _("must be %(limit)s."),
        "minimum": lambda: _("must be at least %(limit)s."),
        "maximum": lambda: _("must be at most %(limit)s."),
        "exclusiveMinimum": lambda: _("must be more than %(limit)s."),
        "minLength": lambda: _("must not be empty."),
        "maxLength": lambda: _("must have at most %(limit)s characters."),
        "minItems": lambda: _("needs at least %(limit)s entry."),
        "minProperties": lambda: _("needs at least %(limit)s entry."),
        "uniqueItems": lambda: _("must not hold the same entry twice."),
        "pattern": lambda: _("“%(value)s” has characters that a key cannot have."),
    }
    text = sentences.get(rule, lambda: _("breaks the rule “%(rule)s”."))()
    shown = ", ".join(map(str, limit)) if isinstance(limit, list) else limit
    return text % {"limit": shown, "value": value, "rule": rule}


# --- the parts fit each other -------------------------------------------------------------------


def _walk_items(body: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], int]]:
    """Each item with its path and the index of its component."""
    for index, component in enumerate(body["components"]):
        for path, item in _items_below(component, f"components[{index}]"):
            yield path, item, index


def _items_below(node: Mapping[str, Any], path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for order, item in enumerate(node.get("items", [])):
        yield f"{path}.items[{order}]", item
    for name in ("indicators", "sub_indicators"):
        for order, child in enumerate(node.get(name, [])):
            yield from _items_below(child, f"{path}.{name}[{order}]")


def _twice(rows: Iterable[tuple[str, Any]]) -> Iterator[Fault]:
    """rows: path and value; a fault for each value that an earlier path has already."""
    first: dict[Any, str] = {}
    for path, value in rows:
        if value in first:
            message = _("“%(value)s” stands at %(other)s already.")
            yield Fault(path, message % {"value": value, "other": first[value]})
        first.setdefault(value, path)


def _keys(body: Mapping[str, Any]) -> Iterator[Fault]:
    items = list(_walk_items(body))
    yield from _twice((f"{path}.key", item["key"]) for path, item, _index in items)
    for name in ("components", "groups", "dimensions"):
        rows = enumerate(body[name])
        yield from _twice((f"{name}[{order}].key", row["key"]) for order, row in rows)
    for index, component in enumerate(body["components"]):
        rows = enumerate(component.get("indicators", []))
        place = f"components[{index}].indicators"
        yield from _twice((f"{place}[{order}].key", row["key"]) for order, row in rows)
    for expected, (path, item, _index) in enumerate(items, start=1):
        if item["number"] != expected:
            message = _("must be %(expected)s: items are numbered from 1 without gaps.")
            yield Fault(f"{path}.number", message % {"expected": expected})


def _counts(body: Mapping[str, Any]) -> Iterator[Fault]:
    counted: dict[str, int] = {}
    message = _("says %(said)s, but there are %(found)s.")
    for index, component in enumerate(body["components"]):
        found = sum(1 for _item in _items_below(component, ""))
        counted[component["key"]] = found
        if component["item_count"] != found:
            facts = {"said": component["item_count"], "found": found}
            yield Fault(f"components[{index}].item_count", message % facts)
    for order, group in enumerate(body["groups"]):
        found = sum(counted.get(key, 0) for key in group["weights"])
        if group.get("item_count", found) != found:
            facts = {"said": group["item_count"], "found": found}
            yield Fault(f"groups[{order}].item_count", message % facts)


def _unknown(path: str, value: str | None, known: Iterable[str], what: str) -> Iterator[Fault]:
    if value is not None and value not in set(known):
        message = _("“%(value)s” is not among the %(what)s of this instrument.")
        yield Fault(path, message % {"value": value, "what": what})


def _references(body: Mapping[str, Any]) -> Iterator[Fault]:
    components = [component["key"] for component in body["components"]]
    dimensions = [dimension["key"] for dimension in body["dimensions"]]
    for order, group in enumerate(body["groups"]):
        for key in group["weights"]:
            yield from _unknown(f"groups[{order}].weights.{key}", key, components, _("components"))
    for index, component in enumerate(body["components"]):
        known = [element["key"] for element in component.get("elements", [])]
        for order, indicator in enumerate(component.get("indicators", [])):
            path = f"components[{index}].indicators[{order}].element"
            yield from _unknown(path, indicator.get("element"), known, _("elements"))
    for path, item, _index in _walk_items(body):
        dimension, scale = item.get("smart_dimension"), item.get("level_scale")
        yield from _unknown(f"{path}.smart_dimension", dimension, dimensions, _("dimensions"))
        scales = body.get("level_scales", {})
        yield from _unknown(f"{path}.level_scale", scale, scales, _("level scales"))


def _measures(body: Mapping[str, Any]) -> Iterator[Fault]:
    """Scale, bands, and whether items carry weights where, and only where, they are used."""
    scale = body["scale"]
    if not scale["min"] < scale["max"]:
        yield Fault("scale.max", _("must be more than the minimum."))
    if body["missing"]["counts_as"] > scale["max"]:
        yield Fault("missing.counts_as", _("must not lie above the scale."))
    bands = (body["predicates"] or {}).get("bands", [])
    for order in range(1, len(bands)):
        if bands[order]["from"] <= bands[order - 1]["from"]:
            message = _("must be more than the band before: bands go upwards.")
            yield Fault(f"predicates.bands[{order}].from", message)
    for path, item, index in _walk_items(body):
        weighted = body["components"][index]["aggregate"] == "weighted_mean"
        if weighted and "weight" not in item:
            yield Fault(path, _("needs a weight: its component takes a weighted mean."))
        if not weighted and "weight" in item:
            yield Fault(f"{path}.weight", _("is not used: its component takes a plain mean."))


# --- before publication -------------------------------------------------------------------------


def _total(weights: Iterable[float]) -> Fraction:
    return sum((number(weight) for weight in weights), Fraction(0))


def _shown(value: Fraction) -> str:
    return f"{float(value):.10g}"


def _group_sums(body: Mapping[str, Any]) -> Iterator[Fault]:
    for order, group in enumerate(body["groups"]):
        total = _total(group["weights"].values())
        if total != PERCENT:
            message = _("the weights sum to %(total)s, not to 100.")
            yield Fault(f"groups[{order}].weights", message % {"total": _shown(total)})


def _component_sums(body: Mapping[str, Any]) -> Iterator[Fault]:
    for index, component in enumerate(body["components"]):
        if component["aggregate"] != "weighted_mean":
            continue
        total = _total(item["weight"] for _path, item in _items_below(component, ""))
        for group in body["groups"]:
            wanted = number(group["weights"].get(component["key"], 0))
            if wanted and wanted != total:
                message = _("the items weigh %(total)s, but the group “%(group)s” says %(wanted)s.")
                facts = {"total": _shown(total), "group": group["key"], "wanted": _shown(wanted)}
                yield Fault(f"components[{index}]", message % facts)
