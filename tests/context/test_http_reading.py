"""Reading entities over NGSI-LD: lists, pages, representations, regions, and who sees what."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.factories_data import CITY, OTHER, START, Wing, a_document, measured

ENTITIES = "/ngsi-ld/v1/entities"
TYPES = "/ngsi-ld/v1/types"
GAUGE = "urn:ngsi-ld:Device:1"
ERRORS = "https://uri.etsi.org/ngsi-ld/errors/"
POINT = {"type": "Point", "coordinates": [106.1, -2.1]}


def make(wing: Wing, token: str, *documents: dict[str, Any], **headers: str) -> None:
    for document in documents:
        answer = wing.ask("POST", ENTITIES, document, token=token, headers=headers)
        assert answer.status == 201, answer.body


@pytest.fixture
def token(wing: Wing) -> str:
    """A region's token; five devices are there, of which 4 and 5 are open."""
    token = wing.token()
    make(wing, token, *(a_document(number, level=number) for number in (1, 2, 3)))
    opens = wing.token(open=True)
    make(wing, opens, a_document(4, level=4), a_document(5, level=5) | {"type": "Pump"})
    return token


def ids(answer: Any) -> list[str]:
    assert answer.status == 200, answer.body
    return [each["id"].rpartition(":")[2] for each in answer.json()]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("type=Device", "1234"),
        ("type=Device,Pump", "12345"),
        ("type=(Device|Pump)", "12345"),
        ("type=*", "12345"),
        ("type=Nothing", ""),
        ("q=level>2", "345"),
        ("attrs=level", "12345"),
        ("attrs=other", ""),
        ("local=true", "12345"),
        ("type=Device&id=urn:ngsi-ld:Device:2,urn:ngsi-ld:Device:5", "2"),
        ("type=Device&q=level%3D%3D1%7Clevel%3D%3D4", "14"),
        ("type=Device&limit=2", "12"),
        ("type=Device&limit=2&offset=2", "34"),
        ("type=Device&offset=9", ""),
        ("type=Device&q=level.observedAt", ""),
        ("type=https://uri.etsi.org/ngsi-ld/default-context/Pump", "5"),
    ],
)
def test_a_list_holds_what_is_asked_for(wing: Wing, token: str, query: str, expected: str) -> None:
    answer = wing.ask("GET", f"{ENTITIES}?{query}", token=token)
    assert "".join(ids(answer)) == expected
    slashed = wing.ask("GET", f"{ENTITIES}/?{query}", token=token)
    assert slashed.body == answer.body


