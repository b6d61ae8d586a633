"""Group commit: what arrives while a commit runs goes into the next one; each fails for itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest

from simpul.kernel.errors import Conflict, Unavailable
from simpul.storage.sqlite.connection import open_writer
from simpul.storage.sqlite.unit import SqliteUnit
from simpul.storage.sqlite.writer import GroupWriter
from tests.factories_data import CITY, START

Work = Callable[[SqliteUnit], Any]


class Watched:
    """A writer on a connection whose commits are counted, and can be made to fail."""

    def __init__(self, folder: Path, *, inline: bool = False) -> None:
        self.path = folder / "data.db"
        self.connection = open_writer(self.path)
        self.commits = 0
        self.broken = False
        self.touched: list[frozenset[str]] = []
        self.connection.set_commit_hook(self._commit)
        self.writer = GroupWriter(self.connection, after_commit=self.touched.append, inline=inline)

    def _commit(self) -> bool:
        self.commits += 1
        return self.broken

    def run(self, *works: Work) -> list[Any]:
        """Write all of these at once; results and errors in their order."""

        async def together() -> list[Any]:
            writes = [self.writer.write(work) for work in works]
            return await asyncio.gather(*writes, return_exceptions=True)

        return asyncio.run(together())

    def cursors(self) -> dict[str, int]:
        reader = apsw.Connection(str(self.path), flags=apsw.SQLITE_OPEN_READONLY)
        rows = list(reader.execute("SELECT name, sequence FROM follower"))
        reader.close()
        return {str(name): int(sequence) for name, sequence in rows}


@pytest.fixture(params=[False, True], ids=["helper", "inline"])
def watched(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Watched]:
    opened = Watched(tmp_path, inline=request.param)
    yield opened
    opened.broken = False
    asyncio.run(opened.writer.close())


def move(name: str, sequence: int = 1) -> Work:
    def work(unit: SqliteUnit) -> int:
        unit.move_cursor(CITY, name, sequence, START)
        unit.touched.add(CITY)
        return sequence

    return work


def poisonous(unit: SqliteUnit) -> None:
    unit.move_cursor(CITY, "poison", 1, START)
    raise Conflict("on purpose")


def test_requests_that_come_together_share_a_commit(watched: Watched) -> None:
    assert watched.run(*(move(f"f{n}", n) for n in range(50))) == list(range(50))
    assert watched.commits < 10, "a group ends early only where the machine is very busy"
    assert len(watched.cursors()) == 50
    assert set(watched.touched) == {frozenset({CITY})}


def test_a_poisonous_request_fails_alone(watched: Watched) -> None:
    first, error, last = watched.run(move("a", 1), poisonous, move("b", 2))
    assert (first, last) == (1, 2)
    assert isinstance(error, Conflict)
    assert watched.cursors() == {"a": 1, "b": 2}


def test_a_statement_that_the_database_refuses_fails_alone(watched: Watched) -> None:
    def twice(unit: SqliteUnit) -> None:
        unit.move_cursor(CITY, "c", 1, START)
        unit.trim_events(CITY, keep="x", cap=1)  # type: ignore[arg-type]

    def wrong_type(unit: SqliteUnit) -> None:
        unit.move_cursor(CITY, "d", "many", START)  # type: ignore[arg-type]

    results = watched.run(move("a"), wrong_type, move("b"))
    assert isinstance(results[1], apsw.Error)
    assert watched.cursors() == {"a": 1, "b": 1}
    watched.run(twice)
    assert watched.cursors().keys() >= {"a", "b"}


def test_a_failed_commit_fails_for_the_whole_group_and_keeps_nothing(watched: Watched) -> None:
    watched.broken = True
    results = watched.run(move("a"), move("b"), poisonous)
    assert all(isinstance(result, Unavailable) for result in results)
    assert watched.cursors() == {}
    assert watched.touched == []
    watched.broken = False
    assert watched.run(move("a")) == [1]
    assert watched.cursors() == {"a": 1}


def test_what_arrives_during_a_commit_goes_into_the_next(watched: Watched) -> None:
    async def one_after_another() -> None:
        async def chain(name: str) -> None:
            for sequence in range(1, 6):
                await watched.writer.write(move(name, sequence))

        await asyncio.gather(*(chain(f"f{n}") for n in range(20)))

    asyncio.run(one_after_another())
    assert set(watched.cursors().values()) == {5}
    assert 5 <= watched.commits <= 25


def test_a_request_whose_caller_has_gone_is_left_out(watched: Watched) -> None:
    async def leave() -> None:
        going = asyncio.ensure_future(watched.writer.write(move("gone")))
        await asyncio.sleep(0)
        going.cancel()
        await watched.writer.write(move("stays"))

    asyncio.run(leave())
    assert watched.cursors().keys() >= {"stays"}


def test_a_closed_writer_takes_nothing_and_loses_nothing(tmp_path: Path) -> None:
    watched = Watched(tmp_path)

    async def write_and_close() -> list[Any]:
        waiting = [asyncio.ensure_future(watched.writer.write(move(f"f{n}"))) for n in range(5)]
        await asyncio.sleep(0)
        await watched.writer.close()
        with pytest.raises(Unavailable):
            await watched.writer.write(move("late"))
        return await asyncio.gather(*waiting)

    assert asyncio.run(write_and_close()) == [1] * 5
    assert len(watched.cursors()) == 5


def test_a_large_queue_is_written_in_several_groups(watched: Watched) -> None:
    assert len(watched.run(*(move(f"f{n}") for n in range(1500)))) == 1500
    assert watched.commits >= 3
    assert len(watched.cursors()) == 1500


def test_another_process_that_writes_does_not_break_the_broker(watched: Watched) -> None:
    watched.connection.set_busy_timeout(10)
    intruder = apsw.Connection(str(watched.path))
    intruder.execute("BEGIN IMMEDIATE")
    (result,) = watched.run(move("a"))
    assert isinstance(result, Unavailable)
    intruder.execute("ROLLBACK")
    intruder.close()
    assert watched.run(move("a")) == [1]
