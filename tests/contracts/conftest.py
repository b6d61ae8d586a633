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


@dataclass
class Backend:
    """One store, open. write: runs work in a transaction and returns when it is committed."""

    entities: EntityReader
    history: HistoryReader
    feeds: FeedReader
    grants: GrantReader
    write: Callable[[Callable[[Any], Any]], Any]
    close: Callable[[], None]


def open_sqlite(folder: Path) -> Backend:
    writer = open_group_writer(folder / "data.db")
    stores = open_readers(folder / "data.db")

    def close() -> None:
        stores.close()
        asyncio.run(writer.close())

    return Backend(
        entities=stores.entities,
        history=stores.history,
        feeds=stores.feeds,
        grants=stores.feeds,
        write=lambda work: asyncio.run(writer.write(work)),
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
