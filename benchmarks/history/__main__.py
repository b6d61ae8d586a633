"""Seals generated observations and times the questions that pages and indicators ask.

    python -m benchmarks.history [OBSERVATIONS] [--realistic] [--folder FOLDER]

1,000 entities with four attributes over 30 days: values of one decimal, jitter of two seconds,
four attributes that share a moment. `--realistic` reports each attribute on its own clock and
lets values have three decimals. Everything is sealed by the product's own code from the product's
own table; the same questions go to that table in SQLite in the same run.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from benchmarks.history.generator import (
    ATTRIBUTES,
    DAYS,
    FIRST_DAY,
    REGION,
    fill,
)

from simpul.history.model import Segment
from simpul.kernel.time import to_us
from simpul.storage.segments.lake import Lake
from simpul.storage.segments.sealing import Sealer
from simpul.storage.sqlite.connection import open_writer
from simpul.storage.sqlite.sealed import add_segment
from simpul.storage.sqlite.store import SqliteReaders, open_readers
from simpul.storage.sqlite.unsealed import SqliteUnsealed

NAMED = ("series", "observed", "number", "region", "entity", "attribute", "unit", "feed", "dataset")
REPEATS = 5
_HOURLY = (
    "SELECT series, epoch_us(observed) // 3600000000 AS hour, avg(number), min(number),"
    " max(number), quantile_cont(number, 0.95) FROM read_parquet($paths)"
    " WHERE attribute = 'a0' GROUP BY ALL"
)
_DAYS = (
    "SELECT attribute, epoch_us(hour) // 86400000000 AS day, sum(count), sum(sum) FROM"
    " (SELECT attribute, hour, sum(count) AS count, sum(sum) AS sum FROM read_parquet($paths)"
    " GROUP BY attribute, hour) GROUP BY ALL"
)
_PLAIN_HOURLY = (
    "SELECT h.series, h.observed / 3600000000, avg(h.number), min(h.number), max(h.number)"
    " FROM series AS s JOIN hot AS h ON h.region = s.region AND h.series = s.number"
    " WHERE s.attribute = 'a0' GROUP BY 1, 2"
)
_PLAIN_DAYS = (
    "SELECT s.attribute, h.observed / 86400000000, count(h.number), sum(h.number)"
    " FROM series AS s JOIN hot AS h ON h.region = s.region AND h.series = s.number GROUP BY 1, 2"
)


class Kept:
    """Implements `history.store.Sealing`; leaves the hot rows for the comparison."""

    def __init__(self, path: Path) -> None:
        self._connection = open_writer(path)

    def register(self, segment: Segment) -> None:
        add_segment(self._connection, segment)

    def clear(self, region: str, day: Any) -> None:
        return None


def timed(question: Callable[[], Any], repeats: int = REPEATS) -> tuple[str, Any]:
    """The least milliseconds of some tries, seen and of CPU, and the answer."""
    seen, cpu, answer = [], [], None
    for _ in range(repeats):
        begins, used = time.perf_counter(), time.process_time()
        answer = question()
        seen.append((time.perf_counter() - begins) * 1000)
        cpu.append((time.process_time() - used) * 1000)
    return f"{min(seen):.1f} ms ({min(cpu):.1f} CPU)", answer


def seal(path: Path, stores: SqliteReaders) -> list[Segment]:
    """Seal every day; the manifest."""
    unsealed = SqliteUnsealed(stores.readers, stores.history)
    sealer = Sealer(unsealed, Kept(path), stores.lake, timedelta())
    begins, used = time.perf_counter(), time.process_time()
    days = [FIRST_DAY + timedelta(days=number) for number in range(DAYS)]
    now = datetime.now(UTC)
    for day in days:
        sealer.seal(REGION, day, now)
    taken, cpu = time.perf_counter() - begins, time.process_time() - used
    print(f"sealed in {taken:.1f} s ({cpu:.1f} CPU)")
    return manifest(stores)


def manifest(stores: SqliteReaders) -> list[Segment]:
    """Every segment, by day."""
    unsealed = SqliteUnsealed(stores.readers, stores.history)
    days = [FIRST_DAY + timedelta(days=number) for number in range(DAYS)]
    return [each for day in days for each in unsealed.segments(REGION, day)]


def sizes(lake: Lake, segments: list[Segment]) -> dict[str, int]:
    """Compressed bytes by column, and of whole files."""
    found: dict[str, int] = {"files": sum(each.size for each in segments)}
    for segment in segments:
        about = pq.ParquetFile(lake.folder / segment.path).metadata
        for group in range(about.num_row_groups):
            for place in range(about.num_columns):
                column = about.row_group(group).column(place)
                name = column.path_in_schema
                found[name] = found.get(name, 0) + column.total_compressed_size
    return found


def show_sizes(found: dict[str, int], rows: int) -> None:
    named = sum(found[name] for name in NAMED)
    print(f"bytes per observation, columns the design names: {named / rows:.2f}")
    print(f"bytes per observation, whole files:              {found['files'] / rows:.2f}")
    columns = sorted(((size / rows, name) for name, size in found.items()), reverse=True)
    print("  " + ", ".join(f"{name} {size:.2f}" for size, name in columns if name != "files"))


def ask(folder: Path) -> None:
    """Print what each question takes, sealed and plain; in a process that did nothing before."""
    stores = open_readers(folder / "data.db")
    segments = manifest(stores)
    lake, connection = stores.lake, stores.readers.connection()
    readings = lake.files([each.path for each in segments])
    hours = lake.files([each.hours for each in segments])
    one = [each.number for each in stores.history.series_of_entity(REGION, "urn:ngsi-ld:Device:7")]
    begins = to_us(datetime.combine(segments[len(segments) // 2].day, datetime.min.time(), UTC))
    ends = begins + 86_400_000_000
    day = [segments[len(segments) // 2].path]

    def of_lake(text: str, paths: list[str]) -> Any:
        with lake.cursor() as cursor:
            return cursor.sql(text, params={"paths": paths}).to_arrow_table()

    def plain(text: str, *values: Any) -> list[Any]:
        return list(connection.execute(text, values))

    def plain_day() -> list[Any]:
        text = "SELECT * FROM hot WHERE region = ? AND series = ? AND observed BETWEEN ? AND ?"
        return [row for each in one for row in plain(text, REGION, each, begins, ends - 1)]

    line("one entity's day", lambda: list(lake.rows(day, one, begins, ends, 2**62)), plain_day)
    line(
        "hourly mean, min, max, p95 of 1,000 series (SQLite without p95)",
        lambda: of_lake(_HOURLY, readings),
        lambda: plain(_PLAIN_HOURLY),
    )
    line(
        "totals by day and attribute, from roll-ups",
        lambda: of_lake(_DAYS, hours),
        lambda: plain(_PLAIN_DAYS),
    )


def line(name: str, sealed: Callable[[], Any], plain: Callable[[], Any]) -> None:
    quick, found = timed(sealed)
    memory = peak()
    slow, same = timed(plain, 1)
    assert len(found) == len(same), (name, len(found), len(same))
    print(
        f"{name}: {quick} sealed, {slow} plain SQLite; {len(found):,} rows, at most {memory:.0f} MB"
    )


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(folder: Path, observations: int, *, realistic: bool) -> None:
    path = folder / "data.db"
    begins = time.perf_counter()
    rows = fill(path, observations, realistic=realistic)
    print(
        f"{rows:,} observations, {len(ATTRIBUTES)} attributes, {DAYS} days"
        f"{', realistic' if realistic else ''}; made in {time.perf_counter() - begins:.0f} s"
    )
    print(f"bytes per observation in SQLite:                 {path.stat().st_size / rows:.1f}")
    stores = open_readers(path)
    segments = seal(path, stores)
    assert sum(each.rows for each in segments) == rows
    show_sizes(sizes(stores.lake, segments), rows)
    stores.close()
    subprocess.run([sys.executable, "-m", "benchmarks.history", "--ask", str(folder)], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("observations", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--realistic", action="store_true")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--ask", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.ask:
        return ask(given.ask)
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        run(Path(folder), given.observations, realistic=given.realistic)


if __name__ == "__main__":
    main()