@pytest.mark.parametrize(
    ("query", "status", "kind"),
    [
        ("", 400, "BadRequestData"),
        ("id=urn:ngsi-ld:Device:1", 400, "BadRequestData"),
        ("type=", 400, "BadRequestData"),
        ("type=a b", 400, "BadRequestData"),
        ("type=Device;Pump", 422, "OperationNotSupported"),
        ("type=Device&id=x", 400, "BadRequestData"),
        ("q=level>", 400, "BadRequestData"),
        ("q=level~=%22x%22", 422, "OperationNotSupported"),
        ("type=Device&limit=0", 400, "BadRequestData"),
        ("type=Device&limit=-1", 400, "BadRequestData"),
        ("type=Device&limit=x", 400, "BadRequestData"),
        ("type=Device&limit=1001", 403, "TooManyResults"),
        ("type=Device&offset=-1", 400, "BadRequestData"),
        ("type=Device&count=maybe", 400, "BadRequestData"),
        ("type=Device&options=best", 400, "BadRequestData"),
        ("type=Device&attrs=", 400, "BadRequestData"),
        ("type=Device&colour=red", 400, "InvalidRequest"),
        ("type=Device&type=Pump", 400, "InvalidRequest"),
        ("type=Device&georel=near", 422, "OperationNotSupported"),
        ("type=Device&idPattern=.*", 422, "OperationNotSupported"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    wing: Wing, token: str, query: str, status: int, kind: str
) -> None:
    answer = wing.ask("GET", f"{ENTITIES}?{query}", token=token)
    assert (answer.status, answer.json()["type"]) == (status, ERRORS + kind)


def test_a_page_links_to_the_next_and_the_one_before(wing: Wing, token: str) -> None:
    answer = wing.ask("GET", f"{ENTITIES}?type=Device&limit=1&offset=1", token=token)
    links = [each for each in answer.headers("link") if "json-ld#context" not in each]
    assert [each.partition("rel=")[2] for each in links] == [
        '"next"; type="application/json"',
        '"prev"; type="application/json"',
    ]
    target = links[0].partition(">")[0][1:]
    assert ids(wing.ask("GET", target, token=token)) == ["3"]
    whole = wing.ask("GET", f"{ENTITIES}?type=Device", token=token)
    assert len(whole.headers("link")) == 1


def test_a_count_is_of_all_pages(wing: Wing, token: str) -> None:
    answer = wing.ask("GET", f"{ENTITIES}?type=Device&limit=1&count=true", token=token)
    assert answer.header("ngsild-results-count") == "4"
    only = wing.ask("GET", f"{ENTITIES}?type=Device&limit=0&count=true", token=token)
    assert (only.json(), only.header("ngsild-results-count")) == ([], "4")
    scanned = wing.ask(
        "GET", f"{ENTITIES}?q=level.observedAt%7Clevel>2&count=true&limit=1", token=token
    )
    assert scanned.header("ngsild-results-count") == "3"
    assert (
        wing.ask("GET", f"{ENTITIES}?type=Device", token=token).header("ngsild-results-count")
        is None
    )


@pytest.fixture
def rich(wing: Wing) -> str:
    token = wing.token(open=True)
    document = a_document(
        level=measured(3, START, "MTR") | {"accuracy": {"type": "Property", "value": 0.1}},
        name="Rangkui",
        location={"type": "GeoProperty", "value": POINT},
        next={"type": "Relationship", "object": "urn:x:1"},
        names={"type": "LanguageProperty", "languageMap": {"id": "Kali"}},
        tags=[{"value": 1}, {"value": 2, "datasetId": "urn:d:1"}],
    )
    make(wing, token, document)
    return token


def shown(wing: Wing, query: str) -> Any:
    answer = wing.ask("GET", f"{ENTITIES}/{GAUGE}?{query}")
    assert answer.status == 200, answer.body
    return answer.json()


def test_simplified_leaves_the_values(wing: Wing, rich: str) -> None:
    expected = {
        "id": GAUGE,
        "type": "Device",
        "level": 3,
        "name": "Rangkui",
        "location": POINT,
        "next": "urn:x:1",
        "names": {"languageMap": {"id": "Kali"}},
        "tags": {"dataset": {"@none": 1, "urn:d:1": 2}},
    }
    for query in ("options=keyValues", "options=simplified", "format=keyValues"):
        assert shown(wing, query) == expected


def test_concise_leaves_out_what_can_be_told_from_the_form(wing: Wing, rich: str) -> None:
    found = shown(wing, "options=concise")
    assert found["name"] == "Rangkui"
    assert found["location"] == POINT
    assert found["level"] == {
        "value": 3,
        "unitCode": "MTR",
        "observedAt": "2026-11-21T03:00:00Z",
        "accuracy": 0.1,
    }
    assert found["next"] == {"object": "urn:x:1"}


def test_what_is_shown_concisely_can_be_sent_again(wing: Wing, rich: str) -> None:
    concise = shown(wing, "options=concise")
    whole = shown(wing, "options=normalized")
    wing.ask("DELETE", f"{ENTITIES}/{GAUGE}", token=rich)
    make(wing, rich, concise)
    assert shown(wing, "options=normalized") == whole


def test_system_times_are_shown_where_asked_for(wing: Wing, rich: str) -> None:
    found = shown(wing, "options=sysAttrs")
    assert found["createdAt"] == found["level"]["modifiedAt"] == "2026-11-21T03:00:00Z"
    assert [each["createdAt"] for each in found["tags"]] == ["2026-11-21T03:00:00Z"] * 2
    assert "createdAt" not in shown(wing, "options=normalized")["level"]
    assert "createdAt" in shown(wing, "sysAttrs=true&options=keyValues")


def test_members_are_picked_and_left_out(wing: Wing, rich: str) -> None:
    assert set(shown(wing, "attrs=level,other")) == {"id", "type", "level"}
    assert set(shown(wing, "pick=id,level")) == {"id", "level"}
    assert "level" not in shown(wing, "omit=level")


@pytest.mark.parametrize("query", ["attrs=other", "type=Pump"])
def test_an_entity_without_what_is_asked_for_is_not_found(
    wing: Wing, rich: str, query: str
) -> None:
    assert wing.ask("GET", f"{ENTITIES}/{GAUGE}?{query}").status == 404
    assert wing.ask("GET", f"{ENTITIES}/{GAUGE}?type=Device&attrs=level").status == 200


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/ld+json", "application/ld+json"),
        ("application/json;q=0.5, application/ld+json", "application/ld+json"),
        ("application/ld+json, application/json", "application/json"),
        ("text/html, */*;q=0.1", "application/json"),
        ("application/geo+json, application/ld+json", "application/ld+json"),
    ],
)
def test_the_media_type_is_the_best_that_is_accepted(
    wing: Wing, rich: str, accept: str | None, kind: str
) -> None:
    headers = {"accept": accept} if accept else {}
    for target in (f"{ENTITIES}/{GAUGE}", f"{ENTITIES}?type=Device", TYPES):
        answer = wing.ask("GET", target, headers=headers)
        assert answer.header("content-type") == kind
        linked = "json-ld#context" in (answer.header("link") or "")
        assert linked == (kind == "application/json")
        assert (b"@context" in answer.body) == (kind == "application/ld+json")


