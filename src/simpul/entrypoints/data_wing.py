"""Opens the data wing's stores for a process: which store serves which port is said here alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from simpul.connectors.door import BrokerDoor
from simpul.connectors.store import FeedReader
from simpul.context.store import EntityReader
from simpul.entrypoints.settings import Settings, secret
from simpul.history.door import SealingDoor
from simpul.history.store import HistoryReader
from simpul.storage.segments.sealing import Sealer
from simpul.storage.sqlite.store import open_readers
from simpul.storage.sqlite.unsealed import SqliteUnsealed


@dataclass(frozen=True, slots=True)
class Ports:
    """What a process other than the broker has of the data wing; for any number of threads."""

    entities: EntityReader
    history: HistoryReader
    feeds: FeedReader
    door: BrokerDoor


def open_ports(settings: Settings) -> Ports:
    """The data wing as seen from the city hall: read directly, changed through the broker's door.

    Nothing is opened before the first question.
    """
    stores = open_readers(settings.data_db)
    door = BrokerDoor(settings.broker_address, secret(settings))
    return Ports(stores.entities, stores.history, stores.feeds, door)


def open_sealer(settings: Settings) -> Sealer:
    """What seals days for this installation: files are written here, the rest by the broker."""
    stores = open_readers(settings.data_db)
    door = BrokerDoor(settings.broker_address, secret(settings))
    return Sealer(
        SqliteUnsealed(stores.readers, stores.history),
        SealingDoor(door.call),
        stores.lake,
        timedelta(hours=settings.seal_after_h),
    )
