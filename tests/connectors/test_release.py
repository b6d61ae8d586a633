"""What is decided about readings in quarantine, and what counts from then on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from simpul.connectors.door import decision_from_json
from simpul.kernel.time import format_time
from tests.factories_data import CITY, OTHER, START, Answer, Wing

GAUGE = "urn:ngsi-ld:WaterLevelObserved:g1"
SAID = {"region": CITY, "reason": "it was a flood", "by": "urn:simpul:19.71:person:budi"}


def sent(wing: Wing, *rows: dict[str, Any]) -> str:
    token = wing.agree()
    wing.send(token, list(rows))
    return token


def a_row(level_cm: Any = 1200, **changes: Any) -> dict[str, Any]:
    return {"serial": "g1", "at": format_time(START), "level_cm": level_cm} | changes


def held(wing: Wing) -> int:
    (only,) = wing.feeds.quarantined(CITY)
    return only.number


def decide(wing: Wing, verb: str, number: int | str, **changes: Any) -> Answer:
    return wing.knock("POST", f"/internal/quarantine/{number}/{verb}", SAID | changes)


def rejected(wing: Wing, as_of: int | None = None) -> dict[str, int]:
    return wing.feeds.rejected_counts(
        CITY,
        entity_type="WaterLevelObserved",
        attribute="waterLevel",
        start=START - timedelta(days=1),
        end=START + timedelta(days=1),
        as_of=as_of,
    )


def test_a_released_reading_counts_from_then_on_and_has_an_address(wing: Wing) -> None:
    sent(wing, a_row())
    number, before = held(wing), wing.entities.high_water(CITY)
    answer = decide(wing, "release", number)
    assert answer.status == 200, answer.body
    decision = decision_from_json(answer.json())
    assert decision == wing.feeds.decision(CITY, number)
    assert (decision.state, decision.by, decision.at) == ("released", SAID["by"], START)
    (address,) = decision.readings
    reading = wing.history.reading(address)
    assert reading is not None
    assert (reading.number, reading.observed_at) == (12.0, START)
    assert before < reading.sequence < decision.sequence
    assert (rejected(wing), rejected(wing, as_of=before)) == ({}, {GAUGE: 1})
    assert wing.feeds.quarantined(CITY)[0].state == "released"
    assert wing.feeds.quarantined(CITY, as_of=before)[0].state == "held"


def test_a_discarded_reading_goes_on_counting_as_refused(wing: Wing) -> None:
    sent(wing, a_row())
    number = held(wing)
    decision = decision_from_json(decide(wing, "discard", number).json())
    assert (decision.state, decision.readings) == ("discarded", ())
    assert decision.sequence == wing.entities.high_water(CITY)
    (event,) = wing.entities.events(CITY, after=decision.sequence - 1)
    assert (event.operation, event.attributes, event.open) == ("settled", ("waterLevel",), False)
    assert rejected(wing) == {GAUGE: 1}
    assert wing.feeds.quarantined(CITY)[0].state == "discarded"
    assert wing.entities.entity(CITY, GAUGE) is None


def test_it_is_decided_once(wing: Wing) -> None:
    sent(wing, a_row())
    number = held(wing)
    assert decide(wing, "discard", number).status == 200
    for verb in ("release", "discard"):
        assert decide(wing, verb, number).json()["type"] == "urn:simpul:problem:already-decided"


def test_a_row_refused_for_its_clock_is_released_whole(wing: Wing) -> None:
    sent(wing, a_row(150, at=format_time(START + timedelta(hours=1))))
    assert decide(wing, "release", held(wing)).status == 200
    entity = wing.entities.entity(CITY, GAUGE)
    assert entity is not None
    assert b"1.5" in entity.body


def test_a_late_release_leaves_the_newer_state(wing: Wing) -> None:
    token = sent(wing, a_row(at=format_time(START - timedelta(hours=1))))
    wing.send(token, a_row(150))
    assert decide(wing, "release", held(wing)).status == 200
    answer = wing.ask("GET", f"/ngsi-ld/v1/entities/{GAUGE}?options=keyValues")
    assert answer.json()["waterLevel"] == 1.5


def test_what_was_refused_in_ngsi_ld_is_released_alike(wing: Wing) -> None:
    token = wing.agree()
    level = {"type": "Property", "value": 12, "unitCode": "MTR", "observedAt": format_time(START)}
    entity = {"id": GAUGE, "type": "WaterLevelObserved", "waterLevel": level}
    assert wing.ask("POST", "/ngsi-ld/v1/entities", entity, token=token).status == 422
    decision = decision_from_json(decide(wing, "release", held(wing)).json())
    (address,) = decision.readings
    reading = wing.history.reading(address)
    assert reading is not None
    assert reading.number == 12


@pytest.mark.parametrize(
    "row",
    [a_row("high"), a_row(None), {"at": format_time(START), "level_cm": 1}, a_row(at="never")],
)
def test_what_holds_no_value_can_only_be_discarded(wing: Wing, row: dict[str, Any]) -> None:
    sent(wing, row)
    number = held(wing)
    answer = decide(wing, "release", number)
    assert (answer.status, answer.json()["type"]) == (422, "urn:simpul:problem:cannot-release")
    assert decide(wing, "discard", number).status == 200


def test_what_cannot_be_decided_is_said(wing: Wing) -> None:
    sent(wing, a_row())
    number = held(wing)
    assert decide(wing, "release", number + 1).status == 404
    assert decide(wing, "release", "x").status == 404
    assert decide(wing, "release", number, region=OTHER).status == 404
    assert decide(wing, "discard", number, reason=" ").json()["field"] == "reason"
    path = f"/internal/quarantine/{number}/release"
    assert wing.ask("POST", path, SAID, token=wing.token()).status == 401
    assert wing.feeds.decision(CITY, number) is None