@pytest.mark.parametrize(
    "accept", ["text/html", "application/geo+json", "application/json;q=0", "application/json;q=x"]
)
def test_what_cannot_be_served_is_406_with_what_can(wing: Wing, rich: str, accept: str) -> None:
    answer = wing.ask("GET", f"{ENTITIES}/{GAUGE}", headers={"accept": accept})
    assert answer.status == 406
    assert answer.json()["available"] == ["application/json", "application/ld+json"]


# Types


def test_types_are_listed_with_their_attributes(wing: Wing, token: str) -> None:
    answer = wing.ask("GET", f"{TYPES}/", token=token)
    assert answer.json()["typeList"] == ["Device", "Pump"]
    details = wing.ask("GET", f"{TYPES}?details=true", token=token).json()
    assert [(each["typeName"], each["attributeNames"]) for each in details] == [
        ("Device", ["level"]),
        ("Pump", ["level"]),
    ]


# Who sees what


def test_a_stranger_sees_only_what_is_open(wing: Wing, token: str) -> None:
    assert ids(wing.ask("GET", f"{ENTITIES}?type=*")) == ["4", "5"]
    assert ids(wing.ask("GET", f"{ENTITIES}?q=level>0")) == ["4", "5"]
    counted = wing.ask("GET", f"{ENTITIES}?type=Device&count=true")
    assert counted.header("ngsild-results-count") == "1"
    assert wing.ask("GET", f"{ENTITIES}/{GAUGE}").status == 404
    assert wing.ask("GET", f"{ENTITIES}/urn:ngsi-ld:Device:4").status == 200


def test_types_of_closed_entities_are_hidden_from_strangers(wing: Wing) -> None:
    make(wing, wing.token(), a_document())
    make(wing, wing.token(open=True), a_document(2) | {"type": "Pump"})
    assert wing.ask("GET", TYPES).json()["typeList"] == ["Pump"]
    assert [each["typeName"] for each in wing.ask("GET", f"{TYPES}?details=true").json()] == [
        "Pump"
    ]


