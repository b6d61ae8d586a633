"""NGSI-LD over HTTP: entities, batches and types (ETSI GS CIM 009, 6.4 to 6.27).

Translates requests into use cases and back. Entities go out as the bytes that are stored wherever
the request allows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from simpul.context.access import Doorkeeper
from simpul.context.attributes import Attributes, NewEntity, read_attributes, read_entity
from simpul.context.attributes import read_scope as scope_in
from simpul.context.attributes import read_type as type_in
from simpul.context.broker import ContextBroker, check_writer
from simpul.context.changes import read_body as read_body_of
from simpul.context.errors import (
    BadRequestData,
    ResourceNotFound,
    TooManyResults,
    as_ngsi_problem,
)
from simpul.context.model import Grant, Selection, StoredEntity
from simpul.context.negotiation import accepted, read_body, served
from simpul.context.parameters import (
    SHOWN,
    flag,
    read_parameters,
    read_selection,
    read_types,
    whole_number,
)
from simpul.context.representation import Representation, names, read_representation, show
from simpul.context.store import EntityReader, EntityUnit, Writer
from simpul.context.terms import NULL, check_uri
from simpul.kernel.errors import SimpulError, Unavailable
from simpul.kernel.http import Answer, Headers, Request, Response, Routes, json_response
from simpul.kernel.time import Clock

BASE = "/ngsi-ld/v1"
PAGE, LARGEST_PAGE = 20, 1000
SLICE = 200

_LISTED = SHOWN | {"id", "type", "q", "limit", "offset", "count", "local"}

Screened = tuple[str, str, Attributes]
Screen = Callable[[Grant, list[Screened]], Awaitable[dict[int, SimpulError]]]


async def screen_nothing(grant: Grant, writes: list[Screened]) -> dict[int, SimpulError]:
    """For a context without connectors: everything passes."""
    return {}


@dataclass(frozen=True, slots=True)
class ContextApi:
    """Answers /ngsi-ld/v1/entities, /entityOperations and /types."""

    reader: EntityReader
    writer: Writer[EntityUnit]
    broker: ContextBroker
    doorkeeper: Doorkeeper
    clock: Clock
    screen: Screen = screen_nothing

    def add_to(self, routes: Routes) -> None:
        """Register every address."""
        one = f"{BASE}/entities/{{id*}}"
        routes.add("POST", f"{BASE}/entities", self.create)
        routes.add("GET", f"{BASE}/entities", self.query)
        routes.add("GET", one, self.retrieve)
        routes.add("PATCH", one, self.merge)
        routes.add("DELETE", one, self.delete)
        routes.add("POST", f"{BASE}/entityOperations/upsert", self.upsert)
        routes.add("GET", f"{BASE}/types", self.types)

    async def create(self, request: Request) -> Answer:
        """Implements 6.4.3.1 - Create Entity."""
        read_parameters(request, frozenset({"local"}))
        grant, region = self._writing(request)
        entity = read_entity(read_body(request))
        await self._screened(grant, entity.id, entity.type, entity.attributes)
        now = self.clock()
        await self.writer.write(
            lambda unit: self.broker.create(
                unit, region=region, entity=entity, grant=grant, now=now
            )
        )
        place = f"{BASE}/entities/{quote(entity.id, safe=':')}"
        return Response(201, [("location", place)])

    async def query(self, request: Request) -> Answer:
        """Implements 6.4.3.2 - Query Entities."""
        kind = accepted(request)
        parameters = read_parameters(request, _LISTED)
        shape = read_representation(parameters)
        counted = flag(parameters, "count")
        limit = whole_number(parameters, "limit", PAGE, least=0 if counted else 1)
        if limit > LARGEST_PAGE:
            raise TooManyResults(f"a page holds at most {LARGEST_PAGE} entities", field="limit")
        offset = whole_number(parameters, "offset", 0)
        grant, region = self._reading(request)
        selection = read_selection(parameters, grant, region)
        look = _Page(self.reader, region, selection, offset, limit, counted)
        if self.reader.is_quick(selection):
            found, count = look.take()
        else:
            found, count = await asyncio.to_thread(look.take)
        headers = _page_links(request, parameters, kind, offset, limit, len(found) > limit)
        if count is not None:
            headers.append(("ngsild-results-count", str(count)))
        bodies = [show(entity, shape) for entity in found[:limit]]
        return served(200, kind, bodies, many=True, headers=headers)

    async def retrieve(self, request: Request, entity_id: str) -> Answer:
        """Implements 6.5.3.1 - Retrieve Entity."""
        kind = accepted(request)
        shape = Representation()
        parameters: dict[str, str] = {}
        if request.query:
            parameters = read_parameters(request, SHOWN | {"type", "local"})
            shape = read_representation(parameters)
        check_uri(entity_id, "id")
        grant, region = self._reading(request)
        entity = self.reader.entity(region, entity_id)
        if entity is None or not grant.sees(region, open=entity.open, feed=entity.feed):
            raise ResourceNotFound(f"there is no entity {entity_id}")
        _check_shown(entity, parameters)
        return served(200, kind, [show(entity, shape)], many=False)

    async def merge(self, request: Request, entity_id: str) -> Answer:
        """Implements 6.5.3.4 - Merge Entity."""
        read_parameters(request, frozenset({"local"}))
        grant, region = self._writing(request)
        check_uri(entity_id, "id")
        document = read_body(request)
        if not isinstance(document, dict):
            raise BadRequestData("a fragment is a JSON object")
        if document.get("id", entity_id) != entity_id:
            raise BadRequestData("the id cannot be changed", field="id")
        fragment = read_attributes(document, fragment=True)
        kind = type_in(document["type"]) if "type" in document else None
        scope = NULL if document.get("scope") == NULL else scope_in(document)
        known = self.reader.entity(region, entity_id)
        await self._screened(grant, entity_id, known.type if known else kind or "", fragment)
        now = self.clock()
        await self.writer.write(
            lambda unit: self.broker.merge(
                unit,
                region=region,
                entity_id=entity_id,
                fragment=fragment,
                type=kind,
                scope=scope,
                grant=grant,
                now=now,
            )
        )
        return Response(204)

    async def delete(self, request: Request, entity_id: str) -> Answer:
        """Implements 6.5.3.2 - Delete Entity."""
        read_parameters(request, frozenset({"local"}))
        grant, region = self._writing(request)
        check_uri(entity_id, "id")
        now = self.clock()
        await self.writer.write(
            lambda unit: self.broker.delete(
                unit, region=region, entity_id=entity_id, grant=grant, now=now
            )
        )
        return Response(204)

    async def upsert(self, request: Request) -> Answer:
        """Implements 6.15.3.1 - Batch Entity Creation or Update."""
        parameters = read_parameters(request, frozenset({"options", "local"}))
        mode = parameters.get("options", "replace")
        if mode not in {"replace", "update"}:
            raise BadRequestData("options is replace or update", field="options")
        grant, region = self._writing(request)
        document = read_body(request)
        if not isinstance(document, list) or not document or None in document:
            raise BadRequestData("a batch is a list of entities, not empty and without null")
        batch = _Batch(document)
        refused = await self.screen(grant, batch.screened())
        batch.refuse(refused)
        for part in batch.slices():
            await self._upsert_slice(region, part, mode == "replace", grant, batch)
        return batch.answer()

    async def _upsert_slice(
        self,
        region: str,
        part: list[NewEntity],
        replace: bool,
        grant: Grant,
        batch: _Batch,
    ) -> None:
        now = self.clock()

        def work_on(entity: NewEntity) -> Callable[[EntityUnit], bool]:
            return lambda unit: self.broker.upsert(
                unit, region=region, entity=entity, replace=replace, grant=grant, now=now
            )

        writes = [self.writer.write(work_on(entity)) for entity in part]
        results = await asyncio.gather(*writes, return_exceptions=True)
        for entity, result in zip(part, results, strict=True):
            batch.note(entity.id, result)

    async def types(self, request: Request) -> Answer:
        """Implements 6.25.3.1 - Retrieve Available Entity Types."""
        kind = accepted(request)
        parameters = read_parameters(request, frozenset({"details", "local"}))
        grant, region = self._reading(request)
        open_only = not grant.sees_all(region)
        if flag(parameters, "details"):
            known = self.reader.attribute_names(region, open_only=open_only)
            bodies = [_dump(_type_details(name, known.get(name, []))) for name in known]
            return served(200, kind, bodies, many=True)
        listed = {
            "id": f"urn:ngsi-ld:EntityTypeList:{region}",
            "type": "EntityTypeList",
            "typeList": list(self.reader.types(region, open_only=open_only)),
        }
        return served(200, kind, [_dump(listed)], many=False)

    def _reading(self, request: Request) -> tuple[Grant, str]:
        grant = self.doorkeeper.grant(request)
        return grant, self.doorkeeper.region(request, grant, reading=True)

    def _writing(self, request: Request) -> tuple[Grant, str]:
        grant = self.doorkeeper.grant(request)
        check_writer(grant, grant.region or "", None)
        region = self.doorkeeper.region(request, grant, reading=False)
        check_writer(grant, region, None)
        return grant, region

    async def _screened(
        self, grant: Grant, entity_id: str, kind: str, attributes: Attributes
    ) -> None:
        refused = await self.screen(grant, [(entity_id, kind, attributes)])
        for error in refused.values():
            raise error


@dataclass(frozen=True, slots=True)
class _Page:
    """One look at the store: a page, one entity more to know whether there is a next, a count."""

    reader: EntityReader
    region: str
    selection: Selection
    offset: int
    limit: int
    counted: bool

    def take(self) -> tuple[list[StoredEntity], int | None]:
        found = self.reader.find(
            self.region, self.selection, offset=self.offset, limit=self.limit + 1
        )
        count = self.reader.count(self.region, self.selection) if self.counted else None
        return found, count


def _page_links(
    request: Request,
    parameters: dict[str, str],
    kind: str,
    offset: int,
    limit: int,
    more: bool,
) -> Headers:
    """Where the next and the previous page are (6.3.10), the query as it was."""

    def link(start: int, relation: str) -> tuple[str, str]:
        query = urlencode(parameters | {"offset": str(start), "limit": str(limit)}, safe=",:")
        return "link", f'<{request.path}?{query}>; rel="{relation}"; type="{kind}"'

    links = []
    if more and limit:
        links.append(link(offset + limit, "next"))
    if offset and limit:
        links.append(link(max(offset - limit, 0), "prev"))
    return links


def _check_shown(entity: StoredEntity, parameters: dict[str, str]) -> None:
    """Not found, where the entity is of another type or has none of the attributes asked for."""
    types = read_types(parameters.get("type")) or (entity.type,)
    if entity.type not in types:
        raise ResourceNotFound(f"there is no {parameters['type']} {entity.id}")
    if "attrs" in parameters and not names(parameters, "attrs") & read_body_of(entity)[0].keys():
        raise ResourceNotFound(f"{entity.id} has none of these attributes")


class _Batch:
    """A batch on its way: what is still to be written, and what became of the rest."""

    def __init__(self, documents: list[Any]) -> None:
        self._entities: list[NewEntity] = []
        self._errors: list[dict[str, Any]] = []
        self._created: list[str] = []
        self._done: list[str] = []
        for document in documents:
            try:
                self._entities.append(read_entity(document))
            except SimpulError as error:
                entity_id = document.get("id") if isinstance(document, dict) else None
                self._fail(str(entity_id or ""), error)

    def screened(self) -> list[Screened]:
        return [(each.id, each.type, each.attributes) for each in self._entities]

    def refuse(self, refused: dict[int, SimpulError]) -> None:
        for number, error in refused.items():
            self._fail(self._entities[number].id, error)
        self._entities = [
            each for number, each in enumerate(self._entities) if number not in refused
        ]

    def slices(self) -> Iterator[list[NewEntity]]:
        for start in range(0, len(self._entities), SLICE):
            yield self._entities[start : start + SLICE]

    def note(self, entity_id: str, result: bool | BaseException) -> None:
        if isinstance(result, SimpulError) and not isinstance(result, Unavailable):
            self._fail(entity_id, result)
        elif isinstance(result, BaseException):
            raise result
        else:
            self._done.append(entity_id)
            if result:
                self._created.append(entity_id)

    def _fail(self, entity_id: str, error: SimpulError) -> None:
        self._errors.append({"entityId": entity_id, "error": as_ngsi_problem(error)})

    def answer(self) -> Response:
        if self._errors:
            return json_response(207, {"success": self._done, "errors": self._errors})
        if self._created:
            return json_response(201, list(dict.fromkeys(self._created)))
        return Response(204)


def _type_details(name: str, attributes: list[str]) -> dict[str, Any]:
    return {
        "id": f"https://uri.etsi.org/ngsi-ld/default-context/{name}" if "://" not in name else name,
        "type": "EntityType",
        "typeName": name,
        "attributeNames": attributes,
    }


def _dump(value: Any) -> bytes:
    return orjson.dumps(value)
