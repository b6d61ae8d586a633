"""Every store that implements the data wing's ports goes through the same tests.

A new one is done when it is added to `BACKENDS` and the suite passes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from simpul.connectors.store import FeedReader
from simpul.context.store import EntityReader, GrantReader
from simpul.history.store import HistoryReader
from simpul.storage.sqlite.store import open_group_writer, open_readers
from tests.factories_data import START
from tests.sealing import LATER, Direct, a_sealer, seal_all


@dataclass
class Backend:
    """One store, open. write: runs work in a transaction and returns when it is committed; seal:
    seals every day that has hot rows, and tells how many rows that were."""

    entities: EntityReader
    history: HistoryReader
    feeds: FeedReader
    grants: GrantReader
    write: Callable[[Callable[[Any], Any]], Any]
    seal: Callable[[], int]
    close: Callable[[], None]


def open_sqlite(folder: Path) -> Backend:
    writer = open_group_writer(folder / "data.db")
    stores = open_readers(folder / "data.db")

    def close() -> None:
        stores.close()
        asyncio.run(writer.close())

    def write(work: Callable[[Any], Any]) -> Any:
        return asyncio.run(writer.write(work))

    sealer = a_sealer(stores, Direct(write))

    return Backend(
        entities=stores.entities,
        history=stores.history,
        feeds=stores.feeds,
        grants=stores.feeds,
        write=write,
        seal=lambda: seal_all(sealer, START + LATER),
        close=close,
    )


BACKENDS: dict[str, Callable[[Path], Backend]] = {"sqlite": open_sqlite}


@pytest.fixture(params=sorted(BACKENDS))
def open_backend(request: pytest.FixtureRequest) -> Callable[[Path], Backend]:
    return BACKENDS[request.param]


@pytest.fixture
def backend(open_backend: Callable[[Path], Backend], tmp_path: Path) -> Iterator[Backend]:
    opened = open_backend(tmp_path)
    yield opened
    opened.close()