def test_a_feeds_token_sees_what_is_open_and_what_the_feed_made(wing: Wing, token: str) -> None:
    feed = wing.agree(entity_type="Device", contracts=(), open=False)
    other = wing.agree(key="other", entity_type="Device", contracts=(), open=False)
    make(wing, feed, a_document(6, level=measured(6, START)))
    make(wing, other, a_document(7, level=measured(7, START)))
    past = "/ngsi-ld/v1/temporal/entities"
    assert ids(wing.ask("GET", f"{ENTITIES}?type=Device", token=feed)) == ["4", "6"]
    for number, status in ((1, 404), (4, 200), (6, 200), (7, 404)):
        one = f"urn:ngsi-ld:Device:{number}"
        assert wing.ask("GET", f"{ENTITIES}/{one}", token=feed).status == status
        assert wing.ask("GET", f"{past}/{one}", token=feed).status == status
    elsewhere = {"ngsild-tenant": OTHER}
    make(wing, wing.token(region=OTHER), a_document(6), **elsewhere)
    there = wing.ask("GET", f"{ENTITIES}?type=Device", token=feed, headers=elsewhere)
    assert ids(there) == []


def test_another_regions_token_sees_what_a_stranger_sees(wing: Wing, token: str) -> None:
    foreign = wing.token(region=OTHER)
    headers = {"ngsild-tenant": CITY}
    answer = wing.ask("GET", f"{ENTITIES}?type=*", token=foreign, headers=headers)
    assert ids(answer) == ["4", "5"]


# Regions


def test_the_only_region_is_meant_where_none_is_named(wing: Wing, token: str) -> None:
    named = wing.ask("GET", f"{ENTITIES}?type=*", headers={"ngsild-tenant": CITY})
    assert ids(named) == ids(wing.ask("GET", f"{ENTITIES}?type=*"))
    assert named.header("ngsild-tenant") == CITY


def test_a_tokens_region_is_meant_where_none_is_named(wing: Wing, token: str) -> None:
    foreign = wing.token(region=OTHER)
    make(wing, foreign, a_document(9))
    assert ids(wing.ask("GET", f"{ENTITIES}?type=*", token=foreign)) == ["9"]


def test_of_several_regions_one_must_be_named(wing: Wing, token: str) -> None:
    wing.token(region=OTHER)
    answer = wing.ask("GET", f"{ENTITIES}?type=*")
    assert (answer.status, answer.json()["type"]) == (400, ERRORS + "BadRequestData")


def test_the_installations_region_is_meant_where_it_has_one(tmp_path: Path) -> None:
    wing = Wing(tmp_path, region=OTHER)
    make(wing, wing.token(open=True), a_document(1))
    make(wing, wing.token(region=OTHER, open=True), a_document(2))
    assert ids(wing.ask("GET", f"{ENTITIES}?type=*")) == ["2"]
    wing.close()


@pytest.mark.parametrize(
    ("tenant", "status", "kind"),
    [("11.01", 404, "NonexistentTenant"), ("pangkalpinang", 400, "BadRequestData")],
)
def test_a_region_without_data_is_not_found(
    wing: Wing, token: str, tenant: str, status: int, kind: str
) -> None:
    for target in (f"{ENTITIES}?type=*", f"{ENTITIES}/{GAUGE}", TYPES):
        answer = wing.ask("GET", target, headers={"ngsild-tenant": tenant})
        assert (answer.status, answer.json()["type"]) == (status, ERRORS + kind)
        assert answer.header("ngsild-tenant") == tenant


def test_an_installation_without_data_knows_no_region(wing: Wing) -> None:
    answer = wing.ask("GET", f"{ENTITIES}?type=*")
    assert (answer.status, answer.json()["type"]) == (404, ERRORS + "NonexistentTenant")


@pytest.mark.parametrize("path", ["/", "/ngsi-ld/v1", "/ngsi-ld/v2/entities", "/x"])
def test_other_addresses_are_not_found(wing: Wing, path: str) -> None:
    answer = wing.ask("GET", path)
    assert answer.status == 404
    assert answer.json()["status"] == 404
