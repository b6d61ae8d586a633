"""A mapping applied to one row of what a sender sent."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from simpul.connectors.mapping.parts import (
    Clocked,
    FeedMapping,
    MappedAttribute,
    Place,
    Refused,
    Value,
)
from simpul.connectors.model import Reason
from simpul.connectors.paths import Absent, Path, Row
from simpul.context.terms import is_uri
from simpul.kernel.errors import BadInput
from simpul.kernel.geometry import parse_geometry
from simpul.kernel.time import parse_time

MAX_TEXT = 4000
MAX_DIGITS = 40
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")


def read_id(mapping: FeedMapping, row: Row) -> str:
    """The id of the row's entity.

    Raises:
        Refused
    """
    try:
        entity_id = mapping.id.of(row, escaped=True)
    except Refused as error:
        raise Refused(Reason.NO_ID, error.detail) from None
    if not is_uri(entity_id):
        raise Refused(Reason.NO_ID, f"{entity_id[:80]!r} is not a URI")
    return entity_id


def read_observed(mapping: FeedMapping, row: Row, now: datetime) -> datetime:
    """When the row was observed, UTC; when it came in where the mapping names no time.

    Raises:
        Refused
    """
    clock = mapping.observed
    if clock is None:
        return now
    try:
        raw = clock.path.of(row)
    except Absent:
        raise Refused(Reason.NO_TIME, f"there is no {clock.path.text}") from None
    try:
        return _moment(raw, clock.format, _zone_of(clock, row))
    except (BadInput, ValueError, TypeError, OverflowError, OSError) as error:
        raise Refused(Reason.NO_TIME, f"{str(raw)[:60]!r} is no time here: {error}") from None


def _zone_of(clock: Clocked, row: Row) -> ZoneInfo | None:
    """The row's zone: its override if there is one, else that of its own table, else the fixed."""
    for table in (clock.override, clock.zone_at):
        if table is None:
            continue
        path, zones = table
        try:
            named = str(path.of(row))
        except Absent:
            continue
        if named in zones:
            return zones[named]
        if table is clock.zone_at:
            raise BadInput(f"the zone {named[:40]!r} is not in the table")
    return clock.zone


def _moment(raw: Any, shape: str, zone: ZoneInfo | None) -> datetime:
    if shape in {"epoch_s", "epoch_ms"}:
        number = _number(raw, ".")
        return datetime.fromtimestamp(number / (1000 if shape == "epoch_ms" else 1), UTC)
    if not isinstance(raw, str):
        raise BadInput("not a text")
    if shape == "iso":
        return parse_time(raw.strip(), zone=zone)
    moment = datetime.strptime(raw.strip(), shape)
    if moment.tzinfo is None:
        if zone is None:
            raise BadInput("it has no time zone")
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC)


def read_place(place: Place, row: Row) -> dict[str, Any] | None:
    """The row's place as a GeoJSON geometry, None where it has none and needs none.

    Raises:
        Refused
    """
    try:
        return place.read(row)
    except Absent:
        if not place.required:
            return None
        raise Refused(Reason.BAD_LOCATION, "the place is missing") from None
    except BadInput as error:
        raise Refused(Reason.BAD_LOCATION, error.detail) from None


def read_pair(raw: Any, turned: bool) -> dict[str, Any]:
    both = raw.replace(";", ",").split(",") if isinstance(raw, str) else raw
    if not isinstance(both, list) or len(both) != 2:
        raise BadInput(f"{str(raw)[:60]!r} is not two numbers")
    return read_point(both[1], both[0]) if turned else read_point(both[0], both[1])


def read_point(longitude: Any, latitude: Any) -> dict[str, Any]:
    if longitude is None or latitude is None:
        raise Absent
    return read_geometry(
        {"type": "Point", "coordinates": [_number(longitude, "."), _number(latitude, ".")]}
    )


def read_geometry(value: Any) -> dict[str, Any]:
    if value is None:
        raise Absent
    if not isinstance(value, dict):
        raise BadInput("not a GeoJSON geometry")
    parse_geometry(value)
    return value


def read_value(attribute: MappedAttribute, row: Row) -> Value | None:
    """The row's value of an attribute, None where it has none and needs none.

    Raises:
        Refused
    """
    try:
        raw = _raw(attribute, row)
    except Absent:
        raw = None
    if raw is None or _is_absent(raw, attribute.absent):
        if attribute.required:
            raise Refused(Reason.MISSING, "there is no value")
        return None
    try:
        value = _READERS[attribute.kind](raw, attribute.decimal)
    except BadInput as error:
        raise Refused(Reason.WRONG_TYPE, error.detail) from None
    return Value(attribute.name, attribute.kind, value, _unit_of(attribute, row), attribute.static)


def _raw(attribute: MappedAttribute, row: Row) -> Any:
    if attribute.source is None:
        return attribute.constant
    if isinstance(attribute.source, Path):
        return attribute.source.of(row)
    try:
        return attribute.source.of(row, escaped=attribute.kind == "relationship")
    except Refused:
        raise Absent from None


def _is_absent(raw: Any, absent: tuple[Any, ...]) -> bool:
    """Whether the sender means "no value" by this; 1 and true are not the same here."""
    return any(raw == each and isinstance(raw, bool) == isinstance(each, bool) for each in absent)


def _unit_of(attribute: MappedAttribute, row: Row) -> str | None:
    if attribute.unit_at is None:
        return attribute.unit
    path, units = attribute.unit_at
    try:
        named = str(path.of(row))
    except Absent:
        raise Refused(Reason.WRONG_UNIT, f"there is no {path.text}") from None
    if named not in units:
        raise Refused(Reason.WRONG_UNIT, f"the unit {named[:40]!r} is not in the table")
    return units[named]


def _number(raw: Any, decimal: str) -> int | float:
    if isinstance(raw, str):
        text = raw.strip()
        if decimal == ",":
            text = text.replace(".", "").replace(",", ".")
        if len(text) > MAX_DIGITS or not _NUMBER.fullmatch(text):
            raise BadInput(f"{raw[:60]!r} is not a number")
        raw = float(text) if any(sign in text for sign in ".eE") else int(text)
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise BadInput(f"{str(raw)[:60]!r} is not a number")
    if not math.isfinite(raw) or abs(raw) > 1e300:
        raise BadInput(f"{str(raw)[:60]!r} is beyond the range of numbers")
    return float(raw) if abs(raw) >= 2**63 else raw


def _text(raw: Any, decimal: str) -> str:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise BadInput(f"{str(raw)[:60]!r} is not a text")
    text = str(raw)
    if len(text) > MAX_TEXT:
        raise BadInput(f"a text of more than {MAX_TEXT} characters")
    return text


def _boolean(raw: Any, decimal: str) -> bool:
    known = {"true": True, "false": False, "1": True, "0": False}
    text = str(raw).strip().lower()
    if text not in known:
        raise BadInput(f"{str(raw)[:60]!r} is neither true nor false")
    return known[text]


def _relationship(raw: Any, decimal: str) -> str:
    if not is_uri(raw):
        raise BadInput(f"{str(raw)[:60]!r} is not a URI")
    return str(raw)


_READERS: dict[str, Callable[[Any, str], Any]] = {
    "number": _number,
    "text": _text,
    "boolean": _boolean,
    "relationship": _relationship,
}
