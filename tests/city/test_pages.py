"""What people see of the city: what is open to whom, states, gaps, and the way to each thing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from simpul.city import ports
from simpul.city.knots import CityKnots
from simpul.connectors.model import AttributeContract, Feed
from simpul.government.access import STRANGER
from simpul.government.models import Organisation
from simpul.kernel.ids import Kind, Urn
from simpul.storage.sqlite.store import open_readers
from tests import factories
from tests.city.world import GAUGE, LEVEL, REGION, World, every, gauge_id

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:800]
    return answer.content.decode()


def rows(client: Client, address: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(address).json()["rows"]
    return found


def entity(name: str) -> str:
    return Urn(REGION, Kind.ENTITY, gauge_id(name)).address


class River:
    """A gauge that everybody sees, one that only the region sees, and the office behind both."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.now = now()
        self.office: Organisation = factories.organisation("BPBD")
        contract = AttributeContract(LEVEL, unit="CMT", minimum=0, maximum=500)
        self.feed: Feed = world.feed(owner=self.office.urn, contracts=[contract])
        self.closed: Feed = world.feed("pompa", owner=self.office.urn, open=False)
        self.moment = world.now - MINUTE
        world.measure("rangkui", [(self.moment, 123.4)], feed=self.feed)
        world.measure("pompa", [(self.moment, 9.0)], feed=self.closed, open=False)


@pytest.fixture
def river(world: World) -> River:
    return River(world)


def test_a_stranger_sees_what_is_open_and_nothing_else(river: River, client: Client) -> None:
    overview = page(client, f"/{REGION}/kota/")
    assert "Pos duga-air" in overview
    assert "Pos pompa" not in overview
    listed = page(client, f"/{REGION}/kota/?jenis={GAUGE}")
    assert "Pos rangkui" in listed
    assert "Pos pompa" not in listed
    page(client, entity("rangkui"))
    page(client, entity("pompa"), 404)
    page(client, f"/{REGION}/aliran/pompa/", 404)
    page(client, reading_of(river, "pompa"), 404)


def reading_of(river: River, name: str) -> str:
    history = river.world.wing.history
    (series,) = history.series_of(
        REGION, entity_type=GAUGE, attribute=LEVEL, entity_id=gauge_id(name)
    )
    latest = history.latest(series.number)
    assert latest is not None
    return latest.address.urn(REGION).address


def test_who_belongs_to_the_region_sees_all_of_it(river: River) -> None:
    client = factories.signed_in(factories.clerk())
    assert "Pos pompa" in page(client, f"/{REGION}/kota/")
    page(client, entity("pompa"))
    page(client, f"/{REGION}/aliran/pompa/")
    page(client, reading_of(river, "pompa"))


def test_an_entity_shows_its_value_with_unit_state_and_way_to_the_reading(
    river: River, client: Client
) -> None:
    html = page(client, entity("rangkui"))
    assert "123,4" in html
    assert "cm" in html
    assert "state--good" in html
    assert reading_of(river, "rangkui") in html
    assert "BPBD" in html


