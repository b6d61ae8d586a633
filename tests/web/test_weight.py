"""A first visit weighs at most 150 kB, and everything comes from here."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from simpul import web
from tests.house import ROOT
from tests.web.pages import read

MOST = 150_000
STATIC = Path(web.__file__).parent / "static" / "simpul"


def file_of(address: str) -> Path:
    found = finders.find(address.removeprefix("/static/").split("?")[0])
    assert isinstance(found, str), address
    return Path(found)


@pytest.mark.django_db
def test_a_first_visit_weighs_little(client: Client) -> None:
    answer = client.get("/tentang/")
    page = read(answer.content)
    wanted = {link.attributes["href"] for link in page.all("link")}
    wanted |= {script.attributes["src"] for script in page.all("script")}
    assert all(address.startswith("/static/") for address in wanted)
    sizes = {address: file_of(address).stat().st_size for address in wanted}
    assert sum(sizes.values()) + len(answer.content) <= MOST, sizes


def test_our_own_script_is_small() -> None:
    assert (STATIC / "simpul.js").stat().st_size < 10_000


def test_style_sheets_ask_for_nothing_from_elsewhere() -> None:
    for sheet in STATIC.glob("*.css"):
        for address in re.findall(r"url\(\"?([^)\"]+)", sheet.read_text("utf-8")):
            assert (sheet.parent / address).resolve().exists(), address


def test_the_lock_names_no_registry_and_pins_every_package() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    packages = {name: facts for name, facts in lock["packages"].items() if name}
    hosts = {facts.get("resolved", "").split("/-/")[0] for facts in packages.values()}
    assert all(not host or host.startswith("https://registry.npmjs.org/") for host in hosts)
    assert all(facts["integrity"].startswith("sha512-") for facts in packages.values())


@pytest.mark.parametrize("folder", ["htmx", "plus-jakarta-sans"])
def test_what_others_made_brings_its_licence(folder: str) -> None:
    licence = STATIC.parent / "vendor" / folder / "LICENSE"
    assert licence.read_text("utf-8").strip()


def test_the_manifest_names_icons_that_exist() -> None:
    manifest = json.loads((STATIC / "manifest.webmanifest").read_text("utf-8"))
    assert all((STATIC / icon["src"]).exists() for icon in manifest["icons"])
