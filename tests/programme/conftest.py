"""A safe with the demonstration authority and a folder for files; made once, as keys take time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simpul.desk import files
from simpul.desk.papers import safe
from simpul.government import middleware
from tests.factories import NOW

PASSPHRASE = b"frasa kunci"


@pytest.fixture(scope="session")
def authority_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("safe")
    safe.Safe(folder, b"rahasia").authority(now=NOW)
    return folder


@pytest.fixture
def papers(authority_folder: Path, tmp_path: Path) -> Iterator[Path]:
    """Lets the desk keep files and certificates in folders of the test."""
    kept_files, kept_safe = list(files._store), list(safe._safe)
    files.use(tmp_path / "files", limit=5 * 1024 * 1024)
    safe.use(authority_folder, b"rahasia")
    yield tmp_path
    files._store[:], safe._safe[:] = kept_files, kept_safe


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests of a test come in at the moment that the factories call the present."""
    monkeypatch.setattr(middleware.Visitor.__init__, "__defaults__", (lambda: NOW,))
