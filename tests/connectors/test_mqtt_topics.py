"""Which topics a pattern means, and what a description of a broker must hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.client import topic_matches_sub

from simpul.connectors.mqtt.config import BadMqtt, read_options
from simpul.connectors.mqtt.topics import envelope, feeds_on, matches
from tests.factories_data import a_feed

LEVEL = st.sampled_from(["a", "b", "", "c c"])
TOPIC = st.lists(LEVEL, min_size=1, max_size=4).map("/".join).filter(bool)


@given(
    first=st.sampled_from(["a", "b"]),
    middle=st.lists(LEVEL | st.just("+"), max_size=3),
    last=st.sampled_from(["", "/#"]),
    topic=TOPIC,
)
def test_patterns_mean_what_they_mean_to_everybody(
    first: str, middle: list[str], last: str, topic: str
) -> None:
    pattern = "/".join([first, *middle]) + last
    assert matches(pattern, topic) == topic_matches_sub(pattern, topic)


def test_a_message_is_for_every_feed_that_asks_for_it_once() -> None:
    one = a_feed(key="one", topics=("a/+", "a/b"))
    two = a_feed(key="two", topics=("a/#",))
    other = a_feed(key="other", topics=("b",))
    assert feeds_on("a/b", [one, two, other]) == [one, two]


def test_a_mapping_may_look_at_the_topic() -> None:
    assert envelope("a/b") == {"topic": "a/b", "levels": ["a", "b"]}


def options(**changes: Any) -> dict[str, Any]:
    known = {"host": "mqtt", "port": 1883, "client_id": "c", "user": "", "password_file": ""}
    return known | {"ca": "", "version": "5"} | changes


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"version": "3.1"}, "mqtt_version"),
        ({"port": 0}, "mqtt_port"),
        ({"password_file": "x"}, "mqtt_user"),
        ({"user": "u", "password_file": "/nowhere"}, "mqtt_password_file"),
        ({"ca": "/nowhere"}, "mqtt_ca"),
    ],
)
def test_what_is_wrong_with_a_connection_is_named(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadMqtt) as raised:
        read_options(**options(**changes))
    assert raised.value.field == field


def test_the_password_stands_alone_in_its_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("rahasia\n")
    read = read_options(**options(user="u", password_file=str(tmp_path / "password")))
    assert (read.password, read.user) == ("rahasia", "u")
