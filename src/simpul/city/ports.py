"""The process's view of the data wing: what the city hall reads it through, and the door by which
it changes it.

The wiring calls `configure` once per process; everybody else calls `data_wing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from simpul.city.errors import DataWingAway
from simpul.connectors.model import AttributeContract, Feed, NewToken
from simpul.connectors.store import FeedReader
from simpul.context.store import EntityReader
from simpul.history.store import HistoryReader


class Door(Protocol):
    """How the city hall changes the data wing: the broker's internal door.

    Raises:
        simpul.kernel.errors.Unavailable: the broker does not answer.
        simpul.kernel.errors.SimpulError: it answered that this is not possible, and why.
    """

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
    ) -> Feed:
        """Create the feed with this key, or replace what was agreed about it."""

    def issue_token(
        self, *, region: str, feed: str | None, label: str, open: bool = False
    ) -> NewToken:
        """A new token for one feed, or for the whole region."""

    def revoke_token(self, *, region: str, key: str) -> None:
        """End a token at once."""

    def tell(
        self, *, region: str, topics: Sequence[str], public: bool = False, sequence: int = 0
    ) -> None:
        """Let open pages know that what these URNs name has changed; public: strangers' too."""

    def follow(self, *, region: str, name: str, sequence: int | None) -> None:
        """Note how far a follower has come, so that events it has not seen are kept."""


@dataclass(frozen=True, slots=True)
class DataWing:
    """Everything the city hall knows of the data wing."""

    entities: EntityReader
    history: HistoryReader
    feeds: FeedReader
    door: Door


_wing: DataWing | None = None


def configure(wing: DataWing | None) -> None:
    """Say which data wing this process looks at; None takes it away."""
    global _wing
    _wing = wing


def data_wing() -> DataWing:
    """The data wing of this process.

    Raises:
        DataWingAway: none has been configured.
    """
    if _wing is None:
        raise DataWingAway
    return _wing
