"""The frame of every page: where one can go, language, theme, headers, notes, the stream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from http.cookies import SimpleCookie

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from simpul.web import middleware, notes, registry
from simpul.web.context import Shell
from simpul.web.registry import Entry, Hit, Job, Panel, Stream, Visitor
from tests.web.pages import Element, read, render, twice

pytestmark = pytest.mark.django_db


class City:
    code = "19.71"
    name = "Kota Pangkal Pinang"
    zone = timezone.get_fixed_timezone(9 * 60)


@pytest.fixture
def furnished() -> Iterator[registry.Registry]:
    """An empty registry that the test may fill."""
    before = replace(registry.registry)
    fresh = registry.Registry()
    for name in registry.Registry.__slots__:
        setattr(registry.registry, name, getattr(fresh, name))
    yield registry.registry
    for name in registry.Registry.__slots__:
        setattr(registry.registry, name, getattr(before, name))


def asked(path: str, *, city: bool = True, **cookies: str) -> HttpRequest:
    request = RequestFactory().get(path)
    request.COOKIES = cookies
    request.region = City() if city else None  # type: ignore[attr-defined]
    return request


def design(client: Client, **cookies: str) -> Element:
    client.cookies = SimpleCookie(cookies)
    return read(client.get("/desain/").content)


# --- where one can go ---------------------------------------------------------------------------


def fill() -> None:
    registry.navigate(
        Entry(Job.PROGRAMME, "Rencana", lambda request: "/19.71/rencana/", order=20),
        Entry(Job.PROGRAMME, "Aksi", lambda request: "/19.71/aksi/", order=10),
        Entry(Job.HOME, "Beranda", lambda request: "/19.71/"),
        Entry(Job.MANAGE, "Akun", lambda request: None),
    )


@pytest.mark.usefixtures("furnished")
def test_jobs_come_in_their_order_and_doors_that_are_shut_are_not_shown() -> None:
    fill()
    places = Shell(asked("/19.71/")).places
    assert [place.job for place in places] == [Job.HOME, Job.PROGRAMME]
    assert [door.label for door in places[1].doors] == ["Aksi", "Rencana"]
    assert places[1].address == "/19.71/aksi/"


@pytest.mark.usefixtures("furnished")
@pytest.mark.parametrize(
    ("path", "here"),
    [
        ("/19.71/", "/19.71/"),
        ("/19.71/aksi/", "/19.71/aksi/"),
        ("/19.71/aksi/abc/lapor/", "/19.71/aksi/"),
        ("/19.71/kota/", None),
        ("/cari/", None),
    ],
)
def test_the_door_one_stands_behind_is_marked(path: str, here: str | None) -> None:
    fill()
    doors = [door for place in Shell(asked(path)).places for door in place.doors]
    assert [door.address for door in doors if door.here] == ([here] if here else [])


@pytest.mark.usefixtures("furnished")
def test_furnishing_twice_changes_nothing() -> None:
    entry = Entry(Job.DATA, "Data", lambda request: "/data/")
    for _again in range(2):
        registry.navigate(entry)
        registry.foot(entry)
        registry.search_in("Aksi", _nothing)
        registry.show_panel(Panel("a", lambda request: "1", order=20), Panel("b", lambda r: "2"))
    known = registry.registry
    assert (known.entries, known.foot, len(known.searches)) == ([entry], [entry], 1)
    assert [panel.key for panel in known.panels] == ["a", "b"]


def _nothing(request: HttpRequest, text: str, *, limit: int) -> list[Hit]:
    return []


def test_without_a_city_the_home_is_the_installation() -> None:
    assert Shell(asked("/", city=False)).home == "/"
    assert Shell(asked("/19.71/aksi/")).home == "/19.71/"


@pytest.mark.usefixtures("furnished")
def test_the_page_shows_who_is_signed_in_and_what_waits(client: Client) -> None:
    registry.visitor_from(lambda request: Visitor("Ibu Sari", "Kepala Dinas", 3, "/kotak-masuk/"))
    person = design(client).one("a", class_="person")
    assert person.attributes["href"] == "/kotak-masuk/"
    assert person.text == "Ibu Sari 3 menunggu"


def test_a_stranger_finds_the_way_in_and_back(client: Client) -> None:
    door = design(client).one("a", class_="enter")
    assert door.attributes["href"] == "/masuk/?next=/desain/"


# --- language and theme -------------------------------------------------------------------------


def test_pages_speak_indonesian_until_somebody_chooses(client: Client) -> None:
    answer = client.get("/desain/", headers={"accept-language": "en"})
    assert read(answer.content).one("html").attributes["lang"] == "id"
    assert answer.headers["Content-Language"] == "id"


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_chosen_language_is_kept_and_leads_back(client: Client, language: str) -> None:
    chosen = {"language": language, "next": "/desain/?x=1"}
    answer = client.post("/tampilan/bahasa/", chosen)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desain/?x=1")
    assert read(client.get("/desain/").content).one("html").attributes["lang"] == language


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_a_chosen_theme_is_kept(client: Client, theme: str) -> None:
    client.post("/tampilan/tema/", {"theme": theme, "next": "/desain/"})
    page = read(client.get("/desain/").content)
    assert page.one("html").attributes["data-theme"] == theme
    pressed = page.one("div", class_="looks--bar").all("button", aria_pressed="true")
    assert theme in [button.attributes["value"] for button in pressed]


def test_rows_can_stand_closer(client: Client) -> None:
    client.post("/tampilan/kerapatan/", {"density": "dense", "next": "/desain/"})
    page = read(client.get("/desain/").content)
    assert page.one("html").attributes["data-density"] == "dense"
    assert page.one("form", class_="density").one("button").attributes["value"] == "roomy"


@pytest.mark.parametrize("address", ["bahasa", "tema", "kerapatan"])
@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "x", "/\\evil"]
)
def test_a_switch_never_leads_to_another_site(client: Client, address: str, elsewhere: str) -> None:
    answer = client.post(f"/tampilan/{address}/", {"next": elsewhere})
    assert answer.headers["Location"] == "/"


def test_what_cannot_be_chosen_is_not_kept(client: Client) -> None:
    client.post("/tampilan/bahasa/", {"language": "xx"})
    client.post("/tampilan/tema/", {"theme": "neon"})
    client.post("/tampilan/kerapatan/", {"density": "0"})
    assert dict(client.cookies) == {}
    assert design(client, tampilan="neon", bahasa="xx").one("html").attributes["lang"] == "id"


def test_a_reader_who_chooses_nothing_gets_no_cookie(client: Client) -> None:
    assert client.get("/desain/").cookies == {}


# --- headers ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("furnished")
def test_nothing_inline_and_nothing_from_elsewhere_may_run(client: Client) -> None:
    registry.stream_from("http://localhost:1026/", lambda request: None)
    policy = client.get("/desain/").headers["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["script-src"] == rules["style-src"] == rules["font-src"] == "'self'"
    assert rules["connect-src"] == "'self' http://localhost:1026"
    assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert "unsafe" not in policy


@pytest.mark.usefixtures("furnished")
def test_a_page_carries_its_ticket_and_can_ask_for_a_new_one(client: Client) -> None:
    registry.stream_from("http://b", lambda request: Stream("http://b/stream", "ticket-1"))
    meta = design(client).one("meta", name="simpul-stream")
    assert meta.attributes["content"] == "http://b/stream"
    assert meta.attributes["data-ticket"] == "ticket-1"
    fresh = client.get("/tampilan/tiket/")
    assert fresh.json() == {"url": "http://b/stream", "ticket": "ticket-1"}
    assert fresh.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("furnished")
def test_without_a_stream_there_is_no_ticket(client: Client) -> None:
    assert client.get("/tampilan/tiket/").status_code == 204
    assert design(client).all("meta", name="simpul-stream") == []


def test_times_are_told_in_the_zone_of_the_region() -> None:
    told: list[str] = []

    def respond(request: HttpRequest) -> HttpResponse:
        layer.process_view(request, None, (), {})
        told.append(timezone.get_current_timezone_name())
        return HttpResponse()

    layer = middleware.Zone(respond)
    layer(asked("/19.71/"))
    layer(asked("/", city=False))
    assert told == ["+0900", "Asia/Jakarta"]


# --- notes --------------------------------------------------------------------------------------


def test_what_was_done_is_said_once() -> None:
    request = asked("/19.71/")
    request.session = {}  # type: ignore[assignment]
    notes.leave(
        request, "Laporan disimpan.", next_label="Lihat aksi", next_address="/19.71/aksi/a/"
    )
    page = render("{% include 'web/parts/notes.html' %}", shell=Shell(request))
    assert page.one("div", role="status").text == "Laporan disimpan. Lihat aksi"
    assert page.one("a").attributes["href"] == "/19.71/aksi/a/"
    assert render("{% include 'web/parts/notes.html' %}", shell=Shell(request)).text == ""


# --- the page that shows every part -------------------------------------------------------------


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_design_page_is_whole(client: Client, language: str) -> None:
    page = design(client, bahasa=language)
    assert twice(page) == []
    assert len(page.all("h1")) == 1
    assert [each for each in page.all() if "style" in each.attributes] == []
    assert all(script.attributes.get("src") for script in page.all("script"))


def test_every_input_on_the_design_page_has_a_name(client: Client) -> None:
    page = design(client)
    named = {label.attributes.get("for") for label in page.all("label")}
    fields = [*page.all("input"), *page.all("select"), *page.all("textarea")]
    shown = [each for each in fields if each.attributes.get("type") != "hidden"]
    assert [each.attributes for each in shown if each.attributes.get("id") not in named] == []
