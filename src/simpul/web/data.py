"""The numbers of a page as JSON and CSV, each with its unit, date and a link to its method."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse

from simpul.kernel.errors import BadInput
from simpul.kernel.time import format_time

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Column:
    """name: the key in every row; label: for people; unit: as the numbers are measured."""

    name: str
    label: str
    unit: str | None = None


def table_response(
    request: HttpRequest,
    columns: Sequence[Column],
    rows: Iterable[Mapping[str, Any]],
    name: str,
    *,
    title: str = "",
    date: dt.date | dt.datetime | None = None,
    method: str | None = None,
) -> HttpResponse:
    """The table as the address asks for it: ``….csv`` or ``….json``.

    rows: mappings by column name, a missing name is null; name: of the downloaded file, without
    ending; date: the day or moment the numbers speak of; method: address of the page that says how
    they came to be. Numbers that a float would change are written as text.

    Raises:
        BadInput: the address has neither ending.
    """
    link = request.build_absolute_uri(method) if method else None
    if request.path.endswith(".csv"):
        return _csv(columns, rows, name, link)
    if request.path.endswith(".json"):
        head = {"name": name, "title": title or name, "date": _plain(date), "method": link}
        return _json(columns, rows, head)
    raise BadInput("ask for .json or .csv", field="format")


def _json(
    columns: Sequence[Column], rows: Iterable[Mapping[str, Any]], head: dict[str, Any]
) -> HttpResponse:
    body = head | {
        "columns": [
            {"name": column.name, "label": str(column.label), "unit": column.unit}
            for column in columns
        ],
        "rows": [{column.name: _plain(row.get(column.name)) for column in columns} for row in rows],
    }
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(text, content_type="application/json")


def _csv(
    columns: Sequence[Column], rows: Iterable[Mapping[str, Any]], name: str, link: str | None
) -> HttpResponse:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_header(column) for column in columns])
    writer.writerows([_cell(row.get(column.name)) for column in columns] for row in rows)
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8; header=present")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    if link:
        response.headers["Link"] = f'<{link}>; rel="describedby"'
    return response


def _header(column: Column) -> str:
    return f"{column.name} [{column.unit}]" if column.unit else column.name


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return format_time(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return _number(value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return str(value)


def _number(value: Decimal) -> int | float | str:
    if value == value.to_integral_value() and abs(value) < 2**53:
        return int(value)
    return float(value) if Decimal(repr(float(value))) == value else str(value)


def _cell(value: Any) -> str:
    """A spreadsheet must read text as text: what looks like a formula is quoted."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, Decimal)):
        return str(value)
    text = str(_plain(value))
    return f"'{text}" if text.startswith(_FORMULA) else text
