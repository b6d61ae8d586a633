"""The reference pages say what the program does."""

from __future__ import annotations

import pytest

from scripts import reference


@pytest.mark.parametrize("name", reference.PAGES)
def test_a_page_is_what_the_program_says(name: str) -> None:
    assert (reference.FOLDER / name).read_text("utf-8") == reference.PAGES[name]()


def test_the_page_of_the_command_line_names_every_visible_word() -> None:
    page = reference.command_line()
    assert "    simpul user create [options] username\n" in page
    assert "| `--administers CODE` |" in page
    assert "--watched" not in page
