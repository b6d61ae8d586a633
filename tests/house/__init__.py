"""Checks of the house itself: floors, sizes, words, pages, promises of the documentation."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
HOUSE = SOURCE / "simpul"


def floors() -> dict[str, int]:
    """The floor of every room, from the contract that import-linter holds: 0 is the lowest."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = next(c["layers"] for c in contracts["contracts"] if c["type"] == "layers")
    return {
        room.strip(" ()"): floor
        for floor, layer in enumerate(reversed(layers))
        for room in layer.split("|")
    }


def room_of(module: str) -> str:
    """The room in which a module stands, e.g. ``desk`` for ``simpul.desk.models``."""
    return module.split(".")[1]
