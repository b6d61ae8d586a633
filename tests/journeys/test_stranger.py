"""A stranger sees only what is open, through pages and through the broker."""

from __future__ import annotations

import threading
import time

import httpx
import pytest

from tests.journeys.conftest import City, Crowd

pytestmark = pytest.mark.journey

REGION = {"NGSILD-Tenant": "19.71"}
GAUGE = "urn:ngsi-ld:FloodMonitoring:19.71:RG-01"
PUMP = "urn:ngsi-ld:Pump:19.71:PK-01"
ENTITIES = "/ngsi-ld/v1/entities"
TEMPORAL = "/ngsi-ld/v1/temporal/entities"
CLOSED_PAGES = (
    f"/19.71/entitas/{PUMP}/",
    f"/19.71/entitas/{PUMP}/data.json",
    "/19.71/aliran/pompa-pengendali-banjir/",
)


def get(broker: httpx.Client, path: str) -> httpx.Response:
    return broker.get(path, headers=REGION)


def test_the_broker_shows_an_open_entity_and_hides_a_closed_one(broker: httpx.Client) -> None:
    assert get(broker, f"{ENTITIES}/{GAUGE}").json()["currentLevel"]["unitCode"] == "CMT"
    hidden, absent = get(broker, f"{ENTITIES}/{PUMP}"), get(broker, f"{ENTITIES}/{PUMP}0")
    assert hidden.status_code == absent.status_code == 404
    assert hidden.json()["type"] == absent.json()["type"]


def test_a_closed_type_is_neither_listed_nor_found(broker: httpx.Client) -> None:
    assert "Pump" not in get(broker, "/ngsi-ld/v1/types").text
    assert get(broker, f"{ENTITIES}?type=Pump").json() == []
    assert get(broker, f"{ENTITIES}?type=Pump,FloodMonitoring&q=power>=0").json() == []
    found = get(broker, f"{ENTITIES}?type=FloodMonitoring").json()
    assert {each["id"][-5:] for each in found} == {"RG-01", "RG-02", "RG-03"}


def test_the_past_of_a_closed_entity_is_closed_too(broker: httpx.Client) -> None:
    query = "?timerel=after&timeAt=2026-01-01T00:00:00Z&lastN=3"
    assert get(broker, f"{TEMPORAL}/{GAUGE}{query}").json()["currentLevel"]
    assert get(broker, f"{TEMPORAL}/{PUMP}{query}").status_code == 404


def test_whoever_holds_a_token_of_the_region_sees_the_closed_entity(
    broker: httpx.Client, city: City
) -> None:
    token = city.device("PK-01").token
    answer = broker.get(f"{ENTITIES}/{PUMP}", headers=REGION | {"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert answer.json()["power"]["unitCode"] == "KWT"


def test_nobody_writes_without_a_token(broker: httpx.Client) -> None:
    entity = {"id": "urn:ngsi-ld:Pump:x", "type": "Pump"}
    assert broker.post(ENTITIES, json=entity, headers=REGION).status_code == 401
    answer = broker.post(
        ENTITIES, json=entity, headers=REGION | {"Authorization": "Bearer simpul_wrong"}
    )
    assert answer.status_code == 401
    assert broker.post("/internal/tokens", json={}, headers=REGION).status_code in {401, 404}


@pytest.mark.parametrize("path", CLOSED_PAGES)
def test_pages_of_what_is_closed_are_not_there_for_a_stranger(path: str, city: City) -> None:
    assert httpx.get(city.url + path).status_code == 404


@pytest.mark.parametrize("path", CLOSED_PAGES)
def test_the_same_pages_are_there_for_its_office(path: str, visitor: Crowd) -> None:
    diskominfo = visitor(signed_in_as="diskominfo")
    answer = diskominfo.context.request.get(diskominfo.city.url + path)
    assert answer.status == 200


def test_a_stranger_finds_nothing_closed(city: City) -> None:
    page = httpx.get(f"{city.url}/cari/?q=pompa").text
    assert "PK-01" not in page
    assert "pompa-pengendali-banjir" not in page


def test_pages_of_the_office_ask_a_stranger_to_sign_in(city: City) -> None:
    for path in ("/kotak-masuk/", "/19.71/aksi/ss-qw/lapor/"):
        answer = httpx.get(city.url + path)
        assert answer.status_code in {302, 401}, path


def _listen(url: str, lines: list[str], ready: threading.Event, seconds: float) -> None:
    last = time.monotonic() + seconds
    with httpx.stream("GET", url, timeout=seconds + 5) as answer:
        ready.set()
        for line in answer.iter_lines():
            lines.append(line)
            if time.monotonic() > last or any("RG-02" in each for each in lines):
                return


def test_the_stream_tells_a_stranger_of_open_things_only(visitor: Crowd, city: City) -> None:
    page = visitor().go("/19.71/")
    meta = page.locator("meta[name=simpul-stream]")
    url = f"{meta.get_attribute('content')}?ticket={meta.get_attribute('data-ticket')}"
    lines: list[str] = []
    ready = threading.Event()
    listener = threading.Thread(target=_listen, args=(url, lines, ready, 20.0))
    listener.start()
    assert ready.wait(10)
    assert city.device("PK-01").post(city.device("PK-01").says(on=True, kw=21.4))[0] < 300
    assert city.device("RG-02").post(city.device("RG-02").says(wl_cm=117.3))[0] < 300
    listener.join(30)
    told = "\n".join(lines)
    assert "RG-02" in told
    assert "PK-01" not in told
    assert "pompa" not in told
