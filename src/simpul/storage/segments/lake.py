"""Reading segments: DuckDB in memory, its memory and threads capped, every file named."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from simpul.storage.segments.schema import HotRow

MEMORY = "256MB"
THREADS = 1
FETCH = 10_000
SMALLEST_US = 60_000_000

_ROWS = (
    "SELECT series, epoch_us(observed), ordinal, number, whole, exact, body, sequence,"
    " epoch_us(received) FROM read_parquet($paths)"
    " WHERE series IN (SELECT unnest($series::BIGINT[]))"
    " AND observed >= make_timestamptz($start) AND observed < make_timestamptz($end)"
    " AND sequence <= $as_of ORDER BY series, observed, ordinal"
)
_ONE = _ROWS.replace("series IN (SELECT unnest($series::BIGINT[]))", "series = $series")
_HOUR = "epoch_us(observed) // 3600000000"
_IN_FORCE = (
    "SELECT series, any_value(attribute) AS attribute, any_value(unit) AS unit,"
    " make_timestamptz(hour * 3600000000) AS hour,"
    " count(number) AS count, fsum(number) AS sum, min(number) AS minimum,"
    " max(number) AS maximum, $segment::INTEGER AS segment"
    f" FROM (SELECT series, attribute, unit, number, {_HOUR} AS hour"
    " FROM read_parquet($paths)${among}"
    " QUALIFY row_number() OVER (PARTITION BY series, observed ORDER BY ordinal DESC) = 1)"
    " GROUP BY series, hour ORDER BY series, hour"
)
_AMONG = f" WHERE (series, {_HOUR}) IN (SELECT (series, {_HOUR}) FROM read_parquet($changed))"
_HOURS = (
    "SELECT series, epoch_us(hour), count, sum, minimum, maximum FROM read_parquet($paths)"
    " WHERE series IN (SELECT unnest($series::BIGINT[]))"
    " AND hour >= make_timestamptz($start) AND hour < make_timestamptz($end)"
    " QUALIFY row_number() OVER (PARTITION BY series, hour ORDER BY segment DESC) = 1"
    " ORDER BY series, hour"
)
HourRow = tuple[int, int, int, float | None, float | None, float | None]


class Lake:
    """Questions to segment files below one folder; any number of threads may ask."""

    def __init__(self, folder: Path, *, memory: str = MEMORY) -> None:
        self.folder = folder
        self._memory = memory
        self._lock = threading.Lock()
        self._opened: duckdb.DuckDBPyConnection | None = None

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection for one question."""
        with self._lock:
            if self._opened is None:
                self._opened = _open(self._memory)
            return self._opened.cursor()

    def files(self, paths: Sequence[str]) -> list[str]:
        """Where these files of the manifest are."""
        return [str(self.folder / path) for path in paths]

    def rows(
        self, paths: Sequence[str], series: Sequence[int], start: int, end: int, as_of: int
    ) -> Iterator[HotRow]:
        """Rows of these series with start <= observed < end (microseconds) and a sequence up to
        as_of, corrections and all, by series, moment and ordinal. What does not fit into memory is
        asked for in halves."""
        given = False
        try:
            for row in self._rows(paths, series, start, end, as_of):
                given = True
                yield row
        except duckdb.OutOfMemoryException:
            parts = [] if given else _halves(series, start, end)
            if not parts:
                raise
            for part in parts:
                yield from self.rows(paths, *part, as_of)

    def _rows(
        self, paths: Sequence[str], series: Sequence[int], start: int, end: int, as_of: int
    ) -> Iterator[HotRow]:
        one = len(series) == 1
        values = {
            "paths": self.files(paths),
            "series": series[0] if one else list(series),
            "start": start,
            "end": end,
            "as_of": as_of,
        }
        for row in self._asked(_ONE if one else _ROWS, values):
            number, observed, ordinal, value, whole, exact, body, sequence, received = row
            if whole:
                value = int(value) if exact is None else exact
            yield number, observed, ordinal, value, body, sequence, received

    def hours(
        self, paths: Sequence[str], series: Sequence[int], start: int, end: int
    ) -> Iterator[HourRow]:
        """Roll-ups of these series by hour, of each hour the one made last."""
        values = {
            "paths": self.files(paths),
            "series": list(series),
            "start": start,
            "end": end,
        }
        return self._asked(_HOURS, values)

    def roll_up(self, paths: Sequence[Path], changed: Path | None, segment: int) -> pa.Table:
        """Count, sum, minimum and maximum by series and hour of the numbers in force.

        paths: every segment of a day; changed: only hours that this file has a reading of.
        """
        values: dict[str, Any] = {"paths": [str(path) for path in paths], "segment": segment}
        if changed is not None:
            values["changed"] = str(changed)
        text = _IN_FORCE.replace("${among}", "" if changed is None else _AMONG)
        with self.cursor() as cursor:
            return cursor.sql(text, params=values).to_arrow_table()

    def _asked(self, text: str, values: dict[str, Any]) -> Iterator[Any]:
        with self.cursor() as cursor:
            cursor.execute(text, values)
            while rows := cursor.fetchmany(FETCH):
                yield from rows

    def close(self) -> None:
        """Give the memory back."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None


def _halves(series: Sequence[int], start: int, end: int) -> list[tuple[Sequence[int], int, int]]:
    """A question in two parts whose answers follow each other; none where it is small."""
    if len(series) > 1:
        middle = len(series) // 2
        ordered = sorted(series)
        return [(ordered[:middle], start, end), (ordered[middle:], start, end)]
    if end - start <= SMALLEST_US:
        return []
    between = (start + end) // 2
    return [(series, start, between), (series, between, end)]


def _open(memory: str) -> duckdb.DuckDBPyConnection:
    """An empty database in memory that loads nothing and writes nowhere."""
    return duckdb.connect(
        ":memory:",
        config={
            "memory_limit": memory,
            "threads": THREADS,
            "temp_directory": "",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )
