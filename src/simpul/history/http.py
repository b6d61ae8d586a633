"""The temporal side of NGSI-LD over HTTP (ETSI GS CIM 009, 6.18 and 6.19): reading only."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from simpul.context.access import Doorkeeper
from simpul.context.errors import (
    BadRequestData,
    OperationNotSupported,
    ResourceNotFound,
    TooManyResults,
)
from simpul.context.model import Grant
from simpul.context.negotiation import accepted, served
from simpul.context.parameters import flag, read_parameters, read_selection, whole_number
from simpul.context.representation import names
from simpul.context.store import EntityReader
from simpul.context.terms import check_uri, shorten
from simpul.history.model import Reading, Series
from simpul.history.store import HistoryReader
from simpul.history.temporal import Evolution, normal, simplified
from simpul.kernel.errors import BadInput
from simpul.kernel.http import Answer, Headers, Request, Routes
from simpul.kernel.time import format_time, parse_time

PATH = "/ngsi-ld/v1/temporal/entities"
PAGE, LARGEST_PAGE = 20, 100
_TIMES = frozenset({"timerel", "timeAt", "endTimeAt", "timeproperty", "lastN"})
_SHOWN = _TIMES | {"attrs", "options", "format", "local"}
_LISTED = _SHOWN | {"id", "type", "q", "limit", "offset", "count"}
_UNSUPPORTED = frozenset({"firstN", "offsetN", "pick", "omit", "aggrMethods", "aggrPeriodDuration"})


@dataclass(frozen=True, slots=True)
class Stretch:
    """The stretch of time that is asked for (4.11): start included, end excluded."""

    relation: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """How the past is to be shown. attributes: empty for all."""

    stretch: Stretch
    attributes: frozenset[str]
    values_only: bool
    system: bool


def read_stretch(parameters: dict[str, str], *, needed: bool) -> Stretch:
    """What ``timerel``, ``timeAt``, ``endTimeAt`` and ``lastN`` ask for.

    Raises:
        BadRequestData; OperationNotSupported: a time other than observedAt.
    """
    if parameters.get("timeproperty", "observedAt") != "observedAt":
        raise OperationNotSupported("only timeproperty=observedAt is supported")
    last = whole_number(parameters, "lastN", 0, least=1) if "lastN" in parameters else None
    relation = parameters.get("timerel")
    if relation is None:
        if needed or "timeAt" in parameters or "endTimeAt" in parameters:
            raise BadRequestData("say timerel: before, after or between", field="timerel")
        return Stretch(last=last)
    at = _moment(parameters, "timeAt")
    if relation == "before":
        return Stretch(relation, None, at, last)
    if relation == "after":
        return Stretch(relation, at, None, last)
    if relation == "between":
        return Stretch(relation, at, _moment(parameters, "endTimeAt"), last)
    raise BadRequestData(f"timerel is before, after or between, not {relation!r}", field="timerel")


def _moment(parameters: dict[str, str], name: str) -> datetime:
    if name not in parameters:
        raise BadRequestData(f"{name} is missing", field=name)
    try:
        return parse_time(parameters[name], field=name)
    except BadInput as error:
        raise BadRequestData(error.detail, field=name) from None


def read_asked(parameters: dict[str, str], *, needed: bool) -> Asked:
    """How the past is to be shown.

    Raises:
        BadRequestData, OperationNotSupported
    """
    for name in sorted(_UNSUPPORTED & parameters.keys()):
        raise OperationNotSupported(f"the parameter {name!r} is not supported", field=name)
    options = [each for each in parameters.get("options", "").split(",") if each]
    options += filter(None, [parameters.get("format")])
    for each in options:
        if each == "aggregatedValues":
            raise OperationNotSupported("aggregatedValues is not supported", field="options")
        if each not in {"temporalValues", "sysAttrs", "normalized"}:
            raise BadRequestData(f"{each!r} is not a representation", field="options")
    return Asked(
        stretch=read_stretch(parameters, needed=needed),
        attributes=frozenset(shorten(each) for each in names(parameters, "attrs")),
        values_only="temporalValues" in options,
        system="sysAttrs" in options,
    )


@dataclass(frozen=True, slots=True)
class TemporalApi:
    """Answers /ngsi-ld/v1/temporal/entities. page: most instances of an attribute in an answer."""

    entities: EntityReader
    history: HistoryReader
    doorkeeper: Doorkeeper
    page: int

    def add_to(self, routes: Routes) -> None:
        """Register every address."""
        routes.add("GET", PATH, self.query)
        routes.add("GET", f"{PATH}/{{id*}}", self.retrieve)

    async def retrieve(self, request: Request, entity_id: str) -> Answer:
        """Implements 6.19.3.1 - Retrieve Temporal Evolution of an Entity."""
        kind = accepted(request)
        parameters = read_parameters(request, _SHOWN | _UNSUPPORTED)
        asked = read_asked(parameters, needed=False)
        check_uri(entity_id, "id")
        grant = self.doorkeeper.grant(request)
        region = self.doorkeeper.region(request, grant, reading=True)
        look = _Look(self.history, region, asked, self.page, grant)
        found = await asyncio.to_thread(look.at, entity_id)
        if found is None:
            raise ResourceNotFound(f"nothing is known of {entity_id}")
        body, headers = look.shown(found), look.range_header()
        return served(206 if headers else 200, kind, [body], many=False, headers=headers)

    async def query(self, request: Request) -> Answer:
        """Implements 6.18.3.2 - Query Temporal Evolution of Entities."""
        kind = accepted(request)
        parameters = read_parameters(request, _LISTED | _UNSUPPORTED)
        asked = read_asked(parameters, needed=True)
        counted = flag(parameters, "count")
        limit = whole_number(parameters, "limit", PAGE, least=0 if counted else 1)
        if limit > LARGEST_PAGE:
            raise TooManyResults(f"a page holds at most {LARGEST_PAGE} entities", field="limit")
        offset = whole_number(parameters, "offset", 0)
        grant = self.doorkeeper.grant(request)
        region = self.doorkeeper.region(request, grant, reading=True)
        selection = read_selection(parameters, grant, region)
        look = _Look(self.history, region, asked, self.page, grant)

        def take() -> tuple[list[bytes], int]:
            page = self.entities.find(region, selection, offset=offset, limit=limit)
            evolutions = [look.at(entity.id) for entity in page]
            shown = [each for each in evolutions if each is not None and each.attributes]
            count = self.entities.count(region, selection) if counted else 0
            return [look.shown(each) for each in shown], count

        bodies, count = await asyncio.to_thread(take)
        headers = look.range_header()
        status = 206 if headers else 200
        if counted:
            headers.append(("ngsild-results-count", str(count)))
        return served(status, kind, bodies, many=True, headers=headers)


class _Look:
    """One look at the past of one or more entities; remembers whether something was cut off."""

    def __init__(
        self, history: HistoryReader, region: str, asked: Asked, page: int, grant: Grant
    ) -> None:
        self._history = history
        self._region = region
        self._asked = asked
        self._page = page
        self._grant = grant
        self._moments: list[datetime] = []
        self._cut = False

    def at(self, entity_id: str) -> Evolution | None:
        """The entity's past, None where the caller may know of none."""
        series = [
            each
            for each in self._history.series_of_entity(self._region, entity_id)
            if self._grant.sees(self._region, open=each.open, feed=each.feed)
        ]
        if not series:
            return None
        wanted: dict[str, list[Series]] = {}
        for each in series:
            if not self._asked.attributes or each.attribute in self._asked.attributes:
                wanted.setdefault(each.attribute, []).append(each)
        found = {name: self._readings(several) for name, several in wanted.items()}
        attributes = self._within_page({name: each for name, each in found.items() if each})
        return Evolution(entity_id, series[0].entity_type, attributes)

    def _readings(self, series: list[Series]) -> list[tuple[Series, Reading]]:
        """The readings of one attribute, one more than a page holds, in the order to be shown."""
        stretch = self._asked.stretch
        take = self._page + 1 if stretch.last is None else min(stretch.last, self._page + 1)
        backwards = stretch.last is not None
        read = self._history.last_between if backwards else self._history.first_between
        found = [
            (each, reading)
            for each in series
            for reading in read(each.number, stretch.start, stretch.end, take)
        ]
        found.sort(key=lambda pair: pair[1].observed_at, reverse=backwards)
        return found[:take]

    def _within_page(
        self, found: dict[str, list[tuple[Series, Reading]]]
    ) -> dict[str, list[tuple[Series, Reading]]]:
        """Every attribute cut at the same moment, so that no attribute holds more than a page."""
        backwards = self._asked.stretch.last is not None
        full = [
            each[self._page - 1][1].observed_at for each in found.values() if len(each) > self._page
        ]
        if full:
            self._cut = True
            limit = max(full) if backwards else min(full)
            found = {
                name: [
                    pair
                    for pair in pairs
                    if (pair[1].observed_at >= limit if backwards else pair[1].observed_at <= limit)
                ][: self._page]
                for name, pairs in found.items()
            }
            found = {name: pairs for name, pairs in found.items() if pairs}
        self._moments.extend(pair[1].observed_at for pairs in found.values() for pair in pairs)
        return found

    def shown(self, evolution: Evolution) -> bytes:
        """The entity's past in the representation that is asked for."""
        if self._asked.values_only:
            return simplified(evolution)
        return normal(evolution, system=self._asked.system)

    def range_header(self) -> Headers:
        """Content-Range where something was cut off (6.3.10), else nothing."""
        if not self._cut:
            return []
        stretch = self._asked.stretch
        if stretch.last is None:
            start = stretch.start or min(self._moments)
            end, size = max(self._moments), "*"
        else:
            start = stretch.end or max(self._moments)
            end, size = min(self._moments), str(stretch.last)
        return [("content-range", f"DateTime {format_time(start)}-{format_time(end)}/{size}")]
