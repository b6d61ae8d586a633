"""The page on mappings shows what is tested: its examples are read as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

import orjson
import pytest

from simpul.connectors.mapping import read_mapping
from simpul.connectors.model import Reason
from tests.factories_data import BMKG_MAPPING, GAUGE_MAPPING, ISPU_MAPPING

DOCS = Path(__file__).parents[2] / "docs" / "reference"
EXAMPLES = [
    orjson.loads(text)
    for text in re.findall(r"```json\n(.*?)```", (DOCS / "mapping.md").read_text(), re.DOTALL)
]


@pytest.mark.parametrize("tested", [BMKG_MAPPING, ISPU_MAPPING, GAUGE_MAPPING])
def test_every_tested_mapping_stands_on_the_page(tested: dict[str, object]) -> None:
    assert tested in EXAMPLES


def test_every_example_on_the_page_is_a_mapping() -> None:
    assert len(EXAMPLES) == 4
    for example in EXAMPLES:
        assert read_mapping(example, entity_type="T").attributes


def test_every_reason_stands_on_the_page_of_the_broker() -> None:
    page = (DOCS / "broker.md").read_text()
    assert [reason for reason in Reason if f"`{reason}`" not in page] == []
