"""The data wing and a small city for tests of the pages across rooms."""

from __future__ import annotations

import pytest

from simpul.programme import operations
from tests.city.conftest import world
from tests.insight.factories import NOW, Town
from tests.insight.factories import town as make_town

__all__ = ["town", "world"]


@pytest.fixture
def town(db: None) -> Town:
    """A city with a quick win that is measured, a late action and one inside the government."""
    made = make_town()
    operations.measure(action=made.quick_win, indicator=made.indicator, now=NOW)
    return made
