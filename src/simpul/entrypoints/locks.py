"""Who works in a data folder: locks that the system gives back when their holder ends."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from simpul.kernel.errors import Conflict


class InUse(Conflict):
    """Another process works there already."""

    problem = "in-use"


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """Hold the lock of this file for as long as the block runs.

    Raises:
        InUse: somebody else holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(f"{path} is held by another process") from None
        yield


def is_held(path: Path) -> bool:
    """Whether somebody holds the lock of this file."""
    if not path.exists():
        return False
    try:
        with hold(path):
            return False
    except InUse:
        return True
