"""Topics: which are a feed's, and what a mapping may know of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simpul.connectors.model import Feed
from simpul.kernel.errors import Unprocessable
from simpul.kernel.ids import is_region_code

LONGEST = 512


class BadTopics(Unprocessable):
    """A feed cannot be had on these topics."""

    problem = "bad-topics"


def check_topics(feed: Feed) -> None:
    """Accept a feed whose topics can be subscribed to, and whose messages can be read.

    Raises:
        BadTopics: with messages by field.
    """
    errors = {
        f"topics[{number}]": [wrong]
        for number, pattern in enumerate(feed.topics)
        if (wrong := _wrong_with(pattern, feed.region))
    }
    if feed.topics and not feed.mapping:
        errors["mapping"] = ["is needed to read what comes by MQTT"]
    if errors:
        field, messages = next(iter(errors.items()))
        raise BadTopics(f"{field}: {messages[0]}", errors=errors)


def _wrong_with(pattern: str, region: str) -> str | None:
    levels = pattern.split("/")
    if not pattern or len(pattern.encode()) > LONGEST or "\0" in pattern:
        return f"a pattern has 1 to {LONGEST} bytes"
    if levels[0] in {"+", "#"} or pattern.startswith("$"):
        return "the first level must be a name"
    if is_region_code(levels[0]) and levels[0] != region:
        return f"the first level is the code of another region than {region}"
    if any(len(level) > 1 and ("+" in level or "#" in level) for level in levels):
        return "+ and # stand for whole levels"
    if "#" in levels[:-1]:
        return "# can only be the last level"
    return None


def matches(pattern: str, topic: str) -> bool:
    """Whether a topic is among those that a pattern means (MQTT 5, 4.7)."""
    wanted, given = pattern.split("/"), topic.split("/")
    for place, level in enumerate(wanted):
        if level == "#":
            return True
        if place >= len(given) or level not in {"+", given[place]}:
            return False
    return len(wanted) == len(given)


def feeds_on(topic: str, feeds: Iterable[Feed]) -> list[Feed]:
    """The feeds that a message on this topic is for, each once."""
    return [feed for feed in feeds if any(matches(each, topic) for each in feed.topics)]


def envelope(topic: str) -> dict[str, Any]:
    """What paths with @ find: ``@.topic``, and ``@.levels[0]`` for its first level."""
    return {"topic": topic, "levels": topic.split("/")}
