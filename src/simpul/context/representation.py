"""Entities as they are asked for: projected, with system times, simplified or concise (4.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from simpul.context.attributes import HOLDERS, SYSTEM, Instance, instances
from simpul.context.errors import BadRequestData
from simpul.context.model import StoredEntity
from simpul.kernel.time import format_time, from_us

NORMALIZED, CONCISE, SIMPLIFIED = "normalized", "concise", "keyValues"
FORMATS = {
    "normalized": NORMALIZED,
    "concise": CONCISE,
    "keyValues": SIMPLIFIED,
    "simplified": SIMPLIFIED,
}
_BARE = frozenset({"Property", "GeoProperty", "Relationship"})
_META = frozenset({"observedAt", "unitCode", "datasetId", "objectType", "valueType"})


@dataclass(frozen=True, slots=True)
class Representation:
    """How entities are to be shown. only, without: member names, empty for all and none."""

    format: str = NORMALIZED
    system: bool = False
    only: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()

    @property
    def is_stored(self) -> bool:
        """Whether the stored bytes are what is asked for."""
        return self.format == NORMALIZED and not (self.system or self.only or self.without)


def read_representation(parameters: dict[str, str]) -> Representation:
    """What ``options``, ``format``, ``sysAttrs``, ``attrs``, ``pick`` and ``omit`` ask for.

    Raises:
        BadRequestData
    """
    shape = NORMALIZED
    system = parameters.get("sysAttrs") == "true"
    options = [each for each in parameters.get("options", "").split(",") if each]
    for option in [*options, *filter(None, [parameters.get("format")])]:
        if option == "sysAttrs":
            system = True
        elif option in FORMATS:
            shape = FORMATS[option]
        else:
            raise BadRequestData(f"{option!r} is not a representation", field="options")
    only = names(parameters, "pick") or names(parameters, "attrs")
    if names(parameters, "attrs"):
        only |= {"id", "type"}
    return Representation(shape, system, only, names(parameters, "omit"))


def names(parameters: dict[str, str], name: str) -> frozenset[str]:
    """The names in a list parameter.

    Raises:
        BadRequestData: an empty name among them.
    """
    if name not in parameters:
        return frozenset()
    listed = parameters[name].split(",")
    if "" in listed:
        raise BadRequestData(f"{name} holds an empty name", field=name)
    return frozenset(listed)


def show(entity: StoredEntity, wanted: Representation) -> bytes:
    """The entity's JSON, without @context."""
    if wanted.is_stored:
        return entity.body
    document: dict[str, Any] = orjson.loads(entity.body)
    if wanted.system:
        document = _with_times(document, entity)
    shown = {
        name: each if name in {"id", "type", "scope"} else _shaped(each, wanted.format)
        for name, each in document.items()
        if (not wanted.only or name in wanted.only or (wanted.system and name in SYSTEM))
        and name not in wanted.without
    }
    return orjson.dumps(shown)


def _with_times(document: dict[str, Any], entity: StoredEntity) -> dict[str, Any]:
    times = orjson.loads(entity.times)
    shown = dict(document)
    for name, known in times.items():
        stamped = [
            each | _times(known.get(each.get("datasetId", ""), [0, 0]))
            for each in instances(document.get(name, []))
        ]
        if stamped:
            shown[name] = stamped if isinstance(document[name], list) else stamped[0]
    shown["createdAt"] = format_time(entity.created_at)
    shown["modifiedAt"] = format_time(entity.modified_at)
    return shown


def _times(stamps: list[int]) -> dict[str, str]:
    created, modified = stamps
    return {
        "createdAt": format_time(from_us(created)),
        "modifiedAt": format_time(from_us(modified)),
    }


def _shaped(attribute: Any, shape: str) -> Any:
    if shape == NORMALIZED or isinstance(attribute, str):
        return attribute
    if shape == CONCISE:
        if isinstance(attribute, list):
            return [_concise(each, alone=False) for each in attribute]
        return _concise(attribute)
    if not isinstance(attribute, list):
        return simplified(attribute)
    return {"dataset": {each.get("datasetId", "@none"): simplified(each) for each in attribute}}


def simplified(instance: Instance) -> Any:
    """An instance's value alone, as 4.5.4 has it."""
    holder = HOLDERS[instance["type"]]
    value = instance[holder]
    return value if instance["type"] in _BARE else {holder: value}


def _concise(instance: Instance, *, alone: bool = True) -> Any:
    """An instance without what can be told from its form (4.5.17).

    alone: whether it is the only one of its attribute, so that its value can stand for it.
    """
    holder = HOLDERS[instance["type"]]
    shown = {
        key: each if key in _META or key == holder or not _is_attribute(each) else _concise(each)
        for key, each in instance.items()
        if key != "type"
    }
    bare = alone and set(shown) == {holder} and instance["type"] in {"Property", "GeoProperty"}
    return shown[holder] if bare else shown


def _is_attribute(value: Any) -> bool:
    return isinstance(value, dict) and value.get("type") in HOLDERS
