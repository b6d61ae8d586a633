"""Reading a mapping: everything that is wrong with it, by field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from simpul.connectors.mapping.apply import read_geometry, read_pair, read_point
from simpul.connectors.mapping.parts import (
    Clocked,
    FeedMapping,
    MappedAttribute,
    Place,
    Template,
)
from simpul.connectors.mapping.spec import (
    AttributeSpec,
    LocationSpec,
    MappingSpec,
    ObservedSpec,
    UnitTable,
    ZoneTable,
)
from simpul.connectors.model import AttributeContract
from simpul.connectors.paths import BadPath, Path, Row, parse_path, parse_rows_path
from simpul.context.errors import BadRequestData
from simpul.context.terms import is_uri, shorten
from simpul.kernel.errors import SimpulError, Unprocessable
from simpul.kernel.units import convert, unit

ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura", "UTC": "UTC"}
_HOLE = re.compile(r"\{([^{}]+)\}")


class BadMapping(Unprocessable):
    """This mapping cannot be used."""

    problem = "bad-mapping"


def read_mapping(
    document: Mapping[str, Any], *, entity_type: str, contracts: Sequence[AttributeContract] = ()
) -> FeedMapping:
    """The mapping that a feed was given.

    Raises:
        BadMapping: with a list of messages for each field that is wrong.
    """
    try:
        spec = msgspec.convert(dict(document), MappingSpec)
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at `$")
        raise BadMapping(str(error), errors={place.strip(".`") or "mapping": [message]}) from None
    reader = _Reader(spec, entity_type, {each.attribute: each for each in contracts})
    mapping = reader.read()
    if reader.errors:
        first, messages = next(iter(reader.errors.items()))
        raise BadMapping(f"{first}: {messages[0]}", errors=reader.errors)
    return mapping


class _Reader:
    """Reads a mapping and collects what is wrong with it."""

    def __init__(
        self, spec: MappingSpec, entity_type: str, contracts: dict[str, AttributeContract]
    ) -> None:
        self.spec = spec
        self.entity_type = entity_type
        self.contracts = contracts
        self.errors: dict[str, list[str]] = {}

    def wrong(self, field: str, message: str) -> None:
        self.errors.setdefault(field, []).append(message)

    def read(self) -> FeedMapping:
        spec = self.spec
        if spec.type not in {None, self.entity_type}:
            self.wrong("type", f"the feed brings {self.entity_type}, not {spec.type}")
        if not spec.attributes:
            self.wrong("attributes", "at least one attribute is needed")
        return FeedMapping(
            rows=self.rows(),
            id=self.template("id", spec.id),
            type=self.entity_type,
            observed=self.observed(spec.observed),
            place=self.place(spec.location),
            attributes=tuple(self.attribute(name, each) for name, each in spec.attributes.items()),
            forecast=spec.forecast,
        )

    def rows(self) -> tuple[Any, ...]:
        try:
            return parse_rows_path(self.spec.rows)
        except BadPath as error:
            self.wrong("rows", error.detail)
            return ()

    def path(self, field: str, text: str) -> Path:
        try:
            return parse_path(text)
        except BadPath as error:
            self.wrong(field, error.detail)
            return Path(text, 0, ())

    def template(self, field: str, text: str) -> Template:
        pieces: list[str | Path] = []
        for number, piece in enumerate(_HOLE.split(text)):
            if number % 2:
                pieces.append(self.path(field, piece))
            elif piece:
                pieces.append(piece)
        if field == "id" and not is_uri(_HOLE.sub("x", text)):
            self.wrong(field, "must make a URI, such as urn:ngsi-ld:Device:{serial}")
        return Template(tuple(pieces))

    def zone(self, field: str, name: str) -> ZoneInfo | None:
        try:
            return ZoneInfo(ZONES.get(name, name))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.wrong(field, f"{name!r} is not a time zone")
            return None

    def zones(
        self, field: str, table: ZoneTable | None, names: Mapping[str, str]
    ) -> tuple[Path, dict[str, ZoneInfo]] | None:
        if table is None:
            return None
        found = {
            key: self.zone(f"{field}.zones", name)
            for key, name in (dict(names) | table.zones).items()
        }
        known = {key: zone for key, zone in found.items() if zone is not None}
        return self.path(f"{field}.path", table.path), known

    def observed(self, spec: ObservedSpec | None) -> Clocked | None:
        if spec is None:
            return None
        if spec.format not in {"iso", "epoch_s", "epoch_ms"} and "%" not in spec.format:
            self.wrong("observed.format", "is iso, epoch_s, epoch_ms or a pattern like %d/%m/%Y")
        fixed = isinstance(spec.zone, str)
        table = None if fixed else spec.zone
        return Clocked(
            path=self.path("observed.path", spec.path),
            format=spec.format,
            zone=self.zone("observed.zone", str(spec.zone)) if fixed else None,
            zone_at=self.zones(
                "observed.zone", table if not isinstance(table, str) else None, ZONES
            ),
            override=self.zones("observed.override", spec.override, {}),
        )

    def place(self, spec: LocationSpec | None) -> Place | None:
        if spec is None:
            return None
        ways = [bool(spec.latitude and spec.longitude), bool(spec.point), bool(spec.geometry)]
        if sum(ways) != 1 or bool(spec.latitude) != bool(spec.longitude):
            self.wrong("location", "give latitude and longitude, or point, or geometry")
            return None
        return Place(self.place_reader(spec), spec.moving, spec.required)

    def place_reader(self, spec: LocationSpec) -> Callable[[Row], dict[str, Any]]:
        if spec.geometry:
            whole = self.path("location.geometry", spec.geometry)
            return lambda row: read_geometry(whole.of(row))
        if spec.point:
            both = self.path("location.point", spec.point)
            turned = spec.order == "lat,lon"
            return lambda row: read_pair(both.of(row), turned)
        latitude = self.path("location.latitude", spec.latitude or "")
        longitude = self.path("location.longitude", spec.longitude or "")
        return lambda row: read_point(longitude.of(row), latitude.of(row))

    def attribute(self, name: str, spec: AttributeSpec) -> MappedAttribute:
        field = f"attributes.{name}"
        try:
            if shorten(name) != name or name in {"id", "type", "scope", "location"}:
                self.wrong(field, "is not the name of an attribute here")
        except BadRequestData as error:
            self.wrong(field, error.detail)
        given = [spec.path, spec.template, spec.constant]
        if sum(each is not None for each in given) != 1:
            self.wrong(field, "give one of path, template and constant")
        return MappedAttribute(
            name=name,
            kind=_kind(spec),
            source=self.source(field, spec),
            constant=spec.constant,
            unit=self.unit(field, name, spec),
            unit_at=self.units(field, name, spec),
            decimal=spec.decimal,
            absent=tuple(spec.absent),
            required=spec.required,
            static=spec.static or spec.constant is not None,
        )

    def source(self, field: str, spec: AttributeSpec) -> Path | Template | None:
        if spec.path is not None:
            return self.path(f"{field}.path", spec.path)
        if spec.template is not None:
            if spec.kind not in {None, "text", "relationship"}:
                self.wrong(f"{field}.kind", "a template makes text or a relationship")
            return self.template(f"{field}.template", spec.template)
        return None

    def unit(self, field: str, name: str, spec: AttributeSpec) -> str | None:
        contract = self.contracts.get(name)
        agreed = contract.unit if contract else None
        if spec.unit is None or isinstance(spec.unit, UnitTable):
            return agreed if spec.unit is None else None
        self.check_unit(f"{field}.unit", spec.unit, agreed)
        if _kind(spec) != "number":
            self.wrong(f"{field}.unit", "only numbers have a unit")
        return spec.unit

    def units(
        self, field: str, name: str, spec: AttributeSpec
    ) -> tuple[Path, dict[str, str]] | None:
        if not isinstance(spec.unit, UnitTable):
            return None
        contract = self.contracts.get(name)
        for code in spec.unit.units.values():
            self.check_unit(f"{field}.unit.units", code, contract.unit if contract else None)
        return self.path(f"{field}.unit.path", spec.unit.path), spec.unit.units

    def check_unit(self, field: str, code: str, agreed: str | None) -> None:
        try:
            convert(0.0, unit(code).code, agreed or code)
        except SimpulError as error:
            self.wrong(field, error.detail)


def _kind(spec: AttributeSpec) -> str:
    if spec.kind is not None:
        return spec.kind
    if spec.template is not None or isinstance(spec.constant, str):
        return "text"
    return "boolean" if isinstance(spec.constant, bool) else "number"
