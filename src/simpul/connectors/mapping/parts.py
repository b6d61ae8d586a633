"""A mapping that has been read: paths, templates, zones and units in place of texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from simpul.connectors.model import Reason
from simpul.connectors.paths import Absent, Path, Row


class Refused(Exception):
    """A value, or a whole row, that cannot be accepted."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Template:
    """A text with holes that values fill."""

    pieces: tuple[str | Path, ...]

    def of(self, row: Row, *, escaped: bool = False) -> str:
        """The filled text. escaped: what is not allowed in a URI is percent-encoded.

        Raises:
            Refused: a hole stays empty.
        """
        text = ""
        for piece in self.pieces:
            if isinstance(piece, str):
                text += piece
                continue
            value = scalar_text(piece, row)
            text += quote(value, safe=":.~-_") if escaped else value
        return text


@dataclass(frozen=True, slots=True)
class Clocked:
    """How a row's observed time is read."""

    path: Path
    format: str
    zone: ZoneInfo | None
    zone_at: tuple[Path, dict[str, ZoneInfo]] | None
    override: tuple[Path, dict[str, ZoneInfo]] | None


@dataclass(frozen=True, slots=True)
class MappedAttribute:
    """How one attribute is read. kind: number, text, boolean or relationship."""

    name: str
    kind: str
    source: Path | Template | None
    constant: Any
    unit: str | None
    unit_at: tuple[Path, dict[str, str]] | None
    decimal: str
    absent: tuple[Any, ...]
    required: bool
    static: bool


@dataclass(frozen=True, slots=True)
class Place:
    """How a row's place is read: takes a row, gives a GeoJSON geometry."""

    read: Callable[[Row], dict[str, Any]]
    moving: bool
    required: bool


@dataclass(frozen=True, slots=True)
class FeedMapping:
    """A mapping that has been checked."""

    rows: tuple[Any, ...]
    id: Template
    type: str
    observed: Clocked | None
    place: Place | None
    attributes: tuple[MappedAttribute, ...]
    forecast: bool


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a row. unit: the sender's."""

    attribute: str
    kind: str
    value: Any
    unit: str | None
    static: bool


def scalar_text(path: Path, row: Row) -> str:
    try:
        value = path.of(row)
    except Absent:
        raise Refused(Reason.MISSING, f"there is no {path.text}") from None
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
        raise Refused(Reason.MISSING, f"{path.text} is neither text nor number")
    return str(value).strip()
