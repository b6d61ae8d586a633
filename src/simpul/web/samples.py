"""What the design page shows: every part in every state, from made-up but plausible facts."""

from __future__ import annotations

from typing import Any


def everything() -> dict[str, Any]:
    """The context of ``/desain/``."""
    return {}
