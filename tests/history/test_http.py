"""The past over NGSI-LD: an entity's evolution, stretches, pages, and who sees what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from simpul.kernel.time import format_time
from tests.factories_data import CITY, START, Wing, a_document, measured

TEMPORAL = "/ngsi-ld/v1/temporal/entities"
UPSERT = "/ngsi-ld/v1/entityOperations/upsert?options=update"
GAUGE = "urn:ngsi-ld:Device:1"
MINUTE = timedelta(minutes=1)


def at(minute: float) -> str:
    return format_time(START + minute * MINUTE)


def put(wing: Wing, token: str, number: int = 1, **attributes: Any) -> None:
    answer = wing.ask("POST", UPSERT, [a_document(number, **attributes)], token=token)
    assert answer.status in {201, 204}, answer.body


@pytest.fixture
def token(wing: Wing) -> str:
    """Levels 0 to 9 at the minutes 0 to 9, the depth every other minute, a name; all closed."""
    token = wing.token()
    for minute in range(10):
        put(wing, token, level=measured(minute, START + minute * MINUTE, "MTR"))
        if minute % 2 == 0:
            put(wing, token, depth=measured(minute * 10, START + minute * MINUTE))
    put(wing, token, name="Rangkui")
    return token


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Wing]:
    opened = Wing(tmp_path / "small", temporal_page=4)
    yield opened
    opened.close()


def values(answer: Any, name: str = "level") -> list[Any]:
    assert answer.status in {200, 206}, answer.body
    return [each["value"] for each in answer.json().get(name, [])]


def test_an_entitys_evolution_holds_every_reading(wing: Wing, token: str) -> None:
    answer = wing.ask("GET", f"{TEMPORAL}/{GAUGE}", token=token)
    document = answer.json()
    assert answer.status == 200
    assert values(answer) == list(range(10))
    assert values(answer, "depth") == [0, 20, 40, 60, 80]
    first = document["level"][0]
    assert first == {
        "type": "Property",
        "value": 0,
        "unitCode": "MTR",
        "observedAt": at(0),
        "instanceId": first["instanceId"],
    }
    assert first["instanceId"].startswith(f"urn:simpul:{CITY}:reading:")
    assert document["name"][0]["value"] == "Rangkui"
    assert wing.ask("GET", f"{TEMPORAL}/{GAUGE}/", token=token).body == answer.body


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"timerel=before&timeAt={at(2)}", [0, 1]),
        (f"timerel=after&timeAt={at(7)}", [7, 8, 9]),
        (f"timerel=between&timeAt={at(2)}&endTimeAt={at(5)}", [2, 3, 4]),
        (f"timerel=between&timeAt={at(5)}&endTimeAt={at(2)}", []),
        ("lastN=3", [9, 8, 7]),
        (f"timerel=before&timeAt={at(5)}&lastN=2", [4, 3]),
        (f"timerel=after&timeAt={quote('2026-11-21T10:08:00+07:00')}", [8, 9]),
        (f"timeproperty=observedAt&timerel=after&timeAt={at(9)}", [9]),
    ],
)
def test_a_stretch_of_time_is_cut_out(
    wing: Wing, token: str, query: str, expected: list[int]
) -> None:
    answer = wing.ask("GET", f"{TEMPORAL}/{GAUGE}?attrs=level&{query}", token=token)
    assert values(answer) == expected


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("timerel=before", 400),
        ("timeAt=2026-11-21T03:00:00Z", 400),
        ("timerel=around&timeAt=2026-11-21T03:00:00Z", 400),
        ("timerel=after&timeAt=yesterday", 400),
        ("timerel=between&timeAt=2026-11-21T03:00:00Z", 400),
        ("lastN=0", 400),
        ("lastN=x", 400),
        ("options=best", 400),
        ("colour=red", 400),
        ("timeproperty=modifiedAt", 422),
        ("options=aggregatedValues", 422),
        ("aggrMethods=sum", 422),
        ("firstN=2", 422),
    ],
)
def test_what_cannot_be_asked_is_refused(wing: Wing, token: str, query: str, status: int) -> None:
    for target in (f"{TEMPORAL}/{GAUGE}?{query}", f"{TEMPORAL}?type=Device&{query}"):
        assert wing.ask("GET", target, token=token).status == status


def test_temporal_values_are_pairs_of_value_and_time(wing: Wing, token: str) -> None:
    query = f"timerel=between&timeAt={at(2)}&endTimeAt={at(4)}&options=temporalValues"
    document = wing.ask("GET", f"{TEMPORAL}/{GAUGE}?{query}", token=token).json()
    assert document["level"] == {"type": "Property", "values": [[2, at(2)], [3, at(3)]]}


def test_each_kind_of_attribute_has_its_temporal_form(wing: Wing) -> None:
    token = wing.token()
    put(
        wing,
        token,
        next={"type": "Relationship", "object": "urn:x:1"},
        names={"type": "LanguageProperty", "languageMap": {"id": "Kali"}},
        tags=[measured(1, START), measured(2, START) | {"datasetId": "urn:d:1"}],
    )
    target = f"{TEMPORAL}/{GAUGE}?options=temporalValues"
    document = wing.ask("GET", target, token=token).json()
    assert document["next"] == {"type": "Relationship", "objects": [["urn:x:1", at(0)]]}
    assert document["names"]["languageMaps"] == [[{"id": "Kali"}, at(0)]]
    assert document["tags"] == [
        {"type": "Property", "values": [[1, at(0)]]},
        {"type": "Property", "values": [[2, at(0)]], "datasetId": "urn:d:1"},
    ]
    normal = wing.ask("GET", f"{TEMPORAL}/{GAUGE}?options=sysAttrs", token=token).json()
    assert [each.get("datasetId") for each in normal["tags"]] == [None, "urn:d:1"]
    assert normal["next"][0]["createdAt"] == at(0)


def test_a_correction_takes_the_place_of_what_it_corrects(wing: Wing, token: str) -> None:
    put(wing, token, level=measured(99, START + 3 * MINUTE, "MTR"))
    answer = wing.ask("GET", f"{TEMPORAL}/{GAUGE}?attrs=level", token=token)
    assert values(answer) == [0, 1, 2, 99, 4, 5, 6, 7, 8, 9]


def test_what_several_feeds_say_of_an_attribute_is_in_the_order_of_time(wing: Wing) -> None:
    one = wing.agree(key="one", entity_type="Device", contracts=())
    two = wing.agree(key="two", entity_type="Device", contracts=())
    put(wing, one, level=measured(1, START))
    put(wing, two, level=measured(2, START - MINUTE))
    put(wing, one, level=measured(3, START - 2 * MINUTE))
    assert values(wing.ask("GET", f"{TEMPORAL}/{GAUGE}")) == [3, 2, 1]


# Pages


def test_a_long_evolution_is_partial_with_its_range(small: Wing) -> None:
    token = small.token()
    for minute in range(10):
        put(small, token, level=measured(minute, START + minute * MINUTE), name=f"n{minute}")
        if minute % 2 == 0:
            put(small, token, depth=measured(minute, START + minute * MINUTE))
    target = f"{TEMPORAL}/{GAUGE}?attrs=level,depth&timerel=after&timeAt={at(1)}"
    answer = small.ask("GET", target, token=token)
    assert answer.status == 206
    assert answer.header("content-range") == f"DateTime {at(1)}-{at(4)}/*"
    assert (values(answer), values(answer, "depth")) == ([1, 2, 3, 4], [2, 4])
    rest = small.ask("GET", target.replace(at(1), at(7)), token=token)
    assert (rest.status, rest.header("content-range"), values(rest)) == (200, None, [7, 8, 9])


def test_the_last_of_a_long_evolution_are_partial_backwards(small: Wing) -> None:
    token = small.token()
    for minute in range(10):
        put(small, token, level=measured(minute, START + minute * MINUTE))
    answer = small.ask("GET", f"{TEMPORAL}/{GAUGE}?lastN=6", token=token)
    assert answer.status == 206
    assert answer.header("content-range") == f"DateTime {at(9)}-{at(6)}/6"
    assert values(answer) == [9, 8, 7, 6]
    whole = small.ask("GET", f"{TEMPORAL}/{GAUGE}?lastN=4", token=token)
    assert (whole.status, values(whole)) == (200, [9, 8, 7, 6])


# Lists


def test_a_list_holds_entities_with_readings_in_the_stretch(wing: Wing, token: str) -> None:
    put(wing, token, 2, level=measured(1, START + 60 * MINUTE))
    after = f"timerel=after&timeAt={at(30)}"
    answer = wing.ask("GET", f"{TEMPORAL}?type=Device&attrs=level&{after}", token=token)
    assert [each["id"][-1] for each in answer.json()] == ["2"]
    before = f"timerel=before&timeAt={at(99)}"
    counted = wing.ask("GET", f"{TEMPORAL}/?q=level>0&count=true&limit=1&{before}", token=token)
    assert counted.header("ngsild-results-count") == "2"
    assert [each["id"][-1] for each in counted.json()] == ["1"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("type=Device", 400),
        (f"timerel=after&timeAt={at(0)}", 400),
        (f"type=Device&timerel=after&timeAt={at(0)}&limit=101", 403),
        (f"type=Device&timerel=after&timeAt={at(0)}&georel=near", 422),
    ],
)
def test_a_list_that_is_too_wide_is_refused(
    wing: Wing, token: str, query: str, status: int
) -> None:
    assert wing.ask("GET", f"{TEMPORAL}?{query}", token=token).status == status


# Who sees what


def test_a_stranger_sees_only_open_pasts(wing: Wing, token: str) -> None:
    opens = wing.token(open=True)
    put(wing, opens, 2, level=measured(1, START))
    assert wing.ask("GET", f"{TEMPORAL}/{GAUGE}").status == 404
    assert values(wing.ask("GET", f"{TEMPORAL}/urn:ngsi-ld:Device:2")) == [1]
    stretch = f"timerel=after&timeAt={at(0)}"
    listed = wing.ask("GET", f"{TEMPORAL}?type=Device&{stretch}")
    assert [each["id"][-1] for each in listed.json()] == ["2"]


def test_a_deleted_entity_keeps_its_past(wing: Wing, token: str) -> None:
    wing.ask("DELETE", f"/ngsi-ld/v1/entities/{GAUGE}", token=token)
    assert values(wing.ask("GET", f"{TEMPORAL}/{GAUGE}", token=token)) == list(range(10))
    assert wing.ask("GET", f"{TEMPORAL}/{GAUGE}").status == 404


@pytest.mark.parametrize(("entity_id", "status"), [("urn:ngsi-ld:Device:9", 404), ("no-uri", 400)])
def test_an_unknown_entity_has_no_past(wing: Wing, token: str, entity_id: str, status: int) -> None:
    assert wing.ask("GET", f"{TEMPORAL}/{entity_id}", token=token).status == status


def test_the_past_can_be_had_as_json_ld(wing: Wing, token: str) -> None:
    headers = {"accept": "application/ld+json"}
    answer = wing.ask("GET", f"{TEMPORAL}/{GAUGE}", token=token, headers=headers)
    assert answer.json()["@context"].endswith("ngsi-ld-core-context-v1.8.jsonld")
    assert (
        wing.ask("GET", f"{TEMPORAL}/{GAUGE}", token=token, headers={"accept": "text/html"}).status
        == 406
    )
