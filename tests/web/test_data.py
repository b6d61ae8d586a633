"""The numbers of a page as JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from simpul.kernel.errors import BadInput
from simpul.web.data import Column, table_response

COLUMNS = [Column("name", "Nama"), Column("level", "Tinggi muka air", "cm"), Column("at", "Saat")]
ROWS: list[dict[str, Any]] = [
    {
        "name": "Rangkui, hulu",
        "level": Decimal("42.50"),
        "at": datetime(2026, 11, 21, 7, tzinfo=UTC),
    },
    {"name": "Air Itam", "level": None, "at": date(2026, 11, 21)},
]


def ask(address: str, rows: list[dict[str, Any]] | None = None, **more: Any) -> HttpResponse:
    request = RequestFactory().get(address)
    return table_response(request, COLUMNS, ROWS if rows is None else rows, "tinggi", **more)


def lines(response: HttpResponse) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8"))))


def test_json_says_unit_date_and_method() -> None:
    answer = ask(
        "/19.71/x/data.json", date=date(2026, 11, 21), method="/19.71/indikator/a/", title="Tinggi"
    )
    body = json.loads(answer.content)
    assert answer.headers["Content-Type"] == "application/json"
    assert body["columns"][1] == {"name": "level", "label": "Tinggi muka air", "unit": "cm"}
    assert body["date"] == "2026-11-21"
    assert body["method"] == "http://testserver/19.71/indikator/a/"
    assert body["rows"] == [
        {"name": "Rangkui, hulu", "level": 42.5, "at": "2026-11-21T07:00:00Z"},
        {"name": "Air Itam", "level": None, "at": "2026-11-21"},
    ]


def test_csv_has_a_header_with_units_and_leaves_the_unknown_empty() -> None:
    answer = ask("/19.71/x/data.csv", method="/19.71/indikator/a/")
    assert answer.headers["Content-Type"].startswith("text/csv; charset=utf-8")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="tinggi.csv"'
    assert answer.headers["Link"] == '<http://testserver/19.71/indikator/a/>; rel="describedby"'
    assert lines(answer) == [
        ["name", "level [cm]", "at"],
        ["Rangkui, hulu", "42.50", "2026-11-21T07:00:00Z"],
        ["Air Itam", "", "2026-11-21"],
    ]


def test_a_missing_member_is_null_and_zero_stays_zero() -> None:
    body = json.loads(ask("/data.json", [{"level": 0}]).content)
    assert body["rows"] == [{"name": None, "level": 0, "at": None}]


def test_a_number_that_a_float_would_change_is_written_as_text() -> None:
    exact = Decimal("0.12345678901234567890123")
    body = json.loads(ask("/data.json", [{"level": exact}, {"level": Decimal("3.00")}]).content)
    assert [row["level"] for row in body["rows"]] == [str(exact), 3]


@pytest.mark.parametrize("text", ["=1+1", "+62812", "-2 m", "@here", "\tx"])
def test_a_spreadsheet_reads_text_as_text(text: str) -> None:
    assert lines(ask("/data.csv", [{"name": text, "level": -2}]))[1][:2] == [f"'{text}", "-2"]


def test_truth_is_written_out() -> None:
    assert lines(ask("/data.csv", [{"name": True}, {"name": False}]))[1:] == [
        ["true", "", ""],
        ["false", "", ""],
    ]


def test_another_ending_is_refused() -> None:
    with pytest.raises(BadInput):
        ask("/data.xml")
