"""The data wing for tests of indicators."""

from __future__ import annotations

from tests.city.conftest import world

__all__ = ["world"]
