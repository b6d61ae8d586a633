"""What a segment holds, column by column.

Few series, values and texts repeat, so they go into dictionaries; moments and sequences stay
plain, because attributes reported together repeat them and zstd sees that. Descriptions of the
series cost a few hundredths of a byte a reading and let a file be read without the database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from simpul.history.model import Series

MICROSECONDS = pa.timestamp("us", tz="UTC")
LARGEST_EXACT = 2**53

# series, observed, ordinal, number, body, sequence, received: as in the table of hot rows.
HotRow = tuple[int, int, int, float | int | None, bytes | None, int, int | None]

DESCRIPTIONS = ("region", "entity", "type", "attribute", "dataset", "feed", "unit")
SCHEMA = pa.schema(
    [
        pa.field("series", pa.int64(), nullable=False),
        *(pa.field(name, pa.string()) for name in DESCRIPTIONS),
        pa.field("observed", MICROSECONDS, nullable=False),
        pa.field("ordinal", pa.int32(), nullable=False),
        pa.field("number", pa.float64()),
        pa.field("whole", pa.bool_(), nullable=False),
        pa.field("exact", pa.int64()),
        pa.field("body", pa.binary()),
        pa.field("sequence", pa.int64(), nullable=False),
        pa.field("received", MICROSECONDS),
    ]
)
IN_DICTIONARIES = ["series", *DESCRIPTIONS, "ordinal", "number", "body"]

HOURS = pa.schema(
    [
        pa.field("series", pa.int64(), nullable=False),
        pa.field("attribute", pa.string()),
        pa.field("unit", pa.string()),
        pa.field("hour", MICROSECONDS, nullable=False),
        pa.field("count", pa.int64(), nullable=False),
        pa.field("sum", pa.float64()),
        pa.field("minimum", pa.float64()),
        pa.field("maximum", pa.float64()),
        pa.field("segment", pa.int32(), nullable=False),
    ]
)


def table(rows: Sequence[HotRow], known: Mapping[int, Series]) -> pa.Table:
    """Rows in their order as a table of `SCHEMA`.

    A whole number stays one (`whole`); one that a float cannot hold stands in `exact` as well.
    """
    columns = list(zip(*rows, strict=True))
    numbers = columns[3]
    whole = [isinstance(each, int) for each in numbers]
    arrays = {
        "series": pa.array(columns[0], pa.int64()),
        **_descriptions(columns[0], known),
        "observed": pa.array(columns[1], MICROSECONDS),
        "ordinal": pa.array(columns[2], pa.int32()),
        "number": pa.array([None if each is None else float(each) for each in numbers]),
        "whole": pa.array(whole, pa.bool_()),
        "exact": pa.array([_exact(each) for each in numbers], pa.int64()),
        "body": pa.array(columns[4], pa.binary()),
        "sequence": pa.array(columns[5], pa.int64()),
        "received": pa.array(columns[6], MICROSECONDS),
    }
    arrays["number"] = arrays["number"].cast(pa.float64())
    return pa.table([arrays[name] for name in SCHEMA.names], schema=SCHEMA)


def _exact(number: float | int | None) -> int | None:
    return number if isinstance(number, int) and abs(number) > LARGEST_EXACT else None


def _descriptions(numbers: Sequence[int], known: Mapping[int, Series]) -> dict[str, pa.Array]:
    distinct = list(dict.fromkeys(numbers))
    place = {number: position for position, number in enumerate(distinct)}
    positions = pa.array([place[number] for number in numbers], pa.int32())
    series = [known[number] for number in distinct]
    said = {
        "region": [each.region for each in series],
        "entity": [each.entity_id for each in series],
        "type": [each.entity_type for each in series],
        "attribute": [each.attribute for each in series],
        "dataset": [each.dataset for each in series],
        "feed": [each.feed for each in series],
        "unit": [each.unit for each in series],
    }
    return {name: pa.array(said[name], pa.string()).take(positions) for name in DESCRIPTIONS}
