"""Intake for feeds, and the internal door for the other processes of the installation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec
import orjson

from simpul.connectors.broker import ConnectorBroker
from simpul.connectors.model import AttributeContract, Decision, Feed
from simpul.connectors.once import Keys
from simpul.connectors.release import NotHeld, QuarantineBroker
from simpul.context.access import Doorkeeper
from simpul.context.store import FollowerUnit, Writer
from simpul.context.stream import Hub
from simpul.kernel.errors import BadInput, NotAllowed, NotSignedIn, SimpulError, Unprocessable
from simpul.kernel.http import JSON, PROBLEM, Answer, Request, Response, Routes, json_response
from simpul.kernel.ids import KEY, is_region_code
from simpul.kernel.payload import parse_json
from simpul.kernel.seals import HEADER, BadSeal, check_seal
from simpul.kernel.time import Clock
from simpul.kernel.units import unit as known_unit

Name = Literal["application", "device"]


class BadFeed(Unprocessable):
    """This feed cannot be agreed on."""

    problem = "bad-feed"


class ContractSpec(msgspec.Struct, forbid_unknown_fields=True):
    """What is agreed about one attribute, as the office sends it."""

    attribute: str
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    interval_s: int | None = None


class FeedSpec(msgspec.Struct, forbid_unknown_fields=True):
    """A feed, as the office sends it. topics: None leaves those that stand."""

    region: str
    name: str
    owner: str
    kind: Name
    entity_type: str
    steward: str | None = None
    interval_s: int | None = None
    open: bool = False
    mapping: dict[str, Any] = {}
    contracts: list[ContractSpec] = []
    topics: list[str] | None = None


class TokenSpec(msgspec.Struct, forbid_unknown_fields=True):
    """A token that is asked for."""

    region: str
    feed: str | None = None
    label: str = ""
    open: bool = False


class TellSpec(msgspec.Struct, forbid_unknown_fields=True):
    """What has changed in the office. public: whether strangers may know."""

    region: str
    topics: list[str]
    sequence: int = 0
    public: bool = False


class FollowSpec(msgspec.Struct, forbid_unknown_fields=True):
    """How far a follower has come; without a sequence it is forgotten."""

    region: str
    sequence: int | None = None


class DecideSpec(msgspec.Struct, forbid_unknown_fields=True):
    """A decision about a reading in quarantine. by: URN of who decides."""

    region: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class IntakeApi:
    """Answers /intake: feeds that send JSON of their own."""

    broker: ConnectorBroker
    doorkeeper: Doorkeeper
    keys: Keys
    clock: Clock

    def add_to(self, routes: Routes) -> None:
        """Register every address."""
        routes.add("POST", "/intake/{region}/{feed}", self.receive)

    async def receive(self, request: Request, region: str, key: str) -> Answer:
        """Take one message of a feed in: 200, or 202 where something of it is held."""
        request.parameters(frozenset())
        grant = self.doorkeeper.grant(request)
        if grant.region is None:
            raise NotSignedIn("intake needs the feed's token: Authorization: Bearer …")
        if grant.region != region or grant.feed not in {None, key}:
            raise NotAllowed("this token is not for this feed")
        feed = self.broker.feed_of(region, key)
        name = request.headers.get("idempotency-key")
        if name is not None:
            return await self._once(feed, name, request.body)
        report = await self.broker.receive(feed, request.body, self.clock())
        return _told(*report.as_answer())

    async def _once(self, feed: Feed, key: str, body: bytes) -> Answer:
        now = self.clock()
        with self.keys.use(feed, key, body, now) as once:
            if once.known is not None:
                return _told(once.known.status, once.known.body, replayed=True)
            report = await self.broker.receive(feed, body, now, keep=once.keep)
            return _told(*report.as_answer())


def _told(status: int, body: bytes, *, replayed: bool = False) -> Response:
    kind = PROBLEM if status >= 400 else JSON
    more = [("idempotency-replayed", "true")] if replayed else []
    return Response(status, [("content-type", kind), *more], body)


@dataclass(frozen=True, slots=True)
class InternalApi:
    """Answers /internal: what the city hall changes in the data wing."""

    broker: ConnectorBroker
    quarantine: QuarantineBroker
    followers: Writer[FollowerUnit]
    hub: Hub
    clock: Clock
    secret: bytes

    def add_to(self, routes: Routes) -> None:
        """Register every address."""
        routes.add("PUT", "/internal/feeds/{key}", self.put_feed)
        routes.add("POST", "/internal/tokens", self.issue_token)
        routes.add("DELETE", "/internal/tokens/{region}/{key}", self.revoke_token)
        routes.add("POST", "/internal/quarantine/{number}/release", self.release)
        routes.add("POST", "/internal/quarantine/{number}/discard", self.discard)
        routes.add("POST", "/internal/topics", self.tell)
        routes.add("PUT", "/internal/followers/{name}", self.follow)
        routes.add("GET", "/internal/health", self.health)

    async def put_feed(self, request: Request, key: str) -> Answer:
        """Create or replace a feed."""
        now = self._enter(request)
        spec = _read(request, FeedSpec)
        if spec.topics is None:
            known = self.broker.feeds.feed(key)
            spec.topics = list(known.topics) if known else []
        feed = feed_from_spec(key, spec, now)
        return json_response(200, feed_as_json(await self.broker.put_feed(feed)))

    async def issue_token(self, request: Request) -> Answer:
        """A new token; the only answer that ever holds it."""
        now = self._enter(request)
        spec = _read(request, TokenSpec)
        _check_region(spec.region)
        fresh = await self.broker.issue_token(
            region=spec.region, feed=spec.feed, open=spec.open, label=spec.label, now=now
        )
        return json_response(201, {"key": fresh.key, "token": fresh.token})

    async def revoke_token(self, request: Request, region: str, key: str) -> Answer:
        """End a token."""
        now = self._enter(request)
        await self.broker.revoke_token(region=region, key=key, now=now)
        return Response(204)

    async def release(self, request: Request, number: str) -> Answer:
        """Let a reading in quarantine count after all."""
        asked = self._decided(request, number)
        return json_response(200, decision_as_json(await self.quarantine.release(**asked)))

    async def discard(self, request: Request, number: str) -> Answer:
        """Leave a reading in quarantine out for good."""
        asked = self._decided(request, number)
        return json_response(200, decision_as_json(await self.quarantine.discard(**asked)))

    def _decided(self, request: Request, number: str) -> dict[str, Any]:
        now = self._enter(request)
        spec = _read(request, DecideSpec)
        _check_region(spec.region)
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            raise NotHeld
        for name in ("reason", "by"):
            if not getattr(spec, name).strip():
                raise BadInput(f"{name} is empty", field=name, errors={name: ["is empty"]})
        return msgspec.structs.asdict(spec) | {"number": int(number), "now": now}

    async def tell(self, request: Request) -> Answer:
        """Wake the pages that watch these topics."""
        self._enter(request)
        spec = _read(request, TellSpec)
        for topic in spec.topics:
            self.hub.announce(spec.region, topic, spec.sequence, public=spec.public)
        return Response(204)

    async def follow(self, request: Request, name: str) -> Answer:
        """Note how far a follower outside the data wing has come."""
        now = self._enter(request)
        spec = _read(request, FollowSpec)
        sequence = spec.sequence
        if sequence is None:
            await self.followers.write(lambda unit: unit.drop_cursor(spec.region, name))
        else:
            await self.followers.write(
                lambda unit: unit.move_cursor(spec.region, name, sequence, now)
            )
        return Response(204)

    async def health(self, request: Request) -> Answer:
        """Whether the door is open and the clocks agree."""
        self._enter(request)
        return json_response(200, {"status": "ok", "streams": self.hub.listeners})

    def _enter(self, request: Request) -> datetime:
        """Now, for a request whose seal is right.

        Raises:
            BadSeal
        """
        now = self.clock()
        seal = request.headers.get(HEADER)
        if seal is None:
            raise BadSeal
        target = f"{request.path}?{request.query}" if request.query else request.path
        check_seal(
            seal,
            method=request.method,
            target=target,
            body=request.body,
            now=now,
            secret=self.secret,
        )
        return now


def _read(request: Request, kind: type[Any]) -> Any:
    try:
        return msgspec.convert(parse_json(request.body), kind)
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at `$")
        field = place.strip(".`") or "body"
        raise BadInput(str(error), field=field, errors={field: [message]}) from None


def _check_region(code: str) -> None:
    if not is_region_code(code):
        raise BadInput(f"{code!r} is not the code of a region", field="region")


def feed_from_spec(key: str, spec: FeedSpec, now: datetime) -> Feed:
    """The feed that the office asks for.

    Raises:
        BadInput, BadFeed: with messages by field.
    """
    _check_region(spec.region)
    errors: dict[str, list[str]] = {}
    if not KEY.fullmatch(key):
        errors["key"] = ["letters, digits, dots and hyphens only"]
    for name in ("name", "owner", "entity_type"):
        if not getattr(spec, name).strip():
            errors[name] = ["is empty"]
    if spec.interval_s is not None and spec.interval_s <= 0:
        errors["interval_s"] = ["must be more than 0 seconds"]
    for number, each in enumerate(spec.contracts):
        messages = _wrong_with(each)
        if messages:
            errors[f"contracts[{number}]"] = messages
    if errors:
        field, messages = next(iter(errors.items()))
        raise BadFeed(f"{field}: {messages[0]}", errors=errors)
    contracts = tuple(AttributeContract(**msgspec.structs.asdict(each)) for each in spec.contracts)
    given = msgspec.structs.asdict(spec) | {
        "contracts": contracts,
        "topics": tuple(spec.topics or ()),
    }
    return Feed(key=key, created_at=now, **given)


def _wrong_with(contract: ContractSpec) -> list[str]:
    messages = []
    if contract.unit is not None:
        try:
            known_unit(contract.unit)
        except SimpulError as error:
            messages.append(error.detail)
    low, high = contract.minimum, contract.maximum
    if low is not None and high is not None and low > high:
        messages.append("the minimum is above the maximum")
    if contract.interval_s is not None and contract.interval_s <= 0:
        messages.append("the interval must be more than 0 seconds")
    return messages


def feed_as_json(feed: Feed) -> dict[str, Any]:
    """A feed for the way through the door; `door.feed_from_json` reads it."""
    document: dict[str, Any] = orjson.loads(orjson.dumps(feed))
    return document


def decision_as_json(decision: Decision) -> dict[str, Any]:
    """A decision for the way through the door; `door.decision_from_json` reads it."""
    document: dict[str, Any] = orjson.loads(orjson.dumps(decision))
    return document | {"readings": [str(each) for each in decision.readings]}
