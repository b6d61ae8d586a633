"""Shared by the tests of evaluation: the shipped instruments, read once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from simpul.evaluation import checking
from simpul.evaluation.instrument import Instrument, parse

WORKED = Path(__file__).parent / "worked"


@pytest.fixture(scope="session")
def bodies() -> dict[str, dict[str, Any]]:
    """Key to body of every instrument that ships."""
    return {
        path.stem: checking.load(path.read_text(encoding="utf-8"))
        for path in sorted(checking.FOLDER.glob("*.yaml"))
    }


@pytest.fixture(scope="session")
def instruments(bodies: dict[str, dict[str, Any]]) -> dict[str, Instrument]:
    return {key: parse(body) for key, body in bodies.items()}


@pytest.fixture(scope="session")
def worked() -> dict[int, dict[str, Any]]:
    """Year to the worked example of Kabupaten Malang, from the official report."""
    return {
        year: yaml.safe_load((WORKED / f"worked-example-malang-{year}.yaml").read_text())
        for year in (2022, 2023)
    }
