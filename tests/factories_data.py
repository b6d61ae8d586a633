"""Builds the least that is valid in the data wing, and a whole one to speak to without a server."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from simpul.connectors.model import AttributeContract, Feed
from simpul.context.attributes import NewEntity, read_entity
from simpul.context.model import Grant
from simpul.entrypoints.broker import Broker
from simpul.entrypoints.settings import Settings, secret
from simpul.kernel.http import Request, Response, Stream
from simpul.kernel.seals import HEADER, make_seal

CITY = "19.71"
OTHER = "21.72"
START = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
PAYLOADS = Path(__file__).parent / "connectors" / "payloads"

ISPU_MAPPING: dict[str, Any] = {
    "rows": "rows[]",
    "id": "urn:ngsi-ld:AirQualityObserved:{id_stasiun}",
    "observed": {
        "path": "waktu",
        "zone": {"path": "time_z"},
        "override": {"path": "id_stasiun", "zones": {"KABUPATEN_KUTAIBARAT": "WITA"}},
    },
    "location": {"latitude": "lat", "longitude": "lon"},
    "attributes": {
        "pm25": {"path": "a_pm25", "unit": "GQ"},
        "pm10": {"path": "a_pm10", "unit": "GQ"},
        "airQualityIndex": {"path": "val"},
        "airQualityLevel": {"path": "cat", "kind": "text"},
        "name": {"path": "nama", "kind": "text", "static": True},
        "source": {"constant": "Kementerian Lingkungan Hidup, ISPU"},
    },
}

BMKG_MAPPING: dict[str, Any] = {
    "rows": "data[].cuaca[][]",
    "id": "urn:ngsi-ld:WeatherForecast:{^.lokasi.adm4}",
    "forecast": True,
    "observed": {"path": "datetime"},
    "location": {"latitude": "^.lokasi.lat", "longitude": "^.lokasi.lon"},
    "attributes": {
        "temperature": {"path": "t", "unit": "CEL"},
        "relativeHumidity": {"path": "hu", "unit": "P1"},
        "windSpeed": {"path": "ws", "unit": "KMH"},
        "precipitation": {"path": "tp", "unit": "MMT"},
        "visibility": {"path": "vs", "unit": "MTR", "required": False},
        "weatherType": {"path": "weather_desc", "kind": "text"},
        "place": {"template": "{^.lokasi.desa}, {^.lokasi.kecamatan}", "static": True},
        "source": {"constant": "BMKG"},
    },
}

GAUGE_MAPPING: dict[str, Any] = {
    "id": "urn:ngsi-ld:WaterLevelObserved:{serial}",
    "observed": {"path": "at"},
    "attributes": {"waterLevel": {"path": "level_cm", "unit": "CMT"}},
}


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, **parts: float) -> datetime:
        self.now += timedelta(**parts)
        return self.now


def payload(name: str) -> bytes:
    """A captured payload."""
    return (PAYLOADS / name).read_bytes()


def a_document(number: int = 1, **attributes: Any) -> dict[str, Any]:
    """An entity's JSON; plain values become Properties."""
    return {
        "id": f"urn:ngsi-ld:Device:{number}",
        "type": "Device",
        **(attributes or {"level": {"type": "Property", "value": 1}}),
    }


def an_entity(number: int = 1, **attributes: Any) -> NewEntity:
    return read_entity(a_document(number, **attributes))


def measured(value: Any, at: datetime, unit: str | None = None) -> dict[str, Any]:
    """A Property with the time it was observed."""
    known = {"type": "Property", "value": value, "observedAt": at.isoformat()}
    return known | ({"unitCode": unit} if unit else {})


def a_grant(**changes: Any) -> Grant:
    return replace(Grant(region=CITY, token="token"), **changes)


def a_feed(**changes: Any) -> Feed:
    feed = Feed(
        key="gauge",
        region=CITY,
        name="River gauges",
        owner=f"urn:simpul:{CITY}:organisation:pupr",
        steward=None,
        kind="device",
        entity_type="WaterLevelObserved",
        interval_s=300,
        open=True,
        mapping=GAUGE_MAPPING,
        contracts=(AttributeContract("waterLevel", "MTR", 0, 10, 300),),
        created_at=START,
    )
    return replace(feed, **changes)


class Wing:
    """A whole data wing in this process, spoken to as over HTTP."""

    def __init__(self, folder: Path, clock: Clock | None = None, **settings: Any) -> None:
        self.clock = clock or Clock()
        self.settings = Settings(data=folder, **settings)
        self.loop = asyncio.new_event_loop()
        self.broker = Broker(self.settings, clock=self.clock)
        self.entities = self.broker.stores.entities
        self.history = self.broker.stores.history
        self.feeds = self.broker.stores.feeds

    def close(self) -> None:
        self.loop.run_until_complete(self.broker.close())
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()

    def answer(self, request: Request) -> Response | Stream:
        return self.loop.run_until_complete(self.broker.handle(request))

    def ask(
        self,
        method: str,
        target: str,
        body: Any = None,
        *,
        token: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Ask as a client would; `body` is sent as JSON unless it is bytes."""
        content = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        sent = {"content-length": str(len(content))}
        if content:
            sent["content-type"] = "application/json"
        if token:
            sent["authorization"] = f"Bearer {token}"
        path, _, query = target.partition("?")
        request = Request(method, path, query, sent | (headers or {}), content)
        answer = self.answer(request)
        assert isinstance(answer, Response)
        return Answer(answer)

    def knock(self, method: str, path: str, body: Any = None) -> Answer:
        """Ask at the internal door as a process of the installation."""
        content = b"" if body is None else orjson.dumps(body)
        seal = make_seal(
            method=method,
            target=path,
            body=content,
            now=self.clock(),
            secret=secret(self.settings),
        )
        return self.ask(method, path, content, headers={HEADER: seal})

    def agree(self, **changes: Any) -> str:
        """Agree on a feed; gives a token for it."""
        feed = a_feed(**changes)
        spec = {
            name: getattr(feed, name)
            for name in ("region", "name", "owner", "steward", "kind", "entity_type")
        }
        spec |= {"interval_s": feed.interval_s, "open": feed.open, "mapping": feed.mapping}
        spec["contracts"] = list(feed.contracts)
        spec["topics"] = list(feed.topics) if "topics" in changes else None
        answer = self.knock("PUT", f"/internal/feeds/{feed.key}", spec)
        assert answer.status == 200, answer.body
        return self.token(feed=feed.key, region=feed.region)

    def token(self, *, region: str = CITY, feed: str | None = None, open: bool = False) -> str:
        """A token for a region or one of its feeds."""
        spec = {"region": region, "feed": feed, "open": open, "label": "test"}
        answer = self.knock("POST", "/internal/tokens", spec)
        assert answer.status == 201, answer.body
        return str(answer.json()["token"])

    def send(self, token: str, body: Any, *, feed: str = "gauge", region: str = CITY) -> Answer:
        """Send a feed's message."""
        return self.ask("POST", f"/intake/{region}/{feed}", body, token=token)

    def follow(self, region: str = CITY) -> None:
        """Let the wing's own follower catch up."""
        while self.loop.run_until_complete(self.broker.follower.catch_up(region)):
            pass


@dataclass(frozen=True)
class Answer:
    """A response, with its JSON at hand."""

    response: Response

    @property
    def status(self) -> int:
        return self.response.status

    @property
    def body(self) -> bytes:
        return self.response.body

    def json(self) -> Any:
        return orjson.loads(self.response.body)

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.response.headers if key == name), None)

    def headers(self, name: str) -> list[str]:
        return [value for key, value in self.response.headers if key == name]
