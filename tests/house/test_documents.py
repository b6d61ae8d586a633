"""What the documents point at is there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.house import ROOT

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
CODE = re.compile(r"```.*?```|`[^`]*`", re.S)


def documents() -> list[Path]:
    """Every page that is part of the repository."""
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in names.stdout.splitlines() if (path := ROOT / name).exists()]


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    targets = LINK.findall(CODE.sub("", path.read_text("utf-8")))
    local = [target for target in targets if "://" not in target and not target.startswith("/")]
    assert [target for target in local if not (path.parent / target).exists()] == []


def test_every_decision_has_a_number_of_its_own_and_a_standing() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        title, _, standing, *_ = page.read_text("utf-8").splitlines()
        assert title.startswith(f"# {int(page.name[:4])}. ")
        assert re.match(r"(Accepted|Proposed|Superseded by .+), \w+ \d{4}\.", standing)
