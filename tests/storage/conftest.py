from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories_data import Wing


@pytest.fixture
def wing(tmp_path: Path) -> Iterator[Wing]:
    opened = Wing(tmp_path)
    yield opened
    opened.close()
