"""The data wing for tests of the city's pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simpul.city import ports
from tests.city.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An empty data.db, configured as this process's data wing."""
    before = ports.data_wing()
    made = World(tmp_path / "data.db")
    ports.configure(made.wing)
    yield made
    ports.configure(before)
    made.close()
