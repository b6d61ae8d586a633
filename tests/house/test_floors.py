"""Imports, relations and templates only point down."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Model

from tests.house import HOUSE, ROOT, floors, room_of

TEMPLATE_NAME = re.compile(r"""\{%\s*(?:include|extends)\s+["']([^"']+)["']""")
ROUTE_NAME = re.compile(r"""\{%\s*url\s+["']([^"']+)["']""")


def test_imports_keep_their_contracts(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo"]
    done = subprocess.run(
        [*command, "--cache-dir", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def our_models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("simpul.")]


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model.__name__)
def test_relations_of_a_model_point_down(model: type[Model]) -> None:
    known = floors()
    for field in model._meta.get_fields():
        target = field.related_model if field.concrete else None
        if isinstance(target, type) and target.__module__.startswith("simpul."):
            here, there = room_of(model.__module__), room_of(target.__module__)
            assert known[there] <= known[here], f"{model.__name__}.{field.name} points up"


def templates() -> list[Path]:
    return sorted(HOUSE.glob("*/templates/**/*.*"))


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(HOUSE)))
def test_a_template_takes_in_no_template_of_a_higher_room(path: Path) -> None:
    known = floors()
    room = path.relative_to(HOUSE).parts[0]
    for name in TEMPLATE_NAME.findall(path.read_text("utf-8")):
        there = name.split("/")[0]
        assert there in known, f"{name} belongs to no room"
        assert known[there] <= known[room], f"{name} stands higher"


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(HOUSE)))
def test_a_template_links_to_no_page_of_a_higher_room(path: Path) -> None:
    known = floors()
    room = path.relative_to(HOUSE).parts[0]
    higher = {name for name, there in routes_by_name().items() if known[there] > known[room]}
    assert not higher & set(ROUTE_NAME.findall(path.read_text("utf-8")))


def routes_by_name() -> dict[str, str]:
    """The room in which each named route is defined; read from the source, not from Django."""
    found = re.compile(r"""\bname=["']([\w-]+)["']""")
    return {
        name: path.relative_to(HOUSE).parts[0]
        for path in sorted(HOUSE.glob("*/urls.py"))
        for name in found.findall(path.read_text("utf-8"))
    }
