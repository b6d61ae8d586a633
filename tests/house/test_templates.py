"""Templates keep the content security policy, and every page can be translated."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import engines

from tests.house import HOUSE

PAGES = sorted(HOUSE.glob("*/templates/**/*.html"))
COMMENT = re.compile(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}|<!--.*?-->", re.S)
INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "a style element": re.compile(r"<style\b", re.I),
    "an inline script": re.compile(
        r"<script\b(?![^>]*\bsrc=)(?![^>]*application/(ld\+)?json)", re.I
    ),
    "an inline handler": re.compile(r"<[^>]*\son\w+\s*=", re.I),
    "a script address": re.compile(r"javascript:", re.I),
}


def name_of(path: Path) -> str:
    return str(path.relative_to(HOUSE))


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_template_has_nothing_inline(path: Path) -> None:
    text = COMMENT.sub("", path.read_text("utf-8"))
    assert [name for name, pattern in INLINE.items() if pattern.search(text)] == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_template_can_be_read_by_django(path: Path) -> None:
    name = str(Path(*path.relative_to(HOUSE).parts[2:]))
    assert engines["django"].get_template(name)


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_template_stands_in_a_folder_named_after_its_room(path: Path) -> None:
    room, _, folder, *_ = path.relative_to(HOUSE).parts
    assert folder in {room, "templatetags"} or name_of(path) in {"web/templates/404.html"}
