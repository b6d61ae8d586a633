"""Nothing grows too large to be read, nothing is left half done."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house import ROOT, SOURCE

LONGEST_FILE = 600
LONGEST_FUNCTION = 50
LEFT_OVER = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b|NotImplemented" r"Error")
CHECKING = re.compile(r"assert|expect|raises|warns|check|verify|must|fail", re.I)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def python(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, Function):
            yield node


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_no_file_is_longer_than_600_lines() -> None:
    files = [*python("src", "scripts", "tests"), *SOURCE.glob("**/templates/**/*.html")]
    long = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in files}
    assert {name: lines for name, lines in long.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_longer_than_50_lines() -> None:
    long = {
        f"{name_of(path)}:{node.name}": length
        for path in python("src", "scripts")
        for node in functions(path)
        if (length := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    }
    assert long == {}


def test_nothing_is_left_for_later() -> None:
    found = [
        f"{name_of(path)}:{number}"
        for path in python("src", "scripts", "tests")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if LEFT_OVER.search(line)
    ]
    assert found == []


def test_no_test_is_skipped() -> None:
    skipping = re.compile(r"mark\.(skip|xfail)|pytest\.(skip|xfail|importor" r"skip)\(")
    found = [name_of(path) for path in python("tests") if skipping.search(path.read_text("utf-8"))]
    assert found == [name_of(Path(__file__))] or found == []


def says_something(test: Function) -> bool:
    """Whether a test can fail for another reason than an accident."""
    return any(
        isinstance(node, ast.Assert | ast.Raise)
        or (isinstance(node, ast.Call) and CHECKING.search(ast.unparse(node.func)))
        for node in ast.walk(test)
    )


def test_every_test_asserts_something() -> None:
    mute = [
        f"{name_of(path)}:{node.name}"
        for path in python("tests")
        for node in functions(path)
        if node.name.startswith("test_") and not says_something(node)
    ]
    assert mute == []


def test_rooms_do_not_hide_imports_in_functions() -> None:
    """Imports stand at the top, where the floors are checked and seen. Only the command line, which
    loads no more than a verb needs, and Django's app configurations import later."""
    hidden = [
        f"{name_of(path)}:{node.name}"
        for path in python("src/simpul")
        if path.name not in {"apps.py", "cli.py"}
        for node in functions(path)
        if any(isinstance(inner, ast.Import | ast.ImportFrom) for inner in ast.walk(node))
    ]
    assert hidden == []
