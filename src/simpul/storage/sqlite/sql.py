"""The named statements of `queries.sql` and `sealing.sql`, and the migrations beside it."""

from __future__ import annotations

import re
from importlib.resources import files

_NAMED = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


def _load() -> dict[str, str]:
    folder = files(__package__)
    text = "\n".join(folder.joinpath(name).read_text() for name in ("queries.sql", "sealing.sql"))
    parts = _NAMED.split(text)[1:]
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return {name: _bare(body) for name, body in pairs}


def _bare(body: str) -> str:
    lines = [line for line in body.splitlines() if not line.startswith("--")]
    return "\n".join(lines).strip()


def migrations() -> list[str]:
    """The text of every migration, in order; the first makes version 1."""
    folder = files(__package__).joinpath("migrations")
    found = sorted(each.name for each in folder.iterdir() if each.name.endswith(".sql"))
    return [folder.joinpath(name).read_text() for name in found]


SQL: dict[str, str] = _load()
