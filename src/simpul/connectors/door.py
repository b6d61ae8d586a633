"""The city hall's side of the broker's internal door: typed calls over HTTP.

One `Door` serves any number of threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx
import orjson

from simpul.connectors.model import AttributeContract, Decision, Feed, NewToken
from simpul.kernel import errors
from simpul.kernel.errors import SimpulError, Unavailable
from simpul.kernel.ids import ReadingAddress
from simpul.kernel.seals import HEADER, make_seal
from simpul.kernel.time import Clock, parse_time, system_clock

_BY_STATUS: dict[int, type[SimpulError]] = {
    400: errors.BadInput,
    401: errors.NotSignedIn,
    403: errors.NotAllowed,
    404: errors.NotFound,
    409: errors.Conflict,
    413: errors.TooLarge,
    422: errors.Unprocessable,
}


class BrokerAway(Unavailable):
    """The broker does not answer now; try again."""

    problem = "broker-away"


class BrokerDoor:
    """Changes the data wing through the broker.

    Every call raises `BrokerAway` when the broker does not answer, and the `SimpulError` of the
    answer's status, with its detail and its messages by field, when it says no.
    """

    def __init__(
        self, address: str, secret: bytes, *, clock: Clock = system_clock, timeout_s: float = 10.0
    ) -> None:
        self._secret = secret
        self._clock = clock
        self._client = httpx.Client(base_url=address, timeout=timeout_s, trust_env=False)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def put_feed(
        self,
        *,
        region: str,
        key: str,
        name: str,
        owner: str,
        steward: str | None,
        kind: str,
        entity_type: str,
        interval_s: int | None,
        open: bool,
        mapping: dict[str, Any],
        contracts: Sequence[AttributeContract],
        topics: Sequence[str] | None = None,
    ) -> Feed:
        """Create the feed with this key, or replace what was agreed about it.

        topics: patterns of MQTT topics; None leaves those that stand.
        """
        body = {
            "region": region,
            "name": name,
            "owner": owner,
            "steward": steward,
            "kind": kind,
            "entity_type": entity_type,
            "interval_s": interval_s,
            "open": open,
            "mapping": mapping,
            "contracts": list(contracts),
            "topics": None if topics is None else list(topics),
        }
        return feed_from_json(self._call("PUT", f"/internal/feeds/{key}", body))

    def issue_token(
        self, *, region: str, feed: str | None, label: str, open: bool = False
    ) -> NewToken:
        """A new token for one feed, or for the whole region; it is never shown again."""
        body = {"region": region, "feed": feed, "label": label, "open": open}
        answer = self._call("POST", "/internal/tokens", body)
        return NewToken(key=answer["key"], token=answer["token"])

    def release(self, *, region: str, number: int, reason: str, by: str) -> Decision:
        """Let a reading in quarantine count after all. by: URN of who decides."""
        return self._decide("release", region, number, reason, by)

    def discard(self, *, region: str, number: int, reason: str, by: str) -> Decision:
        """Leave a reading in quarantine out for good. by: URN of who decides."""
        return self._decide("discard", region, number, reason, by)

    def _decide(self, verb: str, region: str, number: int, reason: str, by: str) -> Decision:
        body = {"region": region, "reason": reason, "by": by}
        return decision_from_json(self._call("POST", f"/internal/quarantine/{number}/{verb}", body))

    def revoke_token(self, *, region: str, key: str) -> None:
        """End a token at once."""
        self._call("DELETE", f"/internal/tokens/{region}/{key}")

    def tell(
        self, *, region: str, topics: Sequence[str], public: bool = False, sequence: int = 0
    ) -> None:
        """Let open pages know that what these URNs name has changed.

        public: strangers' pages too; sequence: of the office's event.
        """
        told = {"region": region, "topics": list(topics), "public": public, "sequence": sequence}
        self._call("POST", "/internal/topics", told)

    def follow(self, *, region: str, name: str, sequence: int | None) -> None:
        """Note how far the follower `name` has come, so that events it has not seen are kept; None
        forgets it."""
        body = {"region": region, "sequence": sequence}
        self._call("PUT", f"/internal/followers/{name}", body)

    def check(self) -> None:
        """Return when the broker answers and knows this process."""
        self._call("GET", "/internal/health")

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """A call that another room has behind this door; the JSON of the answer."""
        return self._call(method, path, body)

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        content = b"" if body is None else orjson.dumps(body)
        seal = make_seal(
            method=method, target=path, body=content, now=self._clock(), secret=self._secret
        )
        headers = {HEADER: seal, "content-type": "application/json"}
        try:
            answer = self._client.request(method, path, content=content, headers=headers)
        except httpx.HTTPError as error:
            raise BrokerAway from error
        if answer.status_code >= 400:
            raise _error(answer)
        return orjson.loads(answer.content) if answer.content else None


def _error(answer: httpx.Response) -> SimpulError:
    try:
        problem = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        problem = {}
    kind = _BY_STATUS.get(answer.status_code, BrokerAway)
    return kind(problem.get("detail"), field=problem.get("field"), errors=problem.get("errors"))


def feed_from_json(document: dict[str, Any]) -> Feed:
    """The feed that `http.feed_as_json` wrote."""
    contracts = tuple(AttributeContract(**each) for each in document["contracts"])
    created = parse_time(document["created_at"])
    topics = tuple(document["topics"])
    return Feed(**(document | {"contracts": contracts, "created_at": created, "topics": topics}))


def decision_from_json(document: dict[str, Any]) -> Decision:
    """The decision that `http.decision_as_json` wrote."""
    readings = tuple(ReadingAddress.parse(each) for each in document["readings"])
    return Decision(**(document | {"at": parse_time(document["at"]), "readings": readings}))
