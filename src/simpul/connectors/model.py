"""Feeds as values: who sends, what was agreed, what was refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from simpul.kernel.ids import ReadingAddress


class Reason(StrEnum):
    """Why a reading stands in quarantine."""

    MISSING = "missing"
    WRONG_TYPE = "wrong_type"
    WRONG_UNIT = "wrong_unit"
    OUT_OF_RANGE = "out_of_range"
    FUTURE = "future"
    TOO_OLD = "too_old"
    NO_TIME = "no_time"
    NO_ID = "no_id"
    BAD_LOCATION = "bad_location"
    FOREIGN = "foreign"
    UNPARSABLE = "unparsable"


@dataclass(frozen=True, slots=True)
class AttributeContract:
    """What was agreed about one attribute of a feed.

    unit: UN/CEFACT code that its values are kept in; minimum and maximum: allowed range, both
    included, in that unit; interval_s: seconds between two readings of one entity.
    """

    attribute: str
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    interval_s: int | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """One stream of readings with an owner.

    owner: URN of an organisation; steward: URN of a post; kind: application or device;
    interval_s: seconds in which something is expected; open: what it brings may be seen by all;
    mapping: from the sender's JSON to entities (see docs/reference/mapping.md); topics: patterns of
    the MQTT topics that its messages come on.
    """

    key: str
    region: str
    name: str
    owner: str
    steward: str | None
    kind: str
    entity_type: str
    interval_s: int | None
    open: bool
    mapping: dict[str, Any]
    contracts: tuple[AttributeContract, ...]
    created_at: datetime
    topics: tuple[str, ...] = ()

    def contract(self, attribute: str) -> AttributeContract | None:
        """What was agreed about this attribute."""
        return next((each for each in self.contracts if each.attribute == attribute), None)


MQTT = "mqtt"


@dataclass(frozen=True, slots=True)
class Connection:
    """How the broker process's connection to somebody else stands.

    name: `MQTT`; state: connecting, connected, or lost; since: when it came to stand so; detail:
    one sentence where something is wrong, else empty.
    """

    name: str
    state: str
    since: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """How a feed is doing.

    today: the calendar day of the `now` that was asked about, in its time zone; stale_since: when
    the next reading was due that has not come, None while the feed keeps its interval;
    connection: to the MQTT broker, for a feed with topics.
    """

    last_received_at: datetime | None
    last_observed_at: datetime | None
    accepted_today: int
    quarantined_today: int
    stale_since: datetime | None
    connection: Connection | None = None


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A reading that was not accepted, kept with the reason.

    number: unique in the installation; reason: a `Reason`; detail: one sentence; payload: what was
    sent (the row, cut at 64 kB); sequence: of the event it came with; state: held, released or
    discarded.
    """

    number: int
    feed: str
    entity_id: str | None
    attribute: str | None
    observed_at: datetime | None
    received_at: datetime
    reason: str
    detail: str
    payload: bytes
    sequence: int
    state: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about a refused reading.

    number: its; state: released or discarded; by: who decided, a URN; sequence: of the decision's
    event; readings: addresses of what was written by it.
    """

    number: int
    state: str
    reason: str
    by: str
    at: datetime
    sequence: int
    readings: tuple[ReadingAddress, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """What was told to a sender who named his message. key: his; digest: SHA-256 of the message;
    status, body: of the answer; at: when it was given."""

    region: str
    feed: str
    key: str
    digest: bytes
    status: int
    body: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """A token as it is known afterwards; the token itself is kept nowhere.

    feed: None when it opens the whole region; open: entities it makes are open to strangers.
    """

    key: str
    region: str
    feed: str | None
    open: bool
    label: str
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token as it is shown once. key: what it is revoked by; token: the secret itself."""

    key: str
    token: str
