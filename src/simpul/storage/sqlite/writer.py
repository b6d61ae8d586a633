"""The one writer of the file: many requests, few commits.

Statements run on the event loop, each request in a savepoint of its own; only COMMIT, which waits
for the disk, runs in a helper thread. What arrives meanwhile goes into the next group.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import apsw

from simpul.kernel.errors import Unavailable
from simpul.storage.sqlite.sealed import SealedMoments
from simpul.storage.sqlite.unit import SqliteUnit

Result = TypeVar("Result")
Work = Callable[[SqliteUnit], Any]
Done = tuple["asyncio.Future[Any]", Any, BaseException | None]

GROUP_SECONDS = 0.025
GROUP_SIZE = 500
_log = logging.getLogger(__name__)


class CommitFailed(Unavailable):
    """What was sent could not be written to disk; nothing of it was kept, send it again."""

    problem = "commit-failed"


class GroupWriter:
    """Implements `context.store.Writer`.

    after_commit: called on the loop with the regions that a commit touched; inline: commit on the
    loop too, which costs less where the disk answers at once; sealed: knows readings that are no
    longer in the file; measured: called after each group with its number of writes, its seconds,
    and whether it is on disk.
    """

    def __init__(
        self,
        connection: apsw.Connection,
        *,
        after_commit: Callable[[frozenset[str]], None] | None = None,
        inline: bool = False,
        sealed: SealedMoments | None = None,
        measured: Callable[[int, float, bool], None] | None = None,
    ) -> None:
        self._measured = measured
        self._connection = connection
        self._after_commit = after_commit
        self._inline = inline
        self._sealed = sealed
        self._waiting: deque[tuple[Work, asyncio.Future[Any]]] = deque()
        self._running: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="commit")
        self._closed = False

    async def write(self, work: Callable[[SqliteUnit], Result]) -> Result:
        """Run `work` in a savepoint of the next group and return when it is on disk.

        What `work` raises is raised here and undoes this work only.

        Raises:
            Unavailable: the group's commit failed, or the writer is closed; nothing was written.
        """
        if self._closed:
            raise CommitFailed("the broker is ending")
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, future))
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return await future

    async def close(self) -> None:
        """Finish what waits, then give the file back."""
        self._closed = True
        while self._running is not None:
            await asyncio.wait({self._running})
        self._thread.shutdown()
        self._connection.close()

    async def _run(self) -> None:
        try:
            while self._waiting:
                await self._group()
        finally:
            self._running = None

    async def _group(self) -> None:
        unit = SqliteUnit(self._connection, self._sealed)
        done: list[Done] = []
        began = time.monotonic()
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._perform(unit, done)
            await self._commit()
        except Exception as error:
            self._undo(done, error)
            self._measure(done, began, False)
            return
        self._measure(done, began, True)
        for future, result, raised in done:
            _settle(future, result, raised)
        if unit.touched and self._after_commit is not None:
            self._after_commit(frozenset(unit.touched))

    def _measure(self, done: list[Done], began: float, good: bool) -> None:
        if self._measured is not None:
            self._measured(len(done), time.monotonic() - began, good)

    def _perform(self, unit: SqliteUnit, done: list[Done]) -> None:
        """Do what waits, until the group is large enough; the rest goes into the next one."""
        ends = time.monotonic() + GROUP_SECONDS
        while self._waiting and len(done) < GROUP_SIZE:
            work, future = self._waiting.popleft()
            done.append((future, None, None))
            if not future.cancelled():
                done[-1] = self._one(unit, work, future)
            if not self._connection.in_transaction:
                raise apsw.Error("the transaction was lost")
            if time.monotonic() > ends:
                return

    def _one(self, unit: SqliteUnit, work: Work, future: asyncio.Future[Any]) -> Done:
        self._connection.execute("SAVEPOINT request")
        try:
            result = work(unit)
        except Exception as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK TO request")
                self._connection.execute("RELEASE request")
            return future, None, error
        self._connection.execute("RELEASE request")
        return future, result, None

    async def _commit(self) -> None:
        if self._inline:
            self._connection.execute("COMMIT")
            return
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._connection.execute, "COMMIT")

    def _undo(self, done: list[Done], error: Exception) -> None:
        """Nothing of the group was written: say so to everybody in it."""
        _log.error("a commit failed: %s", error)
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        if not done:
            done = [(future, None, None) for _, future in self._waiting]
            self._waiting.clear()
        for future, _, _ in done:
            _settle(future, None, CommitFailed())


def _settle(future: asyncio.Future[Any], result: Any, raised: BaseException | None) -> None:
    if future.done():
        return
    if raised is None:
        future.set_result(result)
    else:
        future.set_exception(raised)
