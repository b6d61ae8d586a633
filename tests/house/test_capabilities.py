"""The page of capabilities is whole, and what it claims is shown by tests that exist."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house import ROOT

PAGE = ROOT / "docs" / "reference" / "capabilities.md"
ROW = re.compile(r"^\| (\d+) \| (.+?) \| (.+?) \| (.*?) ?\| (.*?) ?\|$", re.M)


@dataclass(frozen=True)
class Row:
    number: int
    capability: str
    state: str
    seen_at: str
    tests: tuple[str, ...]


def rows() -> list[Row]:
    return [
        Row(int(number), what, state, seen, tuple(re.findall(r"`([^`]+)`", tests)))
        for number, what, state, seen, tests in ROW.findall(PAGE.read_text("utf-8"))
    ]


CLAIMS = [row for row in rows() if row.state != "none"]


def test_every_capability_stands_there_once() -> None:
    assert [row.number for row in rows()] == list(range(1, 101))


def test_every_state_is_one_of_three() -> None:
    assert {row.state for row in rows()} <= {"none", "part", "full"}


@pytest.mark.parametrize("row", CLAIMS, ids=lambda row: str(row.number))
def test_what_is_claimed_is_seen_somewhere_and_shown_by_a_test(row: Row) -> None:
    assert row.seen_at
    assert row.tests
    for name in row.tests:
        assert exists(name), f"{name} does not exist"


def test_what_is_not_there_claims_nothing() -> None:
    assert [
        row.number for row in rows() if row.state == "none" and (row.seen_at or row.tests)
    ] == []


def exists(name: str) -> bool:
    """Whether a test file, or a test in it, is there. name: ``tests/desk/test_x.py::test_y``."""
    file, _, test = name.partition("::")
    path = Path(ROOT / file)
    if not path.is_file():
        return False
    defined = {
        node.name
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    return not test or test in defined
