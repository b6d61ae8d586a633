"""Lines of the log: JSON for machines, words for people."""

from __future__ import annotations

import logging

import orjson

from simpul.entrypoints import logs


def a_record(error: bool = False) -> logging.LogRecord:
    logger = logging.getLogger("simpul.tests")
    try:
        1 / (0 if error else 1)
        info = None
    except ZeroDivisionError as raised:
        info = (type(raised), raised, raised.__traceback__)
    said = ("mqtt: %s", ("lost",), info)
    return logger.makeRecord("simpul.tests", logging.WARNING, "x.py", 1, *said, extra={"feed": "g"})


def test_machines_get_one_object_a_line() -> None:
    line = logs.formatter(terminal=False).format(a_record())
    told = orjson.loads(line)
    assert told.pop("timestamp").endswith("Z")
    assert told == {
        "event": "mqtt: lost",
        "level": "warning",
        "logger": "simpul.tests",
        "feed": "g",
    }
    failed = logs.formatter(terminal=False).format(a_record(error=True))
    assert "\n" not in failed
    assert "ZeroDivisionError" in orjson.loads(failed)["exception"]


def test_people_get_words() -> None:
    line = logs.formatter(terminal=True).format(a_record())
    assert "mqtt: lost" in line
    assert not line.startswith("{")