def test_an_entity_s_numbers_come_as_data_too(river: River, client: Client) -> None:
    found = {row["attribute"]: row for row in rows(client, f"{entity('rangkui')}data.json")}
    level = found[LEVEL]
    assert (level["value"], level["unit_code"], level["state"]) == (123.4, "CMT", "measured")
    assert level["reading"] == reading_of(river, "rangkui")
    answer = client.get(f"{entity('rangkui')}data.csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert b"123.4" in answer.content


def test_a_gauge_that_fell_silent_is_stale_and_says_since_when(
    river: River, client: Client
) -> None:
    long_ago = river.world.now - timedelta(hours=3)
    river.world.measure("tua", [(long_ago, 5.0)], feed=river.feed)
    html = page(client, entity("tua"))
    assert "state--warn" in html
    assert rows(client, f"{entity('tua')}data.json")[0]["state"] == "stale"


def test_a_reading_that_was_refused_after_the_last_good_one_shows(
    river: River, client: Client
) -> None:
    river.world.refuse(river.feed, "rangkui", river.moment + timedelta(seconds=30))
    found = {row["attribute"]: row for row in rows(client, f"{entity('rangkui')}data.json")}
    assert found[LEVEL]["state"] == "out_of_contract"


def test_what_is_said_is_not_called_measured_and_never_goes_stale(
    river: River, client: Client
) -> None:
    found = {row["attribute"]: row for row in rows(client, f"{entity('rangkui')}data.json")}
    assert (found["name"]["value"], found["name"]["state"]) == ("Pos rangkui", None)


def test_a_forecast_shows_the_value_that_stands_and_its_own_reading(
    river: River, client: Client
) -> None:
    ahead = river.world.now + timedelta(hours=6)
    river.world.measure("ramal", [(ahead, 7.0)], feed=river.feed)
    level = {row["attribute"]: row for row in rows(client, f"{entity('ramal')}data.json")}[LEVEL]
    assert (level["value"], level["state"]) == (7, "measured")
    (row,) = rows(client, f"{level['reading']}data.json")
    assert row["number"] == 7


def test_a_silence_is_drawn_as_a_gap(river: River, client: Client) -> None:
    end = river.world.now - MINUTE
    before = every(5 * MINUTE, end - timedelta(hours=20), end - timedelta(hours=15))
    after = every(5 * MINUTE, end - timedelta(hours=4), end)
    river.world.measure("celah", [*before, *after], feed=river.feed)
    html = page(client, entity("celah"))
    assert html.count('class="chart__actual"') == 2


def test_a_reading_tells_its_three_times_its_corrections_and_what_counts(
    river: River, client: Client
) -> None:
    first = reading_of(river, "rangkui")
    river.world.measure("rangkui", [(river.moment, 130.0)], feed=river.feed)
    second = reading_of(river, "rangkui")
    assert second == first[:-2] + "1/"
    html = page(client, first)
    assert "123,4" in html
    assert second in html
    assert [row["number"] for row in rows(client, f"{first}data.json")] == [123.4, 130]


def test_addresses_of_what_never_was_lead_nowhere(river: River, client: Client) -> None:
    address = reading_of(river, "rangkui")
    wrong = [
        address[:-2] + "7/",
        address.replace(REGION, "19"),
        f"/{REGION}/bacaan/nonsense/",
        f"/{REGION}/bacaan/999999-1-0/",
        f"/{REGION}/aliran/nowhere/",
        entity("nowhere"),
    ]
    assert [client.get(each).status_code for each in wrong] == [404] * len(wrong)


def test_the_thread_goes_from_a_reading_to_its_thing_and_its_feed(
    river: River, client: Client
) -> None:
    html = page(client, reading_of(river, "rangkui"))
    assert entity("rangkui") in html
    assert f"/{REGION}/aliran/duga-air/" in html


def test_a_feed_shows_its_contract_and_its_gauges_to_all(river: River, client: Client) -> None:
    html = page(client, f"/{REGION}/aliran/duga-air/")
    assert "0 … 500" in html
    assert entity("rangkui") in html
    assert rows(client, f"/{REGION}/aliran/duga-air/data.json")[0]["maximum"] == 500


def test_what_a_feed_refused_is_for_its_owner_alone(river: River, client: Client) -> None:
    river.world.refuse(river.feed, "rangkui", river.moment)
    address = f"/{REGION}/aliran/duga-air/"
    told = "900 is above 500"
    assert told not in page(client, address)
    assert told not in page(factories.signed_in(factories.clerk()), address)
    assert told in page(factories.signed_in(factories.clerk(river.office)), address)
    assert told in page(factories.signed_in(factories.smart_city_team()), address)


def test_an_entity_s_uri_may_hold_anything_a_uri_may(river: River, client: Client) -> None:
    odd = "a/b?c=d&e#f"
    river.world.measure("x", [], feed=river.feed)
    river.world.measure(odd.replace("#", "%23"), [(river.moment, 1.0)], feed=river.feed)
    listed = page(client, f"/{REGION}/kota/?jenis={GAUGE}")
    assert "Pos a/b" in listed
    page(client, entity(odd.replace("#", "%23")))


def test_what_a_sender_wrote_is_shown_as_text(river: River, client: Client) -> None:
    more = {"note": {"type": "Property", "value": "<script>alert(1)</script>"}}
    river.world.measure("x", [(river.moment, 1.0)], feed=river.feed, more=more)
    html = page(client, entity("x"))
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


def test_long_lists_go_on_another_page(river: River, client: Client) -> None:
    for number in range(55):
        river.world.measure(f"g{number:02}", [(river.moment, 1.0)], feed=river.feed)
    first = page(client, f"/{REGION}/kota/?jenis={GAUGE}")
    assert first.count('class="list__main"') == 50
    assert "setelah=" in first
    after = gauge_id("g48")
    rest = page(client, f"/{REGION}/kota/?jenis={GAUGE}&setelah={after}")
    assert "Pos g49" in rest
    assert "Pos g48" not in rest


def test_without_a_data_wing_the_page_says_so_and_does_not_break(
    client: Client, tmp_path: Any
) -> None:
    factories.region()
    before = ports.data_wing()
    empty = open_readers(tmp_path / "nothing.db")
    ports.configure(ports.DataWing(empty.entities, empty.history, empty.feeds, before.door))
    try:
        assert "<h1" in page(client, f"/{REGION}/kota/", 503)
        assert client.get(f"/{REGION}/kota/data.json").json()["status"] == 503
        page(client, entity("rangkui"), 503)
    finally:
        ports.configure(before)


def test_pages_speak_english_too(river: River, client: Client) -> None:
    client.cookies["bahasa"] = "en"
    assert "The last 24 hours" in page(client, entity("rangkui"))
    assert "What was agreed" in page(client, f"/{REGION}/aliran/duga-air/")


def test_the_newest_reading_comes_first_on_the_thread(river: River) -> None:
    earlier = [river.moment - MINUTE * minutes for minutes in (3, 2, 1)]
    river.world.measure("rangkui", [(moment, 100.0) for moment in earlier], feed=river.feed)
    wing = ports.data_wing()
    (series,) = wing.history.series_of(
        REGION, entity_type=GAUGE, attribute=LEVEL, entity_id=gauge_id("rangkui")
    )
    readings = list(wing.history.readings([series.number], earlier[0], river.world.now))
    urns = [reading.address.urn(REGION) for reading in readings]
    assert len(urns) == 4
    assert list(CityKnots().knots(urns, STRANGER)) == urns[::-1]
