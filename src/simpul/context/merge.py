"""Merging a fragment into attributes: 5.5.12, RFC 7396 with ``urn:ngsi-ld:null`` for removal."""

from __future__ import annotations

from typing import Any

from simpul.context.attributes import (
    HOLDERS,
    Attributes,
    Instance,
    check_instance,
    instances,
    join_instances,
)
from simpul.context.errors import BadRequestData
from simpul.context.terms import NULL


def merge_attributes(former: Attributes, fragment: Attributes) -> Attributes:
    """`former` with `fragment` (as `read_attributes` gives it) merged in; neither is altered.

    Raises:
        BadRequestData: what comes out is not an attribute.
    """
    merged = dict(former)
    for name, patch in fragment.items():
        kept = _merge_instances(name, former.get(name), patch)
        if kept:
            merged[name] = join_instances(kept)
        else:
            merged.pop(name, None)
    return merged


def _merge_instances(name: str, former: Any, patch: Any) -> list[Instance]:
    there = {each.get("datasetId", ""): each for each in instances(former)} if former else {}
    if patch == NULL:
        return []
    for each in instances(patch):
        dataset = each.get("datasetId", "")
        if any(each.get(holder) == NULL for holder in HOLDERS.values()):
            there.pop(dataset, None)
            continue
        there[dataset] = _merge_instance(name, there.get(dataset), each)
    return list(there.values())


def _merge_instance(name: str, former: Instance | None, patch: Instance) -> Instance:
    same = former is not None and patch.get("type", former["type"]) == former["type"]
    merged: Instance = _merge_value(former if same else {}, patch)
    if merged.get("type") not in HOLDERS:
        raise BadRequestData(f"{name!r} has neither type nor value", field=name)
    check_instance(name, merged)
    return merged


def _merge_value(target: Any, patch: Any) -> Any:
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value == NULL:
            merged.pop(key, None)
        else:
            merged[key] = _merge_value(merged.get(key), value)
    return merged
