"""Lines of the log: words for people on a terminal, else one JSON object a line for collectors.

What the rooms say goes through the standard library; here it is only given its form.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog


def formatter(*, terminal: bool | None = None) -> logging.Formatter:
    """How a line looks. terminal: whether people read it; by default whether standard error is a
    terminal."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    people = sys.stderr.isatty() if terminal is None else terminal
    shape: list[Any] = [structlog.dev.ConsoleRenderer()]
    if not people:
        shape = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *shape],
    )


def configure() -> None:
    """Let this process write its log so: what rooms tell, and warnings of everybody else."""
    handler = logging.StreamHandler()
    handler.setFormatter(formatter())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("simpul").setLevel(logging.INFO)
