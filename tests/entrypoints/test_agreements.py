"""Feeds from files: what is written wrongly is told in one sentence."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from simpul.connectors.door import BrokerAway, BrokerDoor
from simpul.entrypoints import agreements, cli
from simpul.entrypoints.agreements import NoSuchOwner, NoSuchSteward
from simpul.kernel.errors import BadInput
from tests import factories

FEED = """
region: "19.71"
key: ispu
name: Stasiun ISPU
kind: application
owner: {owner}
entity_type: AirQualityObserved
contracts: {{pm25: {{unit: GQ, minimum: 0}}}}
mapping: {{id: "urn:ngsi-ld:AirQualityObserved:{{id}}"}}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "feed.yaml"
    path.write_text(FEED.format(owner="dlh"))
    return path


@pytest.fixture
def door() -> BrokerDoor:
    """The door of a broker that does not run."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return BrokerDoor(f"http://127.0.0.1:{port}", b"0123456789abcdef0123456789abcdef")


def test_a_file_is_read(file: Path) -> None:
    read = agreements.read(file)
    assert (read.region, read.key, read.owner, read.open) == ("19.71", "ispu", "dlh", False)
    assert read.contracts["pm25"].minimum == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("region: [", "feed.yaml"),
        ("just words", "Expected `object`"),
        ("region: '19.71'", "missing required field"),
        (FEED.format(owner="dlh") + "colour: red\n", "unknown field `colour`"),
    ],
)
def test_what_is_not_a_feed_is_refused(file: Path, text: str, said: str) -> None:
    file.write_text(text)
    with pytest.raises(BadInput, match=said):
        agreements.read(file)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        agreements.read(tmp_path / "none.yaml")


@pytest.mark.django_db
def test_an_owner_that_the_office_does_not_know(file: Path, door: BrokerDoor) -> None:
    with pytest.raises(NoSuchOwner, match="dlh"):
        agreements.put(agreements.read(file), door)


@pytest.mark.django_db
def test_a_steward_who_is_not_of_the_office(file: Path, door: BrokerDoor) -> None:
    owner = factories.organisation()
    file.write_text(FEED.format(owner=owner.key).replace("19.71", owner.region_id))
    file.write_text(file.read_text() + "steward: nobody\n")
    with pytest.raises(NoSuchSteward, match="nobody"):
        agreements.put(agreements.read(file), door)


@pytest.mark.django_db
def test_a_broker_that_does_not_run(file: Path, door: BrokerDoor) -> None:
    owner = factories.organisation()
    file.write_text(FEED.format(owner=owner.key).replace("19.71", owner.region_id))
    with pytest.raises(BrokerAway):
        agreements.put(agreements.read(file), door)


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["feed", "put", str(tmp_path / "none.yaml")]) == 2
    assert "cannot be read" in capsys.readouterr().err
