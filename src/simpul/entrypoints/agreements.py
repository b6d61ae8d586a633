"""Feeds and tokens from the command line: what was agreed with a sender, read from a file.

A file names one feed, in YAML or JSON::

    region: "19.71"
    key: ispu
    name: Stasiun ISPU
    kind: application          # or device
    owner: dlh                 # key of the organisation
    steward: operator-dlh      # key of a post of it; may be left out
    entity_type: AirQualityObserved
    interval_s: 3600
    open: true
    contracts:
      pm25: {unit: GQ, minimum: 0, maximum: 1000}
    mapping: {…}
    topics: ["19.71/ispu/+"]   # where its messages come by MQTT; may be left out
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import yaml

from simpul.connectors.door import BrokerDoor
from simpul.connectors.model import AttributeContract
from simpul.government.models import Organisation, Post
from simpul.kernel.errors import BadInput, NotFound


class NoSuchOwner(NotFound):
    """No office of the region has this key."""

    problem = "no-such-owner"


class NoSuchSteward(NotFound):
    """No post of that office has this key."""

    problem = "no-such-steward"


class _Contract(msgspec.Struct, forbid_unknown_fields=True):
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    interval_s: int | None = None


class Agreement(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One feed as it stands in a file; see the module for an example."""

    region: str
    key: str
    name: str
    kind: str
    owner: str
    entity_type: str
    steward: str | None = None
    interval_s: int | None = None
    open: bool = False
    contracts: dict[str, _Contract] = {}
    mapping: dict[str, Any]
    topics: list[str] = []


def read(path: Path) -> Agreement:
    """The feed that a file names.

    Raises:
        BadInput: no such file, not YAML, or not a feed.
    """
    try:
        document = yaml.safe_load(path.read_text("utf-8"))
        return msgspec.convert(document, Agreement)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}", field="file") from None
    except (yaml.YAMLError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise BadInput(f"{path}: {error}", field="file") from None


def put(agreement: Agreement, door: BrokerDoor) -> str:
    """Create the feed, or replace what was agreed about it; one sentence about it.

    Raises:
        NoSuchOwner, NoSuchSteward: the office does not know them.
        BadInput, Unprocessable: the broker does not take it, and says why.
        BrokerAway: the broker does not run.
    """
    owner = Organisation.objects.filter(region_id=agreement.region, key=agreement.owner).first()
    if owner is None:
        raise NoSuchOwner(f"No office of {agreement.region} has the key {agreement.owner}.")
    feed = door.put_feed(
        region=agreement.region,
        key=agreement.key,
        name=agreement.name,
        owner=str(owner.urn),
        steward=_steward(owner, agreement.steward),
        kind=agreement.kind,
        entity_type=agreement.entity_type,
        interval_s=agreement.interval_s,
        open=agreement.open,
        mapping=agreement.mapping,
        contracts=[
            AttributeContract(name, **msgspec.structs.asdict(contract))
            for name, contract in agreement.contracts.items()
        ],
        topics=agreement.topics,
    )
    return f"{feed.name} ({feed.key}) belongs to {owner.name}."


def _steward(owner: Organisation, key: str | None) -> str | None:
    if key is None:
        return None
    post = Post.objects.filter(organisation=owner, key=key).first()
    if post is None:
        raise NoSuchSteward(f"{owner.name} has no post with the key {key}.")
    return str(post.urn)


def issue_token(*, region: str, feed: str, label: str, door: BrokerDoor) -> str:
    """A token for the senders of a feed, with the words that go with it."""
    fresh = door.issue_token(region=region, feed=feed, label=label)
    return (
        f"{fresh.token}\n\nSend it as `Authorization: Bearer …` to /intake/{region}/{feed}. "
        f"It is shown only this once; its key, to revoke it, is {fresh.key}."
    )


def revoke_token(*, region: str, key: str, door: BrokerDoor) -> str:
    """End a token at once; one sentence about it."""
    door.revoke_token(region=region, key=key)
    return f"The token {key} opens nothing any more."
