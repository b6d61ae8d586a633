"""Writing entities over NGSI-LD: create, merge-patch, delete, batch upsert."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest

from tests.factories_data import CITY, OTHER, START, Wing, a_document, measured

ENTITIES = "/ngsi-ld/v1/entities"
UPSERT = "/ngsi-ld/v1/entityOperations/upsert"
GAUGE = "urn:ngsi-ld:Device:1"
ERRORS = "https://uri.etsi.org/ngsi-ld/errors/"
LD = {"content-type": "application/ld+json"}
CORE = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"


@pytest.fixture
def token(wing: Wing) -> str:
    return wing.token()


def read(wing: Wing, token: str, entity_id: str = GAUGE, query: str = "") -> Any:
    answer = wing.ask("GET", f"{ENTITIES}/{entity_id}{query}", token=token)
    assert answer.status == 200, answer.body
    return answer.json()


def test_a_created_entity_is_at_its_location(wing: Wing, token: str) -> None:
    answer = wing.ask("POST", f"{ENTITIES}/", a_document(), token=token)
    assert (answer.status, answer.body) == (201, b"")
    place = answer.header("location")
    assert place == f"{ENTITIES}/{GAUGE}"
    assert wing.ask("GET", place, token=token).json() == {
        "id": GAUGE,
        "type": "Device",
        "level": {"type": "Property", "value": 1},
    }


def test_an_entity_is_created_once(wing: Wing, token: str) -> None:
    wing.ask("POST", ENTITIES, a_document(), token=token)
    answer = wing.ask("POST", ENTITIES, a_document(), token=token)
    assert answer.status == 409
    assert answer.json()["type"] == ERRORS + "AlreadyExists"


def test_json_ld_brings_its_context_along(wing: Wing, token: str) -> None:
    document = a_document() | {"@context": [CORE, {"level": "https://example.org/level"}]}
    assert wing.ask("POST", ENTITIES, document, token=token, headers=LD).status == 201
    answer = wing.ask(
        "GET", f"{ENTITIES}/{GAUGE}", token=token, headers={"accept": "application/ld+json"}
    )
    assert answer.json()["@context"] == CORE
    assert answer.header("link") is None


def test_a_linked_context_is_accepted(wing: Wing, token: str) -> None:
    link = '<https://example.org/c.jsonld>; rel="http://www.w3.org/ns/json-ld#context"'
    answer = wing.ask("POST", ENTITIES, a_document(), token=token, headers={"link": link})
    assert answer.status == 201


@pytest.mark.parametrize(
    ("changes", "headers"),
    [
        ({"@context": CORE}, {}),
        ({}, LD),
        ({"@context": 5}, LD),
        ({"@context": ["no uri"]}, LD),
        ({"@context": CORE}, LD | {"link": '<x>; rel="http://www.w3.org/ns/json-ld#context"'}),
    ],
)
def test_contexts_are_not_mixed(
    wing: Wing, token: str, changes: dict[str, Any], headers: dict[str, str]
) -> None:
    document = a_document() | changes
    answer = wing.ask("POST", ENTITIES, document, token=token, headers=headers)
    assert answer.status == 400
    assert answer.json()["type"] == ERRORS + "BadRequestData"
    batch = wing.ask("POST", UPSERT, [a_document(2), document], token=token, headers=headers)
    assert batch.status == 400


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "InvalidRequest"),
        (b"{", "InvalidRequest"),
        (b'{"id": NaN}', "InvalidRequest"),
        (b'{"id": "\xff"}', "InvalidRequest"),
        (b"[" * 5000 + b"]" * 5000, "InvalidRequest"),
        (b"[]", "BadRequestData"),
        (b"null", "BadRequestData"),
        (b'{"type": "Device"}', "BadRequestData"),
        (b'{"id": "x", "type": "Device"}', "BadRequestData"),
        (b'{"id": "urn:x:1", "type": "Device", "a": null}', "BadRequestData"),
        (b'{"id": "urn:x:1", "type": "Device", "a": {"type": "Property"}}', "BadRequestData"),
        (b'{"id": "urn:x:1", "type": ["A", "B"]}', "OperationNotSupported"),
    ],
)
def test_what_is_not_an_entity_is_refused_and_nothing_is_written(
    wing: Wing, token: str, body: bytes, kind: str
) -> None:
    headers = {"content-type": "application/json"}
    answer = wing.ask("POST", ENTITIES, body, token=token, headers=headers)
    assert answer.status == (422 if kind == "OperationNotSupported" else 400)
    assert answer.json()["type"] == ERRORS + kind
    assert answer.header("content-type") == "application/json"
    assert wing.entities.high_water(CITY) == 0


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_other_media_types_are_415_without_a_body(wing: Wing, token: str, method: str) -> None:
    target = ENTITIES if method == "POST" else f"{ENTITIES}/{GAUGE}"
    wing.ask("POST", ENTITIES, a_document(), token=token)
    answer = wing.ask(method, target, b"{}", token=token, headers={"content-type": "text/plain"})
    assert (answer.status, answer.body) == (415, b"")


def test_a_body_without_a_length_is_411(wing: Wing, token: str) -> None:
    from simpul.kernel.http import Request, Response

    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    answer = wing.answer(Request("POST", ENTITIES, "", headers, orjson.dumps(a_document())))
    assert isinstance(answer, Response)
    assert (answer.status, answer.body) == (411, b"")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", f"{ENTITIES}/", "GET, POST"),
        ("PUT", ENTITIES, "GET, POST"),
        ("POST", f"{ENTITIES}/{GAUGE}", "DELETE, GET, PATCH"),
        ("GET", UPSERT, "POST"),
        ("DELETE", "/ngsi-ld/v1/types", "GET"),
    ],
)
def test_a_wrong_method_is_405_and_names_the_right_ones(
    wing: Wing, method: str, path: str, allowed: str
) -> None:
    answer = wing.ask(method, path)
    assert (answer.status, answer.header("allow")) == (405, allowed)


def test_an_unknown_parameter_is_an_invalid_request(wing: Wing, token: str) -> None:
    answer = wing.ask("POST", f"{ENTITIES}?speed=1", a_document(), token=token)
    assert answer.status == 400
    assert answer.json()["type"] == ERRORS + "InvalidRequest"


# Merge-patch


def test_a_patch_merges_and_a_null_removes(wing: Wing, token: str) -> None:
    wing.ask("POST", ENTITIES, a_document(level=1, name="Rangkui", depth=3), token=token)
    wing.clock.pass_time(seconds=5)
    patch = {"level": {"value": 2}, "depth": "urn:ngsi-ld:null", "new": "x"}
    headers = {"content-type": "application/merge-patch+json"}
    answer = wing.ask("PATCH", f"{ENTITIES}/{GAUGE}/", patch, token=token, headers=headers)
    assert (answer.status, answer.body) == (204, b"")
    assert read(wing, token, query="?options=keyValues") == {
        "id": GAUGE,
        "type": "Device",
        "level": 2,
        "name": "Rangkui",
        "new": "x",
    }
    times = read(wing, token, query="?options=sysAttrs")
    assert times["name"]["modifiedAt"] == times["createdAt"] == "2026-11-21T03:00:00Z"
    assert times["level"]["modifiedAt"] == times["modifiedAt"] == "2026-11-21T03:00:05Z"


def test_a_patch_older_than_the_state_goes_to_history_only(wing: Wing, token: str) -> None:
    wing.ask("POST", ENTITIES, a_document(level=measured(5, START)), token=token)
    late = {"level": measured(2, START - timedelta(hours=1))}
    assert wing.ask("PATCH", f"{ENTITIES}/{GAUGE}", late, token=token).status == 204
    assert read(wing, token)["level"]["value"] == 5
    assert wing.entities.events(CITY, after=1)[0].operation == "recorded"


def test_a_scope_is_kept_and_can_be_taken_away(wing: Wing, token: str) -> None:
    wing.ask("POST", ENTITIES, a_document() | {"scope": "/kota/sungai"}, token=token)
    wing.ask("PATCH", f"{ENTITIES}/{GAUGE}", {"level": 2}, token=token)
    assert read(wing, token)["scope"] == "/kota/sungai"
    wing.ask("PATCH", f"{ENTITIES}/{GAUGE}", {"scope": "urn:ngsi-ld:null"}, token=token)
    assert "scope" not in read(wing, token)


@pytest.mark.parametrize(
    ("patch", "status"),
    [
        ({"level": None}, 400),
        ({"new": {"observedAt": "2026-11-21T03:00:00Z"}}, 400),
        ({"id": "urn:x:2"}, 400),
        ([], 400),
        ({"type": "Pump"}, 422),
        ({"type": "Device", "level": 2}, 204),
        ({}, 204),
    ],
)
def test_what_cannot_be_merged_is_refused(wing: Wing, token: str, patch: Any, status: int) -> None:
    wing.ask("POST", ENTITIES, a_document(), token=token)
    assert wing.ask("PATCH", f"{ENTITIES}/{GAUGE}", patch, token=token).status == status


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_what_does_not_exist_cannot_be_changed(wing: Wing, token: str, method: str) -> None:
    body = {"level": 1} if method == "PATCH" else None
    answer = wing.ask(method, f"{ENTITIES}/{GAUGE}", body, token=token)
    assert answer.status == 404
    assert answer.json()["type"] == ERRORS + "ResourceNotFound"
    bad = wing.ask(method, f"{ENTITIES}/no-uri", body, token=token)
    assert bad.status == 400


def test_a_deleted_entity_is_gone(wing: Wing, token: str) -> None:
    wing.ask("POST", ENTITIES, a_document(), token=token)
    assert wing.ask("DELETE", f"{ENTITIES}/{GAUGE}", token=token).status == 204
    assert wing.ask("GET", f"{ENTITIES}/{GAUGE}", token=token).status == 404


def test_an_id_with_slashes_keeps_them(wing: Wing, token: str) -> None:
    entity_id = "https://example.org/devices/1"
    wing.ask("POST", ENTITIES, a_document() | {"id": entity_id}, token=token)
    assert read(wing, token, entity_id)["id"] == entity_id


# Batches


def test_a_batch_says_which_entities_it_created(wing: Wing, token: str) -> None:
    wing.ask("POST", ENTITIES, a_document(1), token=token)
    answer = wing.ask("POST", UPSERT, [a_document(1), a_document(2)], token=token)
    assert (answer.status, answer.json()) == (201, ["urn:ngsi-ld:Device:2"])
    again = wing.ask("POST", f"{UPSERT}/", [a_document(1), a_document(2)], token=token)
    assert (again.status, again.body) == (204, b"")


def test_a_batch_replaces_unless_it_updates(wing: Wing, token: str) -> None:
    wing.ask("POST", ENTITIES, a_document(level=1, name="Rangkui"), token=token)
    wing.ask("POST", f"{UPSERT}?options=update", [a_document(level=2)], token=token)
    assert set(read(wing, token)) == {"id", "type", "level", "name"}
    wing.ask("POST", UPSERT, [a_document(level=3)], token=token)
    assert set(read(wing, token)) == {"id", "type", "level"}


def test_one_bad_item_does_not_sink_the_rest(wing: Wing, token: str) -> None:
    batch = [a_document(1), {"id": "urn:x:1"}, 5, a_document(2) | {"type": "Pump"}, a_document(3)]
    wing.ask("POST", ENTITIES, a_document(2), token=token)
    answer = wing.ask("POST", UPSERT, batch, token=token)
    assert answer.status == 207
    result = answer.json()
    assert result["success"] == [GAUGE, "urn:ngsi-ld:Device:3"]
    assert [each["entityId"] for each in result["errors"]] == [
        "urn:x:1",
        "",
        "urn:ngsi-ld:Device:2",
    ]
    assert all(each["error"]["type"].startswith(ERRORS) for each in result["errors"])


def test_the_same_id_twice_in_a_batch_is_taken_in_order(wing: Wing, token: str) -> None:
    batch = [a_document(level=measured(n, START + timedelta(minutes=n))) for n in range(3)]
    assert wing.ask("POST", UPSERT, batch, token=token).status == 201
    assert read(wing, token)["level"]["value"] == 2
    (series,) = wing.history.series_of_entity(CITY, GAUGE)
    found = wing.history.first_between(series.number, None, None, 9)
    assert [reading.number for reading in found] == [0, 1, 2]


def test_a_large_batch_is_written_whole(wing: Wing, token: str) -> None:
    batch = [a_document(number) for number in range(450)]
    assert len(wing.ask("POST", UPSERT, batch, token=token).json()) == 450
    assert wing.entities.types(CITY) == {"Device": 450}


@pytest.mark.parametrize(
    ("body", "query"), [([], ""), ([None], ""), ({}, ""), ([a_document()], "?options=both")]
)
def test_what_is_not_a_batch_is_refused(wing: Wing, token: str, body: Any, query: str) -> None:
    assert wing.ask("POST", UPSERT + query, body, token=token).status == 400


# Who may write


def test_writing_needs_a_token(wing: Wing) -> None:
    wing.token()
    for method, target in (
        ("POST", ENTITIES),
        ("POST", UPSERT),
        ("PATCH", f"{ENTITIES}/{GAUGE}"),
        ("DELETE", f"{ENTITIES}/{GAUGE}"),
    ):
        answer = wing.ask(method, target, a_document() if method != "DELETE" else None)
        assert answer.status == 401, target
        assert answer.header("www-authenticate") is not None


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer ", "Basic x", "token"])
def test_a_wrong_token_is_refused_even_for_reading(wing: Wing, token: str, header: str) -> None:
    wing.ask("POST", ENTITIES, a_document(), token=token)
    headers = {"authorization": header}
    for method in ("GET", "DELETE"):
        assert wing.ask(method, f"{ENTITIES}/{GAUGE}", headers=headers).status == 401


def test_a_token_writes_in_its_own_region_only(wing: Wing, token: str) -> None:
    headers = {"ngsild-tenant": OTHER}
    answer = wing.ask("POST", ENTITIES, a_document(), token=token, headers=headers)
    assert answer.status == 403
    assert answer.header("ngsild-tenant") == OTHER
    assert wing.entities.types(OTHER) == {}


def test_a_revoked_token_writes_no_more(wing: Wing) -> None:
    fresh = wing.knock("POST", "/internal/tokens", {"region": CITY}).json()
    wing.knock("DELETE", f"/internal/tokens/{CITY}/{fresh['key']}")
    assert wing.ask("POST", ENTITIES, a_document(), token=fresh["token"]).status == 401


def test_a_feeds_token_writes_its_own_type_only(wing: Wing) -> None:
    token = wing.agree(entity_type="Device", contracts=())
    assert wing.ask("POST", ENTITIES, a_document(), token=token).status == 201
    pump = a_document(2) | {"type": "Pump"}
    assert wing.ask("POST", ENTITIES, pump, token=token).status == 403


def test_a_feeds_token_deletes_only_what_the_feed_made(wing: Wing, token: str) -> None:
    feed = wing.agree(entity_type="Device", contracts=())
    wing.ask("POST", ENTITIES, a_document(1), token=token)
    wing.ask("POST", ENTITIES, a_document(2), token=feed)
    assert wing.ask("DELETE", f"{ENTITIES}/{GAUGE}", token=feed).status == 403
    assert wing.ask("DELETE", f"{ENTITIES}/urn:ngsi-ld:Device:2", token=feed).status == 204


def test_a_closed_feed_cannot_write_to_an_open_entity(wing: Wing) -> None:
    opens = wing.agree(key="opens", entity_type="Device", contracts=(), open=True)
    closed = wing.agree(key="closed", entity_type="Device", contracts=(), open=False)
    wing.ask("POST", ENTITIES, a_document(), token=opens)
    secret = {"secret": 42}
    assert wing.ask("PATCH", f"{ENTITIES}/{GAUGE}", secret, token=closed).status == 403
    batch = wing.ask("POST", f"{UPSERT}?options=update", [a_document(**secret)], token=closed)
    assert batch.status == 207
    assert b"secret" not in wing.ask("GET", f"{ENTITIES}/{GAUGE}").body


def test_a_stranger_cannot_tell_a_closed_entity_from_none(wing: Wing, token: str) -> None:
    wing.ask("POST", ENTITIES, a_document(), token=token)
    for method in ("PATCH", "DELETE"):
        known = wing.ask(method, f"{ENTITIES}/{GAUGE}", {"level": 1})
        unknown = wing.ask(method, f"{ENTITIES}/urn:ngsi-ld:Device:9", {"level": 1})
        assert (known.status, known.body) == (unknown.status, unknown.body)
