"""The last steps of sealing through the broker's internal door: the calls, and their answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from simpul.context.store import Writer
from simpul.history.model import Segment
from simpul.history.store import SegmentUnit
from simpul.kernel.errors import BadInput, Conflict
from simpul.kernel.http import Answer, Request, Response, Routes, json_response
from simpul.kernel.payload import parse_json
from simpul.kernel.seals import open_door
from simpul.kernel.time import Clock

PATH = "/internal/segments"
SLICE_S = 0.001


class NotThatFile(Conflict):
    """The file of this segment is not there, or is not what was said of it."""

    problem = "not-that-file"


@dataclass(frozen=True, slots=True)
class SealingApi:
    """Answers /internal/segments. holds: whether the files of a segment are there and are what is
    said of them."""

    writer: Writer[SegmentUnit]
    holds: Callable[[Segment], bool]
    clock: Clock
    secret: bytes

    def add_to(self, routes: Routes) -> None:
        """Register every address."""
        routes.add("PUT", f"{PATH}/{{region}}/{{day}}/{{number}}", self.register)
        routes.add("POST", f"{PATH}/{{region}}/{{day}}", self.clear)

    async def register(self, request: Request, region: str, day: str, number: str) -> Answer:
        """Enter a segment into the manifest; from then on it is read."""
        open_door(request, now=self.clock(), secret=self.secret)
        segment = _read(request.body, Segment)
        if (segment.region, str(segment.day), str(segment.number)) != (region, day, number):
            raise BadInput("the segment is another than its address says")
        if not await asyncio.to_thread(self.holds, segment):
            raise NotThatFile
        await self.writer.write(lambda unit: unit.add_segment(segment))
        return Response(204)

    async def clear(self, request: Request, region: str, day: str) -> Answer:
        """Drop one slice of hot rows that are sealed."""
        open_door(request, now=self.clock(), secret=self.secret)
        asked = _read(request.body, _Slice)
        over = _day(day)
        left = await self.writer.write(
            lambda unit: unit.clear_segments(region, over, after=asked.after, seconds=SLICE_S)
        )
        return json_response(200, {"after": left})


class _Slice(msgspec.Struct, forbid_unknown_fields=True):
    """After which series to go on."""

    after: int = 0


def _read(body: bytes, kind: type[Any]) -> Any:
    try:
        return msgspec.convert(parse_json(body), kind)
    except msgspec.ValidationError as error:
        raise BadInput(str(error)) from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{text!r} is not a day", field="day") from None


@dataclass(frozen=True, slots=True)
class SealingDoor:
    """Implements `history.store.Sealing` from another process. call: method, path and JSON body
    through the internal door, returning the JSON of the answer."""

    call: Callable[[str, str, Any], Any]

    def register(self, segment: Segment) -> None:
        body = msgspec.to_builtins(segment)
        place = f"{segment.region}/{segment.day}/{segment.number}"
        self.call("PUT", f"{PATH}/{place}", body)

    def clear(self, region: str, day: date) -> None:
        after: int | None = 0
        while after is not None:
            answer = self.call("POST", f"{PATH}/{region}/{day}", {"after": after})
            after = answer["after"]
