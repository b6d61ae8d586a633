"""The pages across rooms over HTTP, as a stranger and as an insider, in both languages."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from simpul.entrypoints.settings import secret
from simpul.evaluation.models import PublishedResult
from simpul.government.models import Region
from simpul.indicators import live
from simpul.kernel.tickets import check_ticket
from simpul.kernel.time import system_clock
from simpul.programme.models import Commitment, Party
from tests import factories as city
from tests.city.world import World
from tests.indicators import factories as indicators
from tests.insight.factories import Town, district, member
from tests.programme import factories as programme
from tests.web.pages import Element, read, twice

pytestmark = pytest.mark.django_db


def page(client: Client, address: str) -> Element:
    answer = client.get(address, headers={"accept": "text/html"})
    assert answer.status_code == 200, answer
    return read(answer.content)


def links(of: Element) -> list[str]:
    return [link.attributes["href"] for link in of.all("a") if "href" in link.attributes]


# --- the installation ---------------------------------------------------------------------------


def test_one_city_is_its_own_home(client: Client) -> None:
    city.region()
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/19.71/")


def test_several_cities_are_a_choice(client: Client, town: Town) -> None:
    city.region("64.09")
    home = page(client, "/").one("main")
    assert [href for href in links(home) if href.count("/") == 2 and "." in href] == [
        "/19.71/",
        "/64.09/",
    ]
    assert "1 terlambat" in home.text
    assert len(home.one("ol", class_="thread__line").all("li")) == 8


def test_an_empty_installation_says_what_to_do(client: Client) -> None:
    assert "simpul region" in page(client, "/").one("div", class_="empty").text


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_citizen_finds_an_explanation(client: Client, language: str) -> None:
    client.cookies["bahasa"] = language
    shown = page(client, "/tentang/")
    assert len(shown.all("h2")) >= 5
    assert len(shown.one("ul", class_="states").all("li")) == 7


# --- a city -------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_citys_page_is_whole(client: Client, town: Town, language: str) -> None:
    client.cookies["bahasa"] = language
    shown = page(client, "/19.71/")
    assert twice(shown) == []
    assert shown.one("h1").text == town.region.name
    assert town.quick_win.urn.address in links(shown)
    assert "/19.71/data.csv" in links(shown)
    assert shown.one("svg", class_="map")


def test_a_stranger_sees_nothing_of_what_is_inside(client: Client, town: Town) -> None:
    assert town.inner.title not in page(client, "/19.71/").text
    assert "dari 2 aksi" in page(client, "/19.71/").text


def test_who_promised_and_who_signed_is_there(client: Client, town: Town) -> None:
    promise = programme.commitment([city.post(town.quick_win.lead, is_head=True)])
    Commitment.objects.filter(pk=promise.pk).update(
        state="open", fingerprint="0" * 64, opened_at=city.NOW
    )
    shown = page(client, "/19.71/")
    assert promise.urn.address in links(shown)
    assert "0 dari 1 menandatangani" in shown.text
    party = Party.objects.get(commitment=promise)
    assert str(party.organisation) in shown.one("ul", class_="promise__parties").text


def test_the_same_counts_are_data(client: Client, town: Town) -> None:
    body = client.get("/19.71/data.json").json()
    assert [row["total"] for row in body["rows"]] == [1, 1]
    assert body["method"].endswith("/tentang/#angka")
    rows = list(csv.reader(io.StringIO(client.get("/19.71/data.csv").content.decode())))
    assert rows[0][0] == "dimension"
    assert rows[0][-1] == "percent [%]"
    assert len(rows) == 3


def test_a_tile_is_fetched_as_it_stands_on_the_page(client: Client, town: Town) -> None:
    on_page = page(client, "/19.71/").one("div", class_="live")
    again = page(client, on_page.attributes["hx-get"]).one("div", class_="live")
    assert again.attributes == on_page.attributes
    assert again.text == on_page.text


def test_a_tile_of_what_is_inside_is_not_for_strangers(client: Client, town: Town) -> None:
    address = f"/19.71/ubin/{town.inner.key}/"
    assert client.get(address).status_code == 404
    team = city.signed_in(city.smart_city_team(town.region))
    assert team.get(address).status_code == 200


def test_a_tile_follows_its_live_number(client: Client, town: Town, world: World) -> None:
    indicators.formula(town.indicator, live_window_s=3600)
    now = system_clock()
    world.now = now
    world.measure("hulu", [(now - timedelta(minutes=1), 42.0)], feed=world.feed())
    live.follow_readings(now, interval_s=60, clock=world.clock)
    tile = page(client, f"/19.71/ubin/{town.quick_win.key}/")
    assert "42,0 cm" in tile.one("span", class_="tile__value").text
    assert "sementara" in tile.text


# --- the stream ---------------------------------------------------------------------------------


def ticket_of(client: Client, address: str) -> frozenset[str]:
    meta = page(client, address).one("meta", name="simpul-stream")
    key = secret(settings.SIMPUL)
    return check_ticket(meta.attributes["data-ticket"], now=system_clock(), secret=key).scopes


def test_a_page_hears_only_of_what_its_reader_may_see(client: Client, town: Town) -> None:
    assert ticket_of(client, "/19.71/") == {"19.71:open"}
    inside = city.signed_in(city.smart_city_team(town.region))
    assert ticket_of(inside, "/19.71/") == {"19.71:all"}
    city.region("64.09")
    assert ticket_of(inside, "/64.09/") == {"64.09:open"}


def test_a_page_about_no_region_hears_of_the_readers_own(client: Client, town: Town) -> None:
    assert page(client, "/tentang/").all("meta", name="simpul-stream") == []
    inside = city.signed_in(city.smart_city_team(town.region))
    assert ticket_of(inside, "/tentang/") == {"19.71:all"}


def test_a_new_ticket_is_for_the_same_region(client: Client, town: Town) -> None:
    assert client.get("/tampilan/tiket/?wilayah=19.71").json()["url"].endswith("/stream")
    assert client.get("/tampilan/tiket/?wilayah=evil").status_code == 204


# --- parts of a city ----------------------------------------------------------------------------


def test_a_district_shows_what_stands_in_it(client: Client, town: Town, world: World) -> None:
    now = system_clock()
    world.measure("hulu", [(now, 42.0)], feed=world.feed())
    shown = page(client, f"/19.71/wilayah/{town.district.code}/")
    assert shown.one("h1").text == "Rangkui"
    assert "Pos hulu" in shown.one("ul", class_="list").text


def test_a_village_leads_back_to_its_district(client: Client, town: Town) -> None:
    village = district(town.district, "Bintang", "19.71.01.1001")
    shown = page(client, f"/19.71/wilayah/{village.code}/")
    assert f"/19.71/wilayah/{town.district.code}/" in links(shown.one("nav", class_="crumbs"))
    district_page = page(client, f"/19.71/wilayah/{town.district.code}/")
    assert f"/19.71/wilayah/{village.code}/" in links(district_page)


def test_the_address_of_the_region_itself_is_its_page(client: Client, town: Town) -> None:
    assert client.get("/19.71/wilayah/19.71/").headers["Location"] == "/19.71/"
    assert client.get(f"/{town.district.code}/").headers["Location"] == (
        f"/19.71/wilayah/{town.district.code}/"
    )


def test_a_part_of_another_city_is_not_here(client: Client, town: Town) -> None:
    city.region("64.09")
    assert client.get(f"/64.09/wilayah/{town.district.code}/").status_code == 404
    assert client.get("/19.71/wilayah/19.71.99/").status_code == 404


# --- regions ------------------------------------------------------------------------------------


def result(of: Region, year: int = 2022, index: str = "2.46") -> PublishedResult:
    return PublishedResult.objects.create(
        instrument=f"smart-city-{year}",
        year=year,
        region=of,
        name_published=of.name,
        kind="kota",
        group="regular",
        index=index,
        source="surat 6 Desember 2022",
    )


def test_a_region_that_runs_elsewhere_shows_what_is_known(client: Client) -> None:
    elsewhere = city.region("64.09", runs_here=False)
    result(elsewhere)
    member(elsewhere, 2018)
    shown = page(client, "/64.09/")
    assert shown.one("h1").text == elsewhere.name
    assert "2,46" in shown.one("table", class_="table").text
    assert "2018" in shown.text


def test_there_are_no_doors_to_a_programme_that_runs_elsewhere(client: Client) -> None:
    city.region("64.09", runs_here=False)
    rail = page(client, "/64.09/").one("nav", class_="rail")
    assert [href for href in links(rail) if href.startswith("/64.09/")] == []


def test_a_region_that_no_source_names_is_unknown_and_not_outside(client: Client) -> None:
    city.region("64.09", runs_here=False)
    shown = page(client, "/64.09/")
    assert shown.one("span", class_="state").text == "belum diketahui"
    assert "Belum ada hasil" in shown.text


def rows(client: Client, query: str = "") -> list[str]:
    body = page(client, f"/wilayah/{query}")
    return [row.one("th").text for table in body.all("tbody") for row in table.all("tr")]


@pytest.fixture
def regions(db: None) -> None:
    member(city.region("64.09", runs_here=False), 2018)
    city.region("19.71")
    result(city.region("19.71"))


@pytest.mark.usefixtures("regions")
def test_regions_can_be_searched_and_filtered(client: Client) -> None:
    assert len(rows(client)) == 4
    assert rows(client, "?q=penajam") == ["Kabupaten Penajam Paser Utara"]
    assert rows(client, "?q=19.7") == ["Kota Pangkal Pinang di sini"]
    assert rows(client, "?provinsi=64") == ["Provinsi 64", "Kabupaten Penajam Paser Utara"]
    assert rows(client, "?angkatan=2018") == ["Kabupaten Penajam Paser Utara"]
    assert rows(client, "?angkatan=belum-diketahui") == ["Kota Pangkal Pinang di sini"]
    assert rows(client, "?q=tidakada") == []


@pytest.mark.usefixtures("regions")
def test_regions_can_be_sorted_both_ways(client: Client) -> None:
    assert rows(client, "?urut=nama") == rows(client, "?urut=-nama")[::-1]
    assert rows(client, "?urut=hacked") == rows(client)


@pytest.mark.usefixtures("regions")
def test_the_list_of_regions_is_data_and_what_is_unknown_is_empty(client: Client) -> None:
    body = client.get("/wilayah/data.json?provinsi=19").json()
    by_code = {row["code"]: row for row in body["rows"]}
    assert by_code["19.71"]["smart-city-2022-2022"] == 2.46
    assert by_code["19.71"]["cohorts"] is None
    text = client.get("/wilayah/data.csv").content.decode()
    assert len(text.splitlines()) == 5


# --- the search ---------------------------------------------------------------------------------


def found(client: Client, query: str) -> dict[str, list[str]]:
    """Group to the addresses of its hits."""
    shown = page(client, f"/cari/?{query}").one("main")
    return {
        part.one("h2").text: [links(line)[0] for line in part.all("li")]
        for part in shown.all("section")
    }


def test_everything_is_searched_at_once(client: Client, town: Town, world: World) -> None:
    world.measure("muka-air-hulu", [(system_clock(), 1.0)], feed=world.feed())
    hits = found(client, "q=muka&wilayah=19.71")
    assert hits["Aksi"] == [town.quick_win.urn.address]
    assert hits["Indikator"] == [town.indicator.urn.address]
    assert len(hits["Perangkat dan tempat"]) == 1


def test_offices_commitments_and_regions_are_found(client: Client, town: Town) -> None:
    assert found(client, "q=PUPR")["Perangkat daerah"] == [town.quick_win.lead.urn.address]
    assert found(client, "q=pangkal")["Wilayah"] == ["/19.71/"]
    assert found(client, "q=19.71")["Wilayah"] == ["/19.71/"]


def test_the_search_keeps_inside_what_is_inside(client: Client, town: Town) -> None:
    assert found(client, "q=urusan") == {}
    team = city.signed_in(city.smart_city_team(town.region))
    assert found(team, "q=urusan")["Aksi"] == [town.inner.urn.address]


def test_the_search_says_when_it_finds_nothing_or_is_asked_nothing(
    client: Client, town: Town
) -> None:
    assert page(client, "/cari/?q=zzzz").one("div", class_="empty")
    assert "dua huruf" in page(client, "/cari/?q=z").text
    assert page(client, "/cari/").one("h1").text == "Cari apa saja"


def test_what_was_searched_for_is_shown_as_text(client: Client, town: Town) -> None:
    shown = page(client, "/cari/?q=%3Cscript%3E")
    assert "<script>" in shown.one("h1").text
    assert [each for each in shown.all("script") if "src" not in each.attributes] == []


def test_json_stays_json(client: Client, town: Town) -> None:
    assert json.loads(client.get("/wilayah/data.json").content)["name"] == "wilayah"
